"""How full is full: levels of service after Fruin, and a municipality's own signals.

Fruin, Pedestrian Planning and Design (1971), tables of walkways and queues; the walkways'
densities in people per square metre, their flow in people per metre and minute.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float = NDArray[np.float64]
Int8 = NDArray[np.int8]

LETTERS = "ABCDEF"
WALKWAY = (0.31, 0.43, 0.72, 1.08, 2.17)  # people per square metre: A below the first, F above
QUEUE = (0.83, 1.08, 1.54, 3.57, 5.26)
WALKWAY_FLOW = (23.0, 33.0, 49.0, 66.0, 82.0)  # people per metre and minute
UNKNOWN = -1
GREEN, YELLOW, ORANGE, RED = range(4)


def to_service(values: ArrayLike, bounds: tuple[float, ...] = WALKWAY) -> Int8:
    """Level of service 0 (A) to 5 (F) of densities (or flows) of any shape; UNKNOWN for NaN.

    >>> to_service([0.1, 0.5, 3.0, np.nan]).tolist()
    [0, 2, 5, -1]
    """
    table = np.asarray(values, np.float64)
    found = np.searchsorted(np.asarray(bounds), table, side="left")
    return np.where(np.isnan(table), UNKNOWN, found).astype(np.int8)


def to_signal(values: ArrayLike, limits: Float) -> Int8:
    """GREEN to RED of values (..., g) by the three limits (g, 3) of each; UNKNOWN for NaN.

    >>> to_signal([[0.5, 2.0]], np.array([[1, 2, 3.5], [1, 2, 3.5]])).tolist()
    [[0, 2]]
    """
    table = np.asarray(values, np.float64)[..., None]
    found = (table >= limits).sum(axis=-1)
    return np.where(np.isnan(table[..., 0]), UNKNOWN, found).astype(np.int8)
