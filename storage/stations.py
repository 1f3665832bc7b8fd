"""Stations of the official networks, their hours and days: written as published, read by all."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, LiteralString

import numpy as np
from psycopg import sql

from lokaalmeten.errors import StorageError
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY
from lokaalmeten.stations import Hours, Station
from lokaalmeten.weather import OFFICIAL

from .copy import Column
from .failures import Connection, name_place, say_failures
from .frame import read_frame
from .registry import to_place
from .sending import copy_rows

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("traffic", "background", "industry", "weather")
HOUR_S, DAY_S = 3600, 86_400
RECENT = timedelta(days=7)  # what is older is not the latest of anything
LONGEST = timedelta(days=200 * 365)
ARRIVING = sql.Identifier("pg_temp", "arriving_hour")


_STATIONS = """
INSERT INTO private.official_station (code, name, kind, operator, lat, lon, cell, url)
SELECT * FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::text[], %s::integer[], %s::integer[], %s::bigint[],
    %s::text[]
)
ON CONFLICT (code) DO UPDATE SET
    name = EXCLUDED.name, kind = EXCLUDED.kind, operator = EXCLUDED.operator,
    lat = EXCLUDED.lat, lon = EXCLUDED.lon, cell = EXCLUDED.cell, url = EXCLUDED.url
"""

_ARRIVING = """
CREATE TEMP TABLE IF NOT EXISTS arriving_hour (
    series integer, time timestamptz, value real, flag smallint
) ON COMMIT DELETE ROWS
"""

_KNOWN = "SELECT code, id FROM private.official_station WHERE code = ANY(%s)"

# An hour that is there and the same is left alone, so that a repeat writes nothing.
_HOURS = """
INSERT INTO private.official_hour AS h (station_id, quantity, time, value, flag)
SELECT s.station_id, s.quantity, a.time, a.value, a.flag
FROM pg_temp.arriving_hour a
    JOIN unnest(%s::integer[], %s::text[]) WITH ORDINALITY AS s (station_id, quantity, place)
        ON s.place = a.series + 1
ORDER BY s.station_id, s.quantity, a.time
ON CONFLICT (station_id, quantity, time) DO UPDATE SET value = EXCLUDED.value, flag = EXCLUDED.flag
WHERE (h.value, h.flag) IS DISTINCT FROM (EXCLUDED.value, EXCLUDED.flag)
"""

# Of a day the same.
_DAYS = """
INSERT INTO private.official_day AS d (station_id, quantity, day, value, flag)
SELECT s.station_id, s.quantity, (a.time AT TIME ZONE 'UTC')::date, a.value, a.flag
FROM pg_temp.arriving_hour a
    JOIN unnest(%s::integer[], %s::text[]) WITH ORDINALITY AS s (station_id, quantity, place)
        ON s.place = a.series + 1
ORDER BY s.station_id, s.quantity, a.time
ON CONFLICT (station_id, quantity, day) DO UPDATE SET value = EXCLUDED.value, flag = EXCLUDED.flag
WHERE (d.value, d.flag) IS DISTINCT FROM (EXCLUDED.value, EXCLUDED.flag)
"""

_READ_STATIONS = "SELECT * FROM public.station ORDER BY code"

_READ_HOURS = """
SELECT station, hour AS time, value, flag FROM public.station_hour
WHERE quantity = %(quantity)s AND hour >= %(start)s AND hour < %(stop)s
    AND (%(stations)s::text[] IS NULL OR station = ANY(%(stations)s))
ORDER BY station, hour
"""


_NEWEST = "SELECT max(hour) AS hour FROM public.station_hour WHERE hour >= %(since)s"

_LATEST = """
SELECT DISTINCT ON (station, quantity) station, quantity, hour AS time, value, flag
FROM public.station_hour
WHERE hour >= %(since)s AND value IS NOT NULL
ORDER BY station, quantity, hour DESC
"""

_EXTENT_OF_HOURS = """
SELECT min(hour) AS first, max(hour) AS last FROM public.station_hour
WHERE station = %(station)s AND quantity = %(quantity)s
"""

_EXTENT_OF_DAYS = """
SELECT
    min(day)::timestamp AT TIME ZONE 'UTC' AS first,
    max(day)::timestamp AT TIME ZONE 'UTC' AS last
FROM public.station_day WHERE station = %(station)s AND quantity = %(quantity)s
"""

_READ_DAYS = """
SELECT station, day, value, flag FROM public.station_day
WHERE quantity = %(quantity)s AND day >= %(start)s AND day < %(stop)s
    AND (%(stations)s::text[] IS NULL OR station = ANY(%(stations)s))
