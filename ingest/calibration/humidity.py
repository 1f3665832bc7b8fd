"""The humidity sensor, looked at before anything is corrected by it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SATURATED = 99.0  # %
# Part of the hours that may be saturated: outdoors in Aberdeen a DHT22 was so in 66 % of them, a
# BME280 in 24.
AT_MOST = 0.35
SPREAD = 5.0  # %, between the quarters of the hours; less is a sensor that does not follow the air
HOURS = 72  # fewer say nothing


@dataclass(frozen=True)
class Humidity:
    """What a humidity sensor looks like over hours."""

    hours: int
    saturated: float  # part of them at SATURATED or more
    usable: bool
    why: str  # a sentence for people


def check_humidity(values: NDArray[np.float64]) -> Humidity:
    """Judge hourly means (n,) in %, NaN where missing."""
    known = values[np.isfinite(values)]
    if len(known) < HOURS:
        return Humidity(len(known), 0.0, False, f"humidity is known in {len(known)} hours only")
    saturated = float(np.mean(known >= SATURATED))
    lower, upper = np.percentile(known, [25, 75])
    said = f"humidity is {SATURATED:g} % or more in {saturated:.0%} of {len(known):,} hours"
    if saturated > AT_MOST:
        return Humidity(len(known), saturated, False, f"{said}: the sensor is stuck, so not used")
    if upper - lower < SPREAD:
        said = f"humidity hardly moves (half of the hours within {upper - lower:.1f} %)"
        return Humidity(len(known), saturated, False, f"{said}: not used")
    return Humidity(len(known), saturated, True, said)
