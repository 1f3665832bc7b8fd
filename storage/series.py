"""Series: one quantity after the other of one node, in samples, steps, hours or days."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import pandas as pd
from psycopg import sql

from . import periods
from .asked import (
    QUERIES,
    VALUE,
    find_quantity,
    list_corrected,
    to_name,
    write_columns,
    write_samples,
)
from .failures import Connection
from .frame import read_frame
from .queries import fill

HOUR_S, DAY_S = 3600, 86_400
WIDTHS = (0, 300, HOUR_S, DAY_S)  # samples, and steps that a reader knows
SAMPLE_S = 60  # between the samples of a box
POINTS = 1000  # about what a screen can show of one line


def choose_width(start: datetime, stop: datetime, points: int = POINTS) -> int:
    """Narrowest of WIDTHS that cuts a period in at most ``points``, in seconds; days at last.

    0 is every sample, which a box takes each minute.
    """
    length = (stop - start).total_seconds()
    return next((w for w in WIDTHS if length <= points * (w or SAMPLE_S)), WIDTHS[-1])


def series(
    connection: Connection,
    node: str,
    quantities: Sequence[str],
    start: datetime,
    stop: datetime,
    width_s: int | None = None,
    *,
    corrected: bool = False,
) -> pd.DataFrame:
    """One fixed node in steps of ``width_s`` seconds; only steps with a sample.

    Columns time (start of the step), and per quantity ``<key>`` (mean of the good values, NaN
    when there is none) and ``<key>_count``. With width 0 every sample: ``<key>`` and
    ``<key>_flag``. Steps of 86,400 s are days by the clock of Europe/Amsterdam, all others are
    counted from 1970; None is what ``choose_width`` chooses. Empty for a moving or unknown node. A
    quantity may be ``<key>_corrected``: what it is corrected to, judged by the raw value.

    With ``corrected`` also ``<key>_corrected`` of each quantity that calibration corrects, and its
    ``<key>_corrected_count``; of samples ``correction`` instead, a number of
    ``reader.corrections``.
    """
    width = choose_width(start, stop) if width_s is None else width_s
    keys = tuple(quantities)
    for key in keys:
        find_quantity(key)
    if corrected and width:
        keys += tuple(list_corrected(keys)[:-1])
    values = {"node": to_name(node), "width": width, "keys": list(keys)}
    span = {"start": start, "stop": stop}
    if width == DAY_S:
        query, values = compose("days", keys), values | periods.to_days(start, stop)
    elif width and width % HOUR_S == 0 and periods.has_whole_hour(start, stop):
        if periods.is_whole(start, stop):
            found = read_frame(connection, compose("rolled", keys), values | span)
            if len(found):
                return found
        query, values = compose("hours", keys), values | periods.to_period(start, stop)
    else:
        way = "steps" if width else "corrected" if corrected else "samples"
        query, values = compose(way, keys), values | span
    return read_frame(connection, query, values)


@lru_cache(maxsize=1000)
def compose(way: str, keys: tuple[str, ...]) -> str:
    """Text of the query that answers in one of WAYS, made once for the same quantities."""
    text, pieces = WAYS[way]
    filled = {name: write_columns(piece, keys) for name, piece in pieces.items()}
    if way == "corrected":
        filled["columns"] = write_samples(keys, corrected=True)
    return fill(text, **filled).as_string(None)


# pieces, of good values

_GOOD = sql.SQL(
    "avg({key}) FILTER (WHERE flag_of(flags, {slot}) = 1) AS {key},"
    " count({key}) FILTER (WHERE flag_of(flags, {slot}) = 1) AS {count}"
)
_SUM = sql.SQL(
    "sum({key}) FILTER (WHERE flag_of(flags, {slot}) = 1) AS {key},"
    " count({key}) FILTER (WHERE flag_of(flags, {slot}) = 1) AS {count}"
)
_ROLLED = sql.SQL(
    "sum(mean * good) FILTER (WHERE quantity = {text}) AS {key},"
    " coalesce(sum(good) FILTER (WHERE quantity = {text}), 0) AS {count}"
)
_MEAN = sql.SQL("sum({key}) / sum({count}) AS {key}, sum({count})::bigint AS {count}")
_QUOTIENT = sql.SQL(
    "sum(mean * good) FILTER (WHERE quantity = {text})"
    " / sum(good) FILTER (WHERE quantity = {text})::float8 AS {key},"
    " coalesce(sum(good) FILTER (WHERE quantity = {text}), 0)::bigint AS {count}"
)
_PARTS = {"columns": _MEAN, "rolled": _ROLLED, "raw": _SUM}

WAYS: dict[str, tuple[str, dict[str, sql.SQL]]] = {
    "samples": (QUERIES["samples"], {"columns": VALUE}),
    "corrected": (QUERIES["samples"], {"columns": VALUE}),
    "steps": (QUERIES["series"], {"columns": _GOOD}),
    "rolled": (periods.HOURS["rolled_series"], {"columns": _QUOTIENT}),
    "hours": (periods.HOURS["series"], _PARTS),
    "days": (periods.DAYS["series"], _PARTS),
}
