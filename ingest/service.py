"""The ingest: from broker to judged observations, and nothing acknowledged before it is kept.

    gather messages -> decode them -> check values -> write in one transaction
    -> acknowledge to the broker -> tell the nodes what they may forget -> settle the rides

A crash at any point repeats a batch, and a repeated batch changes nothing.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from lokaalmeten.errors import StorageError
from lokaalmeten.observations import Observations
from lokaalmeten.rejected import Rejected

from .acks import Ack, Acks
from .batch import Limits, gather
from .checks import check
from .decode import Arrivals, Decoded, Message, Node
from .journal import Journal
from .metrics import Metrics
from .payloads import decode, to_node_name
from .ridebook import RideBook, RideStore

LOG = logging.getLogger("lokaalmeten.ingest")
REREAD_S = 1  # an unknown node makes us read the registry again, at most this often
RETRY_S = (0.2, 0.5, 1, 2, 5)  # waits after a refused write; the last one repeats
LOOK_BACK_S = 2 * 86_400  # rides that may have been under way when the ingest stopped


class Source(Protocol):
    """Where messages come from and are acknowledged, and where nodes hear from us."""

    def take(self, timeout_s: float) -> Message | None: ...  # noqa: D102
    def acknowledge(self, messages: Iterable[Message]) -> None: ...  # noqa: D102
    def publish(self, topic: str, payload: bytes) -> None: ...  # noqa: D102


class Written(Protocol):
    """What a write did."""

    @property
    def inserted(self) -> int: ...  # noqa: D102
    @property
    def duplicate(self) -> int: ...  # noqa: D102
    @property
    def acks(self) -> Sequence[Ack]: ...  # noqa: D102


class Store(RideStore, Protocol):
    """What the ingest needs of the storage; every method may raise StorageError."""

    def read_nodes(self) -> Mapping[str, Node]: ...  # noqa: D102
    def write(  # noqa: D102
        self, batch: Sequence[Observations], rejected: Sequence[Rejected], arrivals: Arrivals
    ) -> Written: ...


def run(
    source: Source,
    store: Store,
    stop: threading.Event,
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    clock: Callable[[], float] = time.time,
    metrics: Metrics | None = None,
) -> None:
    """Ingest until ``stop`` is set; a database that is away makes the broker hold the messages."""
    metrics = metrics or Metrics(clock)
    registry = Registry(store, clock)
    book, acks = RideBook(store, registry.name_of), Acks(source.publish, clock)
    journal = Journal()
    resume_rides(book, registry, int(clock()))
    nodes = len(registry.known_to(()))
    LOG.info("ready: %d nodes known", nodes, extra={"nodes": nodes})
    while not stop.is_set():
        metrics.turn()
        messages = gather(source.take, limits, time.monotonic)
        if messages:
            metrics.taken(len(messages))
            decoded = decode(messages, registry.known_to(messages))
            batch = [check(rows, int(clock())) for rows in decoded.batch]
            written = keep(store, replace(decoded, batch=batch), stop, metrics, journal)
            if written is None:
                return
            source.acknowledge(messages)
            acks.add(written.acks)
            book.touch(batch, registry.moving)
        acks.tell(registry.names)
        journal.tell()
        settle(book, int(clock()))
    acks.tell(registry.names, at_once=True)
    journal.tell(at_once=True)


def keep(
    store: Store, decoded: Decoded, stop: threading.Event, metrics: Metrics, journal: Journal
) -> Written | None:
    """Write a batch, again and again until it is kept; None when told to stop before."""
    attempt = 0
    while True:
        began = time.monotonic()
        try:
            written = store.write(decoded.batch, decoded.rejected, decoded.arrivals)
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


def settle(book: RideBook, now: int) -> None:
    """Bring the rides up to date; a database that is away makes them wait, not the samples."""
    try:
        book.settle(now)
    except StorageError as error:
        LOG.warning("rides wait: %s", error)


def resume_rides(book: RideBook, registry: "Registry", now: int) -> None:
    """Look again at rides that an earlier run may have left open."""
    for node in registry.moving:
        book.note(node, now - LOOK_BACK_S, now)


class Registry:
    """The known nodes, read again when an unknown one speaks."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        """Read the nodes; StorageError when the database is not there at the start."""
        self._store = store
        self._clock = clock
        self._reread()

    def _reread(self) -> None:
        self._nodes = self._store.read_nodes()
        self._read_at = self._clock()
        self.moving = frozenset(node.id for node in self._nodes.values() if node.moving)
        self.names = {node.id: name for name, node in self._nodes.items()}

    def name_of(self, node_id: int) -> str | None:
        """Name of a known node."""
        return self.names.get(node_id)

    def known_to(self, messages: Iterable[Message]) -> Mapping[str, Node]:
        """Nodes by name, fresh enough for the senders of these messages."""
        strangers = any(to_node_name(message.topic) not in self._nodes for message in messages)
        if strangers and self._clock() - self._read_at >= REREAD_S:
            try:
                self._reread()
            except StorageError as error:
                LOG.warning("registry not read: %s", error)
        return self._nodes
