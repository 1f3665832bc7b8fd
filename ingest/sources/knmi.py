"""Hours and days of the weather stations of KNMI, as its download page and its archives give them.

Lines that begin with # tell stations and columns, the last of them is the header. Hours: HH 1 to
24 is the hour that ends then, in UTC; 24 belongs to the day it ends. Days: 0 to 24 h UTC. Values
are whole numbers of tenths; -1 of rain and sunshine means less than 0.05. Temperature, humidity,
pressure and cloud of an hour are those at its end, the wind direction that of its last ten minutes;
pressure is reduced to sea level.

Source: the legends of https://www.daggegevens.knmi.nl/klimatologie/uurgegevens and /daggegevens.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lokaalmeten.stations import Station
from lokaalmeten.weather import KNMI_HOURLY, KNMI_TENTHS, KnmiColumn

from .columns import Refusals, to_groups
from .knmi_stations import PLACES, to_weather_station
from .official import EARLIEST, Table, read_matrix, to_hours_part
from .source import Part, Source
from .table import Chunk, Form, read_table
from .text import Text, read_members

DAY_S, HOUR_S = 86_400, 3600
STATION, DATE, HOUR = "STN", "YYYYMMDD", "HH"
FORM = Form("an hourly or daily file of KNMI", needed=(DATE,), also=None, separators=(",",))
MAKERS = ("KONINKLIJK NEDERLANDS METEOROLOGISCH", "ROYAL NETHERLANDS METEOROLOGICAL")
SEARCHED = 400  # lines in which the header must be
HEADER = re.compile(r"#?\s*STN\s*,\s*YYYYMMDD")
PLACED = re.compile(r"#?\s*(\d{3})\s*:?\s+(-?\d+\.\d+)\s+(-?\d+\.\d+)\s+-?\d+\.\d+\s+(\S.*)")
J_PER_CM2 = 10_000  # J/m2


DAILY = {
    "DDVEC": KnmiColumn("wind_direction", 1),
    "FG": KnmiColumn("wind_speed", 0.1),
    "TG": KnmiColumn("temperature", 0.1),
    "Q": KnmiColumn("radiation", J_PER_CM2 / DAY_S),
    "PG": KnmiColumn("pressure", 10),
    "NG": KnmiColumn("cloud", 1),
    "UG": KnmiColumn("humidity", 1),
    **KNMI_TENTHS,
}


def looks_like(head: str) -> bool:
    """Tell by who made it, or by the header."""
    return HEADER.search(head) is not None or any(name in head.upper() for name in MAKERS)


def read(text: Text, start: int, now: int) -> Iterator[Part]:
    """Stations and their hours or days from line ``start`` on."""
    preamble, after = find_header(text)
    form = replace(FORM, preamble=preamble, after=after)
    for chunk in read_table(text, form, start):
        yield to_part(chunk, now)


def find_header(text: Text) -> tuple[int, int]:
    """Lines before the header, and lines of comment behind it."""
    for member in read_members(text.path):
        lines = [line.decode(text.encoding) for line in islice(member.file, SEARCHED)]
        for number, line in enumerate(lines):
            if HEADER.match(line):
                bare = [not follows.strip("#\r\n ") for follows in lines[number + 1 :]]
                return number, [*bare, False].index(False)
        break
    return 0, 0


def to_part(chunk: Chunk, now: int) -> Part:
    """Hours or days of one chunk: a column a quantity."""
    hourly = chunk.has(HOUR)
    known = {name: of for name, of in (KNMI_HOURLY if hourly else DAILY).items() if chunk.has(name)}
    refusals = Refusals(len(chunk))
    station, numbers = to_groups(chunk.text(find_station(chunk)))
    codes = [f"KNMI{number}" for number in numbers]
    refuse_strangers(station, numbers, chunk, refusals)
    time = read_times(chunk, refusals, now)
    values, wrong = read_matrix(chunk, list(known))
    keys = [of.key for of in known.values()]
    table = Table(
        codes=codes,
        keys=keys,
        names=list(known),
        station=station[:, None],
        key=np.arange(len(keys), dtype=np.int32)[None, :],
        time=time,
        values=to_units(values, known),
        wrong=wrong,
    )
    part = to_hours_part(chunk, refusals, table, read_stations(chunk, numbers))
    return part if hourly else replace(part, hours=None, days=part.hours)


def find_station(chunk: Chunk) -> str:
    """Name of the first column: STN, with or without the mark of a comment."""
    return chunk.layout.header[0]


def read_times(chunk: Chunk, refusals: Refusals, now: int) -> NDArray[np.int64]:
    """Start of the hour or day of each row, Unix seconds."""
    times = pd.to_datetime(
        chunk.text(DATE).to_pandas().str.strip(), format="%Y%m%d", errors="coerce"
    )
    wrong = np.asarray(times.isna(), np.bool_)
    known = times.fillna(pd.Timestamp(0)).astype("datetime64[s]")
    seconds = np.asarray(known.astype("int64"), np.int64)
    if chunk.has(HOUR):
        hour = chunk.numbers(HOUR, refusals)
        outside = ~((hour >= 1) & (hour <= 24) & (hour == np.floor(hour)))
        refusals.refuse(outside, f"{HOUR} is not an hour from 1 to 24")
        seconds = seconds + (np.where(outside, 1, hour).astype(np.int64) - 1) * HOUR_S
    refusals.refuse_times(seconds, wrong, DATE, now, EARLIEST)
    return seconds


def to_units(values: NDArray[np.float64], known: Mapping[str, KnmiColumn]) -> NDArray[np.float64]:
    """Values (r, c) in the units of their quantities; -1 of rain and sunshine is 0."""
    per = np.array([of.per for of in known.values()])
    little = np.array([name in KNMI_TENTHS for name in known], np.bool_)[None, :]
    return np.where(little & (values == -1), 0, values) * per


def refuse_strangers(
    station: NDArray[np.int32], numbers: list[str], chunk: Chunk, refusals: Refusals
) -> None:
    """Refuse rows of stations whose place nobody knows."""
    placed = {place.code for place in read_stations(chunk, numbers)}
    for index, number in enumerate(numbers):
        if f"KNMI{number}" not in placed:
            refusals.refuse(station == index, f"the place of KNMI station {number!r} is not known")


def read_stations(chunk: Chunk, numbers: list[str]) -> list[Station]:
    """Stations by number with the place that the file tells, or else that of our own list."""
    told = {
        found[1]: (found[4].strip(), float(found[3]), float(found[2]))
        for line in chunk.layout.preamble
        if (found := PLACED.match(line.strip()))
    }
    places = {**PLACES, **told}
    return [to_weather_station(number, *places[number]) for number in numbers if number in places]


SOURCE = Source(
    name="knmi",
    kind=FORM.kind,
    time="HH 1 to 24 is the end of the hour in UTC; a day is 0 to 24 h UTC",
    looks_like=looks_like,
    read=read,
    encoding="latin-1",
)
