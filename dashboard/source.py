"""The database as API and pages see it: one question at a time, off the event loop."""

import asyncio
import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from lokaalmeten.errors import StorageError
from storage.pool import Pool, connect, open_pool

LOG = logging.getLogger(__name__)
Answer = TypeVar("Answer")
CONNECTIONS = 4  # questions asked at the same time; more wait for their turn
PATIENCE_S = 5.0  # for a turn and a connection: a page that takes longer is as good as dead
CLOSING_S = 2.0  # for the threads of a pool to end


class CrowdedError(StorageError):
    """So much is asked that the turn of a question did not come in time."""


class Source:
    """Asks questions over a pool that is opened at the first one and again after a failure."""

    def __init__(self, dsn: str, *, reading: bool = True, patience_s: float = PATIENCE_S) -> None:
        self._dsn = dsn
        self._patience_s = patience_s
        self._reading = reading  # the server then refuses whatever would write
        self._pool: Pool | None = None
        self._lock = Lock()
        self._answers = True

    async def ask(self, question: Callable[..., Answer], *arguments: Any) -> Answer:
        """Answer of ``question(connection, *arguments)``, run in a thread.

        Raises:
            StorageError: the database does not answer.
            CrowdedError: its turn did not come in time.

        """
        return await asyncio.to_thread(self._ask, question, arguments, time.monotonic())

    async def close(self) -> None:
        """Give the connections back."""
        await asyncio.to_thread(self._drop)

    def _ask(
        self, question: Callable[..., Answer], arguments: tuple[Any, ...], asked_at: float
    ) -> Answer:
        if time.monotonic() - asked_at > self._patience_s:
            raise CrowdedError("More is asked than can be answered: try again in some seconds.")
        try:
            with self._opened().connection(self._patience_s) as connection:
                answer = question(connection, *arguments)
        except StorageError as error:
            self._note(self._drop_if_dead() or error)
            raise
        self._note(None)
        return answer

    def _opened(self) -> Pool:
        with self._lock:
            if self._pool is None:
                self._pool = open_pool(self._dsn, CONNECTIONS, reading=self._reading)
            return self._pool

    def _drop_if_dead(self) -> StorageError | None:
        """Forget the pool when nobody answers: a new one then says so at once, without waiting.

        Returns why nobody answers, which the pool itself does not tell.
        """
        try:
            connect(self._dsn).close()
        except StorageError as error:
            self._drop()
            return error
        return None

    def _note(self, error: StorageError | None) -> None:
        """Log when the database goes away and when it is back, not every question between."""
        if (error is None) == self._answers:
            return
        self._answers = error is None
        if error is None:
            LOG.warning("The database answers again")
        else:
            LOG.error("The dashboard has no database: %s", error)

    def _drop(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close(timeout=CLOSING_S)


def check_alive(connection: Any) -> None:
    """Question that only proves that the database answers."""
    connection.execute("SELECT 1")
