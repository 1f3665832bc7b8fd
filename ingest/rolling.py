"""Rolling up: a thread of its own adds up again what the writers touched, some seconds behind.

Apart from the main loop, which a long stretch of late hours would hold up, and with a connection of
its own. Nothing waits for it and nothing is lost when it is stopped: what it has not come to is
noted in the database, and whoever reads meanwhile reads it from the observations.
"""

import logging
import time
from typing import Protocol

from lokaalmeten.errors import StorageError

from .beside import Beside

LOG = logging.getLogger("lokaalmeten.ingest")
EVERY_S = 5.0  # an hour that every batch touches is added up again so often
PART = 250  # hours or days of a node at a time, some 50 ms: a batch hardly waits for it
REST = 20  # times as long as a part took: in a flood the writers go first
PATIENCE_S = 5.0  # today is noted with every batch, and added up so often


class Roller(Protocol):
    """Adds up again a part of what was touched; how much it was. May raise StorageError."""

    def roll_up(self, limit: int, patience_s: float) -> int: ...  # noqa: D102


class Rolling(Beside):
    """Rolls up until it is closed."""

    def __init__(self, roller: Roller, every_s: float = EVERY_S) -> None:
        """Start, at once with what an earlier run left."""
        self._roller = roller
        self._every_s = every_s
        super().__init__()

    def _work(self) -> None:
        while True:
            self._catch_up()
            if self._stop.wait(self._every_s):
                return

    def _catch_up(self) -> None:
        """Roll up until nothing waits; a database that is away makes it wait for the next time.

        A part of a usual load takes milliseconds, so its rest is nothing; after an upgrade or an
        import, and while nodes deliver days at once, a twentieth of the time is for what waits.
        """
        rest_s = 0.0
        while not self._stop.wait(rest_s):
            began = time.monotonic()
            try:
                if not self._roller.roll_up(PART, PATIENCE_S):
                    return
            except StorageError as error:
                LOG.warning("rollups wait: %s", error)
                return
            rest_s = REST * (time.monotonic() - began)
