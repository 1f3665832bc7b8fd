"""Corrected values: which calibrations make them, and stored rows corrected when those come later.

A row is changed in place, and its hour noted as with any change: raw values and flags stay. Rows
that are as they should be are not written, so doing it again, or going on where it stopped, costs a
look at each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import sql
from psycopg.rows import class_row

from lokaalmeten.observations import MISSING, Observations, to_observations
from lokaalmeten.quality import to_flags
from lokaalmeten.quantities import BY_KEY, CORRECTED

from .calibrations import CALIBRATION_LOCK
from .copy import Column
from .deletion import ANY_SIZE
from .failures import Connection, say_failures
from .hours import write_touched
from .rows import CORRECTED_KEYS, KIND, to_column
from .sending import copy_rows
from .stream import Block, stream


@dataclass(frozen=True)
class Applied:
    """A calibration by which values are corrected."""

    id: int
    node_id: int | None
    project_id: int | None
    quantity: str
    since: datetime
    until: datetime | None
    version: int
    method: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Member:
    """A node as calibrations look at it."""

    id: int
    name: str
    project_id: int | None
    lat: float | None  # degrees, WGS84; of a fixed node
    lon: float | None


@dataclass(frozen=True)
class Stored:
    """Rows of a node as they are stored, by time."""

    rows: Observations  # of CORRECTED only, with what they are corrected to
    time: NDArray[np.datetime64]  # (n,) UTC, to the microsecond


_APPLIED = """
SELECT id, node_id, project_id, quantity, since, until, version, method, parameters
FROM private.calibration WHERE applied ORDER BY id
"""
_MEMBERS = """
SELECT
    id, name, project_id,
    CASE WHEN NOT moving THEN lat / 1e7::float8 END AS lat,
    CASE WHEN NOT moving THEN lon / 1e7::float8 END AS lon
FROM private.node
WHERE %(nodes)s::integer[] IS NULL OR id = ANY(%(nodes)s::integer[])
ORDER BY id
"""
_SETS = """
SELECT id, array_agg(calibration_id ORDER BY calibration_id) FROM private.correction GROUP BY id
"""
_NEXT = "SELECT nextval(pg_get_serial_sequence('private.correction', 'id'))"
_ADD = "INSERT INTO private.correction (id, calibration_id) SELECT %s, unnest(%s::integer[])"

_ROWS = sql.SQL("""
SELECT time, flags, correction, {columns} FROM private.observation
WHERE node_id = %(node)s AND time >= %(start)s AND time < %(stop)s
ORDER BY time
""")
_SPANS = """
SELECT node.id, span.first, span.last
FROM unnest(%(nodes)s::integer[]) AS node (id) CROSS JOIN LATERAL (
    SELECT min(time) AS first, max(time) AS last FROM private.observation
    WHERE node_id = node.id AND time >= %(start)s AND time < %(stop)s
) AS span
WHERE span.first IS NOT NULL
ORDER BY node.id
"""
_CORRECTED = sql.Identifier("pg_temp", "corrected")
_TABLE = sql.SQL("""
CREATE TEMP TABLE IF NOT EXISTS corrected ON COMMIT DELETE ROWS AS
SELECT node_id, time, correction, {columns} FROM private.observation WITH NO DATA
""").format(columns=sql.SQL(", ").join(map(sql.Identifier, CORRECTED_KEYS)))
_UPDATE = sql.SQL("""
UPDATE private.observation o SET correction = c.correction, {columns}
FROM pg_temp.corrected c
WHERE o.node_id = c.node_id AND o.time = c.time
    AND o.node_id = %(node)s AND o.time BETWEEN %(first)s AND %(last)s
""").format(
    columns=sql.SQL(", ").join(
        sql.SQL("{0} = c.{0}").format(sql.Identifier(key)) for key in CORRECTED_KEYS
    )
)


def read_applied(connection: Connection) -> list[Applied]:
    """All calibrations by which values are corrected."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Applied)) as cursor:
        return cursor.execute(_APPLIED).fetchall()


def read_members(connection: Connection, nodes: Sequence[int] | None = None) -> list[Member]:
    """Nodes of these numbers, or all, by number."""
    given = {"nodes": None if nodes is None else list(nodes)}
    with say_failures(connection), connection.cursor(row_factory=class_row(Member)) as cursor:
        return cursor.execute(_MEMBERS, given).fetchall()


