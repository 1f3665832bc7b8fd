"""The chance that a limit is exceeded, read from quantiles."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .fitted import Quantiles

Float = NDArray[np.float64]


def exceedance(forecast: Quantiles, limit: ArrayLike) -> Float:
    """Chance (h, s) that a value is above ``limit``: a number, or one per series (s,), same unit.

    Between two levels the distribution is taken as a straight line. Beyond the outer levels the
    forecast says no more than "less than the first" or "more than the last": half of the chance
    that is left there, so that neither is called impossible.

    >>> forecast = Quantiles(np.array([0.1, 0.5, 0.9]), np.array([[[10.0, 20.0, 40.0]]]))
    >>> [round(float(exceedance(forecast, limit)[0, 0]), 2) for limit in (5, 20, 30, 50)]
    [0.95, 0.5, 0.3, 0.05]
    """
    levels, table = forecast.levels, forecast.table
    bound = np.broadcast_to(np.asarray(limit, np.float64), table.shape[:2])[..., None]
    above = (table <= bound).sum(axis=-1)  # how many quantiles the limit has reached
    low = np.clip(above - 1, 0, len(levels) - 1)
    high = np.clip(above, 0, len(levels) - 1)
    first, last = (np.take_along_axis(table, at[..., None], axis=-1)[..., 0] for at in (low, high))
    step = np.where(last > first, last - first, 1.0)
    below = levels[low] + (levels[high] - levels[low]) * (bound[..., 0] - first) / step
    below = np.where(above == 0, levels[0] / 2, below)
    return 1 - np.where(above == len(levels), (1 + levels[-1]) / 2, below)
