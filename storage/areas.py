"""Areas: zones and cells a day at a time, over months and years.

A day of a zone is exact at any moment: what is not added up yet is added up in the answer. Cells
are for maps of long periods, and say which days are left out of them.
"""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from psycopg import sql

from lokaalmeten.errors import StorageError
from lokaalmeten.geo import Box, cover_box
from lokaalmeten.quantities import SLOT

from . import periods
from .asked import find_quantity, to_name
from .failures import Connection
from .frame import read_frame
from .hexagons import FIXED_RESOLUTION, INSIDE, MOVING_RESOLUTION, keep_inside
from .queries import fill, read_queries

PLACES = read_queries(Path(__file__).with_name("places.sql"))
COARSEST = 7  # resolution of the largest cells of which days are kept


class CellDays(NamedTuple):
    """Cells over some days, and which of the days are not in them."""

    cells: pd.DataFrame
    left_out: list[date]


def zones(connection: Connection) -> pd.DataFrame:
    """All zones: name, kind, label, nodes (that stand in it now)."""
    return read_frame(connection, PLACES["zones"])


def zone_nodes(connection: Connection, start: datetime, stop: datetime) -> pd.DataFrame:
    """Fixed nodes that stood in a zone in a period: zone, node; one row a pair."""
    return read_frame(connection, PLACES["zone_nodes"], {"start": start, "stop": stop})


def zone_outlines(connection: Connection) -> dict[str, dict[str, Any]]:
    """Outline of every zone by its name, as GeoJSON."""
    found = read_frame(connection, PLACES["zone_outlines"])
    return dict(zip(found["name"], map(json.loads, found["outline"]), strict=True))


def zone_days(
    connection: Connection, zone: str, quantity: str, start: datetime, stop: datetime
) -> pd.DataFrame:
    """Days of a zone with good values of its fixed nodes, one row a day.

    Columns day (midnight, without a clock), mean (of all good values), median (of the means of the
    nodes), low and high (of the good values), nodes (with good values), complete (nodes with 18
    hours that count, see ``exceedances``) and count (of good values). A day is one of the clock of
    Europe/Amsterdam and counts when it begins in the period; a node counts where it stood then.
    Raises StorageError for a zone or quantity that does not exist.
    """
    raw = find_quantity(quantity)
    values = periods.to_begun_days(start, stop) | {
        "zone": to_name(zone),
        "quantity": quantity,
        "slot": SLOT[raw.key],
        "per": float(raw.per),
    }
    found = read_frame(connection, PLACES["zone_days_rolled"], values)
    if found.pop("waits").any():
        query = fill(PLACES["zone_days"], quantity=sql.Identifier(quantity))
        found = read_frame(connection, query, values)
    if found.empty:
        check_zone(connection, zone)
    return found.assign(day=pd.to_datetime(found["day"]).astype("datetime64[us]"))


def check_zone(connection: Connection, zone: str) -> None:
    """Refuse a name that no zone has, with a StorageError."""
    if read_frame(connection, PLACES["known_zone"], {"zone": to_name(zone)}).empty:
        raise StorageError(f"there is no zone called {zone!r}; see: meten zone list")


def cell_days(
    connection: Connection,
    quantity: str,
    day_start: date,
    day_stop: date,
    resolution: int,
    box: Box | None = None,
) -> CellDays:
    """Cells with good values over whole days, and the days that are left out as they wait.

    Columns cell, mean (of all good values), count (of values) and nodes (boxes and rides, on the
    day that has most). Days are from ``day_start`` until ``day_stop``, which is not in it, by the
    clock of Europe/Amsterdam. ``resolution`` is that of H3: nothing is shown coarser than at 7,
    fixed nodes not finer than at 9 and rides not than at 10. ``box`` keeps the cells with their
    centre in it. Raises StorageError for a quantity that does not exist.
    """
    find_quantity(quantity)
    fixed = max(COARSEST, min(resolution, FIXED_RESOLUTION))
    values = {
        "quantity": quantity,
        "first_day": day_start,
        "after_day": day_stop,
        "fixed": fixed,
        "moving": max(COARSEST, min(resolution, MOVING_RESOLUTION)),
    }
    cover = box and cover_box(box, fixed)
    if cover:
        values |= {"coarse": cover[0], "cover": cover[1]}
    query = fill(PLACES["cell_days"], inside=INSIDE if cover else sql.SQL("TRUE"))
    found = read_frame(connection, query, values)
    is_cell = found["cell"] != 0
    cells = found.loc[is_cell].drop(columns="left_out").reset_index(drop=True)
    left_out = found.loc[~is_cell, "left_out"].to_list()
    return CellDays(cells if box is None else keep_inside(cells, box), left_out)
