"""Means of some fixed nodes over one period, for points on a map.

A short period is read as it was measured. Of a longer one its whole hours count, as they are added
up: what it has before and after them, less than an hour each, is left out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pandas as pd
from psycopg import sql

from lokaalmeten.quantities import SLOT

from .asked import find_quantity
from .failures import Connection
from .frame import read_frame
from .periods import to_period
from .queries import fill

SHORT = timedelta(hours=2)  # hundreds of samples of a node at most

_SAMPLES = """
SELECT node, avg({quantity})::float8 AS mean, count(*) AS count
FROM public.observation
WHERE time >= %(start)s AND time < %(stop)s AND node = ANY(%(nodes)s)
    AND flag_of(flags, %(slot)s) = 1 AND {quantity} IS NOT NULL
GROUP BY node
"""
_HOURS = """
SELECT node, sum(mean * good) / sum(good) AS mean, sum(good)::bigint AS count
FROM public.rollup_hour
WHERE hour >= %(first)s AND hour < %(after)s AND node = ANY(%(nodes)s)
    AND quantity = %(quantity)s AND good > 0
GROUP BY node
"""


def is_short(start: datetime, stop: datetime) -> bool:
    """Tell whether every sample of a period counts, not only its whole hours."""
    return stop - start <= SHORT


def node_means(
    connection: Connection, quantity: str, start: datetime, stop: datetime, nodes: Sequence[str]
) -> pd.DataFrame:
    """Mean and count of the good values of each of these nodes that has some: node, mean, count."""
    key = find_quantity(quantity).key
    values = {**to_period(start, stop), "nodes": list(nodes), "quantity": key, "slot": SLOT[key]}
    text = _SAMPLES if is_short(start, stop) else _HOURS
    return read_frame(connection, fill(text, quantity=sql.Identifier(key)), values)
