"""What was measured along one route, period by period.

1. read the samples of public rides around the route
2. keep those in the corridor, and of one direction when that is asked
3. average them per segment
4. leave out what too few nodes have passed
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.geo import METRES_PER_DEGREE, Box
from lokaalmeten.privacy import FEWEST_NODES

from .averages import SEGMENT_M, Averages, average, to_segments
from .joining import NONE, find_direction, join
from .route import Route

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]

Direction = Literal["both", "along", "against"]
WAYS: dict[Direction, tuple[int, ...]] = {"both": (-1, 0, 1), "along": (1,), "against": (-1,)}
WIDEST_M = 500.0  # of a corridor: beyond that it is no street


class Samples(Protocol):
    """Samples of rides, by ride and time; ``value`` is NaN when it is missing or not good."""

    @property
    def ride(self) -> Int64: ...  # noqa: D102
    @property
    def node(self) -> Int64: ...  # noqa: D102
    @property
    def time(self) -> Int64: ...  # noqa: D102
    @property
    def lat(self) -> Float: ...  # noqa: D102
    @property
    def lon(self) -> Float: ...  # noqa: D102
    @property
    def value(self) -> Float: ...  # noqa: D102


class RideReader(Protocol):
    """What reads the samples of public rides that start in a period."""

    def __call__(self, start: datetime, stop: datetime, box: Box, /) -> Samples:  # noqa: D102
        ...


@dataclass(frozen=True)
class Along:
    """Means of the segments of a route."""

    shown: Averages  # of segments that enough nodes have passed, in order
    hidden: int  # segments that were passed by fewer
    segments: int  # of the whole route
    samples: int  # in the corridor, of all segments
    rides: int
    nodes: int


def measure_along(
    route: Route,
    read: RideReader,
    periods: Iterable[tuple[datetime, datetime]],
    corridor_m: float,
    direction: Direction = "both",
    fewest: int = FEWEST_NODES,
) -> Along:
    """Average along a route what ``read`` tells of each period; see the steps above."""
    box = find_box(route, corridor_m)
    kept = [_keep(route, read(*period, box), corridor_m, direction) for period in periods]
    segment, value, ride, node = (np.concatenate(column) for column in zip(*kept, strict=True))
    found = average(segment, value, ride, node)
    enough = found.nodes >= fewest
    return Along(
        found.take(enough),
        int((~enough).sum()),
        count_segments(route),
        len(value),
        len(np.unique(ride)),
        len(np.unique(node)),
    )


def find_box(route: Route, corridor_m: float) -> Box:
    """Box around the corridor of a route: west, south, east, north in degrees."""
    north = corridor_m / METRES_PER_DEGREE
    east = north / np.cos(np.radians(np.abs(route.lat).max()))
    return (
        float(route.lon.min() - east),
        float(route.lat.min() - north),
        float(route.lon.max() + east),
        float(route.lat.max() + north),
    )


def count_segments(route: Route) -> int:
    """How many segments a route has; the last may be shorter."""
    return max(int(np.ceil(route.length_m / SEGMENT_M)), 1)


def _keep(
    route: Route, samples: Samples, corridor_m: float, direction: Direction
) -> tuple[Int64, Float, Int64, Int64]:
    """Segment, value, ride and node of the samples that have a value and are in the corridor."""
    joined = join(route, samples.lat, samples.lon, corridor_m)
    way = find_direction(joined, samples.ride, samples.time)
    last = count_segments(route) - 1  # the end of the route is in it
    segment = np.minimum(to_segments(joined), last)
    kept = (segment != NONE) & np.isfinite(samples.value) & np.isin(way, WAYS[direction])
    return segment[kept], samples.value[kept], samples.ride[kept], samples.node[kept]
