"""Rounds: a thread that looks how far the rollups are behind, and keeps pieces of the table ahead.

Every ten seconds the one, for the metrics; once an hour the other, before a new month begins. With
a connection of its own: the thread that rolls up is busy just when much waits.
"""

import logging
import time
from datetime import datetime
from typing import Protocol

from lokaalmeten.errors import StorageError

from .beside import Beside
from .metrics import Metrics

LOG = logging.getLogger("lokaalmeten.ingest")
EVERY_S = 10.0
AHEAD_EVERY_S = 3600.0


class Waiting(Protocol):
    """What waits to be added up again."""

    @property
    def hours(self) -> int: ...  # noqa: D102
    @property
    def since(self) -> datetime | None: ...  # noqa: D102


class Store(Protocol):
    """Whom to ask; every method may raise StorageError."""

    def read_waiting(self) -> Waiting: ...  # noqa: D102
    def make_ahead(self) -> None: ...  # noqa: D102


class Rounds(Beside):
    """Goes round until it is closed."""

    def __init__(self, store: Store, metrics: Metrics, every_s: float = EVERY_S) -> None:
        """Start, at once with the first round."""
        self._store = store
        self._metrics = metrics
        self._every_s = every_s
        self._ahead_at = 0.0  # of the monotonic clock
        super().__init__()

    def _work(self) -> None:
        while True:
            try:
                self._go_round()
            except StorageError as error:
                LOG.warning("what waits to be rolled up is not known: %s", error)
            if self._stop.wait(self._every_s):
                return

    def _go_round(self) -> None:
        waiting = self._store.read_waiting()
        self._metrics.waits(waiting.hours, waiting.since)
        if time.monotonic() >= self._ahead_at:
            self._store.make_ahead()
            self._ahead_at = time.monotonic() + AHEAD_EVERY_S
