"""What the public may know: one function per question, columns out.

Every function takes a connection first, reads only schema public, and returns a DataFrame; times
are aware datetimes in UTC, values in the units of ``lokaalmeten.quantities``, missing is NaN.
A period takes in its start and leaves out its stop. A ride counts in the hour in which it starts:
the public is not told more. Where a period has whole hours, and steps are whole hours, the rollups
answer (``hours.sql``), with what waits to be added up read beside them. All raise StorageError
when the database refuses, or for a quantity that does not exist.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import numpy as np
import pandas as pd
from psycopg import sql

from lokaalmeten.errors import StorageError
from lokaalmeten.geo import to_centres
from lokaalmeten.quality import to_flags
from lokaalmeten.quantities import BY_KEY, QUANTITIES, SLOT

from .failures import Connection
from .frame import read_frame
from .queries import fill, read_queries
from .registry import NAME

QUERIES = read_queries()
HOURS = read_queries(Path(__file__).with_name("hours.sql"))
HOUR = timedelta(hours=1)
MANY = 20_000  # hours of nodes that wait: half a second to look up one by one
KEYS = tuple(quantity.key for quantity in QUANTITIES)
FIXED_RESOLUTION, MOVING_RESOLUTION = 9, 10  # finest cells that the public sees

EXACT_BELOW = 10_000  # samples that are counted in a few ms

Box = tuple[float, float, float, float]  # west, south, east, north, degrees


class Count(NamedTuple):
    """How many samples."""

    samples: int
    estimated: bool  # by the server's statistics, not counted


def nodes(connection: Connection) -> pd.DataFrame:
    """All nodes: name, kind, moving, label, cell (H3 resolution 9, 0 = no place), last.

    ``last`` is the time of the latest sample; NaT for a moving node or when there is none.
    """
    return read_frame(connection, QUERIES["nodes"])


def extent(connection: Connection) -> tuple[datetime, datetime] | None:
    """First and last moment of what is public; None when there is nothing."""
    first, last = read_frame(connection, QUERIES["extent"]).iloc[0]
    return None if pd.isna(first) else (first.to_pydatetime(), last.to_pydatetime())


def quantities(connection: Connection, start: datetime, stop: datetime) -> list[str]:
    """Keys of the quantities of which the period has a value, in the order of the table."""
    columns = sql.SQL(", ").join(map(sql.Identifier, KEYS))
    there = sql.SQL(", ").join(
        sql.SQL("count({0}) > 0 AS {0}").format(sql.Identifier(key)) for key in KEYS
    )
    query = fill(QUERIES["quantities"], columns=columns, there=there)
    found = read_frame(connection, query, to_period(start, stop)).iloc[0]
    return [key for key in KEYS if found[key]]


def hexagons(
    connection: Connection,
    quantity: str,
    start: datetime,
    stop: datetime,
    resolution: int,
    box: Box | None = None,
) -> pd.DataFrame:
    """Cells with good values: cell, mean, count (of values), nodes (boxes and rides).

    ``resolution`` is that of H3. Fixed nodes are never shown finer than at 9 and rides than at
    10: beyond that their cells stay as they are. ``box`` keeps the cells with their centre in it.
    """
    slot = SLOT[check_key(quantity)]
    values = {**to_period(start, stop), "resolution": resolution, "slot": slot}
    queries = HOURS if is_rolled_up(connection, start, stop) else QUERIES
    query = fill(queries["hexagons"], quantity=sql.Identifier(quantity))
    found = read_frame(connection, query, values | {"quantity": quantity})
    if box is None:
        return found
    west, south, east, north = box
    lat, lon = to_centres(found["cell"].to_numpy())
    inside = (lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)
    return found.loc[inside].reset_index(drop=True)


def series(
    connection: Connection,
    node: str,
    quantities: Sequence[str],
    start: datetime,
    stop: datetime,
    width_s: int,
) -> pd.DataFrame:
    """One fixed node in steps of ``width_s`` seconds; only steps with a sample.

    Columns time (start of the step), and per quantity ``<key>`` (mean of the good values, NaN
    when there is none) and ``<key>_count``. With width 0 every sample: ``<key>`` and
    ``<key>_flag``. Empty for a moving or unknown node.
    """
    values = {**to_period(start, stop), "node": to_name(node), "width": width_s}
    names = [_names(key) for key in map(check_key, quantities)]
    if width_s and width_s % HOUR.seconds == 0 and has_whole_hour(start, stop):
        pieces = {"columns": _MEAN, "rolled": _ROLLED, "raw": _SUM}
        text, values = HOURS["series"], values | {"keys": list(quantities)}
    else:
        pieces = {"columns": _GOOD if width_s else _VALUE}
        text = QUERIES["series" if width_s else "samples"]
    columns = {
        name: sql.SQL(", ").join(piece.format(**own) for own in names)
        for name, piece in pieces.items()
    }
    return read_frame(connection, fill(text, **columns), values)


def latest(connection: Connection) -> pd.DataFrame:
    """Latest sample of every fixed node: node, time, cell, then value and flag per quantity."""
    columns = sql.SQL(", ").join(map(sql.Identifier, KEYS))
    return unpack(read_frame(connection, fill(QUERIES["latest"], columns=columns)))


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
    values = {**to_period(start, stop), "limit": limit, "slot": SLOT["pm25"]}
    return read_frame(connection, QUERIES["rides"], values)


def ride(connection: Connection, public_id: str | UUID) -> pd.DataFrame:
    """Public part of one ride: second (since its start), cell (H3 resolution 10), then values.

    Per quantity that the ride has: ``<key>`` and ``<key>_flag``. Empty for an unknown ride.
    """
    try:
        name = UUID(str(public_id))
    except ValueError:
        name = UUID(int=0)  # nobody's
    columns = sql.SQL(", ").join(map(sql.Identifier, KEYS))
    return unpack(read_frame(connection, fill(QUERIES["ride"], columns=columns), {"ride": name}))


def forecast(connection: Connection, node: str, quantity: str) -> pd.DataFrame:
    """Latest forecast of one quantity of a fixed node; empty when there is none.

    Columns time, one per quantile (``q10`` is level 0.1), issue_time, cutoff, model.
    """
    values = {"node": to_name(node), "quantity": check_key(quantity)}
    found = read_frame(connection, QUERIES["forecast"], values)
    levels = found["levels"].iloc[0] if len(found) else []
    table = np.array(found["quantiles"].to_list(), float).reshape(len(found), len(levels))
    quantiles = {f"q{100 * level:.4g}": table[:, i] for i, level in enumerate(levels)}
    return pd.DataFrame({"time": found["time"], **quantiles} | {key: found[key] for key in _ISSUE})


def hourly(connection: Connection, quantity: str, start: datetime, stop: datetime) -> pd.DataFrame:
    """Hours of all fixed nodes: node, time (start of the hour), mean and count of good values."""
    slot = SLOT[check_key(quantity)]
    values = {**to_period(start, stop), "slot": slot, "quantity": quantity}
    queries = HOURS if is_rolled_up(connection, start, stop) else QUERIES
    query = fill(queries["hourly"], quantity=sql.Identifier(quantity))
    return read_frame(connection, query, values)


# pieces

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
_VALUE = sql.SQL("{key}, CASE WHEN {key} IS NULL THEN 9 ELSE flag_of(flags, {slot}) END AS {flag}")
_ISSUE = ("issue_time", "cutoff", "model")


def check_key(key: str) -> str:
    """Return the key of a quantity; StorageError when there is no such quantity."""
    if key not in BY_KEY:
        raise StorageError(f"there is no quantity {key!r}; there is: {', '.join(KEYS)}")
    return key


def to_name(node: str) -> str:
    """Name of a node; nobody's when no node can be called so: not all text is text to a server."""
    return node if NAME.fullmatch(node) else ""


