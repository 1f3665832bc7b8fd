"""The ingest: from broker to judged observations, and nothing acknowledged before it is kept.

    gather messages -> decode them -> check and correct values -> write in one transaction
    -> acknowledge to the broker -> tell the nodes what they may forget
    -> store what was held until an anchor came -> settle the rides

A crash at any point repeats a batch, and a repeated batch changes nothing. Transactions run in
threads of their own (`writing.py`), so that gathering goes on while the database works.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from lokaalmeten.anchor import Anchor
from lokaalmeten.errors import StorageError
from lokaalmeten.observations import Observations
from lokaalmeten.rejected import Rejected

from . import anchors
from .acks import Ack, Acks
from .batch import Limits
from .calibration.correcting import Correct, leave_raw
from .checks import check
from .decode import Arrivals, Decoded, Message
from .journal import Journal
from .metrics import Metrics
from .payloads import decode
from .registry import NodeStore, Registry
from .ridebook import RideBook, RideStore
from .writing import Batch, Writing, Written

LOG = logging.getLogger("lokaalmeten.ingest")
RETRY_S = (0.2, 0.5, 1, 2, 5)  # waits after a refused write; the last one repeats
LOOK_BACK_S = 2 * 86_400  # rides that may have been under way when the ingest stopped


class Source(Protocol):
    """Where messages come from and are acknowledged, and where nodes hear from us."""

    def gather(self, limits: Limits, wants: Callable[[bool], bool]) -> Sequence[Message]: ...  # noqa: D102
    def acknowledge(self, messages: Iterable[Message]) -> None: ...  # noqa: D102
    def publish(self, topic: str, payload: bytes) -> None: ...  # noqa: D102
    def wake(self) -> None: ...  # noqa: D102


class Keeper(Protocol):
    """Writes batches; may raise StorageError."""

    def write(  # noqa: D102
        self,
        batch: Sequence[Observations],
        rejected: Sequence[Rejected],
        arrivals: Arrivals,
        anchors: Sequence[Anchor],
    ) -> Written: ...


class Store(NodeStore, RideStore, anchors.Store, Protocol):
    """What else the ingest needs of the storage; every method may raise StorageError."""

    def read_delivery(self) -> Sequence[Ack]: ...  # noqa: D102


def run(
    source: Source,
    store: Store,
    keepers: Sequence[Keeper],
    stop: threading.Event,
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    clock: Callable[[], float] = time.time,
    metrics: Metrics | None = None,
    correct: Correct = leave_raw,
) -> None:
    """Ingest until ``stop`` is set; a database that is away makes the broker hold the messages.

    Each of ``keepers`` writes in a thread of its own, ``store`` is asked by the caller's, which
    also calls ``correct`` on what is checked.
    """
    metrics = metrics or Metrics(clock)
    registry = Registry(store, clock)
    book, acks = RideBook(store, registry.name_of), Acks(source.publish, clock)
    held, journal = HeldPages(store, clock, metrics, correct), Journal()
    recall(acks, store)
    resume_rides(book, registry, int(clock()))
    writing = Writing([partial(keep, one, stop, metrics, journal) for one in keepers], source.wake)

    def finish() -> None:
        """See to what is committed."""
        for (messages, decoded), written in writing.take_kept():
            source.acknowledge(messages)
            acks.add(written.acks)
            book.touch(decoded.batch, registry.moving)
            held.note(decoded)

    nodes = len(registry)
    LOG.info("ready: %d nodes known", nodes, extra={"nodes": nodes})
    while not stop.is_set():
        metrics.turn()
        messages = source.gather(limits, writing.wants)
        if messages:
            metrics.taken(len(messages))
            decoded = decode(messages, registry.known_to(messages))
            batch = [correct(check(rows, int(clock()))) for rows in decoded.batch]
            writing.add(Batch(messages, replace(decoded, batch=batch)))
        finish()
        acks.tell(registry.names)
        journal.tell()
        book.touch(held.release(), registry.moving)
        settle(book, int(clock()))
    writing.close()
    finish()
    acks.tell(registry.names, at_once=True)
    journal.tell(at_once=True)


def keep(
    keeper: Keeper, stop: threading.Event, metrics: Metrics, journal: Journal, decoded: Decoded
) -> Written | None:
    """Write a batch, again and again until it is kept; None when told to stop before."""
    attempt = 0
    while True:
        began = time.monotonic()
        try:
            written = keeper.write(
                decoded.batch, decoded.rejected, decoded.arrivals, decoded.anchors
            )
        except StorageError as error:
            wait = RETRY_S[min(attempt, len(RETRY_S) - 1)]
            LOG.warning(
                "not kept yet, trying again in %s s: %s", wait, error, extra={"seconds": wait}
            )
            metrics.trouble(str(error))
            attempt += 1
            if stop.wait(wait):
                return None
        else:
            took_s = time.monotonic() - began
            metrics.kept(decoded, written, took_s)
            journal.kept(decoded, written, took_s)
            return written


class HeldPages:
    """Pages that wait for the time of their boot, and when to look whether it came."""

    def __init__(
        self,
        store: anchors.Store,
        clock: Callable[[], float],
        metrics: Metrics,
        correct: Correct = leave_raw,
    ) -> None:
        """Look at once: an earlier run may have ended before it released them."""
        self._correct = correct
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._look_at = 0.0

    def note(self, decoded: Decoded) -> None:
        """Look again after a batch that brought an anchor, or a page for which one may be there."""
        if anchors.may_release(decoded):
            self._look_at = 0.0

    def release(self) -> list[Observations]:
        """Store some held pages that have an anchor now; their rows."""
        if self._clock() < self._look_at:
            return []
        try:
            released = anchors.release(
                self._store, self._clock, self._metrics, correct=self._correct
            )
        except StorageError as error:
            LOG.warning("pages without a time wait: %s", error)
            self._look_at = self._clock() + RETRY_S[-1]
            return []
        if released is None:
            self._look_at = math.inf
            return []
        LOG.info("moved %d pages to their time: %d new rows", released.pages, released.inserted)
        return released.batch


def recall(acks: Acks, store: Store) -> None:
    """Have every node told what is committed: an earlier run may have ended before it did."""
    try:
        acks.add(store.read_delivery())
    except StorageError as error:
        LOG.warning("nodes hear of what is committed when they send: %s", error)


def settle(book: RideBook, now: int) -> None:
    """Bring the rides up to date; a database that is away makes them wait, not the samples."""
    try:
        book.settle(now)
    except StorageError as error:
        LOG.warning("rides wait: %s", error)


def resume_rides(book: RideBook, registry: Registry, now: int) -> None:
    """Look again at rides that an earlier run may have left open."""
    for node in registry.moving:
        book.note(node, now - LOOK_BACK_S, now)
