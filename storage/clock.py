"""Clock: which times a sample can have, so that no node makes pieces of a table in 1970 or 2099.

The ingest keeps samples of such times aside already; here is the last look before the table.
"""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.errors import StorageError

from .failures import Connection

EARLIEST = 1_420_070_400  # 2015-01-01: clocks that were never set begin at 1970 or 2000
# The ingest takes pages that begin a day ahead; the last sample of one lies at most 18 h later.
AHEAD_S = 2 * 86_400


class Clock:
    """The latest time that a sample can have by the clock of the server, asked when it matters."""

    def __init__(self, connection: Connection) -> None:
        """Know nothing yet."""
        self._connection = connection
        self._after = 0  # Unix seconds; what is earlier was possible when it was last asked

    def check(self, node: NDArray[np.int32], time: NDArray[np.int64]) -> None:
        """Refuse samples (Unix seconds, not empty) that no clock in order can give; StorageError.

        The server is asked once in two days of samples.
        """
        if time.max() >= self._after:
            row = self._connection.execute(
                "SELECT extract(epoch FROM clock_timestamp())::bigint"
            ).fetchone()
            assert row
            self._after = row[0] + AHEAD_S
        wrong = (time < EARLIEST) | (time >= self._after)
        if wrong.any():
            now = _to_text(self._after - AHEAD_S)
            raise StorageError(
                f"a sample of node {node[wrong][0]} is of {_to_text(time[wrong][0])}, before 2015"
                f" or more than two days after the clock of the database server ({now});"
                " nothing of its batch was stored, set right whichever clock is wrong"
            )


def _to_text(seconds: int) -> str:
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d %H:%M} UTC"