def to_period(start: datetime, stop: datetime) -> dict[str, datetime]:
    """Values start, stop, the hour in which the period starts, and its whole hours.

    These are from ``first`` to ``after``, which says something when there is any.
    """
    hour, after = to_hour(start), to_hour(stop)
    first = hour if hour == start else hour + HOUR
    return {"start": start, "stop": stop, "hour": hour, "first": first, "after": after}


def has_whole_hour(start: datetime, stop: datetime) -> bool:
    """Tell whether a period has a whole hour of UTC in it."""
    period = to_period(start, stop)
    return period["first"] < period["after"]


def is_rolled_up(connection: Connection, start: datetime, stop: datetime) -> bool:
    """Tell whether the rollups are the faster way: a period has whole hours, and few of them wait.

    Both ways lead to the same answer, so it may change before the question is asked.
    """
    if not has_whole_hour(start, stop):
        return False
    found = read_frame(connection, HOURS["waiting"], to_period(start, stop))
    return bool(found["hours"].iloc[0] <= MANY)


def to_hour(moment: datetime) -> datetime:
    """Start of the hour of UTC in which a moment lies."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def unpack(found: pd.DataFrame) -> pd.DataFrame:
    """Replace flags and all quantities by value and flag of those that have any value."""
    kept = found.drop(columns=["flags", *KEYS])
    packed = found["flags"].to_numpy(np.int64)
    for key in KEYS:
        there = found[key].notna().to_numpy()
        if there.any():
            kept[key] = found[key]
            kept[f"{key}_flag"] = to_flags(key, packed, ~there)
    return kept


def _names(key: str) -> dict[str, sql.Composable]:
    return {
        "key": sql.Identifier(key),
        "text": sql.Literal(key),
        "slot": sql.Literal(SLOT[key]),
        "count": sql.Identifier(f"{key}_count"),
        "flag": sql.Identifier(f"{key}_flag"),
    }
