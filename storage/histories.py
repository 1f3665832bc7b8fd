"""Histories: hours and days of places, as a page of one place and a table of many need them.

1. who stands where: a node, zones, or a cell with the rides through it
2. hours of these places, added up from their nodes, with what waits (``node_hours``,
   ``zone_hours``, ``cell_hours``)
3. days of many zones in one answer (``zones_days``), and of a cell from its hours (``cell_days``)

A day is one of the clock of Europe/Amsterdam.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from psycopg import sql

from lokaalmeten.geo import find_resolution
from lokaalmeten.quantities import SLOT

from . import periods
from .asked import find_quantity, to_name
from .failures import Connection
from .frame import read_frame
from .node_days import node_days
from .queries import fill, read_queries

HISTORIES = read_queries(Path(__file__).with_name("histories.sql"))
NO_RIDES = sql.SQL("")
NO_DAYS = pd.DataFrame()
DAY_COLUMNS = ["place", "day", "mean", "nodes", "complete", "count"]


def node_hours(
    connection: Connection, node: str, quantity: str, start: datetime, stop: datetime
) -> pd.DataFrame:
    """Hours of a fixed node with good values: time, mean, count (of them), nodes (1).

    Of the hours that lie whole in the period. ``quantity`` may be ``<key>_corrected``. Raises
    StorageError for a quantity that does not exist.
    """
    found = _hours(connection, "node", quantity, start, stop, {"place": to_name(node)})
    return found.drop(columns="place")


def zone_hours(
    connection: Connection, zones: Sequence[str], quantity: str, start: datetime, stop: datetime
) -> pd.DataFrame:
    """Hours of zones: place (its name), time, mean of all good values, count, nodes; else as above.

    A node counts in the hours that begin while it stands there.
    """
    places = {"places": [to_name(zone) for zone in zones]}
    return _hours(connection, "zones", quantity, start, stop, places)


def cell_hours(
    connection: Connection, cell: int, quantity: str, start: datetime, stop: datetime
) -> pd.DataFrame:
    """Hours of an H3 cell, of its fixed nodes and the rides through it: columns as ``node_hours``.

    A ride counts in the hour in which it starts. Fixed nodes are not in cells finer than 9.
    """
    values = {"place": f"{cell:x}", "cell": cell, "resolution": find_resolution(cell)}
    return _hours(connection, "cell", quantity, start, stop, values).drop(columns="place")


def cell_days(
    connection: Connection, cell: int, quantity: str, first: date, after: date
) -> pd.DataFrame:
    """Days of an H3 cell from ``first`` until ``after``: day, mean (of all good values), count.

    Also nodes (boxes and rides of the hour that has most) and hours (with good values).
    """
    moments = periods.to_midnight(first), periods.to_midnight(after)
    found = cell_hours(connection, cell, quantity, *moments)
    local = found["time"].dt.tz_convert(periods.AMSTERDAM).dt.tz_localize(None)
    found = found.assign(day=local.dt.normalize(), total=found["mean"] * found["count"])
    days = found.groupby("day", as_index=False).agg(
        total=("total", "sum"),
        count=("count", "sum"),
        nodes=("nodes", "max"),
        hours=("mean", "size"),
    )
    return days.assign(mean=days.pop("total") / days["count"])


def zones_days(
    connection: Connection, zones: Sequence[str], quantity: str, first: date, after: date
) -> pd.DataFrame:
    """Days of zones from ``first`` until ``after``, one row a zone and day with good values.

    Columns place (its name), day, mean (of all good values), nodes (with good values), complete
    (of these with 18 hours that count, see ``exceedances``) and count (of values). Two questions,
    however many zones: days that wait come from those of their nodes.
    """
    names = [to_name(zone) for zone in zones]
    values = {"places": names, "quantity": quantity, "first_day": first, "after_day": after}
    find_quantity(quantity)
    found: Any = read_frame(connection, HISTORIES["zones_days"], values)
    found["day"] = pd.to_datetime(found["day"]).astype("datetime64[us]")
    waits = found.pop("waits").astype(bool)
    known, waiting = found[~waits], found.loc[waits, ["place", "day"]].drop_duplicates()
    added = add_up(connection, names, quantity, waiting)
    both: Any = pd.concat([part for part in (known, added) if len(part)] or [known])
    return both[DAY_COLUMNS].sort_values(["place", "day"], ignore_index=True)


def add_up(
    connection: Connection, zones: Sequence[str], quantity: str, waiting: Any
) -> pd.DataFrame:
    """Days of zones (place, day) from those of the nodes that stood in them when they began."""
    if waiting.empty:
        return NO_DAYS
    days = waiting["day"].drop_duplicates().sort_values()
    values = {"places": list(zones), "days": [day.date() for day in days]}
    standing: Any = read_frame(connection, HISTORIES["standing"], values)
    standing["day"] = pd.to_datetime(standing["day"]).astype("datetime64[us]")
    nodes = sorted(set(standing["node"]))
    first, after = days.iloc[0].date(), days.iloc[-1].date() + periods.DAY
    found = node_days(connection, quantity, first, after, nodes) if nodes else None
    if found is None or found.empty:
        return NO_DAYS
    parts = standing.merge(waiting, on=["place", "day"]).merge(found, on=["node", "day"])
    parts = parts.assign(
        total=parts["mean"] * parts["count"], complete=parts["complete"].astype(int)
    )
    added = parts.groupby(["place", "day"], as_index=False).agg(
        total=("total", "sum"),
        count=("count", "sum"),
        nodes=("node", "size"),
        complete=("complete", "sum"),
    )
    return added.assign(mean=added.pop("total") / added["count"])


def _hours(
    connection: Connection,
    kind: str,
    quantity: str,
    start: datetime,
    stop: datetime,
    values: dict[str, Any],
) -> pd.DataFrame:
    raw = find_quantity(quantity)
    column = sql.Identifier(quantity)
    rides = fill(HISTORIES["rides"], quantity=column) if kind == "cell" else NO_RIDES
    present = fill(HISTORIES[kind])
    query = fill(HISTORIES["hours"], present=present, rides=rides, quantity=column)
    asked = {**periods.to_period(start, stop), "quantity": quantity, "slot": SLOT[raw.key]}
    return read_frame(connection, query, asked | values)
