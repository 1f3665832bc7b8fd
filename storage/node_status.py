"""How nodes say that they are, and why they fell over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg.rows import class_row

from lokaalmeten.errors import StorageError
from lokaalmeten.words import Log, Status

from .failures import Connection, name_place, say_failures

MOST_LOGS = 50  # of a node

# An older message changes nothing, and the broker's word leaves the node's as it was.
_STATUS = """
INSERT INTO private.node_status AS s (node_id, heard_at, online, said_at, said)
SELECT
    n.id, %(heard)s, %(online)s,
    CASE WHEN %(said)s::jsonb IS NOT NULL THEN %(heard)s::timestamptz END, %(said)s::jsonb
FROM private.node n WHERE n.name = %(node)s
ON CONFLICT (node_id) DO UPDATE SET
    heard_at = EXCLUDED.heard_at,
    online = EXCLUDED.online,
    said_at = coalesce(EXCLUDED.said_at, s.said_at),
    said = coalesce(EXCLUDED.said, s.said)
WHERE EXCLUDED.heard_at >= s.heard_at
"""

_LOG = """
INSERT INTO private.node_log (node_id, heard_at, said)
SELECT id, %(heard)s, %(said)s FROM private.node WHERE name = %(node)s
ON CONFLICT (node_id, digest) DO NOTHING
"""

_FORGET = """
DELETE FROM private.node_log l USING (
    SELECT o.id, row_number() OVER (PARTITION BY o.node_id ORDER BY o.id DESC) AS place
    FROM private.node_log o JOIN private.node n ON n.id = o.node_id WHERE n.name = ANY(%s)
) AS numbered
WHERE l.id = numbered.id AND numbered.place > %s
"""

_READ = """
SELECT n.name AS node, n.kind, s.heard_at, s.online, s.said_at, coalesce(s.said, '{}') AS said
FROM private.node n LEFT JOIN private.node_status s ON s.node_id = n.id
WHERE %(node)s::text IS NULL OR n.name = %(node)s
ORDER BY n.name
"""

_READ_LOGS = """
SELECT l.heard_at, l.said FROM private.node_log l JOIN private.node n ON n.id = l.node_id
WHERE n.name = %s ORDER BY l.id DESC LIMIT %s
"""


@dataclass(frozen=True)
class Known:
    """What is known of how a node is; without ``heard_at`` it was never heard."""

    node: str
    kind: str
    heard_at: datetime | None
    online: bool | None
    said_at: datetime | None
    said: dict[str, Any]


def write_words(connection: Connection, statuses: Sequence[Status], logs: Sequence[Log]) -> None:
    """Keep what registered nodes said, in one transaction; what others say is passed over."""
    with say_failures(connection), connection.transaction(), connection.cursor() as cursor:
        if statuses:
            cursor.executemany(_STATUS, [to_row(status) for status in statuses])
        if logs:
            cursor.executemany(_LOG, [to_row(log) for log in logs])
            cursor.execute(_FORGET, [sorted({log.node for log in logs}), MOST_LOGS])


def to_row(word: Status | Log) -> dict[str, Any]:
    """Parameters of a word."""
    return vars(word) | {"heard": datetime.fromtimestamp(word.heard, UTC)}


def read_known(connection: Connection, node: str | None = None) -> list[Known]:
    """What is known of all nodes, or of one; StorageError when there is no such node."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Known)) as cursor:
        found = cursor.execute(_READ, {"node": node}).fetchall()
    if node is not None and not found:
        raise StorageError(f"{name_place(connection)}: there is no node {node}")
    return found


def read_logs(connection: Connection, node: str, limit: int) -> list[tuple[datetime, str]]:
    """Last entries of the log of a node, the newest first."""
    with say_failures(connection):
        return connection.execute(_READ_LOGS, [node, limit]).fetchall()