def number_sets(connection: Connection, sets: Iterable[tuple[int, ...]]) -> list[int]:
    """Numbers of sets of calibrations (their ids, rising); a new set gets one."""
    with say_failures(connection), connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [CALIBRATION_LOCK])
        known = {tuple(ids): number for number, ids in connection.execute(_SETS).fetchall()}
        found = []
        for ids in sets:
            if ids not in known:
                (known[ids],) = connection.execute(_NEXT).fetchone() or (0,)
                connection.execute(_ADD, [known[ids], list(ids)])
            found.append(known[ids])
        return found


def read_spans(
    connection: Connection, nodes: Sequence[int], start: datetime, stop: datetime
) -> list[tuple[int, datetime, datetime]]:
    """Nodes with rows in a period by number, and the first and last moment of these rows."""
    values = {"nodes": list(nodes), "start": start, "stop": stop}
    with say_failures(connection):
        return connection.execute(_SPANS, values).fetchall()


def read_stored(
    connection: Connection, node: int, start: datetime, stop: datetime
) -> Stored | None:
    """Rows of a node in a period, None without any."""
    names = [*CORRECTED, *CORRECTED_KEYS]
    query = _ROWS.format(columns=sql.SQL(", ").join(map(sql.Identifier, names)))
    values = {"node": node, "start": start, "stop": stop}
    blocks = list(stream(connection, query, values))
    if not blocks:
        return None
    time = np.concatenate([block["time"].values for block in blocks])
    counts = np.stack([join(blocks, key) for key in CORRECTED])
    corrected = np.stack([join(blocks, key) for key in CORRECTED_KEYS])
    packed = np.concatenate([block["flags"].values for block in blocks])
    sound = np.concatenate([block["flags"].is_null for block in blocks])
    flags = [
        np.where(sound & (row != MISSING), 1, to_flags(key, packed, row == MISSING))
        for key, row in zip(CORRECTED, counts, strict=True)
    ]
    rows = to_observations(
        np.full(len(time), node, np.int32),
        to_seconds(time),
        CORRECTED,
        counts,
    )
    rows = replace(
        rows,
        flags=np.array(flags, np.uint8),
        corrected_keys=CORRECTED,
        corrected=corrected,
        correction=join(blocks, "correction"),
    )
    return Stored(rows, time)


def join(blocks: Sequence[Block], name: str) -> NDArray[np.int32]:
    """A column of all blocks, MISSING where NULL."""
    parts = [np.where(b[name].is_null, MISSING, b[name].values.astype(np.int32)) for b in blocks]
    return np.concatenate(parts).astype(np.int32)


def rewrite(connection: Connection, stored: Stored, corrected: Observations) -> int:
    """Give stored rows the corrected values of ``corrected``, the same rows; how many changed.

    One transaction. Raises StorageError, after which nothing of this call is stored.
    """
    wanted, correction = spread(corrected)
    before, known = spread(stored.rows)
    changed = (wanted != before).any(axis=0) | (correction != known)
    if not changed.any():
        return 0
    node, time = stored.rows.node[changed], stored.time[changed]
    rows = {
        "node_id": Column("integer", node),
        "time": Column("timestamptz", time),
        "correction": to_column("integer", correction[changed]),
    }
    for key, name, row in zip(CORRECTED, CORRECTED_KEYS, wanted, strict=True):
        rows[name] = to_column(KIND[BY_KEY[key].code], row[changed])
    ends = {"first": time[0].item(), "last": time[-1].item()}
    values = {name: at.replace(tzinfo=UTC) for name, at in ends.items()} | {"node": int(node[0])}
    touched = {"node_id": rows["node_id"], "time": Column("timestamptz", to_seconds(time))}
    with say_failures(connection), connection.transaction():
        connection.execute(_TABLE)
        connection.execute("TRUNCATE pg_temp.corrected")
        connection.execute(ANY_SIZE)
        copy_rows(connection, rows, _CORRECTED)
        count = connection.execute(_UPDATE, values).rowcount
        write_touched(connection, touched, added=False)
    return count


def spread(rows: Observations) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Corrected values (q, n) of all of CORRECTED, and the correction (n,), MISSING where none."""
    found = np.full((len(CORRECTED), len(rows)), MISSING, np.int32)
    if rows.corrected is None or rows.correction is None:
        return found, np.full(len(rows), MISSING, np.int32)
    for key, row in zip(rows.corrected_keys, rows.corrected, strict=True):
        found[CORRECTED.index(key)] = row
    return found, rows.correction


def to_seconds(time: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Unix seconds (n,)."""
    return time.astype("datetime64[s]").astype(np.int64)
