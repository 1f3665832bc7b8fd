"""Bulk files of Luchtmeetnet, the Dutch official network, as RIVM publishes them.

A file is one component of a month or a year: nine lines about the stations, a header with their
codes, then a line an hour with a column a station. The columns begin with component, averaging
period, unit, begin and end.

Times are the begin of the hour in fixed CET (UTC+1), summer too: a year has 8,760 hours without a
jump, and the New Year peak stands in the hour that begins at 00:00. Text is Latin-1 (the micro
sign) or UTF-8; a decimal comma is a comma, for columns are cut at semicolons.

Source: https://data.rivm.nl/data/luchtmeetnet/ and its readme.pdf.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from lokaalmeten.errors import FormatError
from lokaalmeten.stations import Station

from .columns import Refusals, to_groups
from .official import EARLIEST, Table, read_matrix, to_hours_part
from .source import Part, Source
from .table import Chunk, Form, read_table
from .text import Text, read_members

CET_S, HOUR_S = 3600, 3600
FIRST, PERIOD, UNIT, BEGIN, END = (
    "Component", "Bep.periode", "Eenheid", "Begindatumtijd", "Einddatumtijd"
)  # fmt: skip
FORM = Form(
    "a bulk file of Luchtmeetnet",
    needed=(FIRST, PERIOD, UNIT, BEGIN, END),
    also=None,
    preamble=9,
    separators=(";",),
)
SEARCHED = 40  # lines in which the header must be
KEYS = {
    "PM10": "pm10", "PM2.5": "pm25", "PM25": "pm25", "NO2": "no2", "NO": "no", "O3": "o3",
    "SO2": "so2", "CO": "co",
}  # fmt: skip
STORED = list(dict.fromkeys(KEYS.values()))
UNITS = {"ug/m3": 1.0, "mg/m3": 1000.0}
TYPES = {"verkeer": "traffic", "achtergrond": "background", "industrie": "industry"}
URL = "https://www.luchtmeetnet.nl/stations"


def looks_like(head: str) -> bool:
    """Tell by the first line."""
    return "StationsCode" in head.partition("\n")[0] or "data.rivm.nl/data/luchtmeetnet" in head


def read(text: Text, start: int, now: int) -> Iterator[Part]:
    """Stations and hours of a file from line ``start`` on."""
    form = replace(FORM, preamble=count_preamble(text))
    for chunk in read_table(text, form, start):
        yield to_part(chunk, now)


def count_preamble(text: Text) -> int:
    """Lines before the header: nine in the files of today, counted for those that have others."""
    for member in read_members(text.path):
        for number, line in enumerate(islice(member.file, SEARCHED)):
            if line.lstrip(b'\xef\xbb\xbf"').startswith(FIRST.encode()):
                return number
        break
    raise FormatError(
        f"{text.path}: is not {FORM.kind}: none of its first {SEARCHED} lines begins with {FIRST}"
    )


def to_part(chunk: Chunk, now: int) -> Part:
    """Hours of one chunk: a column a station."""
    codes = [name for name in chunk.layout.wanted if name not in FORM.needed]
    refusals = Refusals(len(chunk))
    key, factor = find_keys(chunk, refusals), find_factors(chunk, refusals)
    time = read_hours(chunk, refusals, now)
    values, wrong = read_matrix(chunk, codes, comma=True)
    table = Table(
        codes=codes,
        keys=STORED,
        names=codes,
        station=np.arange(len(codes), dtype=np.int32)[None, :],
        key=key[:, None],
        time=time,
        values=values * factor[:, None],
        wrong=wrong,
    )
    stations = read_stations(chunk.layout.preamble, set(codes))
    return to_hours_part(chunk, refusals, table, stations)


def find_keys(chunk: Chunk, refusals: Refusals) -> NDArray[np.int32]:
    """Index of each row into the keys of the components that are stored."""
    found = np.zeros(len(chunk), np.int32)
    for name, rows in group(chunk.text(FIRST)):
        if name in KEYS:
            found[rows] = STORED.index(KEYS[name])
        else:
            refusals.refuse(rows, f"component {name or 'without a name'} is not stored")
    for name, rows in group(chunk.text(PERIOD)):
        if name != "uur":
            refusals.refuse(rows, f"a value of period {name or 'without a name'}, not of an hour")
    return found


def find_factors(chunk: Chunk, refusals: Refusals) -> NDArray[np.float64]:
    """What to multiply the values of each row with to have ug/m3."""
    factor = np.ones(len(chunk))
    for name, rows in group(chunk.text(UNIT)):
        unit = name.translate(str.maketrans({"\u00b5": "u", "\u03bc": "u", "\u00b3": "3"}))
        factor[rows] = UNITS.get(unit, 1.0)
        if unit not in UNITS:
            refusals.refuse(rows, f"unit {name or 'without a name'} is not known")
    return factor


def group(column: pa.ChunkedArray) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Each different text of a column and a mask of its rows."""
    index, names = to_groups(column)
    for place, name in enumerate(names):
        yield name, index == place


def read_hours(chunk: Chunk, refusals: Refusals, now: int) -> NDArray[np.int64]:
    """Start of the hour of each row, Unix seconds."""
    begin, wrong = to_seconds(chunk.text(BEGIN))
    end, _ = to_seconds(chunk.text(END))
    refusals.refuse_times(begin, wrong, BEGIN, now, EARLIEST)
    refusals.refuse(end - begin != HOUR_S, f"{END} is not an hour after {BEGIN}")
    return begin


def to_seconds(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Unix seconds (n,) of times such as ``20230101 00:00`` in CET, and a mask of failures."""
    times = pd.to_datetime(column.to_pandas(), format="%Y%m%d %H:%M", errors="coerce")
    wrong = np.asarray(times.isna(), np.bool_)
    known = times.fillna(pd.Timestamp(0)).astype("datetime64[s]")
    return np.asarray(known.astype("int64"), np.int64) - CET_S, wrong


def read_stations(preamble: Sequence[str], codes: set[str]) -> list[Station]:
    """Stations of the lines before the header, as far as these tell their place.

    The fifth cell of a line names what the cells behind it are of the stations.
    """
    rows = {}
    for line in preamble:
        cells = [cell.strip().strip('"') for cell in line.split(";")]
        if len(cells) > len(FORM.needed):
            rows[cells[4]] = cells[5:]
    names = rows.get("StationsCode", [])
    about = {label: dict(zip(names, cells, strict=False)) for label, cells in rows.items()}
    found = []
    for code in names:
        place = about.get("Latitude,Longitude", {}).get(code, "").strip("()").split(",")
        if code in codes and len(place) == 2:
            found.append(to_station(code, place, about))
    return found


def to_station(code: str, place: Sequence[str], about: dict[str, dict[str, str]]) -> Station:
    """One station of what its column tells."""
    said = {label: cells.get(code, "") for label, cells in about.items()}
    return Station(
        code,
        said.get("StationsNaam", "") or code,
        TYPES.get(said.get("StationsType", ""), "background"),
        float(place[0]),
        float(place[1]),
        said.get("BeheerderMeetStation", ""),
        URL,
    )


SOURCE = Source(
    name="luchtmeetnet",
    kind=FORM.kind,
    time="Begindatumtijd is the begin of the hour in fixed CET (UTC+1), also in summer",
    looks_like=looks_like,
    read=read,
    encoding="latin-1",
)
