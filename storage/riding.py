"""Riding: what the public parts of the rides of a period add up to, without telling them apart.

1. ``ride_days``: how many, how long and how far, a day a row
2. ``ride_values``: how one quantity was spread, by day, flag and class
3. ``ride_cells``: where, in cells that enough rides passed
4. ``riders``: how many nodes rode, the one number that the public views do not hold
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from psycopg import sql

from lokaalmeten.privacy import FEWEST_NODES
from lokaalmeten.quantities import SLOT

from .asked import check_key
from .failures import Connection
from .frame import read_frame
from .hexagons import MOVING_RESOLUTION
from .queries import fill, read_queries

RIDING = read_queries(Path(__file__).with_name("riding.sql"))

# A period is counted as a whole, never a week or a place: of few nodes a difference would tell.
_ALLOWED = """
SELECT has_schema_privilege('private', 'USAGE') AND (
    SELECT bool_and(has_table_privilege(oid, 'SELECT')) FROM pg_class
    WHERE relnamespace = 'private'::regnamespace AND relname = 'ride'
) AS allowed
"""
_RIDERS = """
SELECT count(DISTINCT node_id) AS riders FROM private.ride
WHERE hour >= %(start)s AND hour < %(stop)s
"""


class RideCells(NamedTuple):
    """Cells that enough rides passed, and how many had too few."""

    cells: pd.DataFrame
    left_out: int


def ride_days(connection: Connection, start: datetime, stop: datetime) -> pd.DataFrame:
    """Days on which public rides start, one row a day by the clock of Europe/Amsterdam.

    Columns day (midnight, without a clock), rides, and of their public parts duration_s,
    distance_m (sums), longest_s and longest_m (of one ride).
    """
    return to_dated(read_frame(connection, RIDING["ride_days"], {"start": start, "stop": stop}))


def ride_values(
    connection: Connection, quantity: str, start: datetime, stop: datetime, edges: Sequence[float]
) -> pd.DataFrame:
    """How many values of the rides of each day have a flag and lie in a class.

    Columns day, flag (QARTOD; 9 is missing), class (how many of the ascending ``edges`` the value
    reaches; of a missing one all), count and total (sum of the values; NaN of missing ones).
    """
    key = check_key(quantity)
    values = {"start": start, "stop": stop, "slot": SLOT[key], "edges": list(map(float, edges))}
    query = fill(RIDING["ride_values"], quantity=sql.Identifier(key))
    return to_dated(read_frame(connection, query, values))


def ride_cells(
    connection: Connection, quantity: str, start: datetime, stop: datetime, resolution: int
) -> RideCells:
    """Mean of the good values of rides per H3 cell: cell, mean, count (of values) and rides.

    A cell of fewer than FEWEST_NODES rides is left out, and only counted: where few rode, one of
    them can be followed. Cells are not finer than at MOVING_RESOLUTION.
    """
    key = check_key(quantity)
    values = {
        "start": start,
        "stop": stop,
        "slot": SLOT[key],
        "resolution": min(resolution, MOVING_RESOLUTION),
        "fewest": FEWEST_NODES,
    }
    found = read_frame(connection, fill(RIDING["ride_cells"], quantity=sql.Identifier(key)), values)
    is_cell = found["cell"] != 0
    cells = found.loc[is_cell].drop(columns="left_out").reset_index(drop=True)
    return RideCells(cells, int(found.loc[~is_cell, "left_out"].sum()))


def riders(connection: Connection, start: datetime, stop: datetime) -> int | None:
    """How many moving nodes have a public ride that starts in a period; None when not allowed.

    The public is not told which node rode, so this asks for the right to read private.ride.
    """
    if not bool(read_frame(connection, _ALLOWED)["allowed"].iloc[0]):
        return None
    found = read_frame(connection, _RIDERS, {"start": start, "stop": stop})
    return int(found["riders"].iloc[0])


def to_dated(found: pd.DataFrame) -> pd.DataFrame:
    """The same with its days as datetime64."""
    return found.assign(day=pd.to_datetime(found["day"]).astype("datetime64[us]"))
