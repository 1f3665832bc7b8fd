"""The tracks of moving nodes and the rides found in them; private, for the ingest alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.observations import MISSING

from .failures import Connection, say_failures

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]


@dataclass(frozen=True)
class Track:
    """Samples of one node ordered by time; MISSING where it had no place."""

    time: Int64  # (n,) Unix seconds
    lat: Int32  # (n,) 1e-7 degree
    lon: Int32  # (n,) 1e-7 degree
    horizontal: Int32  # (n,) accuracy, mm


class RideRow(Protocol):
    """What is stored of a ride; times are Unix seconds, the public window is None or both."""

    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def stop(self) -> int: ...  # noqa: D102
    @property
    def public_start(self) -> int | None: ...  # noqa: D102
    @property
    def public_stop(self) -> int | None: ...  # noqa: D102
    @property
    def samples(self) -> int: ...  # noqa: D102
    @property
    def distance_m(self) -> float: ...  # noqa: D102
    @property
    def due(self) -> int | None:
        """When to look at it again, None for never."""
        ...


class Due(NamedTuple):
    """A ride that is to be looked at again."""

    node_id: int
    start: int  # Unix seconds
    stop: int


# A sample without a cell has no place, whatever old position the receiver still sent.
_TRACK = """
SELECT extract(epoch FROM time)::bigint, CASE WHEN cell <> 0 THEN lat END,
    CASE WHEN cell <> 0 THEN lon END, horizontal_mm
FROM private.observation
WHERE node_id = %s AND time >= to_timestamp(%s) AND time <= to_timestamp(%s)
ORDER BY time
"""

# Two that settle the same node wait for each other here. A lock on its row would need the right to
# change the node.
_LOCK = "SELECT pg_advisory_xact_lock(%s, %s)"
RIDES_LOCK = 0x4C4D_0004  # "LM", 4: any number of our own

# A ride of which the samples are not kept any more stays as it is: there is nothing to find it in.
_DELETE = """
DELETE FROM private.ride r
WHERE node_id = %s AND stop >= %s AND start <= %s
    AND start >= (SELECT coalesce(kept_from, '-infinity') FROM private.node WHERE id = r.node_id)
    AND NOT EXISTS (
        SELECT FROM unnest(%s::timestamptz[], %s::timestamptz[]) AS kept (start, stop)
        WHERE kept.start = r.start AND kept.stop = r.stop
    )
"""

# A ride that is still the same keeps its public name. One that is cut otherwise gets another: who
# kept what was public before would see by how much.
_WRITE = """
INSERT INTO private.ride AS r
    (node_id, start, stop, public_start, public_stop, samples, distance_m, due)
SELECT %s, * FROM unnest(
    %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::integer[],
    %s::real[], %s::timestamptz[]
)
ON CONFLICT (node_id, start) DO UPDATE SET
    public_id = CASE
        WHEN (r.public_start, r.public_stop) <> (EXCLUDED.public_start, EXCLUDED.public_stop)
        THEN gen_random_uuid() ELSE r.public_id
    END,
    public_start = EXCLUDED.public_start, public_stop = EXCLUDED.public_stop,
    samples = EXCLUDED.samples, distance_m = EXCLUDED.distance_m, due = EXCLUDED.due
"""

# Whoever takes them has an hour: what is not settled by then is due again. Of one node together, so
# that its track is read once.
_TAKE_DUE = """
UPDATE private.ride r SET due = to_timestamp(%(now)s) + INTERVAL '1 hour'
WHERE id = ANY(ARRAY(
    SELECT id FROM private.ride WHERE due <= to_timestamp(%(now)s)
    ORDER BY due, node_id, start LIMIT %(limit)s FOR UPDATE SKIP LOCKED
))
RETURNING node_id, extract(epoch FROM start)::bigint, extract(epoch FROM stop)::bigint
"""

# All, or those of a node: of each but what is not kept any more.
_MAKE_DUE = """
UPDATE private.ride r SET due = now() FROM private.node n
WHERE n.id = r.node_id AND r.start >= coalesce(n.kept_from, '-infinity')
"""


def read_track(connection: Connection, node_id: int, start: int, stop: int) -> Track:
    """Read the samples of a node from ``start`` to ``stop`` (Unix seconds, both in)."""
    with say_failures(connection), connection.cursor(binary=True) as cursor:
        rows = cursor.execute(_TRACK, [node_id, start, stop]).fetchall()
    time, lat, lon, horizontal = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Track(np.array(time, np.int64), _int32(lat), _int32(lon), _int32(horizontal))


def write_rides(
    connection: Connection, node_id: int, start: int, stop: int, rides: Sequence[RideRow]
) -> None:
    """Replace all rides of a node that overlap [start, stop] (Unix seconds), in one transaction.

    Rides that reach outside that span replace what they overlap there as well: a sample never
    lies in two rides. A ride whose start and stop are unchanged keeps its public name.
    """
    first = min([start, *(ride.start for ride in rides)])
    last = max([stop, *(ride.stop for ride in rides)])
    starts, stops = ([_moment(getattr(r, name)) for r in rides] for name in ("start", "stop"))
    shown = [[_moment(r.public_start) for r in rides], [_moment(r.public_stop) for r in rides]]
    sizes = [[r.samples for r in rides], [float(r.distance_m) for r in rides]]
    due = [_moment(r.due) for r in rides]
    with say_failures(connection), connection.transaction():
        connection.execute(_LOCK, [RIDES_LOCK, node_id])
        span = [_moment(first), _moment(last)]
        connection.execute(_DELETE, [node_id, *span, starts, stops])
        connection.execute(_WRITE, [node_id, starts, stops, *shown, *sizes, due])


def take_due(connection: Connection, now: int, limit: int = 200) -> list[Due]:
    """Take rides that are to be looked at again at ``now`` (Unix seconds), the longest due first.

    Those that are not written within an hour can be taken again.
    """
    with say_failures(connection):
        rows = connection.execute(_TAKE_DUE, {"now": now, "limit": limit}).fetchall()
    return [Due(*row) for row in rows]


def make_due(connection: Connection) -> int:
    """Have all rides cut again whose samples are kept; how many they are."""
    with say_failures(connection):
        return connection.execute(_MAKE_DUE).rowcount


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(int(seconds), UTC)


def _int32(values: Sequence[Any]) -> Int32:
    return np.array([MISSING if value is None else value for value in values], np.int32)
