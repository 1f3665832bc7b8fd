"""What could not be used: kept with its bytes, counted, one row however often it comes."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd

from lokaalmeten.rejected import Rejected

from .failures import Connection
from .frame import read_frame

_WRITE = """
INSERT INTO private.rejected (node, topic, reason, payload, times, received_at, last_received)
SELECT node, topic, (array_agg(reason ORDER BY received DESC))[1], payload, count(*),
    min(received), max(received)
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bytea[], %s::timestamptz[])
    AS arrived (node, topic, reason, payload, received)
GROUP BY node, topic, payload
ORDER BY topic, md5(payload)::uuid
ON CONFLICT (topic, digest) DO UPDATE SET
    reason = EXCLUDED.reason,
    times = rejected.times + EXCLUDED.times,
    received_at = least(rejected.received_at, EXCLUDED.received_at),
    last_received = greatest(rejected.last_received, EXCLUDED.last_received)
"""

_COUNTS = """
SELECT reason, sum(times)::bigint AS messages, max(last_received) AS last
FROM private.rejected GROUP BY reason ORDER BY messages DESC, reason
"""

_LIST = """
SELECT id, node, topic, reason, times, received_at, last_received, payload
FROM private.rejected
WHERE %(reason)s::text IS NULL OR reason = %(reason)s
ORDER BY last_received DESC, id DESC LIMIT %(limit)s
"""


def write_rejected(connection: Connection, rejected: Sequence[Rejected]) -> None:
    """Keep refused messages; the same bytes on the same topic only raise the count of their row."""
    if rejected:
        fields = [
            [_text(item.node) for item in rejected],
            [_text(item.topic) for item in rejected],
            [_text(item.reason) for item in rejected],
            [item.payload for item in rejected],
            [datetime.fromtimestamp(item.received, UTC) for item in rejected],
        ]
        connection.execute(_WRITE, fields)


def rejected_counts(connection: Connection) -> pd.DataFrame:
    """Messages refused, per reason: reason, messages, last (UTC); the most frequent first."""
    return read_frame(connection, _COUNTS)


def list_rejected(
    connection: Connection, reason: str | None = None, limit: int = 100
) -> pd.DataFrame:
    """Latest refused messages with their payload (bytes), of one reason or of all.

    Columns id, node, topic, reason, times, received_at, last_received (UTC), payload.
    """
    return read_frame(connection, _LIST, {"reason": reason, "limit": limit})


def _text(value: str) -> str:
    """Text that PostgreSQL takes: a topic may hold what its text type cannot."""
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
