"""Deletion: what is whose, in whatever table, and how it goes without stopping anybody.

Which tables hold something of a node the catalogue tells: those with a column ``node_id``, and
those that name it in a text column ``node``. A table that a later version adds is found the same
way.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from psycopg import sql

from .failures import Connection

WAIT = "10s"  # for writers that are at work; they wait meanwhile
OBSERVATION = "observation"

_TABLES = """
SELECT c.relname::text, a.attname::text
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace IN ('private'::regnamespace, 'public'::regnamespace)
    AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND (
        (a.attname = 'node_id' AND a.atttypid IN ('integer'::regtype, 'bigint'::regtype))
        OR (a.attname = 'node' AND a.atttypid = 'text'::regtype)
        OR (a.attname = 'id' AND c.relname = 'node')
    )
ORDER BY c.relname
"""

_FIRST = """
SELECT time FROM private.observation
WHERE node_id = %(node)s AND time < coalesce(%(before)s, 'infinity'::timestamptz)
ORDER BY time LIMIT 1
"""

# By month in UTC, as the table is cut where TimescaleDB does not cut it.
_DELETE_MONTH = """
DELETE FROM private.observation
WHERE node_id = %(node)s AND time >= %(first)s AND time < least(
    (date_trunc('month', %(first)s::timestamptz AT TIME ZONE 'UTC') + INTERVAL '1 month')
        AT TIME ZONE 'UTC',
    %(before)s::timestamptz
)
"""

# A compressed chunk refuses more than 100,000 rows; on plain PostgreSQL the name means nothing.
ANY_SIZE = "SET LOCAL timescaledb.max_tuples_decompressed_per_dml_transaction = 0"

# A message can name a node without being known as its own: on a topic of no form of ours.
_REJECTED = """
FROM private.rejected
WHERE node = %(name)s OR %(name)s = ANY(string_to_array(topic, '/'))
    OR position(convert_to(%(hardware)s, 'UTF8') IN payload) > 0
"""

# Tables that tell in another way whose a row is.
_OTHERS: dict[str, LiteralString] = {
    "rejected": _REJECTED,
    "added": "FROM private.added WHERE %(id)s = ANY(nodes)",
}


@dataclass(frozen=True)
class Named:
    """What a node is known by."""

    id: int
    name: str
    hardware: str | None


def read_tables(connection: Connection) -> list[tuple[str, str]]:
    """Every table that may hold something of a node, with the column that says of which."""
    return connection.execute(_TABLES).fetchall()


def count_rows(connection: Connection, node: Named) -> dict[str, int]:
    """Rows of a node by table, of all tables that may hold some."""
    counts = dict.fromkeys((table for table, _ in read_tables(connection)), 0)
    for table, column in read_tables(connection):
        query = to_statement("SELECT count(*) FROM {} WHERE {} = %s", table, column)
        (rows,) = connection.execute(query, [to_value(node, column)]).fetchone() or (0,)
        counts[table] += rows
    for table, query in _OTHERS.items():
        (rows,) = connection.execute(f"SELECT count(*) {query}", vars(node)).fetchone() or (0,)
        counts[table] = rows
    return counts


def delete_rows(connection: Connection, node: Named) -> Counter[str]:
    """Delete all rows of a node but its observations, in the caller's transaction."""
    counts: Counter[str] = Counter()
    for table, column in read_tables(connection):
        if table != OBSERVATION:
            query = to_statement("DELETE FROM {} WHERE {} = %s", table, column)
            counts[table] = connection.execute(query, [to_value(node, column)]).rowcount
    counts["rejected"] += connection.execute(f"DELETE {_REJECTED}", vars(node)).rowcount
    return counts


def delete_observations(
    connection: Connection, node: int, before: datetime | None = None
) -> Iterator[int]:
    """Delete the observations of a node, all or those before a moment; yields rows per month.

    A transaction a month: nobody waits long, and what was interrupted goes on where it was.
    """
    values = {"node": node, "before": before}
    while found := connection.execute(_FIRST, values).fetchone():
        with connection.transaction():
            connection.execute(ANY_SIZE)
            deleted = connection.execute(_DELETE_MONTH, values | {"first": found[0]})
        yield deleted.rowcount


def wait_for_writers(connection: Connection) -> None:
    """Let no other transaction note hours until the end of this one.

    All that were noted before are committed then, with their observations; who writes afterwards
    sees what this transaction changed. Raises LockNotAvailable of psycopg after WAIT.
    """
    connection.execute("SELECT set_config('lock_timeout', %s, true)", [WAIT])
    connection.execute("LOCK TABLE private.touched IN SHARE ROW EXCLUSIVE MODE")


def to_value(node: Named, column: str) -> int | str:
    """What a column of ``read_tables`` holds of a node."""
    return node.name if column == "node" else node.id


def to_statement(text: str, table: str, column: str) -> sql.Composed:
    """Statement on a table of schema private."""
    names = sql.Identifier("private", table), sql.Identifier(column)
    return sql.SQL(text).format(*names)  # pyright: ignore[reportArgumentType]
