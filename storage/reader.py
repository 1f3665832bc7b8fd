"""What the public may know: one function per question, columns out.

1. what is there: ``nodes``, ``extent``, ``quantities``, ``count``
2. of one node: ``series`` in samples, steps, hours or days (series.py); ``latest``, ``forecast``
3. on a map: ``hexagons`` (hexagons.py), and the public part of ``rides``
4. of all nodes: ``hourly``, ``node_days`` and which count (node_days.py), and ``exceedances`` of
   limits in a year (exceedances.py)
5. of zones and cells, a day at a time: ``zones``, ``zone_days``, ``cell_days`` (areas.py)
6. of all rides together: ``ride_days``, ``ride_values``, ``ride_cells`` (riding.py)
7. the same in pages, for whoever reads on and on: ``samples_page`` and others (pages.py)

Every function takes a connection first, reads only schema public, and returns a DataFrame; times
are aware datetimes in UTC, values in the units of ``lokaalmeten.quantities``, missing is NaN.
A period takes in its start and leaves out its stop. A ride counts in the hour in which it starts:
the public is not told more. Where a period has whole hours, and steps are whole hours, the rollups
answer (``hours.sql``), with what waits to be added up read beside them. All raise StorageError
when the database refuses, or for a quantity that does not exist.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import pandas as pd
from psycopg import sql

from lokaalmeten.quantities import SLOT

from . import periods
from .areas import CellDays, cell_days, zone_days, zone_nodes, zone_outlines, zones
from .asked import KEYS, QUERIES, SHOWN, check_key, check_nodes, find_quantity, to_name, unpack
from .exceedances import exceedances
from .failures import Connection
from .forecasts import read_forecast
from .frame import read_frame
from .hexagons import FIXED_RESOLUTION, MOVING_RESOLUTION, hexagons
from .node_days import node_days
from .pages import (
    Page,
    latest_page,
    nodes_page,
    read_rides,
    ride_page,
    rides_page,
    samples_page,
    to_ride,
)
from .periods import HOUR, to_period
from .queries import fill
from .riding import RideCells, ride_cells, ride_days, ride_values
from .series import choose_width, series

__all__ = [
    "FIXED_RESOLUTION",
    "HOUR",
    "KEYS",
    "MOVING_RESOLUTION",
    "QUERIES",
    "CellDays",
    "Count",
    "Page",
    "RideCells",
    "calibrations",
    "cell_days",
    "check_key",
    "check_nodes",
    "choose_width",
    "corrections",
    "count",
    "exceedances",
    "extent",
    "forecast",
    "hexagons",
    "hourly",
    "latest",
    "latest_page",
    "node",
    "node_days",
    "nodes",
    "nodes_page",
    "quantities",
    "ride",
    "ride_cells",
    "ride_days",
    "ride_page",
    "ride_values",
    "rides",
    "rides_page",
    "samples_page",
    "series",
    "to_period",
    "zone_days",
    "zone_nodes",
    "zone_outlines",
    "zones",
]

EXACT_BELOW = 10_000  # samples that are counted in a few ms


class Count(NamedTuple):
    """How many samples."""

    samples: int
    estimated: bool  # by the server's statistics, not counted


def nodes(connection: Connection) -> pd.DataFrame:
    """All nodes: name, kind, moving, label, cell (H3 resolution 9, 0 = no place), last.

    ``last`` is the time of the latest sample; NaT for a moving node or when there is none.
    """
    return read_frame(connection, QUERIES["nodes"])


def node(connection: Connection, name: str) -> pd.DataFrame:
    """The row of ``nodes`` with this name, or none."""
    return read_frame(connection, QUERIES["node"], {"name": to_name(name)})


def extent(connection: Connection) -> tuple[datetime, datetime] | None:
    """First and last moment of what is public; None when there is nothing."""
    first, last = read_frame(connection, QUERIES["extent"]).iloc[0]
    return None if pd.isna(first) else (first.to_pydatetime(), last.to_pydatetime())


def corrections(connection: Connection, numbers: Sequence[int] = ()) -> pd.DataFrame:
    """What is behind numbers of corrections, or behind all.

    Columns correction, quantity, version, method, scope (node, project or all), gain, made_at.
    """
    wanted = list(map(int, numbers)) or None
    return read_frame(connection, QUERIES["corrections"], {"numbers": wanted})


def calibrations(
    connection: Connection,
    quantity: str,
    start: datetime,
    stop: datetime,
    nodes: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Calibrations by which values of a quantity in a period are corrected; without nodes of all.

    Columns node (where it was made for that alone), quantity, version, method, scope, gain,
    made_at, since, until (NaT while it holds).
    """
    values = {**to_period(start, stop), "quantity": quantity}
    named = None if nodes is None else [to_name(node) for node in nodes]
    return read_frame(connection, QUERIES["calibrations"], values | {"nodes": named})


