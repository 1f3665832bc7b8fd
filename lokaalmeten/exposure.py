"""What a rider breathed: the mean over time of a ride, and the dose.

A value stands for the time around its sample: between two samples the mean of both (trapezium
rule). Time in a hole of the track is left out, of the mean and of the dose.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.observations import Int64

# Samples further apart say nothing about what lies between: one batch that got lost, of 11 samples,
# is 115 to 140 s in 5,704 real rows of bikes.
HOLE_S = 140
# Minute ventilation of cyclists, some 24 l a minute, twice that in a car or a bus (Zuurbier et al.
# 2009, Environmental Health 8:48, doi 10.1186/1476-069X-8-48). One rider may breathe twice as much
# as another: a dose is an order of magnitude, good to compare rides of the same rider.
BREATH_M3_S = 24 / 1000 / 60


class Exposure(NamedTuple):
    """What was in the air of one ride."""

    mean: float  # over time, in the unit of the values; NaN when nothing was measured
    seconds: int  # that were measured
    dose: float  # unit of the values times m3: ug for values in ug/m3


def measure_exposure(time: Int64, value: NDArray[np.float64]) -> Exposure:
    """Exposure of a ride, of samples (n,) ordered by time; a missing value is NaN."""
    known = np.isfinite(value)
    seconds, found = np.diff(time[known]), value[known]
    seconds = np.where(seconds <= HOLE_S, seconds, 0)
    amount = float(((found[1:] + found[:-1]) / 2 * seconds).sum())
    measured = int(seconds.sum())
    return Exposure(amount / measured if measured else float("nan"), measured, amount * BREATH_M3_S)
