"""Hours of the stations of Air Quality in Scotland, one file a station.

``DateTime`` and a column a pollutant, cut at semicolons; the file has the name of its station. The
time is the end of the hour in GMT, also in summer: the nearest low-cost sensor, whose clock is UTC,
follows the stations of Aberdeen best when the label is taken so, in winter (0.80 against 0.77 and
0.76 an hour off) as in summer (0.82 against 0.79 and 0.78).
"""

from collections.abc import Iterator
from pathlib import PurePath

import numpy as np

from lokaalmeten.stations import Station

from .columns import Refusals
from .official import EARLIEST, Table, read_matrix, to_hours_part
from .source import Part, Source
from .table import Chunk, Form, read_table
from .text import Text

HOUR_S = 3600
TIME = "DateTime"
KEYS = {
    "PM2.5": "pm25",
    "PM10": "pm10",
    "Nitrogen Dioxide": "no2",
    "Nitric Oxide": "no",
    "Ozone": "o3",
    "Sulphur Dioxide": "so2",
}
FORM = Form(
    "an hourly file of Air Quality in Scotland", (TIME,), tuple(KEYS), separators=(";", ",")
)
NETWORK, URL = "Air Quality in Scotland", "https://www.scottishairquality.scot"

# By the name of the file; codes and places (degrees, WGS84) as the networks list them.
STATIONS = {
    slug: Station(code, name, kind, lat, lon, NETWORK, URL)
    for slug, code, name, kind, lat, lon in (
        ("aberdeen-errol-place", "ABD", "Aberdeen Errol Place", "background", 57.15736, -2.094278),
        ("aberdeen-anderson-dr", "ABD1", "Aberdeen Anderson Dr", "traffic", 57.128567, -2.125447),
        (
            "aberdeen-union-street-roadside",
            "ABD3",
            "Aberdeen Union Street Roadside",
            "traffic",
            57.144555,
            -2.106472,
        ),
        (
            "aberdeen-wellington-road",
            "ABD8",
            "Aberdeen Wellington Road",
            "traffic",
            57.133888,
            -2.094198,
        ),
    )
}
# Stations whose place we could not find told: it has to be given (see ``stations.py``).
UNPLACED = {"aberdeen-market-street-2": "ABD0", "aberdeen-king-street": "AD1"}


def looks_like(head: str) -> bool:
    """Tell by the header."""
    line = head.partition("\n")[0]
    return line.startswith(f"{TIME};") and any(name in line for name in KEYS)


def read(text: Text, start: int, now: int) -> Iterator[Part]:
    """Hours of the station of a file from line ``start`` on."""
    for chunk in read_table(text, FORM, start):
        member = chunk.pieces[0].member
        yield to_part(chunk, to_slug(member or text.path.name), now)


def to_slug(name: str) -> str:
    """Name of a station as the files are called: without folder and ending."""
    return PurePath(name).name.partition(".")[0].lower()


def to_part(chunk: Chunk, slug: str, now: int) -> Part:
    """Hours of one chunk: a column a pollutant."""
    names = [name for name in KEYS if chunk.has(name)]
    refusals = Refusals(len(chunk))
    ends, wrong_time = chunk.seconds(TIME)
    refusals.refuse_times(ends - HOUR_S, wrong_time, TIME, now, EARLIEST)
    refusals.refuse(ends % HOUR_S != 0, f"{TIME} is not a whole hour")
    values, wrong = read_matrix(chunk, names, comma=chunk.layout.separator == ";")
    station = STATIONS.get(slug)
    code = station.code if station else UNPLACED.get(slug, slug)
    table = Table(
        codes=[code],
        keys=[KEYS[name] for name in names],
        names=names,
        station=np.zeros((1, 1), np.int32),
        key=np.arange(len(names), dtype=np.int32)[None, :],
        time=ends - HOUR_S,
        values=values,
        wrong=wrong,
    )
    return to_hours_part(chunk, refusals, table, [station] if station else [])


SOURCE = Source(
    name="scottish",
    kind=FORM.kind,
    time="DateTime is the end of the hour in GMT, also in summer",
    looks_like=looks_like,
    read=read,
)
