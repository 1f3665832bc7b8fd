"""Weather from files: hours of KNMI as CSV, and of Open-Meteo as CSV or JSON.

KNMI: HH 1 to 24 is the hour that ends then, UTC. Open-Meteo: a time is the moment that most
columns are of, taken as the hour that begins then; sums and radiation are of the hour before it.
CSV with names of our own (``time,temperature,wind_speed``) is read as well.

Sources: legend of https://www.daggegevens.knmi.nl/klimatologie/uurgegevens;
https://open-meteo.com/en/docs.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.errors import FormatError
from lokaalmeten.weather import KNMI_HOURLY, KNMI_TENTHS

from ..calendar import HOUR
from .weather import COLUMNS, Columns, Weather
from .weather_rows import Rows, split_lines, to_weather

Int64 = NDArray[np.int64]

TIME, OFFSET = "time", "utc_offset_seconds"
KNMI_HEADER = re.compile(r"#?\s*STN\s*,\s*YYYYMMDD")
# Columns of Open-Meteo, older names included.
OPEN_METEO = {
    "temperature_2m": "temperature",
    "relative_humidity_2m": "humidity",
    "relativehumidity_2m": "humidity",
    "wind_speed_10m": "wind_speed",
    "windspeed_10m": "wind_speed",
    "wind_direction_10m": "wind_direction",
    "winddirection_10m": "wind_direction",
    "precipitation": "rain",
    "surface_pressure": "pressure",
    "pressure_msl": "pressure",
    "shortwave_radiation": "radiation",
    "boundary_layer_height": "boundary_layer",
}
HOUR_BEFORE = {"rain", "radiation"}  # what Open-Meteo tells of the hour before a time
# What a number in a unit is multiplied by. A column with a name of our own needs none.
UNITS = {
    "wind_speed": {"m/s": 1.0, "km/h": 1 / 3.6, "mp/h": 0.44704, "mph": 0.44704, "kn": 0.514444},
    "temperature": {"°C": 1.0},
    "humidity": {"%": 1.0},
    "pressure": {"hPa": 100.0, "Pa": 1.0},
    "rain": {"mm": 1.0, "inch": 25.4},
    "radiation": {"W/m²": 1.0, "W/m2": 1.0},
    "wind_direction": {"°": 1.0},
    "boundary_layer": {"m": 1.0},
}


def read_weather(path: Path, station: str | None = None) -> Weather:
    """Weather of a file; FormatError names file, line and column of what cannot be.

    ``station`` chooses one of a KNMI file that holds several, by its number.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise FormatError(f"{path}: cannot be read: {error.strerror}") from error
    if text.lstrip().startswith("{"):
        return read_json(path, text)
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if KNMI_HEADER.match(line):
            return read_knmi(split_lines(path, lines, number), station)
        if line.split(",")[0].strip().strip('"') == TIME:
            return read_csv(split_lines(path, lines, number), find_offset_s(path, lines[:number]))
    raise FormatError(f"{path}: is no weather: no line begins with STN,YYYYMMDD or with {TIME}")


def read_knmi(rows: Rows, station: str | None) -> Weather:
    """Hours of one station of KNMI."""
    missing = [name for name in ("STN", "YYYYMMDD", "HH") if name not in rows.cells]
    if missing:
        raise FormatError(f"{rows.path}: has no column {missing[0]}: it holds no hours of KNMI")
    known = sorted(set(rows.cells["STN"]))
    if station not in known and (station is not None or len(known) != 1):
        raise FormatError(f"{rows.path}: holds stations {', '.join(known) or '(none)'}: name one")
    asked = station or known[0]
    chosen = [at for at, each in enumerate(rows.cells["STN"]) if each == asked]
    rows = Rows(
        rows.path,
        [rows.numbers[at] for at in chosen],
        {name: [cells[at] for at in chosen] for name, cells in rows.cells.items()},
    )
    columns = {}
    for name, of in KNMI_HOURLY.items():
        if name in rows.cells and of.key in COLUMNS:
            number = rows.read_numbers(name)
            number = np.where((number == -1) & (name in KNMI_TENTHS), 0, number)
            columns[of.key] = number * of.per
    return to_weather(rows, "HH", read_knmi_times(rows), columns)


