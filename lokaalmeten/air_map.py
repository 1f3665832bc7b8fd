"""A map of the air of one hour, between sensors too, as it goes from one part to another."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Int16 = NDArray[np.int16]
Int64 = NDArray[np.int64]

RESOLUTION = 8  # of the cells, H3: 0.7 km2
KEPT_H = 48  # maps of older hours are deleted


class Spot(NamedTuple):
    """Where a place is that measures; of a node the middle of the cell that the public sees."""

    kind: str  # node or station
    place: str  # its name or code
    lat: float  # degrees, WGS84
    lon: float


@dataclass(frozen=True)
class AirMap:
    """What a further sensor would say in each of m cells, and how good such a map is.

    The errors are of sensors that were each told from the others alone, over a day.
    """

    quantity: str
    hour: datetime  # its start, aware
    corrected: bool  # by corrected nodes and official stations, or by raw nodes alone
    sensors: int  # that it was drawn from
    error: float  # mean absolute error, in the unit
    error_of_mean: float  # of the mean of the others in its place
    inside80: float  # share of values that their interval of 80 % held
    nugget_share: float  # share of differences that no neighbour tells
    cells: Int64 = field(repr=False)  # (m,) H3, sorted
    low: Float32 = field(repr=False)  # (m,) quantile 0.1, in the unit
    median: Float32 = field(repr=False)
    high: Float32 = field(repr=False)  # (m,) quantile 0.9
    measured: Int16 = field(repr=False)  # (m,) sensors in the cell
