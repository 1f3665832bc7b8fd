"""Exceedances: how often a year was above each limit, and whether enough was measured to say so.

1. the limits of the quantity (lokaalmeten/limits.py)
2. one row a node: days and hours that count, the annual mean, how often it was above each value
3. one row a node and limit, with the share of the year that counts
4. the verdict: above for certain, within, or not known
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from psycopg import sql

from lokaalmeten.errors import StorageError
from lokaalmeten.limits import LIMITS, Limit, find_limits

from . import periods
from .asked import check_nodes, find_quantity
from .failures import Connection
from .frame import read_frame
from .node_days import to_judged, to_values
from .queries import fill

FIRST_YEAR, LAST_YEAR = 1970, 9998
COLUMNS = ["node", "norm", "period", "value", "allowed", "above", "mean", "capture", "counts"]


def exceedances(
    connection: Connection, year: int, quantity: str, nodes: Sequence[str] | None = None
) -> pd.DataFrame:
    """One row per fixed node and limit of a quantity, of nodes with a value in the year.

    Columns node, norm, period (hour, day or year), value (in the unit), allowed and above (how
    many periods may be, and were, above the value; of a year 0 or 1), mean (of the days that
    count), capture (share of the year's hours or days that count), counts (whether that is
    enough) and verdict: "above", "within", or "unknown".

    An hour counts with 75 % of the values that the fullest hour of its day has, a day with 18 such
    hours; only good values do. Year and days are those of Europe/Amsterdam; without ``nodes`` all.
    Raises StorageError for a quantity without limits, and a node or year that does not exist.
    """
    limits = check_limits(quantity)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise StorageError(f"there is no year {year}; it is from {FIRST_YEAR} to {LAST_YEAR}")
    if nodes is not None:
        check_nodes(connection, nodes)
    first_day, after_day = date(year, 1, 1), date(year + 1, 1, 1)
    lowest = min((x.value for x in limits if x.period == "hour"), default=float("inf"))
    values = to_values(quantity, first_day, after_day, nodes) | {"lowest": lowest}
    query = fill(periods.DAYS["years"], judged=to_judged(quantity), **to_pieces(limits))
    found = read_frame(connection, query, values)
    return to_rows(found, limits, days=(after_day - first_day).days)


def check_limits(quantity: str) -> tuple[Limit, ...]:
    """Limits of a quantity; StorageError when it has none."""
    limits = find_limits(find_quantity(quantity).key)
    if not limits:
        those = ", ".join(dict.fromkeys(limit.quantity for limit in LIMITS))
        raise StorageError(f"there is no limit for {quantity}; there are limits for: {those}")
    return limits


def to_pieces(limits: Sequence[Limit]) -> dict[str, sql.Composed]:
    """Pieces of the query that count what is above each limit of hours or days, and add it up."""
    counted = {
        "in_days": ("day", "count(*) FILTER (WHERE complete AND mean > {value}) AS {above}"),
        "in_hours": ("hour", "count(*) FILTER (WHERE mean > {value}) AS {above}"),
    }
    names = {n: limit for n, limit in enumerate(limits) if limit.period != "year"}

    def join(period: str | None, piece: str) -> sql.Composed:
        pieces = [
            fill(
                piece if period in (limit.period, None) else "0 AS {above}",
                above=sql.Identifier(f"above{n}"),
                value=sql.Literal(limit.value),
            )
            for n, limit in names.items()
        ]
        return sql.SQL(", ").join(pieces)

    added = join(None, "sum({above})::bigint AS {above}")
    return {"above": added} | {name: join(*piece) for name, piece in counted.items()}


def to_rows(found: pd.DataFrame, limits: Sequence[Limit], days: int) -> pd.DataFrame:
    """Rows of each node and limit of one row per node; a year has so many ``days``."""
    parts = []
    for number, limit in enumerate(limits):
        measured = found["hours"] / (24 * days) if limit.period == "hour" else found["days"] / days
        # to a billionth, so that a mean that is the limit is not above it by a rounding
        passed = (found["mean"].round(9) > limit.value).astype(np.int64)
        above = passed if limit.period == "year" else found[f"above{number}"]
        part = found[["node", "mean"]].assign(
            norm=limit.norm,
            period=limit.period,
            value=float(limit.value),
            allowed=limit.allowed,
            above=above,
            capture=measured,
            counts=measured >= limit.capture,
        )
        parts.append(part[COLUMNS].assign(verdict=to_verdict(part, limit)))
    rows = pd.concat(parts, ignore_index=True)
    return rows.sort_values("node", kind="stable", ignore_index=True)


def to_verdict(part: pd.DataFrame, limit: Limit) -> np.ndarray:
    """Words (n,): what is missing of a year makes its hours and days above no fewer."""
    certain = part["counts"] if limit.period == "year" else True
    above = (part["above"] > limit.allowed) & certain
    return np.where(above, "above", np.where(part["counts"], "within", "unknown"))
