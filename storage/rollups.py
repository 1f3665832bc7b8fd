"""Rollups: the observations added up per hour and per day, again wherever they were touched.

1. a write notes the hours that it touches, in its own transaction (``write_touched``)
2. take such notes, and all others of the same hours
3. of moving nodes add the hours in which the touched rides start
4. add these hours up again from the observations, and their days from the hours
5. commit: notes and sums change at once, and a crash before changes neither

What is added up is only ever read from committed rows after the notes were taken, so a note can
come too often but never too late. One roll-up works at a time; writers wait for none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from psycopg import sql

from lokaalmeten.quality import BITS, Flag
from lokaalmeten.quantities import QUANTITIES, SLOT

from .failures import Connection, say_failures
from .queries import fill, read_queries, to_piece
from .rows import Rows

LIMIT = 5000  # hours of a node in one transaction: about a second
HOUR_S = 3600
ROLLUP_LOCK = 0x4C4D_0003  # "LM", 3: any number of our own
KEYS = tuple(quantity.key for quantity in QUANTITIES)
PLACES = range(1, len(KEYS) + 1)


@dataclass(frozen=True)
class Waiting:
    """What is noted and not yet added up again."""

    notes: int
    hours: int  # of a node, one that is noted twice counted twice
    since: datetime | None  # when the oldest was noted, UTC


def write_touched(connection: Connection, rows: Rows) -> None:
    """Note in the caller's transaction which hours rows touch; sorted by node and time, not empty.

    One note for each stretch of hours that follow each other.
    """
    node, hour = rows["node_id"].values, rows["time"].values // HOUR_S
    starts = np.flatnonzero(
        np.concatenate([[True], (node[1:] != node[:-1]) | (hour[1:] > hour[:-1] + 1)])
    )
    ends = np.append(starts[1:], len(node)) - 1
    given = (node[starts], hour[starts] * HOUR_S, (hour[ends] + 1) * HOUR_S)
    connection.execute(STATEMENTS["note"], [column.tolist() for column in given])


def roll_up(connection: Connection, limit: int = LIMIT) -> int:
    """Add up again at most ``limit`` hours of a node that were touched; return how many it were.

    0 means that nothing waits. One transaction; another roll-up at work is waited for. Raises
    StorageError, after which nothing has changed.
    """
    with say_failures(connection), connection.transaction():
        # Each statement must see what is committed before it, not before the transaction.
        connection.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [ROLLUP_LOCK])
        taken = connection.execute(STATEMENTS["take"], {"limit": limit}).fetchall()
        if taken:
            connection.execute("SET LOCAL jit = off")  # takes longer than the sums
            connection.execute(STATEMENTS["take_equal"], to_columns(taken))
            riding = connection.execute(STATEMENTS["find_rides"], to_columns(taken)).fetchall()
            write_rollups(connection, list({*taken, *riding}))
        return len(taken)


def write_rollups(connection: Connection, buckets: Sequence[tuple[int, int]]) -> None:
    """Replace hours, given as (node id, Unix seconds), and the days in which they lie."""
    given = to_columns(buckets)
    bounds = {"first": min(given["hour"]), "after": max(given["hour"]) + HOUR_S}
    connection.execute(STATEMENTS["clear_hours"], given)
    connection.execute(STATEMENTS["add_fixed"], given | bounds)
    connection.execute(STATEMENTS["add_rides"], given)
    connection.execute(STATEMENTS["clear_days"], given)
    connection.execute(STATEMENTS["add_days"], given)


def to_columns(buckets: Sequence[tuple[int, int]]) -> dict[str, list[int]]:
    """Buckets as the parameters of a statement."""
    node, hour = zip(*buckets, strict=True)
    return {"node": list(node), "hour": list(hour)}


def waiting(connection: Connection) -> Waiting:
    """Tell what waits to be added up. Raises StorageError."""
    with say_failures(connection):
        row = connection.execute(STATEMENTS["waiting"]).fetchone()
    assert row
    return Waiting(*row)


# The pieces of rollups.sql.


def read_statements() -> dict[str, sql.Composed]:
    """Read the statements by name, complete."""
    pieces = {name: to_piece(text) for name, text in (TABLES | list_pieces()).items()}
    queries = read_queries(Path(__file__).with_name("rollups.sql"))
    return {name: fill(text, **pieces) for name, text in queries.items()}


TABLES = {
    "buckets": """bucket AS (
    SELECT node_id, to_timestamp(hour) AS hour
    FROM unnest(%(node)s::integer[], %(hour)s::bigint[]) AS given (node_id, hour)
)""",
    "days": """day AS (
    SELECT DISTINCT node_id, (hour AT TIME ZONE 'Europe/Amsterdam')::date AS day FROM bucket
)""",
}


def list_pieces() -> dict[str, str]:
    """What is said once per quantity; of a value that is not good ``good_<key>`` is NULL."""
    good = {key: (7 << BITS * SLOT[key], Flag.GOOD << BITS * SLOT[key]) for key in KEYS}
    return {
        "judged": ", ".join(
            f"{key}, CASE WHEN flags IS NULL OR flags & {mask} = {flag} THEN {key} END"
            f" AS good_{key}"
            for key, (mask, flag) in good.items()
        ),
        "sums": ", ".join(
            (
                to_array("integer", "nullif(count({}), 0)", KEYS),
                to_array("integer", "nullif(count(good_{}), 0)", KEYS),
                to_array("bigint", "sum(good_{})", KEYS),
                to_array("integer", "min(good_{})", KEYS),
                to_array("integer", "max(good_{})", KEYS),
            )
        ),
        "by_hour": ", ".join(
            f"sum(samples[{i}]) AS samples{i}, sum(good[{i}]) AS good{i},"
            f" sum(total[{i}]) AS total{i}, min(low[{i}]) AS low{i}, max(high[{i}]) AS high{i}"
            for i in PLACES
        ),
        "expected": ", ".join(f"max(samples{i}) OVER () AS expected{i}" for i in PLACES),
        "by_day": ", ".join(
            (
                to_array("integer", "sum(samples{})", PLACES),
                to_array("integer", "sum(good{})", PLACES),
                to_array("bigint", "sum(total{})", PLACES),
                to_array("integer", "min(low{})", PLACES),
                to_array("integer", "max(high{})", PLACES),
                to_array("integer", "max(samples{})", PLACES),
                to_array("integer", f"nullif(count(*) FILTER (WHERE {CAPTURED}), 0)", PLACES),
            )
        ),
    }


CAPTURED = "4 * good{0} >= 3 * expected{0}"  # 75 %, what European data capture asks of an hour


def to_array(kind: str, piece: str, names: Iterable[str | int]) -> str:
    """One piece per quantity as an array."""
    return f"ARRAY[{', '.join(piece.format(name) for name in names)}]::{kind}[]"


STATEMENTS = read_statements()
