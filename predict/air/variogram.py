"""How unlike two places are, by their distance: what a map between sensors rests on.

Half the mean squared difference of pairs is nugget + sill (1 - exp(-distance / range)), fitted by
least squares (Cressie 1985, "Fitting variogram models by weighted least squares", Mathematical
Geology 17). The nugget is what differs between neighbours: sensors that are not alike, and air
that is not.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

RANGES = 40  # tried between the closest pairs and the furthest
CLOSEST = 0.02  # share of the pairs: a range below their distance is another name for nugget
MOST_SERIES = 300  # that pairs are made of: 45,000 pairs
MOST_NUMBERS = 10_000_000  # differences looked at
LEAST = 1e-4  # of a nugget and of a sill, in squared logs: keeps equations solvable


@dataclass(frozen=True)
class Variogram:
    """Differences of places, in squared logs; the range in km."""

    nugget: float
    sill: float
    range_km: float

    @property
    def nugget_share(self) -> float:
        """Share of the differences that no neighbour tells, 0 to 1."""
        return self.nugget / (self.nugget + self.sill)

    def covary(self, distance_km: Float) -> Float:
        """Covariance of different places, same shape."""
        return self.sill * np.exp(-distance_km / self.range_km)


def fit_variogram(values: Float, distance_km: Float) -> Variogram:
    """Variogram of values (t, s), NaN where unknown, of places at distances (s, s).

    Weighted by the root of how often a pair was seen. Where no pair was, all of the spread is
    nugget.
    """
    some = np.linspace(0, values.shape[1] - 1, min(values.shape[1], MOST_SERIES)).astype(int)
    first, second = (some[each] for each in np.triu_indices(len(some), 1))
    stride = max(len(values) * len(first) // MOST_NUMBERS, 1)
    seen = values[::stride]
    squares = (seen[:, first] - seen[:, second]) ** 2 / 2
    number = np.isfinite(squares).sum(axis=0)
    pairs = number > 0
    if not pairs.any():
        return Variogram(1.0, LEAST, 1.0)
    half = np.nansum(squares[:, pairs], axis=0) / number[pairs]
    return fit_pairs(half, distance_km[first, second][pairs], np.sqrt(number[pairs]))


def fit_pairs(half: Float, distance_km: Float, weight: Float) -> Variogram:
    """Nugget, sill and range closest to half squared differences (p,) of pairs.

    >>> far = np.linspace(0, 100, 5000)
    >>> found = fit_pairs(1 + 3 * (1 - np.exp(-far / 20)), far, np.ones(5000))
    >>> round(found.nugget, 1), round(found.sill, 1), round(found.range_km)
    (1.0, 3.0, 20)
    """
    furthest = max(float(distance_km.max()), 0.1)
    closest = np.clip(np.quantile(distance_km, CLOSEST), furthest / 1000, furthest)
    ranges = np.geomspace(closest, furthest, RANGES)
    # one row per range: half ~ nugget + sill * shape, with weights, and neither below 0
    shape = 1 - np.exp(-distance_km / ranges[:, None])
    squared = weight**2
    total, middle = squared.sum(), (squared * half).sum()
    linear, crossed = (squared * shape).sum(axis=1), (squared * shape * half).sum(axis=1)
    square = (squared * shape**2).sum(axis=1)
    room = np.maximum(total * square - linear**2, 1e-12 * total**2)
    sill = (total * crossed - linear * middle) / room
    nugget = (middle - sill * linear) / total
    alone = crossed / np.maximum(square, 1e-12 * total)  # with no nugget
    sill, nugget = np.where(nugget < 0, alone, sill), np.maximum(nugget, 0)
    nugget, sill = np.where(sill < 0, middle / total, nugget), np.maximum(sill, 0)
    wrong = (squared * (nugget[:, None] + sill[:, None] * shape - half) ** 2).sum(axis=1)
    best = int(wrong.argmin())
    return Variogram(
        max(float(nugget[best]), LEAST), max(float(sill[best]), LEAST), float(ranges[best])
    )
