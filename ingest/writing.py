"""Writing: batches are kept in threads of their own, each with its connection to the database.

While the database is at work on them the next is gathered, decoded and checked. With two threads
it receives one batch while it commits another. A batch closes when it is full, or when a thread is
idle: so batches grow with the load, and a single message waits for nobody.

They may end in another order than they were added in. Nothing depends on it: what is committed of
a node is told by the database, and the highest of what it told is the newest.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import NamedTuple, Protocol

from .acks import Ack
from .decode import Decoded, Message
from .metrics import Counts


class Written(Counts, Protocol):
    """What a write did, and what the nodes may forget after it."""

    @property
    def acks(self) -> Sequence[Ack]: ...  # noqa: D102


Keep = Callable[[Decoded], Written | None]  # None for a batch that is given up


class Batch(NamedTuple):
    """Messages, and what they say."""

    messages: Sequence[Message]
    decoded: Decoded


class Kept(NamedTuple):
    """A batch that is committed."""

    batch: Batch
    written: Written


class Writing:
    """Hands batches to those who keep them; all methods belong to one thread."""

    def __init__(self, keepers: Sequence[Keep], wake: Callable[[], None]) -> None:
        """One thread for each keeper; ``wake`` is called after each batch."""
        self._wake = wake
        self._waiting: SimpleQueue[Batch | None] = SimpleQueue()
        self._done: SimpleQueue[Kept | BaseException] = SimpleQueue()
        self._added = 0
        self._ended = [0] * len(keepers)  # of each thread, which alone counts it
        self._threads = [
            threading.Thread(target=self._work, args=(number, keep), daemon=True)
            for number, keep in enumerate(keepers)
        ]
        for thread in self._threads:
            thread.start()

    def wants(self, full: bool) -> bool:
        """Tell whether a batch is welcome now: any for an idle thread, else a full one to wait."""
        under_way = self._added - sum(self._ended)
        return under_way < len(self._threads) + full

    def add(self, batch: Batch) -> None:
        """Have a batch kept when those before it are."""
        self._added += 1
        self._waiting.put(batch)

    def take_kept(self) -> Iterator[Kept]:
        """Batches that were committed since; raises what ``keep`` raised."""
        while True:
            try:
                done = self._done.get_nowait()
            except Empty:
                return
            if isinstance(done, BaseException):
                raise done
            yield done

    def close(self) -> None:
        """Return when all that was added is kept or given up."""
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self, number: int, keep: Keep) -> None:
        """Keep what waits, until told to end or until something is wrong with this program."""
        while (batch := self._waiting.get()) is not None:
            try:
                written = keep(batch.decoded)
            except BaseException as error:
                self._done.put(error)
                self._wake()
                return
            if written is not None:
                self._done.put(Kept(batch, written))
            self._ended[number] += 1
            self._wake()
