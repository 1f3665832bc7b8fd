"""Stations of the official networks and their hours, what the parts hand each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Station:
    """One official station."""

    code: str  # that its network gives it
    name: str
    kind: str  # traffic, background or industry
    lat: float  # degrees, WGS84
    lon: float  # degrees, WGS84
    operator: str = ""
    url: str = ""


@dataclass(frozen=True)
class Hours:
    """n hourly values; one row is one hour of one series."""

    series: Sequence[tuple[str, str]]  # (s,) code of the station, quantity
    which: NDArray[np.int32]  # (n,) index into series
    time: NDArray[np.int64]  # (n,) start of the hour, Unix seconds
    value: NDArray[np.float32]  # (n,) in the unit of the quantity, NaN = missing
    flag: NDArray[np.uint8]  # (n,) QARTOD; of what is missing it is 9 whatever is said here
