"""A fleet of boxes with an outbox each, whose every value can be told from node, moment and place.

A box takes a sample a second and seals a page a minute. Now and then its clock is wrong for some
pages: then moments come twice, or out of order. Beside the pages go messages that nobody can use.
What was sent is written down at the end, and that is what the count goes by.
"""

import multiprocessing
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ingest.virtual.pages import write_pages
from ingest.virtual.publisher import Outlet
from lokaalmeten import wire
from lokaalmeten.settings import Address
from tests.services.pages import BOX

Int = NDArray[np.int64]

KEYS = wire.SCHEMAS[BOX][2]
LOW, SPAN = 1000, 8000  # counts that every quantity can have
PAGE_S = wire.SAMPLES  # a sample a second
STEP_S = 0.5
WRONG_CLOCK, WRONG_S = 0.01, 5400  # share of pages before which a clock jumps, and how far at most
JUNK = 0.004  # messages that cannot be used, for each page; each comes again and again
STRANGER = "not-registered"


def name_of(number: int) -> str:
    """Name of a box of the fleet."""
    return f"soak-{number:04}"


def to_counts(node: int, moment: Int) -> dict[str, Int]:
    """What a box measures at moments (n,): a count (n,) of each quantity.

    A multiplicative hash (Knuth, The Art of Computer Programming 3, 6.4) of all three.
    """
    mixed = (moment * 2_654_435_761) ^ (node * 40_503 * 65_537)
    return {
        key: LOW + ((mixed ^ (index * 97_531)) * 2_246_822_519 >> 13 & 0x7FFFFFFF) % SPAN
        for index, key in enumerate(KEYS)
    }


@dataclass
class Box:
    """One box: when its next page begins, and how wrong its clock is."""

    number: int
    begin: int
    boot: int
    sequence: int = 0
    wrong_s: int = 0
    pages: list[int] = field(default_factory=list)  # first moment of each page, by its clock

    def seal(self, chance: random.Random) -> bytes:
        """The page that is full now."""
        if chance.random() < WRONG_CLOCK:
            self.wrong_s = 0 if self.wrong_s else chance.randint(-WRONG_S, WRONG_S)
        moment = np.arange(self.begin, self.begin + PAGE_S, dtype=np.int64) + self.wrong_s
        columns = to_counts(self.number, moment) | {"bits": np.zeros(PAGE_S, np.int64)}
        (page,) = write_pages(BOX, self.boot, self.sequence, moment, columns)
        self.pages.append(int(moment[0]))
        self.sequence += 1
        self.begin += PAGE_S
        return page


class Fleet:
    """A process that sends until it is told to ``finish``; then it waits for the last commits."""

    def __init__(self, address: Address, boxes: int, seed: int, note: Path) -> None:
        """Start; ``note`` is the file in which it writes down what it sent."""
        context = multiprocessing.get_context("spawn")
        self.note = note
        self._finish, self._leave = context.Event(), context.Event()
        self.kept = context.Value("q", 0)
        work = (address, boxes, seed, note, self._finish, self._leave, self.kept)
        self._process = context.Process(target=send, args=work)
        self._process.start()

    def finish(self, seconds: float) -> int:
        """Measure no more; pages that are still kept after so many seconds at most."""
        self._finish.set()
        until = time.monotonic() + seconds
        while self._process.is_alive() and time.monotonic() < until:
            time.sleep(STEP_S)
        self._leave.set()
        self._process.join()
        if self._process.exitcode:
            raise RuntimeError(f"the fleet ended with {self._process.exitcode}")
        return self.kept.value

    def stop(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.join()


def send(
    address: Address, boxes: int, seed: int, note: Path, finish: Event, leave: Event, kept: Any
) -> None:
    """The life of the fleet."""
    chance = random.Random(seed)
    stop = cast("threading.Event", leave)  # of another process, which can be asked alike
    outlet = Outlet(address, "soak-fleet")
    junk = Outlet(address, "soak-junk")
    began = int(time.time())
    fleet = [
        Box(number, began - chance.randrange(PAGE_S), chance.getrandbits(32))
        for number in range(1, boxes + 1)
    ]
    spoilt: set[bytes] = set()
    repeats = 0
    while not leave.is_set():
        pages = [] if finish.is_set() else take_pages(fleet, chance, int(time.time()))
        repeats += outlet.deliver(pages, stop) - len(pages)
        junk.deliver(spoil(pages, chance, spoilt), stop)
        kept.value = outlet.kept
        if finish.is_set() and outlet.kept == 0:
            break
        time.sleep(STEP_S)
    outlet.close()
    junk.close()
    np.savez(
        note,
        number=np.repeat([box.number for box in fleet], [len(box.pages) for box in fleet]),
        begin=np.concatenate([np.array(box.pages, np.int64) for box in fleet]),
        repeats=repeats,
        junk=len(spoilt),
    )


def take_pages(fleet: list[Box], chance: random.Random, now: int) -> list[tuple[str, bytes]]:
    """(name, page) of every page that is full by now."""
    found = []
    for box in fleet:
        while box.begin + PAGE_S <= now:
            found.append((name_of(box.number), box.seal(chance)))
    return found


def spoil(
    pages: Sequence[tuple[str, bytes]], chance: random.Random, spoilt: set[bytes]
) -> list[tuple[str, bytes]]:
    """Some of the pages with a byte that is wrong, or of a node that nobody knows."""
    found = []
    for name, page in pages:
        if chance.random() < JUNK:
            broken = bytearray(page)
            broken[4] ^= 0xFF  # of another boot, so that no acknowledgement is about it
            stranger = chance.random() < 0.5
            found.append((STRANGER, page) if stranger else (name, bytes(broken)))
            spoilt.add(found[-1][1])
    return found
