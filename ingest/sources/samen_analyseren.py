"""Tables of RIVM's "Samen analyseren" tool: kits, official stations and weather, hour by hour.

The three tables carry no zone, and do not mean the same by their ``date``. What it is was found
by holding them against each other and against files whose times are known:

- official hours: the END of the hour in UTC. The mean weekday of their NO2 fits that of the bulk
  files (hour begin in CET, which is the same moment) with a correlation of 0.97, and 0.80 and 0.82
  when it is moved by an hour;
- weather: the END of the hour in UTC, as KNMI gives it;
- kits: the END of the hour in CET (UTC+1), also in summer: raw values of 62 of 77 kits follow the
  official hours best when they are moved by one hour, calibrated ones, which were made from those
  official hours, of 66 of 75.

The page of the tool says "begin of the hour in Etc/GMT-1" of all three, which is the END in UTC: of
the kits that is an hour off. ``lags.py`` shows whether another file keeps to this.

``*_kal`` are RIVM's own calibrated values. An import does not store them; ``read_kits`` gives them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.stations import Station

from .columns import Refusals, to_groups
from .kits import CALIBRATED, HOUR_S, KEYS, Values, to_device, to_rows
from .knmi_stations import PLACES, to_weather_station
from .official import EARLIEST, Table, find_repeats, read_matrix, to_hours_part
from .source import BadLine, Part, Source
from .table import Chunk, Form, read_table
from .text import Text, look_at

DATE = "date"
CET_S = 3600
KIND = "a table of the Samen analyseren tool"
VALUES = (*KEYS, *(f"{key}{CALIBRATED}" for key in KEYS))
KITS = Form(KIND, ("kit_id", DATE, "lat", "lon"), VALUES)
GASES = {"NO2": "no2", "NO": "no", "O3": "o3", "SO2": "so2", "CO": "co"}
PARTICLES = {"pm25": "pm25", "pm10": "pm10", "PM25": "pm25", "PM10": "pm10"}
OFFICIAL_KEYS = {**GASES, **PARTICLES, "pm25_lml": "pm25", "pm10_lml": "pm10"}
OFFICIAL = Form(KIND, ("station_number", DATE), tuple(OFFICIAL_KEYS))
LONG = Form(KIND, ("station_number", DATE, "value", "formula"))
WEATHER_KEYS = {
    "wd": "wind_direction", "ws": "wind_speed", "temp": "temperature", "rh": "humidity",
}  # fmt: skip
WEATHER = Form(KIND, ("station_number", DATE, "wd", "ws"), tuple(WEATHER_KEYS))


@dataclass(frozen=True)
class Kits:
    """n hours of kits with what RIVM made of them."""

    names: list[str]  # (k,) kits
    kit: NDArray[np.int32]  # (n,) index into names
    time: NDArray[np.int64]  # (n,) start of the hour, Unix seconds
    lat: NDArray[np.float64]  # (n,) degrees, WGS84, NaN where there is none
    lon: NDArray[np.float64]
    raw: Mapping[str, NDArray[np.float64]]  # key of a quantity: (n,) in its unit, NaN = missing
    calibrated: Mapping[str, NDArray[np.float64]]  # the same, calibrated by RIVM


def looks_like(head: str) -> bool:
    """Tell by the header."""
    return find_form(head) is not None


def find_form(head: str) -> tuple[Form, Callable[[Chunk, int], Part]] | None:
    """Which of the tables it is, by the header, and how its chunks are read."""
    names = {name.strip().strip('"') for name in head.partition("\n")[0].split(",")}
    for form, make in FORMS:
        if names.issuperset(form.needed) and (form is not OFFICIAL or names & {*OFFICIAL_KEYS}):
            return form, make
    return None


def read(text: Text, start: int, now: int) -> Iterator[Part]:
    """Samples or hours from line ``start`` on."""
    form, make = find_form(text.head) or FORMS[0]
    for chunk in read_table(text, form, start):
        yield make(chunk, now)


def to_samples(chunk: Chunk, now: int) -> Part:
    """Raw values of kits: a row a kit and hour, with all its quantities."""
    refusals = Refusals(len(chunk))
    time = read_ends(chunk, refusals, now, CET_S)
    kit, names = to_groups(chunk.text("kit_id"))
    refusals.refuse(np.array([not name for name in names], np.bool_)[kit], "kit_id is empty")
    lat, lon = (chunk.numbers(name, refusals) for name in ("lat", "lon"))
    known = [name for name in KEYS if chunk.has(name)]
    values = np.stack([chunk.numbers(name, refusals) * KEYS[name][1] for name in known], axis=1)
    refusals.refuse(~np.logical_or.reduce(np.isfinite(values), axis=1), "no raw values")
    refusals.refuse(find_repeats(kit, time), "this hour of this kit came before")
    row, column = np.nonzero(np.isfinite(values) & refusals.good[:, None])
    found = Values(kit[row], column.astype(np.int32), time[row], values[row, column])
    devices = [
        to_device(name, *find_place(lat[kit == index], lon[kit == index]))
        for index, name in enumerate(names)
    ]
    rows = to_rows([KEYS[name][0] for name in known], found)
    return Part(chunk.next_line, chunk.read, chunk.list_bad(refusals), rows, devices)


def to_official(chunk: Chunk, now: int) -> Part:
    """Hours of official stations: a column a component."""
    return to_hours(chunk, now, OFFICIAL_KEYS, "")


def to_weather(chunk: Chunk, now: int) -> Part:
    """Hours of weather stations: a column a quantity."""
    return to_hours(chunk, now, WEATHER_KEYS, "KNMI")


def to_hours(chunk: Chunk, now: int, columns: Mapping[str, str], prefix: str) -> Part:
    """Hours of one chunk: a column a quantity."""
    refusals = Refusals(len(chunk))
    station, names = to_groups(chunk.text("station_number"))
    known = [name for name in columns if chunk.has(name)]
    keys = list(dict.fromkeys(columns[name] for name in known))
    values, wrong = read_matrix(chunk, known)
    table = Table(
        codes=[f"{prefix}{name}" for name in names],
        keys=keys,
        names=known,
        station=station[:, None],
        key=np.array([keys.index(columns[name]) for name in known], np.int32)[None, :],
        time=read_ends(chunk, refusals, now, 0),
        values=values,
        wrong=wrong,
    )
    return to_hours_part(chunk, refusals, table, find_stations(names) if prefix else ())


def to_long(chunk: Chunk, now: int) -> Part:
    """Hours of official stations: a row a component; what is not stored is refused."""
    refusals = Refusals(len(chunk))
    station, names = to_groups(chunk.text("station_number"))
    component, formulas = to_groups(chunk.text("formula"))
    keys = list(dict.fromkeys(OFFICIAL_KEYS.values()))
    for index, formula in enumerate(formulas):
        if formula not in OFFICIAL_KEYS:
            refusals.refuse(component == index, f"component {formula!r} is not stored")
    place = [keys.index(OFFICIAL_KEYS.get(formula, keys[0])) for formula in formulas]
    values, wrong = read_matrix(chunk, ["value"])
    table = Table(
        codes=names,
        keys=keys,
        names=["value"],
        station=station[:, None],
        key=np.array([*place, 0], np.int32)[component][:, None],
        time=read_ends(chunk, refusals, now, 0),
        values=values,
        wrong=wrong,
    )
    return to_hours_part(chunk, refusals, table)


def read_ends(chunk: Chunk, refusals: Refusals, now: int, zone_s: int) -> NDArray[np.int64]:
    """Start of the hour of each row, Unix seconds, of ends in a zone that many seconds from UTC."""
    ends, wrong = chunk.seconds(DATE)
    begin = ends - zone_s - HOUR_S
    refusals.refuse_times(begin, wrong, DATE, now, EARLIEST)
    refusals.refuse(begin % HOUR_S != 0, f"{DATE} is not a whole hour")
    return begin


def find_place(
    lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> tuple[float | None, float | None]:
    """Last place of a kit; 0, 0 and what is empty is none."""
    known = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon) & ((lat != 0) | (lon != 0)))
    return (float(lat[known[-1]]), float(lon[known[-1]])) if len(known) else (None, None)


def find_stations(numbers: Sequence[str]) -> list[Station]:
    """Weather stations by number, as far as their place is known."""
    return [to_weather_station(number, *PLACES[number]) for number in numbers if number in PLACES]


def read_kits(path: Path, now: int) -> tuple[Kits, list[BadLine]]:
    """Raw and calibrated values of a table of kits, and the rows that could not be used.

    Raises FormatError when it is no such table. ``now`` is Unix seconds.
    """
    names: dict[str, int] = {}
    parts: list[dict[str, NDArray[Any]]] = []
    bad: list[BadLine] = []
    for chunk in read_table(look_at(path, "utf-8", KIND), KITS):
        refusals = Refusals(len(chunk))
        kit, found = to_groups(chunk.text("kit_id"))
        place = np.array([names.setdefault(name, len(names)) for name in found] or [0], np.int32)
        columns = {name: chunk.numbers(name, refusals) for name in ("lat", "lon", *VALUES)}
        nowhere = (columns["lat"] == 0) & (columns["lon"] == 0)
        columns |= {name: np.where(nowhere, np.nan, columns[name]) for name in ("lat", "lon")}
        time = read_ends(chunk, refusals, now, CET_S)
        rows = {"kit": place[kit], "time": time, **columns}
        parts.append({name: column[refusals.good] for name, column in rows.items()})
        bad += chunk.list_bad(refusals)
    of = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    raw = {key: of[name] * per for name, (key, per) in KEYS.items()}
    better = {key: of[f"{name}{CALIBRATED}"] * per for name, (key, per) in KEYS.items()}
    return Kits(list(names), of["kit"], of["time"], of["lat"], of["lon"], raw, better), bad


# The first whose columns are all there.
FORMS: Sequence[tuple[Form, Callable[[Chunk, int], Part]]] = (
    (KITS, to_samples),
    (WEATHER, to_weather),
    (LONG, to_long),
    (OFFICIAL, to_official),
)

SOURCE = Source(
    name="samen-analyseren",
    kind=KIND,
    time="date is the end of the hour: of kits in CET (UTC+1), of official and weather stations"
    " in UTC",
    looks_like=looks_like,
    read=read,
    fills=True,
)