ORDER BY station, day
"""


def write_stations(connection: Connection, stations: Sequence[Station]) -> None:
    """Register stations, or bring what is known of them up to date.

    Raises StorageError for a kind that does not exist, a code twice, or a place off the earth.
    """
    for station in stations:
        if station.kind not in KINDS:
            raise StorageError(
                f"station {station.code}: there is no kind {station.kind!r}, only"
                f" {', '.join(KINDS)}"
            )
        if not (-90 <= station.lat <= 90 and -180 <= station.lon <= 180):
            raise StorageError(
                f"station {station.code}: position {station.lat}, {station.lon} is not on the earth"
            )
    places = [to_place(station.lat, station.lon) for station in stations]
    columns = [
        *([getattr(s, key) for s in stations] for key in ("code", "name", "kind", "operator")),
        *([place[key] for place in places] for key in ("lat", "lon", "cell")),
        [station.url for station in stations],
    ]
    with say_failures(connection):
        connection.execute(_STATIONS, columns)


def write_hours(connection: Connection, hours: Hours) -> int:
    """Store hourly values, or replace those that are there; return how many are new or changed.

    Raises StorageError for a station or quantity that is not known, a time that is no whole hour,
    or an hour that is twice in it; then nothing is stored.
    """
    check_values(hours, HOUR_S, "hour")
    return write_values(connection, hours, _HOURS)


def write_days(connection: Connection, days: Hours) -> int:
    """Store daily values as ``write_hours`` does; a time is 0 h UTC of its day."""
    check_values(days, DAY_S, "day")
    return write_values(connection, days, _DAYS)


def write_values(connection: Connection, values: Hours, statement: LiteralString) -> int:
    """Send values to the server and insert those that are new or other; return how many."""
    absent = np.isnan(values.value)
    flag = np.where(absent, Flag.MISSING, values.flag).astype(np.int16)
    columns = {
        "series": Column("integer", values.which),
        "time": Column("timestamptz", values.time),
        "value": Column("real", values.value, absent),
        "flag": Column("smallint", flag),
    }
    with say_failures(connection), connection.transaction(), connection.cursor() as cursor:
        known = dict(cursor.execute(_KNOWN, [[code for code, _ in values.series]]).fetchall())
        if unknown := [code for code, _ in values.series if code not in known]:
            raise StorageError(
                f"{name_place(connection)}: there is no station {unknown[0]}; tell where it is"
                " first, with: meten import stations LIST.csv"
            )
        cursor.execute(_ARRIVING)
        cursor.execute("TRUNCATE pg_temp.arriving_hour")  # the caller's transaction may hold two
        copy_rows(connection, columns, ARRIVING)
        series = [[known[code] for code, _ in values.series], [key for _, key in values.series]]
        return cursor.execute(statement, series).rowcount


def check_values(values: Hours, period_s: int, name: str) -> None:
    """Refuse what cannot be stored, with a StorageError that names the first of it."""
    for code, key in values.series:
        if key not in BY_KEY and key not in OFFICIAL:
            raise StorageError(f"station {code}: there is no quantity {key!r}")
    if (odd := values.time % period_s != 0).any():
        row = int(np.flatnonzero(odd)[0])
        code, key = values.series[values.which[row]]
        raise StorageError(f"station {code}: {key} at {values.time[row]} s is not a whole {name}")
    rows = np.stack([values.which, values.time])
    if np.unique(rows, axis=1).shape != rows.shape:
        raise StorageError(f"official {name}s: the same {name} of a series comes twice")


def read_stations(connection: Connection) -> "pd.DataFrame":
    """All stations: code, name, kind, operator, latitude, longitude (degrees), cell, url."""
    return read_frame(connection, _READ_STATIONS)


def read_hours(
    connection: Connection,
    quantity: str,
    start: datetime,
    stop: datetime,
    stations: Sequence[str] | None = None,
) -> "pd.DataFrame":
    """Hours of one quantity from ``start`` up to ``stop``, of all stations or of those named.

    Columns station (code), time (start of the hour, UTC), value (in the unit of the quantity, NaN
    = missing) and flag.
    """
    named = None if stations is None else list(stations)
    values = {"quantity": quantity, "start": start, "stop": stop, "stations": named}
    return read_frame(connection, _READ_HOURS, values)


def read_days(
    connection: Connection,
    quantity: str,
    start: date,
    stop: date,
    stations: Sequence[str] | None = None,
) -> "pd.DataFrame":
    """Days of one quantity from ``start`` up to ``stop``, of all stations or of those named.

    Columns station (code), day (of UTC), value (in the unit of the quantity, NaN = missing) and
    flag, as the network published them: not every network does.
    """
    named = None if stations is None else list(stations)
    values = {"quantity": quantity, "start": start, "stop": stop, "stations": named}
    return read_frame(connection, _READ_DAYS, values)


def read_latest(connection: Connection, moment: datetime) -> "pd.DataFrame":
    """The newest hour with a value of each series that has one in the RECENT days of all data.

    These end with the newest hour, which is looked for from ``moment`` (now) back. Columns station
    (code), quantity, time (start of the hour, UTC), value and flag.
    """
    newest = find_newest(connection, moment) or moment
    return read_frame(connection, _LATEST, {"since": newest - RECENT})


def find_newest(connection: Connection, moment: datetime) -> datetime | None:
    """The newest hour of any series, looked for in longer and longer periods; None without any.

    Of a short one the server reads little, by the index on time.
    """
    length = RECENT
    while length < LONGEST:
        (found,) = read_frame(connection, _NEWEST, {"since": moment - length})["hour"]
        if found == found:  # noqa: PLR0124 - NaT
            return found.to_pydatetime()
        length *= 2
    return None


def read_extent(
    connection: Connection, station: str, quantity: str, *, daily: bool = False
) -> tuple[datetime, datetime] | None:
    """Start of the first and the last hour (or day) of a series; None when there is none."""
    query = _EXTENT_OF_DAYS if daily else _EXTENT_OF_HOURS
    found = read_frame(connection, query, {"station": station, "quantity": quantity})
    first, last = found.iloc[0]
    return None if first != first else (first.to_pydatetime(), last.to_pydatetime())  # noqa: PLR0124 - NaT
