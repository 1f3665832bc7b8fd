"""Hours of nodes and stations out of the database, as a calibration takes them."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ingest.calibration.fitting import Hours
from lokaalmeten.errors import FormatError, StorageError
from lokaalmeten.geo import distance_m
from storage.compared import Period, read_measuring, read_node_hours
from storage.corrections import Member, read_members
from storage.failures import Connection
from storage.stations import read_hours

Floats = NDArray[np.float64]


def find_member(connection: Connection, name: str) -> Member:
    """A node by its name; StorageError for an unknown one."""
    for one in read_members(connection):
        if one.name == name:
            return one
    raise StorageError(f"there is no node {name!r}; see: meten node list")


def find_station(
    connection: Connection, member: Member, code: str | None, period: Period
) -> tuple[str, float]:
    """The named or the nearest station with hours of a quantity, and how far it is, metres."""
    if member.lat is None or member.lon is None:
        raise FormatError(f"{member.name} has no place; for bikes see: meten calibrate passings")
    stations = read_measuring(connection, period)
    if stations.empty:
        raise FormatError(f"no station has hours of {period.quantity} in this period")
    if code is not None and code not in set(stations["code"]):
        raise FormatError(
            f"station {code} has no hours of {period.quantity} in this period; there are:"
            f" {', '.join(stations['code'])}"
        )
    away = distance_m(member.lat, member.lon, stations["latitude"], stations["longitude"])
    at = int(np.argmin(away)) if code is None else list(stations["code"]).index(code)
    return str(stations["code"].iloc[at]), float(away[at])


def read_beside(connection: Connection, member: Member, code: str, period: Period) -> Hours:
    """Hours that both a node and a station have."""
    own = read_node_hours(connection, [member.id], period)
    beside = read_hours(connection, period.quantity, period.start, period.stop, [code])
    both = own.merge(beside[beside["flag"] <= 2], on="time")
    columns = (both[name].to_numpy(float) for name in ("value", "raw", "humidity", "temperature"))
    return Hours(to_seconds(both["time"]), *columns)


def to_hours(period: Period) -> pd.DatetimeIndex:
    """Starts of the hours that a period touches."""
    first = period.start.replace(minute=0, second=0, microsecond=0)
    return pd.date_range(first, period.stop, freq="h", inclusive="left")


def to_grid(
    frame: Any, column: str, value: str, hours: pd.DatetimeIndex, names: list[Any]
) -> Floats:
    """Values (hours, names), NaN where there is none."""
    grid = frame.pivot_table(index="time", columns=column, values=value)
    return grid.reindex(index=hours, columns=names).to_numpy(float)


def to_seconds(times: Any) -> NDArray[np.int64]:
    """Unix seconds of moments."""
    return times.dt.tz_convert(None).to_numpy("datetime64[s]").astype(np.int64)


def middle(table: Floats) -> Floats:
    """Median (h,) of each row of a table (h, n); NaN where it has no value."""
    found = np.full(len(table), np.nan)
    there = np.isfinite(table).any(axis=1)
    found[there] = np.nanmedian(table[there], axis=1)
    return found
