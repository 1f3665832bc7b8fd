"""What a ride may show: words and numbers that ingest and storage share; see docs/privacy.md."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

FEWEST_NODES = 3  # moving nodes that must have passed a cell before the public sees it
DELAY_S = 86_400  # from the end of a ride until it is public, at least
LONGEST_DELAY_S = 366 * 86_400
# Of single rides the public sees no value by which one unit can be told from another: raw signals
# of gas sensors differ more between units than between streets, so does the pressure of the air at
# one moment, and a battery runs down from one ride to the next.
OWN_MARKS = ("pressure", "gas_resistance", "voc_raw", "nox_raw", "battery")


@dataclass(frozen=True)
class Zone:
    """A place that its owner keeps to himself: all within ``radius_m`` of what the ring encloses.

    A ring of one position is a circle.
    """

    ring: Float  # (k, 2) latitude and longitude, degrees (WGS84)
    radius_m: float = 0.0


@dataclass(frozen=True)
class Privacy:
    """How the rides of one node are cut, and when they may be seen."""

    secret: str  # of the owner; of the node where nobody said whose it is
    zones: tuple[Zone, ...] = ()
    delay_s: int = 0
