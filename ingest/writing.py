"""Writing: batches are kept one after the other, in a thread of their own.

While the database is at work on one batch the next is gathered, decoded and checked. One more
may wait: it closes when it is full, or when the one before it is kept. So batches grow with the
load, and a single message waits for nobody.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import NamedTuple, Protocol

from .acks import Ack
from .decode import Decoded, Message

LOG = logging.getLogger("lokaalmeten.ingest")


class Written(Protocol):
    """What a write did."""

    @property
    def inserted(self) -> int: ...  # noqa: D102
    @property
    def duplicate(self) -> int: ...  # noqa: D102
    @property
    def acks(self) -> Sequence[Ack]: ...  # noqa: D102


class Batch(NamedTuple):
    """Messages, and what they say."""

    messages: Sequence[Message]
    decoded: Decoded


class Kept(NamedTuple):
    """A batch that is committed."""

    batch: Batch
    written: Written


class Writing:
    """Hands batches to ``keep`` one by one; all methods belong to one thread."""

    def __init__(self, keep: Callable[[Decoded], Written | None], wake: Callable[[], None]) -> None:
        """``keep`` returns None for a batch that is given up; ``wake`` is called after each."""
        self._keep = keep
        self._wake = wake
        self._waiting: SimpleQueue[Batch | None] = SimpleQueue()
        self._done: SimpleQueue[Kept | BaseException] = SimpleQueue()
        self._added = 0
        self._ended = 0
        self._thread = threading.Thread(target=self._work, name="writing", daemon=True)
        self._thread.start()

    def wants(self, full: bool) -> bool:
        """Tell whether a batch is welcome now: any when all is kept, else a full one to wait."""
        under_way = self._added - self._ended
        return under_way == 0 or (full and under_way == 1)

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
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        """Keep what waits, until told to end or until something is wrong with this program."""
        while (batch := self._waiting.get()) is not None:
            try:
                written = self._keep(batch.decoded)
            except BaseException as error:
                self._done.put(error)
                self._wake()
                return
            if written is not None:
                self._done.put(Kept(batch, written))
            self._ended += 1
            self._wake()
