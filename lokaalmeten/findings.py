"""Findings: what a review of hours found, and the columns that it looks at."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

VERSION = 1  # of checks and thresholds together: one more whenever one of them changes
# The place of a check is its bit in what is stored: append, never reorder.
CHECKS = ("flat", "zero", "spike", "range", "neighbours", "persistent")


class Hours(NamedTuple):
    """Hours (n,) of fixed nodes with the values of one quantity that did not fail at once."""

    node: Int32
    hour: Int64  # Unix seconds of its start
    samples: Int32  # number of values, at least 1
    total: Int64  # their sum, steps
    low: Int32  # the lowest, steps
    high: Int32  # the highest, steps


class Places(NamedTuple):
    """Where fixed nodes (n,) stood."""

    node: Int32
    lat: Float  # degrees, WGS84
    lon: Float


class Findings(NamedTuple):
    """Hours (n,) of one quantity that are suspect or fail."""

    quantity: str
    node: Int32
    hour: Int64  # Unix seconds of its start
    flag: NDArray[np.uint8]
    checks: Int32  # which made the flag: bit i is CHECKS[i]


def to_checks(bits: int) -> tuple[str, ...]:
    """Names of the checks in stored bits.

    >>> to_checks(0b10010)
    ('zero', 'neighbours')
    """
    return tuple(name for place, name in enumerate(CHECKS) if bits >> place & 1)
