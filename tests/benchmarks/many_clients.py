"""People and programs that ask the API all at once, each from an address of its own.

A process of its own. Each client has a connection that stays open, asks one of the paths, reads
the whole answer, thinks, and asks the next.
"""

import asyncio
import multiprocessing
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np

THINK_S = 2.0  # mean; between an answer and the next question
PATIENCE_S = 60.0  # for an answer, after which it counts as an error
FAILED = 0  # status of a question without an answer


class Clients:
    """Asks for ``seconds`` from so many addresses."""

    def __init__(
        self, port: int, count: int, paths: Sequence[str], seconds: float, note: Path
    ) -> None:
        """Start."""
        self._note = note
        work = (port, count, list(paths), seconds, note)
        self._process = multiprocessing.get_context("spawn").Process(target=ask_all, args=work)
        self._process.start()

    def wait(self) -> np.ndarray[Any, Any]:
        """Return status, milliseconds and number of the path of every question, (n, 3)."""
        self._process.join()
        if self._process.exitcode:
            raise RuntimeError("the clients failed")
        return np.load(self._note)


def ask_all(port: int, count: int, paths: list[str], seconds: float, note: Path) -> None:
    """Run all clients; the program of the process."""
    np.save(note, np.array(asyncio.run(run(port, count, paths, seconds)), np.float64))


async def run(port: int, count: int, paths: list[str], seconds: float) -> list[Any]:
    """What all of them saw."""
    seen: list[tuple[int, float, int]] = []
    until = time.monotonic() + seconds
    patience = aiohttp.ClientTimeout(total=PATIENCE_S)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(
        f"http://127.0.0.1:{port}", connector=connector, timeout=patience
    ) as session:
        await asyncio.gather(*(ask(session, one, paths, until, seen) for one in range(count)))
    return seen


async def ask(session: aiohttp.ClientSession, number: int, paths, until: float, seen) -> None:
    """One client, from its first question to its last answer."""
    chance = random.Random(number)
    headers = {"X-Forwarded-For": f"10.1.{number // 250}.{number % 250 + 1}"}
    await asyncio.sleep(chance.random() * THINK_S)
    while time.monotonic() < until:
        path = chance.randrange(len(paths))
        began = time.perf_counter()
        try:
            async with session.get(paths[path], headers=headers) as answer:
                await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError):
            status = FAILED
        seen.append((status, 1000 * (time.perf_counter() - began), path))
        await asyncio.sleep(chance.expovariate(1 / THINK_S))
