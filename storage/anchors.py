"""Anchors: the time of a boot told afterwards, and the pages that waited for it.

1. note the anchors of a batch, in the transaction of the batch; the better one wins
2. before pages are moved by an anchor, fix it: it does not change any more
3. read the refused pages whose anchor is fixed, with the shift that moves them

All pages of a boot are thus moved by one number, and a page that a node sends twice falls on the
seconds of the first time, where it changes nothing.
"""

from collections.abc import Sequence

from lokaalmeten.anchor import Anchor, Held
from lokaalmeten.rejected import Rejected

from .failures import Connection, say_failures

# False sorts before true: a sure anchor first, among equals the newest.
_WRITE = """
INSERT INTO private.anchor AS known (node_id, boot, time, shift, unsure)
SELECT DISTINCT ON (node_id, boot) node_id, boot, to_timestamp(time), shift, unsure
FROM unnest(%s::integer[], %s::bigint[], %s::bigint[], %s::bigint[], %s::boolean[])
    AS told (node_id, boot, time, shift, unsure)
ORDER BY node_id, boot, unsure, time DESC, shift
ON CONFLICT (node_id, boot) DO UPDATE SET
    time = EXCLUDED.time, shift = EXCLUDED.shift, unsure = EXCLUDED.unsure, updated_at = now()
WHERE NOT known.used AND (EXCLUDED.unsure, known.time) < (known.unsure, EXCLUDED.time)
"""

# Which pages wait is said as in the partial index rejected_held, or it could not be used.
_FIX = """
UPDATE private.anchor a SET used = true, updated_at = now() FROM private.node n
WHERE n.id = a.node_id AND NOT a.used AND EXISTS (
    SELECT FROM private.rejected r
    WHERE r.reason = 'no time' AND r.topic = 'lm/1/' || r.node || '/page'
        AND r.node = n.name AND private.page_boot(r.payload) = a.boot
)
"""

_READ = """
SELECT r.id, r.node, r.topic, r.reason, r.payload, extract(epoch FROM r.last_received)::bigint,
    a.shift, a.unsure
FROM private.rejected r
    JOIN private.node n ON n.name = r.node
    JOIN private.anchor a ON a.node_id = n.id AND a.boot = private.page_boot(r.payload)
WHERE r.reason = 'no time' AND r.topic = 'lm/1/' || r.node || '/page'
    AND a.used AND (%(node)s::text IS NULL OR r.node = %(node)s)
ORDER BY r.id LIMIT %(limit)s
"""


def write_anchors(connection: Connection, anchors: Sequence[Anchor]) -> None:
    """Note anchors, in the transaction of the caller.

    A sure one replaces an unsure one, of equals the newer one stays; what is fixed stays.
    """
    if anchors:
        connection.execute(_WRITE, [list(column) for column in zip(*anchors, strict=True)])


def read_held(connection: Connection, limit: int = 1000, node: str | None = None) -> list[Held]:
    """Refused pages that have an anchor now, by rising id; their anchors are fixed from here on.

    To move all of them, ask again until nothing comes: hand those that can be used to
    ``Writer.write`` as ``replayed``, and give the others the reason why not by
    ``rename_rejected``. Raises StorageError.
    """
    with say_failures(connection):
        connection.execute(_FIX)
        rows = connection.execute(_READ, {"node": node, "limit": limit}).fetchall()
    return [Held(id_, Rejected(*page), shift, unsure) for id_, *page, shift, unsure in rows]
