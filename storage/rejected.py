"""What could not be used: kept with its bytes, counted, one row however often it comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lokaalmeten.errors import StorageError
from lokaalmeten.rejected import Rejected

from .failures import Connection, name_place, say_failures
from .frame import read_frame

if TYPE_CHECKING:
    import pandas as pd

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

_KEPT = """
SELECT id, times, extract(epoch FROM received_at)::bigint, node, topic, reason, payload,
    extract(epoch FROM last_received)::bigint
FROM private.rejected
"""

_ONE = f"{_KEPT} WHERE id = %s"

_NEXT = f"""{_KEPT}
WHERE id > %(after_id)s
    AND (%(reason)s::text IS NULL OR reason = %(reason)s)
    AND (%(node)s::text IS NULL OR node = %(node)s)
ORDER BY id LIMIT %(limit)s
"""


_RENAME = """
UPDATE private.rejected r SET reason = again.reason
FROM unnest(%s::bigint[], %s::text[]) AS again (id, reason)
WHERE r.id = again.id
"""


@dataclass(frozen=True)
class Kept:
    """A refused message as it is kept."""

    id: int
    times: int  # how often it came
    first_received: int  # Unix seconds
    message: Rejected  # as it came last


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


def rejected_counts(connection: Connection) -> "pd.DataFrame":
    """Messages refused, per reason: reason, messages, last (UTC); the most frequent first."""
    return read_frame(connection, _COUNTS)


def list_rejected(
    connection: Connection, reason: str | None = None, limit: int = 100
) -> "pd.DataFrame":
    """Latest refused messages with their payload (bytes), of one reason or of all.

    Columns id, node, topic, reason, times, received_at, last_received (UTC), payload.
    """
    return read_frame(connection, _LIST, {"reason": reason, "limit": limit})


def read_rejected(connection: Connection, id: int) -> Kept:  # noqa: A002
    """Read one refused message; StorageError when there is none with this id."""
    with say_failures(connection):
        row = connection.execute(_ONE, [id]).fetchone()
    if row is None:
        raise StorageError(
            f"{name_place(connection)}: there is no rejected message {id};"
            " it may be stored by now, see: meten rejected list"
        )
    return _to_kept(row)


def rejected_messages(
    connection: Connection,
    reason: str | None = None,
    node: str | None = None,
    limit: int = 1000,
    after_id: int = 0,
) -> list[Kept]:
    """Refused messages by rising id, from the first above ``after_id``.

    To replay all of them, ask again with the last id until nothing comes. Hand those that can
    be used now to ``Writer.write`` as ``replayed``, with their rows, and leave the others alone:
    writing them as refused would count them as one more that came.
    """
    given = {"reason": reason, "node": node, "limit": limit, "after_id": after_id}
    with say_failures(connection):
        return [_to_kept(row) for row in connection.execute(_NEXT, given)]


def rename_rejected(connection: Connection, reasons: Mapping[int, str]) -> None:
    """Give refused messages, by id, the reason of another try; that is not one more that came."""
    with say_failures(connection):
        connection.execute(_RENAME, [list(reasons), list(reasons.values())])


def delete_rejected(connection: Connection, ids: Sequence[int]) -> None:
    """Take out messages that are stored now, in the transaction of the caller."""
    if ids:
        connection.execute("DELETE FROM private.rejected WHERE id = ANY(%s)", [list(ids)])


def _to_kept(row: Sequence[Any]) -> Kept:
    id_, times, first, *message = row
    return Kept(id_, times, first, Rejected(*message))


def _text(value: str) -> str:
    """Text that PostgreSQL takes: a topic may hold what its text type cannot."""
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