def read_knmi_times(rows: Rows) -> Int64:
    """Start of each hour (n,), Unix seconds."""
    hours = rows.read_numbers("HH")
    times = np.zeros(len(hours), np.int64)
    for at, day in enumerate(rows.cells["YYYYMMDD"]):
        if not (1 <= hours[at] <= 24 and hours[at] == int(hours[at])):
            raise rows.refuse(at, "HH", "is not an hour from 1 to 24")
        try:
            moment = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)
        except ValueError:
            raise rows.refuse(at, "YYYYMMDD", "is no day") from None
        times[at] = int(moment.timestamp()) + (int(hours[at]) - 1) * HOUR
    return times


def read_csv(rows: Rows, offset_s: int) -> Weather:
    """Hours of Open-Meteo, or of columns with our own names."""
    columns, used = {}, {}
    for header in rows.cells:
        name, _, unit = header.partition("(")
        key, factor = find_column(rows.path, name.strip(), unit.strip(") ") or None)
        if key and key not in columns:
            columns[key] = rows.read_numbers(header) * factor
            used[key] = name.strip()
    return join_sums(rows, read_times(rows, offset_s), columns, used)


def read_json(path: Path, text: str) -> Weather:
    """Hours of an answer of Open-Meteo."""
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise FormatError(f"{path}: is no JSON: {error}") from error
    hourly, units = answer.get("hourly"), answer.get("hourly_units", {})
    if not isinstance(hourly, dict) or not isinstance(hourly.get(TIME), list):
        raise FormatError(f"{path}: has no hourly times: ask Open-Meteo for hourly values")
    count = len(hourly[TIME])
    cells = {
        f"{name} ({units[name]})" if name != TIME and units.get(name) else name: [
            "" if each is None else str(each) for each in column
        ]
        for name, column in hourly.items()
        if isinstance(column, list)
    }
    for name, column in cells.items():
        if len(column) != count:
            raise FormatError(f"{path}, {name}: has {len(column)} values for {count} times")
    return read_csv(Rows(path, range(1, count + 1), cells), int(answer.get(OFFSET) or 0))


def find_column(path: Path, name: str, unit: str | None) -> tuple[str | None, float]:
    """Our name of a column, and what its numbers are multiplied by; None for one of no use."""
    key = OPEN_METEO.get(name, name if name in COLUMNS else None)
    if key is None:
        return None, 1.0
    known = UNITS[key]
    if unit is None and name == key:
        return key, 1.0
    if unit not in known:
        raise FormatError(
            f"{path}, column {name}: is in {unit or 'no unit'}, not in {', '.join(known)}"
        )
    return key, known[unit]


def find_offset_s(path: Path, before: Sequence[str]) -> int:
    """Seconds that the clock of a CSV is ahead of UTC, told by the two lines above its header."""
    table = [line.split(",") for line in before if line.strip()]
    if len(table) < 2 or OFFSET not in table[0]:
        return 0
    at = table[0].index(OFFSET)
    try:
        return int(table[1][at])
    except (ValueError, IndexError):
        raise FormatError(f"{path}, line 2, column {OFFSET}: is no number of seconds") from None


def read_times(rows: Rows, offset_s: int) -> Int64:
    """Moments (n,) in Unix seconds; a time that names no zone is ``offset_s`` ahead of UTC."""
    times = np.zeros(len(rows.numbers), np.int64)
    for at, cell in enumerate(rows.cells[TIME]):
        try:
            moment = None if cell.isdigit() else datetime.fromisoformat(cell)
        except ValueError:
            raise rows.refuse(at, TIME, "is no time such as 2026-11-26T13:00") from None
        if moment is None:
            times[at] = int(cell)
        elif moment.tzinfo is None:
            times[at] = int(moment.replace(tzinfo=UTC).timestamp()) - offset_s
        else:
            times[at] = int(moment.timestamp())
    return times


def join_sums(rows: Rows, times: Int64, columns: Columns, names: Mapping[str, str]) -> Weather:
    """Weather in which what Open-Meteo tells of the hour before a time stands at that hour."""
    made = to_weather(rows, TIME, times, columns)
    early = [each in HOUR_BEFORE and names[each] in OPEN_METEO for each in made.names]
    table = np.vstack([np.full(len(made.names), np.nan), made.table])
    table[:-1, early], table[-1, early] = table[1:, early].copy(), np.nan
    return Weather(made.start - HOUR, made.names, table)
