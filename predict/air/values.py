"""Hours of what is in the air, made fit to learn from."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..core import check_history

Float = NDArray[np.float64]

SLIGHT = -10.0  # ug/m3; an analyser that measures nothing may say a little less than 0


def to_known(hours: ArrayLike) -> Float:
    """Hours (t, s) with NaN for what no air holds, and 0 for what is slightly less than nothing.

    Official stations report small negatives; to leave them out would make clean hours look dirtier
    than they are.

    >>> to_known([[-0.4, -999.0, 7.0, float("inf")]]).tolist()
    [[0.0, nan, 7.0, nan]]
    """
    values = check_history(hours)
    with np.errstate(invalid="ignore"):
        possible = np.isfinite(values) & (values >= SLIGHT)
    return np.where(possible, np.maximum(values, 0.0), np.nan)


def mean_known(values: NDArray, axis: int) -> Float:
    """Mean of what is known along an axis; NaN where nothing is."""
    known = np.isfinite(values)
    number = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def median_known(values: Float, axis: int) -> Float:
    """Median of what is known of (t, s) along an axis; NaN where nothing is."""
    table = values if axis == 1 else values.T
    some = np.isfinite(table).any(axis=1)
    found = np.full(len(table), np.nan)
    found[some] = np.nanmedian(table[some], axis=1)
    return found
