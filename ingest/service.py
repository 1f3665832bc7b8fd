"""The ingest: from broker to judged observations, and nothing acknowledged before it is kept.

    gather messages -> decode pages -> check values -> write in one transaction
    -> acknowledge to the broker -> settle the rides

A crash at any point repeats a batch, and a repeated batch changes nothing.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from lokaalmeten.errors import StorageError
from lokaalmeten.observations import Observations
from lokaalmeten.rejected import Rejected

from .batch import Limits, gather
from .checks import check
from .decode import Decoded, Message, Node, decode, to_node_name
from .ridebook import RideBook, RideStore

LOG = logging.getLogger("lokaalmeten.ingest")
REREAD_S = 1  # an unknown node makes us read the registry again, at most this often
RETRY_S = (0.2, 0.5, 1, 2, 5)  # waits after a refused write; the last one repeats
LOOK_BACK_S = 2 * 86_400  # rides that may have been under way when the ingest stopped


class Source(Protocol):
    """Where messages come from and are acknowledged."""

    def take(self, timeout_s: float) -> Message | None: ...  # noqa: D102
    def acknowledge(self, messages: Iterable[Message]) -> None: ...  # noqa: D102


class Written(Protocol):
    """What a write did."""

    @property
    def inserted(self) -> int: ...  # noqa: D102
    @property
    def duplicate(self) -> int: ...  # noqa: D102


class Store(RideStore, Protocol):
    """What the ingest needs of the storage; every method may raise StorageError."""

    def read_nodes(self) -> Mapping[str, Node]: ...  # noqa: D102
    def write(  # noqa: D102
        self, batch: Sequence[Observations], rejected: Sequence[Rejected]
    ) -> Written: ...


def run(
    source: Source,
    store: Store,
    stop: threading.Event,
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    clock: Callable[[], float] = time.time,
) -> None:
    """Ingest until ``stop`` is set; a database that is away makes the broker hold the messages."""
    registry = Registry(store, clock)
    book = RideBook(store)
    resume_rides(book, registry, int(clock()))
    LOG.info("ready: %d nodes known", len(registry.known_to(())))
    while not stop.is_set():
        messages = gather(source.take, limits, time.monotonic)
        if messages:
            decoded = decode(messages, registry.known_to(messages))
            batch = [check(rows, int(clock())) for rows in decoded.batch]
            if not keep(store, batch, decoded, stop):
                return
            source.acknowledge(messages)
            book.touch(batch, registry.moving)
        settle(book, int(clock()))


def keep(store: Store, batch: list[Observations], decoded: Decoded, stop: threading.Event) -> bool:
    """Write a batch, again and again until it is kept; False when told to stop before."""
    attempt = 0
    while True:
        try:
            written = store.write(batch, decoded.rejected)
        except StorageError as error:
            wait = RETRY_S[min(attempt, len(RETRY_S) - 1)]
            LOG.warning("not kept yet, trying again in %s s: %s", wait, error)
            attempt += 1
            if stop.wait(wait):
                return False
        else:
            report(written, decoded)
            return True


def report(written: Written, decoded: Decoded) -> None:
    """Log what a batch did; every refused message with its node and reason."""
    LOG.info("kept %d new rows, %d known", written.inserted, written.duplicate)
    for refused in decoded.rejected:
        LOG.warning("node %s: page refused: %s", refused.node or "?", refused.reason)


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

    def known_to(self, messages: Iterable[Message]) -> Mapping[str, Node]:
        """Nodes by name, fresh enough for the senders of these messages."""
        strangers = any(to_node_name(message.topic) not in self._nodes for message in messages)
        if strangers and self._clock() - self._read_at >= REREAD_S:
            try:
                self._reread()
            except StorageError as error:
                LOG.warning("registry not read: %s", error)
        return self._nodes
