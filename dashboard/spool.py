"""Answers that are kept as bytes for a while: they are made once, at the speed of the database.

An asker reads while it is still being made, at whatever speed; a second asker, or one that lost its
connection halfway, reads the same bytes. They lie in a file without a name, which the system frees
when nobody has it open any more, also after a crash.

1. look for a kept answer to the same question
2. else make one, a few at the same time; who comes when many wait is told to come back
3. forget the oldest when together they are too large, and each after a while
"""

import asyncio
import hashlib
import os
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from io import FileIO, RawIOBase
from typing import IO, Any, cast

from lokaalmeten.errors import LokaalmetenError

MOST_B = 3 << 30  # of one answer
TOGETHER_B = 4 << 30  # of those that are kept
KEPT_S = 900.0  # after it was last asked for
FRESH_S = 60.0  # after it was begun: a later asker is told what came in since
AT_ONCE = 2  # made at the same time
WAITING = 8  # beside those; who comes later is sent away
PIECE_B = 1 << 18  # read at once
LOOK_S = 0.05  # between looks at a file that grows


class BusyError(LokaalmetenError):
    """More is asked at the same time than this server makes, or it has no room."""


class Sink(RawIOBase):
    """A file that counts and sums up what is written to it from beginning to end."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self.size = 0
        self.sum = hashlib.sha256()

    def writable(self) -> bool:
        """It is only written."""
        return True

    def tell(self) -> int:
        """Bytes so far."""
        return self.size

    def write(self, data: Any) -> int:
        """Write all of it. Raises BusyError when the file would be too large."""
        view = memoryview(data).cast("B")
        if self.size + len(view) > MOST_B:
            raise BusyError(f"This is more than {MOST_B >> 30} GB: ask for less at a time.")
        done = 0
        while done < len(view):
            done += self._file.write(view[done:])
        self.sum.update(view)
        self.size += len(view)
        return len(view)


@dataclass(eq=False)
class Kept:
    """One answer, while it is made and after; ``size`` bytes of it can be read."""

    key: str
    number: int  # of the open file
    begun: float = field(default_factory=time.monotonic)
    asked: float = field(default_factory=time.monotonic)
    size: int = 0
    whole: bool = False
    stopped: bool = False  # from outside: who writes it gives up
    failed: Exception | None = None
    tag: str = ""  # what names these bytes (ETag); fixed when first told
    sum: str = ""  # of all bytes, when whole

    def __del__(self) -> None:
        """Free the file when nobody reads it any more, and not before: its number is used anew."""
        os.close(self.number)

    def open(self) -> IO[bytes]:
        """The file to write it to, without a buffer: what is written can be read."""
        return cast("IO[bytes]", FileIO(self.number, "rb+", closefd=False))

    @property
    def etag(self) -> str:
        """Names these bytes and no others; of what was whole when first told the same each time."""
        if not self.tag:
            self.tag = f'"{self.sum[:40] if self.whole else secrets.token_hex(20)}"'
        return self.tag

    def read(self, start: int, count: int) -> bytes:
        """Bytes from a place on, at most so many."""
        return os.pread(self.number, count, start)

    async def wait(self, patience_s: float) -> None:
        """Wait until it is whole, at most so long. Raises what went wrong."""
        until = time.monotonic() + patience_s
        while not (self.whole or self.failed) and time.monotonic() < until:
            await asyncio.sleep(LOOK_S / 5)
        if self.failed:
            raise self.failed

    async def pieces(self, start: int, stop: int | None) -> AsyncIterator[bytes]:
        """Bytes of a range; without a stop to the end, while it is still made."""
        while stop is None or start < stop:
            until = self.size if stop is None else min(stop, self.size)
            if start < until:
                piece = await asyncio.to_thread(self.read, start, min(PIECE_B, until - start))
                start += len(piece)
                yield piece
            elif self.failed:
                raise self.failed  # after the start of an answer: its connection is cut off
            elif self.whole:
                return
            else:
                await asyncio.sleep(LOOK_S)


class Spool:
    """Makes answers and keeps them."""

    def __init__(self) -> None:
        self._kept: list[Kept] = []  # the newest last
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._making: set[asyncio.Task[None]] = set()

    def find(self, key: str, etag: str | None = None, *, stale: bool = False) -> Kept | None:
        """The newest answer to a question: of this name, or a fresh one, or a stale one as well."""
        self._forget()
        now = time.monotonic()
        for kept in reversed(self._kept):
            if kept.key == key and kept.failed is None:
                named = etag is None or kept.tag == etag
                if named and (stale or etag is not None or now - kept.begun < FRESH_S):
                    kept.asked = now
                    return kept
        return None

    def make(self, key: str, ask: Callable[[Kept], Any]) -> Kept:
        """Begin with an answer; ``ask`` is awaited and fills it (``fill``). Raises BusyError."""
        if len(self._making) >= AT_ONCE + WAITING:
            raise BusyError("Many downloads are being made at the moment; try again in a minute.")
        try:
            kept = Kept(key, open_nameless())
        except OSError as error:
            raise BusyError(to_sentence(error)) from error
        self._kept.append(kept)
        task = asyncio.create_task(self._make(kept, ask))
        self._making.add(task)
        task.add_done_callback(self._making.discard)
        return kept

    async def _make(self, kept: Kept, ask: Callable[[Kept], Any]) -> None:
        try:
            async with self._turn:
                await ask(kept)
        except OSError as error:
            kept.failed = BusyError(to_sentence(error))
        except Exception as error:  # told to whoever asked
            kept.failed = error

    def close(self) -> None:
        """Have whoever writes give up at the next block, so that the server can stop."""
        for kept in self._kept:
            kept.stopped = True

    def _forget(self) -> None:
        now = time.monotonic()
        alive = [k for k in self._kept if not k.failed and now - k.asked < KEPT_S]
        while sum(kept.size for kept in alive) > TOGETHER_B and alive[0].whole:
            del alive[0]
        self._kept = [k for k in self._kept if k in alive or not (k.whole or k.failed)]


def open_nameless() -> int:
    """Number of an open file that has no name, where the system keeps temporary files."""
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def to_sentence(error: OSError) -> str:
    """What to say when there is no room for a file."""
    return f"There is no room for a download at the moment ({error.strerror}); try again later."


def fill(kept: Kept, write: Callable[[IO[bytes]], Any], *, grows: bool) -> None:
    """Have an answer written; one that does not grow is readable only when it is whole."""
    if grows:
        sink = Growing(kept)
        write(cast("IO[bytes]", sink))
        kept.sum = sink.sum.hexdigest()
    else:
        with kept.open() as file:
            write(file)
            file.seek(0)
            kept.sum = hashlib.file_digest(cast("Any", file), "sha256").hexdigest()
        kept.size = os.fstat(kept.number).st_size
    kept.whole = True


class Growing(Sink):
    """A sink whose bytes can be read as soon as they are written."""

    def __init__(self, kept: Kept) -> None:
        super().__init__(kept.open())
        self._kept = kept

    def write(self, data: Any) -> int:
        """Write all of it, and tell. Raises BusyError when it is stopped."""
        if self._kept.stopped:
            raise BusyError("This server stops; try again in a minute.")
        count = super().write(data)
        self._kept.size = self.size
        return count
