"""How close quantiles were to what came. What is unknown (NaN) is not scored.

``table`` is (..., levels), ``truth`` (...) in the same unit. Sources: Gneiting and Raftery 2007,
"Strictly proper scoring rules, prediction, and estimation" (pinball loss, CRPS, Brier score);
Hyndman and Koehler 2006, "Another look at measures of forecast accuracy" (MASE).
"""

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


def pinball(table: Float, truth: Float, levels: Float) -> Float:
    """Pinball loss of each quantile (..., levels), in the unit of the values.

    >>> pinball(np.array([10.0]), np.array(14.0), np.array([0.75])).tolist()
    [3.0]
    """
    error = truth[..., None] - table
    return np.maximum(levels * error, (levels - 1) * error)


def weighted_quantile_loss(table: Float, truth: Float, levels: Float) -> float:
    """wQL: twice the sum of pinball losses, averaged over levels, over the sum of values."""
    known = np.isfinite(truth)
    loss = 2 * pinball(table, truth, levels)[known].mean(axis=-1).sum()
    return float(loss / np.abs(truth[known]).sum())


def crps(table: Float, truth: Float, levels: Float) -> float:
    """Continuous ranked probability score in the unit of the values: twice the mean pinball loss.

    The levels are taken as evenly spread; the tails beyond the outer ones are not counted.
    """
    known = np.isfinite(truth)
    return float(2 * pinball(table, truth, levels)[known].mean())


def mase(middle: Float, truth: Float, scale: Float) -> float:
    """Mean absolute error of the median (n, h, s) over ``scale`` (s,), averaged over series.

    ``scale`` is the mean absolute error in the history of saying that today is like yesterday.
    """
    each = np.nanmean(np.abs(truth - middle).reshape(-1, truth.shape[-1]), axis=0) / scale
    return float(np.nanmean(each))


def coverage(table: Float, truth: Float, levels: Float, share: float) -> Float:
    """Whether the central interval of ``share`` holds the value (...), NaN where unknown."""
    low, high = (int(np.abs(levels - edge).argmin()) for edge in ((1 - share) / 2, (1 + share) / 2))
    inside = (truth >= table[..., low]) & (truth <= table[..., high])
    return np.where(np.isfinite(truth), inside, np.nan)


def brier(chance: Float, truth: Float, limit: Float) -> float:
    """Mean squared error of the chance to exceed ``limit``: 0 is perfect."""
    known = np.isfinite(truth)
    return float(((chance - (truth > limit))[known] ** 2).mean())


def reliability(table: Float, truth: Float) -> Float:
    """Share of values at or below each quantile (levels,): equal to the level when honest."""
    known = np.isfinite(truth)
    return (truth[known][:, None] <= table[known]).mean(axis=0)
