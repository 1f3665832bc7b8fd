"""Days of fixed nodes, and which of them count; exact whatever waits to be added up."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
from psycopg import sql

from lokaalmeten.quantities import SLOT

from . import periods
from .asked import check_nodes, find_quantity
from .failures import Connection
from .frame import read_frame
from .queries import fill


def node_days(
    connection: Connection,
    quantity: str,
    day_start: date,
    day_stop: date,
    nodes: Sequence[str] | None = None,
) -> pd.DataFrame:
    """One row per fixed node and day with good values, from ``day_start`` until ``day_stop``.

    Columns node, day (midnight, without a clock), mean and count (of the good values), expected
    (values of the fullest hour), hours (that count) and complete: such days are what
    ``exceedances`` counts. Days are those of Europe/Amsterdam, ``day_stop`` is not in it; without
    ``nodes`` all. Raises StorageError for a quantity or a fixed node that does not exist.
    """
    if nodes is not None:
        check_nodes(connection, nodes)
    values = to_values(quantity, day_start, day_stop, nodes)
    query = fill(periods.DAYS["node_days"], judged=to_judged(quantity))
    found = read_frame(connection, query, values)
    return found.assign(day=pd.to_datetime(found["day"]).astype("datetime64[us]"))


def to_judged(quantity: str) -> sql.Composed:
    """Piece of a query that adds up the days that wait; its values are those of ``to_values``."""
    return fill(periods.DAYS["judged"], quantity=sql.Identifier(quantity))


def to_values(
    quantity: str, day_start: date, day_stop: date, nodes: Sequence[str] | None
) -> dict[str, Any]:
    """Values of a question about days of nodes; StorageError for an unknown quantity."""
    raw = find_quantity(quantity)
    return {
        "first_day": day_start,
        "after_day": day_stop,
        "first": periods.to_midnight(day_start),
        "after": periods.to_midnight(day_stop),
        "quantity": quantity,
        "slot": SLOT[raw.key],
        "per": float(raw.per),
        "nodes": None if nodes is None else list(nodes),
    }