def quantities(connection: Connection, start: datetime, stop: datetime) -> list[str]:
    """Keys of the quantities of which the period has a value, in the order of the table."""
    columns = sql.SQL(", ").join(map(sql.Identifier, KEYS))
    there = sql.SQL(", ").join(
        sql.SQL("count({0}) > 0 AS {0}").format(sql.Identifier(key)) for key in KEYS
    )
    query = fill(QUERIES["quantities"], columns=columns, there=there)
    found = read_frame(connection, query, to_period(start, stop)).iloc[0]
    return [key for key in KEYS if found[key]]


def latest(connection: Connection, now: datetime | None = None) -> pd.DataFrame:
    """Latest sample of every fixed node: node, time, cell, then value and flag per quantity.

    Of what is corrected also ``<key>_corrected`` and, last, ``correction``.

    With ``now`` also age_s, the seconds since then; below 0 for a clock that is ahead.
    """
    query = fill(QUERIES["latest"], columns=SHOWN)
    found = unpack(read_frame(connection, query, prepare=True))
    if now is not None:
        found.insert(2, "age_s", (now - found["time"]).dt.total_seconds())
    return found


def count(connection: Connection) -> Count:
    """Number of public samples, of fixed nodes and of rides.

    Of more than EXACT_BELOW an estimate, within 5 ms; fewer are counted, and so are all where the
    server has not looked at its tables yet, which autovacuum does within a minute.
    """
    (estimate,) = read_frame(connection, QUERIES["sample_estimate"])["samples"]
    if estimate >= EXACT_BELOW:  # not so when there is none, which is NaN
        return Count(int(estimate), estimated=True)
    (exact,) = read_frame(connection, QUERIES["sample_count"])["samples"]
    return Count(int(exact), estimated=False)


def rides(
    connection: Connection, start: datetime, stop: datetime, limit: int = 100
) -> pd.DataFrame:
    """Public rides that start in the period, the newest first.

    Columns public_id, start (the hour), and of the public part duration_s, distance_m, samples
    and pm25 (mean of the good values).
    """
    first = {"start": stop, "public_id": UUID(int=0), "limit": limit}
    return read_rides(connection, start, stop, first)


def ride(connection: Connection, public_id: str | UUID) -> pd.DataFrame:
    """Public part of one ride: second (since its start), cell (H3 resolution 10), then values.

    Per quantity that the ride has: ``<key>`` and ``<key>_flag``, and of what is corrected
    ``<key>_corrected`` and, last, ``correction``. Empty for an unknown ride.
    """
    query = fill(QUERIES["ride"], columns=SHOWN)
    return unpack(read_frame(connection, query, {"ride": to_ride(public_id)}))


def forecast(connection: Connection, node: str, quantity: str) -> pd.DataFrame:
    """Latest forecast of one quantity of a fixed node; empty when there is none.

    Columns time, one per quantile (``q10`` is level 0.1), issue_time, cutoff, model. What is known
    beside it, and why there is none, ``forecasts.read_forecast`` tells.
    """
    said, found = read_forecast(connection, "node", to_name(node), check_key(quantity))
    for key in ("issue_time", "cutoff"):
        found[key] = pd.Series([said.get(key)] * len(found), dtype="datetime64[us, UTC]")
    return found.assign(model=said.get("model"))


def hourly(connection: Connection, quantity: str, start: datetime, stop: datetime) -> pd.DataFrame:
    """Hours of all fixed nodes: node, time (start of the hour), mean and count of good values."""
    slot = SLOT[find_quantity(quantity).key]
    values = {**to_period(start, stop), "slot": slot, "quantity": quantity}
    queries = periods.HOURS if periods.is_rolled_up(connection, start, stop) else QUERIES
    query = fill(queries["hourly"], quantity=sql.Identifier(quantity))
    return read_frame(connection, query, values)
