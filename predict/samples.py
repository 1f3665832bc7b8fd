"""Joint samples: what may come for all series and hours at once, so that sums have quantiles.

Quantiles of a sum are not sums of quantiles. The ranks of what came at past origins keep how
hours and series move together; put on the quantiles of today they give samples that do so too
(the Schaake shuffle: Clark, Gangopadhyay, Hay, Rajagopalan and Wilby 2004, "The Schaake shuffle",
Journal of Hydrometeorology 5).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .calendar import ForecastError
from .fitted import Quantiles

Float = NDArray[np.float64]


def draw_samples(forecast: Quantiles, past: ArrayLike) -> Float:
    """Samples (n, h, s) of the forecast that move together as ``past`` (n, h, s) did.

    ``past`` holds n earlier stretches of the same hours and series, best as deviations from what
    was forecast then, NaN where unknown. Each sample takes, for every hour and series, the
    quantile at the rank that the past had there among its n. Raises ForecastError for another
    shape.

    >>> forecast = Quantiles(np.array([0.25, 0.75]), np.array([[[1.0, 3.0], [10.0, 30.0]]]))
    >>> together = np.array([[[-1.0, -5.0]], [[1.0, 5.0]]])
    >>> draw_samples(forecast, together).sum(axis=2)[:, 0].tolist()
    [11.0, 33.0]
    """
    earlier = np.asarray(past, np.float64)
    if earlier.ndim != 3 or earlier.shape[1:] != forecast.table.shape[:2] or not len(earlier):
        raise ForecastError(
            f"earlier stretches must be n x {forecast.table.shape[:2]}, not {earlier.shape}"
        )
    known = np.where(np.isfinite(earlier), earlier, np.nanmedian(earlier, axis=0))
    ranks = np.nan_to_num(known).argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    chances = (ranks + 0.5) / len(earlier)
    return read_quantiles(forecast, chances)


def read_quantiles(forecast: Quantiles, chances: Float) -> Float:
    """Values (n, h, s) at chances (n, h, s), on straight lines between the levels."""
    levels = forecast.levels
    place = np.clip(np.searchsorted(levels, chances) - 1, 0, max(len(levels) - 2, 0))
    after = np.minimum(place + 1, len(levels) - 1)
    table = np.broadcast_to(forecast.table, (*chances.shape, len(levels)))
    low, high = (np.take_along_axis(table, at[..., None], axis=-1)[..., 0] for at in (place, after))
    width = np.where(after > place, levels[after] - levels[place], 1.0)
    part = np.clip((chances - levels[place]) / width, 0, 1)
    return low + part * (high - low)
