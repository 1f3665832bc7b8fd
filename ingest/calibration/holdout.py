"""What a correction is worth, measured on time that it was not made from.

Always whole stretches of time: hours next to each other are alike, so of hours drawn at random each
has its neighbours among those that were fitted, and any method looks good.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

INNER = 4  # stretches of the fitted half, each held out in turn to choose between methods
LEAST = 48  # hours or passings held out; fewer prove nothing
BETTER = 0.01  # part of the error that must go: less is noise, and raw is simpler


@dataclass(frozen=True)
class Gain:
    """Mean absolute error on what was held out, in the unit of the quantity."""

    count: int
    raw: float
    corrected: float

    @property
    def part(self) -> float:
        """Part of the error that went, 1; below 0 when it grew, NaN when nothing was held out."""
        return 1 - self.corrected / self.raw if self.raw else np.nan

    @property
    def helps(self) -> bool:
        """Tell whether it is proven to be worth applying."""
        return self.count >= LEAST and self.part >= BETTER


def measure_gain(reference: Floats, raw: Floats, corrected: Floats) -> Gain:
    """Errors of values (n,) against a reference; only where all three are known."""
    known = np.isfinite(reference) & np.isfinite(raw) & np.isfinite(corrected)
    if not known.any():
        return Gain(0, np.nan, np.nan)
    before, after = (np.abs(found - reference)[known].mean() for found in (raw, corrected))
    return Gain(int(known.sum()), float(before), float(after))


def hold_out_later(time: NDArray[np.int64]) -> Mask:
    """True (n,) for the later half of the rows; rows of one moment stay together."""
    return time > np.median(time)


def hold_out_in_turn(time: NDArray[np.int64], parts: int = INNER) -> Iterator[Mask]:
    """Masks (n,) of stretches of equally many rows, one after the other."""
    ends = np.quantile(time, np.arange(1, parts) / parts)
    stretch = np.searchsorted(ends, time, "left")
    for part in range(parts):
        yield stretch == part
