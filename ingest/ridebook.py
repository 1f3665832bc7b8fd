"""The ride book: keeps the rides of moving nodes in step with the samples that came in."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import numpy as np

from lokaalmeten.observations import Int32, Int64, Observations
from lokaalmeten.privacy import Privacy

from .rides import Ride, find_rides
from .tracks import GAP_S, LONGEST_S

LOG = logging.getLogger("lokaalmeten.ingest")


class Track(Protocol):
    """One node's positions ordered by time; MISSING where it had no place."""

    @property
    def time(self) -> Int64: ...  # noqa: D102
    @property
    def lat(self) -> Int32: ...  # noqa: D102
    @property
    def lon(self) -> Int32: ...  # noqa: D102


class RideStore(Protocol):
    """What the book needs of the storage."""

    def read_track(self, node_id: int, start: int, stop: int) -> Track: ...  # noqa: D102
    def read_privacy(self, node_id: int) -> Privacy: ...  # noqa: D102
    def take_due(self, now: int) -> Sequence[tuple[int, int, int]]:
        """Node id, start and stop of rides that are to be looked at again, some at a time."""
        ...

    def write_rides(  # noqa: D102
        self, node_id: int, start: int, stop: int, rides: Sequence[Ride]
    ) -> None: ...


class RideBook:
    """Collects which nodes moved and when, and settles their rides now and then."""

    def __init__(
        self,
        store: RideStore,
        name_of: Callable[[int], str | None] = lambda _: None,
        every_s: int = 10,
    ) -> None:
        """Settle at most once in ``every_s`` seconds of the caller's clock.

        ``name_of`` tells the name of a node, for the log.
        """
        self._store = store
        self._name_of = name_of
        self._every_s = every_s
        self._settled = 0
        self._touched: dict[int, tuple[int, int]] = {}  # node id: first and last second

    def touch(self, batch: Iterable[Observations], moving: frozenset[int]) -> None:
        """Note the rows of moving nodes (by id); late rows reopen what they fall into."""
        ids = np.fromiter(moving, np.int32, len(moving))
        for rows in batch:
            moved = np.isin(rows.node, ids)
            nodes, times = rows.node[moved], rows.time[moved]
            for node in np.unique(nodes).tolist():
                own = times[nodes == node]
                self.note(node, int(own.min()), int(own.max()))

    def note(self, node: int, first: int, last: int) -> None:
        """Note one node and the span in which its rows may have changed."""
        known = self._touched.get(node, (first, last))
        self._touched[node] = (min(known[0], first), max(known[1], last))

    def settle(self, now: int, *, at_once: bool = False) -> int:
        """Rewrite the rides that the noted rows can have changed, and those that are due.

        Those still under way are looked at again the next time. Returns how many were due.
        """
        if now - self._settled < self._every_s and not at_once:
            return 0
        self._settled = now
        due = self._store.take_due(now)
        for ride in due:
            self.note(*ride)
        for node, (first, last) in list(self._touched.items()):
            rides, still_open = settle_rides(self._store, node, first, last, now)
            del self._touched[node]
            log_settled(self._name_of(node), rides)
            if still_open is not None:
                self.note(node, still_open, still_open)
        return len(due)


def log_settled(name: str | None, rides: int) -> None:
    """Log that the rides of a node were brought up to date."""
    LOG.debug("node %s: %d rides settled", name, rides, extra={"node": name, "rides": rides})


def settle_rides(
    store: RideStore, node: int, first: int, last: int, now: int
) -> tuple[int, int | None]:
    """Find and store again all rides of a node that touch [first, last] (Unix seconds).

    Returns how many they are, and the latest sample after which a ride may still go on, so that
    it is looked at again.
    """
    margin = 2 * LONGEST_S  # a longer ride is no ride, so none is seen in part
    track = store.read_track(node, first - margin, last + margin)
    if not len(track.time):
        return 0, None
    rides = find_rides(track.time, track.lat, track.lon, store.read_privacy(node), now)
    reach = 2 * GAP_S  # as long as a ride can be open: it may rest, and then be silent
    start, stop = first - reach, last + reach
    touching = [ride for ride in rides if ride.stop >= start and ride.start <= stop]
    store.write_rides(node, start, stop, touching)
    latest = int(track.time[-1])
    still_open = latest if latest + GAP_S > now else None
    return len(touching), still_open
