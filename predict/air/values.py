"""Hours of what is in the air, made fit to learn from."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..calendar import DAY_H
from ..fitted import check_history

Float = NDArray[np.float64]

STUCK_H = 24  # hours of one value; analysers that tell whole numbers repeat themselves for less
GROWN_H = 28 * DAY_H  # hours known after which a place has a history of its own
BELIEF_H = 12.0  # hours that the usual level of the network counts for
LEAST = 0.1  # ug/m3, and of a ratio: keeps from dividing by nothing
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


def drop_stuck(values: Float) -> Float:
    """Hours (t, s) with NaN where one place says the very same for STUCK_H hours or more on end.

    Only while another place tells that air moves: a network that stands still as a whole, or a
    single sensor, is taken at its word.
    """
    rows, series = values.shape
    fresh = np.ones((rows, series), np.int64)
    fresh[1:] = values[1:] != values[:-1]
    run = np.cumsum(fresh, axis=0) - 1 + rows * np.arange(series)
    stuck = np.bincount(run.ravel(), minlength=rows * series)[run] >= STUCK_H
    moves = (np.isfinite(values) & ~stuck).any(axis=1, keepdims=True)
    return np.where(stuck & moves, np.nan, values)


def lend_history(values: Float) -> Float:
    """Hours (t, s) in which a young place has, before its first hour, what its network measured.

    Its level is the median of its ratios to the network in the hours that it has: a sensor that
    was hung up in a week of dirty air does not take that for usual. Holes are not filled, nor what
    came after a place fell silent. Nothing is lent where no place is grown.

    >>> grown = np.repeat([[10.0], [30.0]], [700, 40], axis=0)
    >>> young = np.where(np.arange(740) < 700, np.nan, 60.0)[:, None]
    >>> lend_history(np.hstack([grown, young]))[[0, 739], 1].round(0).tolist()
    [18.0, 60.0]
    """
    known = np.isfinite(values)
    number = known.sum(axis=0)
    grown, young = number >= GROWN_H, (number > 0) & (number < GROWN_H)
    if not (grown.any() and young.any()):
        return values
    level = np.maximum(median_known(values[:, grown], axis=0), LEAST)
    background = median_known(values[:, grown] / level, axis=1)
    ratios = values[:, young] / np.maximum(background, LEAST)[:, None]
    own = np.nan_to_num(median_known(ratios, axis=0), nan=float(np.median(level)))
    weight = number[young]
    own = (weight * own + BELIEF_H * np.median(level)) / (weight + BELIEF_H)
    lent = values.copy()
    before = np.arange(len(values))[:, None] < known.argmax(axis=0)[young]
    lent[:, young] = np.where(before, own * background[:, None], values[:, young])
    return lent


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
