"""Rollups: the observations added up per hour and per day, again wherever they were touched.

1. a write notes the hours that it touches, in its own transaction (``write_touched``)
2. take such notes, and all others of the same hours
3. of moving nodes add the hours in which the touched rides start
4. add these hours up again from the observations, and their days from the hours
5. commit: notes and sums change at once, and a crash before changes neither

What is added up is only ever read from committed rows after the notes were taken, so a note can
come too often but never too late. One roll-up works at a time; writers wait for none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from lokaalmeten.quality import BITS, Flag
from lokaalmeten.quantities import QUANTITIES, SLOT

from .failures import Connection, say_failures
from .rows import Rows

LIMIT = 5000  # hours of a node in one transaction: about a second
HOUR_S = 3600
ROLLUP_LOCK = 0x4C4D_0003  # "LM", 3: any number of our own
KEYS = tuple(quantity.key for quantity in QUANTITIES)
PLACES = range(1, len(KEYS) + 1)

_NOTE = """
INSERT INTO private.touched (node_id, first, after)
SELECT node_id, to_timestamp(first), to_timestamp(after)
FROM unnest(%s::integer[], %s::bigint[], %s::bigint[]) AS noted (node_id, first, after)
"""

# Long stretches, as an upgrade notes them, come last: meanwhile the present stays up to date.
_TAKE = """
WITH queue AS (
    SELECT id, node_id, first, after, hours, sum(hours) OVER (ORDER BY late, id) - hours AS before
    FROM (
        SELECT *, after - first > INTERVAL '1 day' AS late,
            extract(epoch FROM after - first)::bigint / 3600 AS hours
        FROM private.touched ORDER BY late, id LIMIT %(limit)s
    ) AS noted
), chosen AS (
    SELECT id, node_id, first, after,
        first + least(hours, %(limit)s - before) * INTERVAL '1 hour' AS until
    FROM queue WHERE before < %(limit)s
), done AS (
    DELETE FROM private.touched t USING chosen c WHERE t.id = c.id AND c.until = c.after
), begun AS (
    UPDATE private.touched t SET first = c.until FROM chosen c WHERE t.id = c.id AND c.until < c.after
)
SELECT DISTINCT node_id, extract(epoch FROM hour)::bigint
FROM chosen CROSS JOIN LATERAL generate_series(first, until - INTERVAL '1 hour', '1 hour') AS hour
"""

_BUCKETS = """
WITH bucket AS (
    SELECT node_id, to_timestamp(hour) AS hour
    FROM unnest(%(node)s::integer[], %(hour)s::bigint[]) AS given (node_id, hour)
)
"""

_TAKE_EQUAL = f"""{_BUCKETS}
DELETE FROM private.touched t USING bucket b
WHERE t.node_id = b.node_id AND t.first = b.hour AND t.after = b.hour + INTERVAL '1 hour'
"""

_RIDES = f"""{_BUCKETS}
SELECT DISTINCT r.node_id, extract(epoch FROM r.hour)::bigint
FROM bucket b JOIN private.ride r ON r.node_id = b.node_id
    AND r.public_start < b.hour + INTERVAL '1 hour' AND r.public_stop >= b.hour
