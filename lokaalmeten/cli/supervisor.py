"""Services that go on: started in turn, back when they die, ended the other way round.

1. start one after the other; a service is a process of ours, or a server that we bring
2. look at each twice a second
3. start one that ended again, after a pause that doubles each time
4. give up when one ends so often in a row that it will not come back by itself
5. stop all, the last one first
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from lokaalmeten import processes
from lokaalmeten.errors import ServiceError

LOOK_S = 0.5
TRIES = 5  # in a row, after pauses of 1, 2, 4 and 8 s
STEADY_S = 60  # who ran so long begins to count anew
LONGEST_LOG = 16 << 20  # bytes; then it is kept as NAME.log.1 and begins anew


class Service(Protocol):
    """Something that runs as a process."""

    process: subprocess.Popen[bytes] | None

    def start(self) -> None:
        """Start it, again after it ended; ServiceError when that cannot be."""

    def stop(self) -> None:
        """End it in order."""


class Part:
    """A command of ours as a process with a log; the log of the life before stays beside it."""

    def __init__(self, words: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self.command = [sys.executable, "-m", "lokaalmeten.cli", *words]
        self.log, self.environment = log, environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; ServiceError when that cannot be."""
        with suppress(FileNotFoundError):
            self.log.replace(to_former(self.log))
        self.process = processes.start(self.command, log=self.log, env=self.environment)

    def stop(self) -> None:
        """Have it end by itself, as it does on SIGTERM."""
        if self.process is not None:
            processes.stop(self.process)


@dataclass
class Kept:
    """A service, and how it went lately."""

    service: Service
    log: Path
    rest_s: float | None  # after it ended well; None: it should not end
    began: float
    tries: int = 0
    due: float | None = None  # when it is started again


class Supervisor:
    """Keeps services running during the ``with`` block; ``tell`` gets a line for each event."""

    def __init__(
        self, tell: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.tell, self.clock = tell, clock
        self.kept: dict[str, Kept] = {}

    def start(self, name: str, service: Service, log: Path, rest_s: float | None = None) -> None:
        """Start a service and keep it from then on; ServiceError when it cannot be started.

        One with ``rest_s`` may end well, and is started again after so many seconds.
        """
        service.start()
        self.kept[name] = Kept(service, log, rest_s, self.clock())

    def drop(self, name: str) -> None:
        """Stop a service and forget it."""
        self.kept.pop(name).service.stop()
        self.tell(f"{name} stopped")

    def look(self) -> None:
        """Start again what ended; ServiceError when one ended too often."""
        for name, kept in self.kept.items():
            process = kept.service.process
            if kept.due is not None:
                if self.clock() >= kept.due:
                    self._start_again(name, kept)
            elif process is None or process.poll() is not None:
                self._note_end(name, kept, 1 if process is None else process.returncode)
            cut(kept.log)

    def watch(self, stop: threading.Event, until: Callable[[], bool] = lambda: False) -> None:
        """Look until told to stop, or until something is true."""
        while not until() and not stop.wait(LOOK_S):
            self.look()

    def stop(self) -> None:
        """Stop all, the last one first."""
        while self.kept:
            _, kept = self.kept.popitem()
            kept.service.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _note_end(self, name: str, kept: Kept, code: int) -> None:
        """Say when a service that ended comes back."""
        if code == 0 and kept.rest_s is not None:
            kept.tries, kept.due = 0, self.clock() + kept.rest_s
            return
        self._try_later(name, kept, processes.last_line(kept.log) if kept.log.exists() else "")

    def _start_again(self, name: str, kept: Kept) -> None:
        """Start one whose pause is over."""
        failed = kept.tries > 0
        try:
            kept.service.start()
        except ServiceError as error:
            self._try_later(name, kept, str(error))
            return
        kept.due, kept.began = None, self.clock()
        if failed:
            self.tell(f"{name} runs again")

    def _try_later(self, name: str, kept: Kept, said: str) -> None:
        """Count, and raise ServiceError when it was too often."""
        steady = kept.due is None and self.clock() - kept.began >= STEADY_S
        kept.tries = 1 if steady else kept.tries + 1
        if kept.tries >= TRIES:
            raise ServiceError(f"{name} ended {TRIES} times in a row: {said} (see {kept.log})")
        pause = 2 ** (kept.tries - 1)
        kept.due = self.clock() + pause
        self.tell(f"{name} ended: {said}; again in {pause} s")


def cut(log: Path) -> None:
    """Keep a log that became long beside it, and begin anew; who writes to its end goes on."""
    with suppress(FileNotFoundError):
        if log.stat().st_size > LONGEST_LOG:
            shutil.copyfile(log, to_former(log))
            os.truncate(log, 0)


def to_former(log: Path) -> Path:
    """Where the log before this one is.

    >>> to_former(Path("ingest.log")).name
    'ingest.log.1'
    """
    return log.with_name(f"{log.name}.1")
