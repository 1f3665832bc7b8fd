"""Whether intervals still hold what they promise: coverage beside the band that chance allows.

An interval of 80 % that holds 65 % of what came says that the world is no longer that of the fit:
time to fit anew, or to look at the sensor. Chance alone moves the share too, and more than a
binomial distribution says, because the hours of one forecast are right or wrong together.
"""

from dataclasses import dataclass
from math import lgamma, log

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

# So many hours in a row tell as much as one alone. Measured on 48 forecasts of 72 hours for each
# of six sets of open data (single series): the variance of a forecast's share inside its 80 %
# interval over that of independent hours has a median of 7 to 13 over the series of a set.
ALIKE_H = 12
FALSE_ALARM = 0.01  # chance of a drift told where there is none, at one look


@dataclass(frozen=True)
class Drift:
    """The share that was inside, and the band that it left."""

    share: float
    low: float
    high: float


def find_drift(covered: Float, level: float, *, least: int) -> Drift | None:
    """Drift of the share of ``covered`` (n,) from ``level``, or None.

    ``covered`` is 1 where an hour lay within the interval that promised ``level`` (0.8 for 80 %),
    0 where it did not, NaN where nothing is known; hours of one series. With fewer than ``least``
    known ones nothing is told. The band holds the share of a binomial with n / ALIKE_H trials in
    all but FALSE_ALARM of cases. Raises ValueError for a level that is no probability.

    >>> find_drift(np.array([1.0, 1, 1, 1, 0] * 100), 0.8, least=168) is None
    True
    >>> find_drift(np.zeros(200), 0.8, least=168).share
    0.0
    """
    if not 0 < level < 1:
        raise ValueError(f"a level is a probability between 0 and 1, not {level}")
    known = np.asarray(covered, np.float64)
    known = known[np.isfinite(known)]
    if len(known) < max(least, 1):
        return None
    share = float(known.mean())
    low, high = find_band(max(len(known) // ALIKE_H, 1), level)
    return None if low <= share <= high else Drift(share, low, high)


def find_band(trials: int, level: float) -> tuple[float, float]:
    """Shares between which a binomial of so many trials lies in all but FALSE_ALARM of cases.

    >>> find_band(1, 0.8)
    (0.0, 1.0)
    """
    number = np.arange(trials + 1)
    ways = np.array([lgamma(trials + 1) - lgamma(k + 1) - lgamma(trials - k + 1) for k in number])
    chance = np.cumsum(np.exp(ways + number * log(level) + (trials - number) * log(1 - level)))
    low, high = np.searchsorted(chance, [FALSE_ALARM / 2, 1 - FALSE_ALARM / 2])
    return float(low / trials), float(min(high, trials) / trials)