"""

_CLEAR_HOURS = f"""{_BUCKETS}
DELETE FROM private.rollup_hour h USING bucket b WHERE h.node_id = b.node_id AND h.hour = b.hour
"""

_DAYS = f"""{_BUCKETS}, day AS (
    SELECT DISTINCT node_id, (hour AT TIME ZONE 'Europe/Amsterdam')::date AS day FROM bucket
)
"""

_CLEAR_DAYS = f"""{_DAYS}
DELETE FROM private.rollup_day d USING day b WHERE d.node_id = b.node_id AND d.day = b.day
"""

_WAITING = """
SELECT count(*), coalesce(sum(extract(epoch FROM after - first)) / 3600, 0)::bigint, min(at)
FROM private.touched
"""


@dataclass(frozen=True)
class Waiting:
    """What is noted and not yet added up again."""

    notes: int
    hours: int  # of a node, one that is noted twice counted twice
    since: datetime | None  # when the oldest was noted, UTC


def write_touched(connection: Connection, rows: Rows) -> None:
    """Note which hours rows (sorted by node and time, not empty) touch, in the caller's transaction.

    One note for each stretch of hours that follow each other.
    """
    node, hour = rows["node_id"].values, rows["time"].values // HOUR_S
    starts = np.flatnonzero(
        np.concatenate([[True], (node[1:] != node[:-1]) | (hour[1:] > hour[:-1] + 1)])
    )
    ends = np.append(starts[1:], len(node)) - 1
    given = (node[starts], hour[starts] * HOUR_S, (hour[ends] + 1) * HOUR_S)
    connection.execute(_NOTE, [column.tolist() for column in given])


def roll_up(connection: Connection, limit: int = LIMIT) -> int:
    """Add up again at most ``limit`` hours of a node that were touched; return how many it were.

    0 means that nothing waits. One transaction; another roll-up at work is waited for. Raises
    StorageError, after which nothing has changed.
    """
    with say_failures(connection), connection.transaction():
        # Each statement must see what is committed before it, not before the transaction.
        connection.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [ROLLUP_LOCK])
        taken = connection.execute(_TAKE, {"limit": limit}).fetchall()
        if taken:
            connection.execute("SET LOCAL jit = off")  # takes longer than the sums
            connection.execute(_TAKE_EQUAL, to_columns(taken))
            riding = connection.execute(_RIDES, to_columns(taken)).fetchall()
            write_rollups(connection, list({*taken, *riding}))
        return len(taken)


def write_rollups(connection: Connection, buckets: Sequence[tuple[int, int]]) -> None:
    """Replace hours, given as (node id, Unix seconds), and the days in which they lie."""
    given = to_columns(buckets)
    bounds = {"first": min(given["hour"]), "after": max(given["hour"]) + HOUR_S}
    connection.execute(_CLEAR_HOURS, given)
    connection.execute(_ADD_FIXED, given | bounds)
    connection.execute(_ADD_RIDES, given)
    connection.execute(_CLEAR_DAYS, given)
    connection.execute(_ADD_DAYS, given)


def to_columns(buckets: Sequence[tuple[int, int]]) -> dict[str, list[int]]:
    """Buckets as the parameters of a statement."""
    node, hour = zip(*buckets, strict=True)
    return {"node": list(node), "hour": list(hour)}


def waiting(connection: Connection) -> Waiting:
    """Tell what waits to be added up. Raises StorageError."""
    with say_failures(connection):
        row = connection.execute(_WAITING).fetchone()
    assert row
    return Waiting(*row)


# The statements that have a piece for every quantity.


def _array(kind: str, pieces: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(pieces)}]::{kind}[]"


def _say_sums(resolution: int, where: str) -> str:
    """Sums of the observations that meet a condition, one row a cell.

    A value that is not good becomes NULL first, once, and is passed over by all aggregates.
    """
    good = [
        f"CASE WHEN flags & {7 << BITS * SLOT[key]} = {Flag.GOOD << BITS * SLOT[key]}"
        f" THEN {key} END AS good_{key}"
        for key in KEYS
    ]
    sums = [
        _array("integer", [f"nullif(count({key}), 0)" for key in KEYS]),
        _array("integer", [f"nullif(count(good_{key}), 0)" for key in KEYS]),
        _array("bigint", [f"sum(good_{key})" for key in KEYS]),
        _array("integer", [f"min(good_{key})" for key in KEYS]),
        _array("integer", [f"max(good_{key})" for key in KEYS]),
    ]
    return f"""
    SELECT place, {", ".join(sums)}
    FROM (
        SELECT cell_parent(cell, {resolution}) AS place, {", ".join((*KEYS, *good))}
        FROM private.observation
        WHERE {where}
        OFFSET 0 -- or each value would be judged once per aggregate
    ) AS judged
    GROUP BY place
    """


_INTO = """
INSERT INTO private.rollup_hour (node_id, hour, ride, cell, samples, good, total, low, high)
"""

# One step into the key per bucket, so that the cost follows what was touched. The outer bounds
# repeat what the inner ones say: by them the planner leaves out chunks of other times.
_ADD_FIXED = f"""{_BUCKETS} {_INTO}
SELECT b.node_id, b.hour, 0, sums.*
FROM bucket b JOIN private.node n ON n.id = b.node_id AND NOT n.moving CROSS JOIN LATERAL ({
    _say_sums(
        9,
        "node_id = b.node_id AND time >= b.hour AND time < b.hour + INTERVAL '1 hour'"
        " AND time >= to_timestamp(%(first)s) AND time < to_timestamp(%(after)s)",
    )
}) AS sums
"""

_ADD_RIDES = f"""{_BUCKETS} {_INTO}
SELECT b.node_id, b.hour, r.id, sums.*
FROM bucket b JOIN private.node n ON n.id = b.node_id AND n.moving
    JOIN private.ride r ON r.node_id = b.node_id AND r.hour = b.hour CROSS JOIN LATERAL ({
    _say_sums(10, "node_id = r.node_id AND time BETWEEN r.public_start AND r.public_stop")
}) AS sums
"""

_BY_HOUR = ", ".join(
    f"sum(samples[{i}]) AS samples{i}, sum(good[{i}]) AS good{i}, sum(total[{i}]) AS total{i},"
    f" min(low[{i}]) AS low{i}, max(high[{i}]) AS high{i}"
    for i in PLACES
)

_BY_DAY = ", ".join(
    [
        _array("integer", [f"sum(samples{i})" for i in PLACES]),
        _array("integer", [f"sum(good{i})" for i in PLACES]),
        _array("bigint", [f"sum(total{i})" for i in PLACES]),
        _array("integer", [f"min(low{i})" for i in PLACES]),
        _array("integer", [f"max(high{i})" for i in PLACES]),
        _array("integer", [f"max(samples{i})" for i in PLACES]),
        _array(
            "integer",
            [f"nullif(count(*) FILTER (WHERE 4 * good{i} >= 3 * expected{i}), 0)" for i in PLACES],
        ),
    ]
)

_ADD_DAYS = f"""{_DAYS}
INSERT INTO private.rollup_day
    (node_id, day, samples, good, total, low, high, expected, hours)
SELECT b.node_id, b.day, sums.*
FROM day b CROSS JOIN LATERAL (
    SELECT {_BY_DAY}
    FROM (
        SELECT *, {", ".join(f"max(samples{i}) OVER () AS expected{i}" for i in PLACES)}
        FROM (
            SELECT {_BY_HOUR}
            FROM private.rollup_hour h
            WHERE h.node_id = b.node_id AND h.ride = 0
                AND h.hour >= b.day::timestamp AT TIME ZONE 'Europe/Amsterdam'
                AND h.hour < (b.day + 1)::timestamp AT TIME ZONE 'Europe/Amsterdam'
            GROUP BY h.hour
        ) AS hours
    ) AS judged
    HAVING count(*) > 0
) AS sums
"""
