"""Values of unlike series on one scale: divided by their mean, a root taken, standardised.

A root makes the errors of counts and concentrations nearly as large when there is little as when
there is much (variance of a Poisson count: its square root is steady, Bartlett 1936; for
concentrations it lies between the raw value and its logarithm and, unlike the latter, knows 0).
Quantiles survive any increasing transform, so they are made here and turned back.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]
Int64 = NDArray[np.int64]

POWER = 0.5
YOUNG_H = 48  # a series with so many values is believed as much as its network
FAR = 6.0  # standard deviations beyond which a value says no more than "far away"


@dataclass(frozen=True)
class Transform:
    """What each of s series is divided by and moved by; see ``fit_transform``."""

    unit: Float  # (s,) in the unit of the series
    centre: Float  # (s,) after unit and power
    spread: Float  # (s,) likewise
    power: float  # 1 where values may be negative
    bounded: bool  # whether nothing lies below 0

    def take(self, at: slice) -> "Transform":
        """Transform of some of the series."""
        return replace(self, unit=self.unit[at], centre=self.centre[at], spread=self.spread[at])

    def to_standard(self, values: Float) -> Float32:
        """Standardised values of (t, s); what cannot be (below 0, infinite) is NaN."""
        with np.errstate(invalid="ignore"):
            rooted = root(values, self.unit, self.power, bounded=self.bounded)
            turned = (rooted - self.centre) / self.spread
            return np.clip(turned, -FAR, FAR).astype(np.float32)

    def from_standard(self, values: Float) -> Float:
        """Values in the unit of the series, of standardised (t, s, l); never below a bound."""
        rooted = values * self.spread[:, None] + self.centre[:, None]
        if self.bounded:
            rooted = np.maximum(rooted, 0.0) ** (1 / self.power)
        return rooted * self.unit[:, None]


def fit_transform(values: Float, *, bounded: bool) -> Transform:
    """Transform of series (t, s), NaN where unknown; a young series borrows from the others.

    >>> known = np.array([[4.0], [16.0], [np.nan]] * 50)
    >>> made = fit_transform(known, bounded=True)
    >>> standard = made.to_standard(known)
    >>> np.round(made.from_standard(standard[..., None])[:3, 0, 0], 3).tolist()
    [4.0, 16.0, nan]
    """
    return to_transform(read_facts(values, bounded=bounded), bounded=bounded)


def read_facts(values: Float, *, bounded: bool) -> Float:
    """Number, mean size, centre and spread (4, s) of what is known of series (t, s)."""
    known = np.where(np.isfinite(values) & ((values >= 0) | (not bounded)), values, np.nan)
    number = np.isfinite(known).sum(axis=0)
    unit = mean_of(np.abs(known), number)
    rooted = root(known, np.where(unit > 0, unit, 1.0), to_power(bounded), bounded=bounded)
    centre = mean_of(rooted, number)
    return np.stack([number, unit, centre, np.sqrt(mean_of((rooted - centre) ** 2, number))])


def to_transform(facts: Float, *, bounded: bool) -> Transform:
    """Transform of s series with these facts (4, s); see ``fit_transform``."""
    number, unit, centre, spread = facts
    unit = np.where(unit > 0, unit, _usual(unit, unit > 0))
    grown = (number >= YOUNG_H) & (spread > 0)
    trust = number / (number + YOUNG_H)
    usual = [_usual(part, grown) for part in (centre, spread)]
    centre = np.where(number > 0, trust * centre + (1 - trust) * usual[0], usual[0])
    spread = np.maximum(trust * spread + (1 - trust) * usual[1], 0.2 * usual[1])
    return Transform(unit, centre, spread, to_power(bounded), bounded)


def to_power(bounded: bool) -> float:
    """Power that values are taken to."""
    return POWER if bounded else 1.0


def root(values: Float, unit: Float, power: float, *, bounded: bool) -> Float:
    """Values (t, s) over their unit (s,), to the power; NaN below 0 when bounded."""
    if not bounded:
        return np.where(np.isfinite(values), values, np.nan) / unit
    # before the division: over the unit of next to nothing a value that cannot be would overflow
    scaled = np.where(np.isfinite(values) & (values >= 0), values, np.nan) / unit
    return np.sqrt(scaled) if power == 0.5 else scaled**power


def mean_of(values: Float, number: Int64) -> Float:
    """Mean of the known values of each column (s,); 0 where there are none."""
    return np.nansum(values, axis=0) / np.maximum(number, 1)


def _usual(values: Float, valid: NDArray[np.bool_]) -> float:
    """Median of the valid series, else 1."""
    return float(np.median(values[valid])) if valid.any() else 1.0
