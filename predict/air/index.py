"""The Dutch air quality index (LKI) of hours ahead: likely numbers, and the chance of each class.

The index of an hour is the highest of its substances, and the highest of likely numbers is not the
likely highest: it is read in each draw, in which the substances move together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.lki import EDGES, GROUPS, HIGHEST, to_index, to_total

from ..calendar import ForecastError
from .forecast import AirForecast

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]
Real = NDArray[np.float32] | NDArray[np.float64]


@dataclass(frozen=True)
class IndexForecast:
    """Index of h hours at s places; 0 and NaN where no substance is forecast."""

    substances: tuple[str, ...]  # it is made of
    middle: Int64  # (h, s) 1 to 11, as likely lower or equal as higher
    numbers: Float  # (h, s, 11) chance of each number
    classes: Float  # (h, s, 5) chance of each class, good to very poor


def forecast_index(parts: Mapping[str, AirForecast]) -> IndexForecast:
    """Index from forecasts of substances for the same hours and places.

    Raises ForecastError when they are of other hours or places, or none is of the index.
    """
    frames = {(each.start, each.samples.shape) for each in parts.values()}
    if len(frames) > 1:
        raise ForecastError(
            f"forecasts of {', '.join(parts)} are of other hours or places: no index of them"
        )
    return index_samples({key: each.samples for key, each in parts.items()})


def index_samples(samples: Mapping[str, Real]) -> IndexForecast:
    """Index from draws (n, h, s) of each substance, NaN where a place does not have it.

    Quantities that are not of the index are left out; ForecastError when none is.
    """
    used = {key: values for key, values in samples.items() if key in EDGES}
    if not used:
        raise ForecastError(
            f"an index is made of {', '.join(EDGES)}, not of {', '.join(samples) or 'nothing'}"
        )
    draws = to_total({key: to_index(key, values) for key, values in used.items()})
    number = np.stack([(draws == n).mean(axis=0) for n in range(1, HIGHEST + 1)], axis=-1)
    known = number.sum(axis=-1) > 0
    chances = np.where(known[..., None], number, np.nan)
    middle = np.where(known, 1 + (np.cumsum(number, axis=-1) < 0.5).sum(axis=-1), 0)
    groups = np.array(GROUPS)
    classes = [chances[..., groups == group].sum(axis=-1) for group in range(1, max(GROUPS) + 1)]
    return IndexForecast(tuple(used), middle, chances, np.stack(classes, axis=-1))
