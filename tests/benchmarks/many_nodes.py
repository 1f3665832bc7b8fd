"""Nodes that are online all at once: a connection each, and a page now and then.

A process of its own. A node is logged in, listens to its acknowledgements, and sends a page of an
hour of samples every EVERY_S seconds at a moment of its own; page k is hour k after ``start``.
"""

import asyncio
import multiprocessing
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import numpy as np

from ingest import mqtt
from ingest.virtual.pages import write_pages
from lokaalmeten import wire
from lokaalmeten.settings import Address
from tests.services.pages import BOX

EVERY_S = 30.0
HOUR_S = 3600
BOOT = 77
VERSION = 5
LOW, HIGH = 1000, 9000  # counts that every quantity can have


class Nodes:
    """All nodes, until they are stopped; then what they sent: (node index, page, Unix time)."""

    def __init__(self, address: Address, names: Sequence[str], start: int, note: Path) -> None:
        """Have them log in; ``online`` says when they are."""
        context = multiprocessing.get_context("spawn")
        self._note, self._stop = note, context.Event()
        self.online = context.Event()
        work = (address, list(names), start, note, self.online, self._stop)
        self._process = context.Process(target=live, args=work)
        self._process.start()

    def stop(self) -> np.ndarray[Any, Any]:
        """Return what was sent, (n, 3)."""
        self._stop.set()
        self._process.join()
        if self._process.exitcode:
            raise RuntimeError("the nodes failed")
        return np.load(self._note)


def live(address, names, start: int, note: Path, online: Event, stop: Event) -> None:
    """Run all nodes; the program of the process."""
    sent: list[tuple[int, int, float]] = []
    asyncio.run(run(address, names, start, sent, online, stop))
    np.save(note, np.array(sent, np.float64))


async def run(address, names, start: int, sent, online: Event, stop: Event) -> None:
    """Log in one after the other, then send until the end."""
    chance = random.Random(1)
    tasks = []
    for index, name in enumerate(names):
        link = await log_in(address, name)
        tasks += [
            asyncio.create_task(listen(link[0])),
            asyncio.create_task(publish(link[1], index, name, start, chance.random(), sent)),
        ]
    online.set()
    while not stop.is_set():
        await asyncio.sleep(0.2)
        for task in tasks:
            if task.done():
                task.result()
                raise RuntimeError("the broker hung up on a node")
    for task in tasks:
        task.cancel()


async def log_in(address: Address, name: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection that is logged in and hears of its acknowledgements."""
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(mqtt.to_connect(VERSION, name, keep_alive_s=0, clean_start=True))
    writer.write(mqtt.to_subscribe(VERSION, 1, [f"lm/1/{name}/ack"]))
    await writer.drain()
    return reader, writer


async def listen(reader: asyncio.StreamReader) -> None:
    """Read what the broker says; ends when it hangs up."""
    with suppress(ConnectionError):
        while await reader.read(1 << 16):
            pass


async def publish(writer, index: int, name: str, start: int, phase: float, sent) -> None:
    """A page every EVERY_S, from a moment of its own on."""
    await asyncio.sleep(phase * EVERY_S)
    due = time.monotonic()
    for turn in range(1 << 16):
        page = make_page(index, turn, start + turn * HOUR_S)
        sent.append((index, turn, time.time()))
        writer.write(mqtt.to_publish(VERSION, turn % 65_535 + 1, f"lm/1/{name}/page", page))
        await writer.drain()
        due += EVERY_S
        await asyncio.sleep(max(due - time.monotonic(), 0))


def make_page(index: int, turn: int, begin: int) -> bytes:
    """A page of 60 samples, one a minute."""
    moment = begin + 60 * np.arange(wire.SAMPLES, dtype=np.int64)
    values = np.random.default_rng((index, turn)).integers(
        LOW, HIGH, (len(wire.SCHEMAS[BOX][2]), wire.SAMPLES)
    )
    columns = dict(zip(wire.SCHEMAS[BOX][2], values, strict=True))
    (page,) = write_pages(BOX, BOOT, turn, moment, columns | {"bits": np.zeros_like(moment)})
    return page
