"""Write forecasts."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike

from lokaalmeten.errors import StorageError

from .failures import Connection, say_failures

_NODE = "SELECT id FROM private.node WHERE name = %s AND NOT moving"

_FORGET = "DELETE FROM private.forecast WHERE node_id = %s AND quantity = %s AND cutoff = %s"

_WRITE = """
INSERT INTO private.forecast
    (node_id, quantity, issue_time, cutoff, model, levels, time, quantiles)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


def write_forecasts(
    connection: Connection,
    node: str,
    quantity: str,
    issue_time: datetime,
    cutoff: datetime,
    model: str,
    times: Sequence[datetime],
    levels: Sequence[float],
    quantiles: ArrayLike,
) -> None:
    """Store one forecast of one quantity of a fixed node, instead of one from the same cutoff.

    ``quantiles`` is (times, levels) in the unit of the quantity, ``levels`` are probabilities
    from 0 to 1, rising; ``model`` names model and version. Raises StorageError for a node that
    is unknown or moves.
    """
    table = np.asarray(quantiles, float).reshape(len(times), len(levels)).tolist()
    probabilities = [float(level) for level in levels]
    with say_failures(connection), connection.transaction(), connection.cursor() as cursor:
        found = cursor.execute(_NODE, [node]).fetchone()
        if found is None:
            raise StorageError(f"there is no fixed node {node!r} to forecast for")
        cursor.execute(_FORGET, (found[0], quantity, cutoff))
        common = (found[0], quantity, issue_time, cutoff, model, probabilities)
        cursor.executemany(
            _WRITE, [(*common, time, row) for time, row in zip(times, table, strict=True)]
        )
