"""Samples joined with a route: the nearest leg, how far from it, and where along the route.

1. lay a grid over the route; each of its squares knows the legs that a point in it can be near to
2. look up the square of every point
3. measure the first leg of each square, then the second, and so on; the nearest is kept
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.exposure import HOLE_S

from .route import Route

Float = NDArray[np.float64]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

NONE = -1  # leg of a point outside the corridor
LARGEST = 4_000_000  # squares of a grid: 16 MB
BLOCK = 1 << 15  # points at a time: their columns stay in the cache of a core
DRIFT_M = 5.0  # that a fix moves though the bicycle does not


@dataclass(frozen=True)
class Joined:
    """Where n points lie along a route."""

    leg: Int32  # (n,) the nearest, the first of equals; NONE outside the corridor
    offset_m: Float  # (n,) from it; NaN outside the corridor
    along_m: Float  # (n,) from the start of the route; NaN outside the corridor


@dataclass(frozen=True)
class Grid:
    """Squares over a route, row by row, and the legs of each."""

    west: float  # metres on the plane of the route
    south: float
    size: float
    columns: int
    rows: int
    begin: Int32  # (squares + 1,) place in ``legs`` where those of a square begin
    legs: Int32  # of all squares, in order

    def find_squares(self, x: Float, y: Float) -> Int64:
        """Square (n,) of each point; NONE outside."""
        column, row = np.floor((x - self.west) / self.size), np.floor((y - self.south) / self.size)
        inside = (column >= 0) & (column < self.columns) & (row >= 0) & (row < self.rows)
        return np.where(inside, row * self.columns + column, NONE).astype(np.int64)


def join(route: Route, lat: Float, lon: Float, corridor_m: float) -> Joined:
    """Join points (n,) in degrees with the legs at most ``corridor_m`` metres away.

    A point without a place, NaN, is outside. ValueError for a corridor that is not above 0.
    """
    if not 0 < corridor_m < float("inf"):
        raise ValueError(f"a corridor is a number of metres above 0, not {corridor_m:g}")
    x, y = route.to_plane(np.asarray(lat, np.float64), np.asarray(lon, np.float64))
    grid = lay_grid(route, corridor_m)
    leg = np.full(len(x), NONE, np.int32)
    offset, along = np.full(len(x), np.nan), np.full(len(x), np.nan)
    for first in range(0, len(x), BLOCK):
        block = slice(first, first + BLOCK)
        leg[block], offset[block], along[block] = _join_block(
            route, grid, x[block], y[block], corridor_m
        )
    return Joined(leg, offset, along)


def lay_grid(route: Route, corridor_m: float) -> Grid:
    """Squares of about the corridor, larger for a long route; each with its legs in order."""
    west, south = route.x.min() - corridor_m, route.y.min() - corridor_m
    width, height = route.x.max() + corridor_m - west, route.y.max() + corridor_m - south
    size = corridor_m
    while (width / size + 1) * (height / size + 1) > LARGEST or _count_boxed(
        route, corridor_m, size
    ) > LARGEST:
        size *= 2
    columns, rows = int(width // size) + 1, int(height // size) + 1
    leg, column, row = _box_legs(route, corridor_m, size, west, south)
    middle_x, middle_y = west + (column + 0.5) * size, south + (row + 0.5) * size
    _, metres = _measure(route, leg, middle_x, middle_y)
    # a point of a square is at most half a diagonal from its middle
    near = (metres <= corridor_m + size * np.sqrt(0.5)) & (column < columns) & (row < rows)
    leg, square = leg[near], row[near] * columns + column[near]
    order = np.argsort(square, kind="stable")
    begin = np.concatenate([[0], np.cumsum(np.bincount(square, minlength=columns * rows))])
    return Grid(
        west, south, size, columns, rows, begin.astype(np.int32), leg[order].astype(np.int32)
    )


def find_direction(joined: Joined, ride: Int64, time: Int64) -> NDArray[np.int8]:
    """1 along the route, -1 against it, 0 unknown, of samples (n,) ordered by ride and time.

    The way from the sample before to the one after, as far as both are of the same ride, in the
    corridor and no more than HOLE_S away; less than DRIFT_M tells nothing.
    """
    step = np.diff(joined.along_m)
    told = np.isfinite(step) & (np.diff(ride) == 0) & (np.diff(time) <= HOLE_S)
    step = np.where(told, step, 0)
    way = np.zeros(len(ride))
    way[:-1] += step
    way[1:] += step
    return (np.sign(way) * (np.abs(way) >= DRIFT_M)).astype(np.int8)


def _join_block(
    route: Route, grid: Grid, x: Float, y: Float, corridor_m: float
) -> tuple[Int32, Float, Float]:
    """Nearest leg, distance from it and place along the route of points (n,) on the plane."""
    best, best_m = np.full(len(x), NONE, np.int32), np.full(len(x), np.inf)
    best_share = np.zeros(len(x))
    square = grid.find_squares(x, y)
    there = np.flatnonzero(square != NONE)
    next_leg, after = grid.begin[square[there]], grid.begin[square[there] + 1]
    while len(there):
        left = next_leg < after
        there, next_leg, after = there[left], next_leg[left], after[left]
        leg = grid.legs[next_leg]
        share, metres = _measure(route, leg, x[there], y[there])
        nearer = metres < best_m[there]
        rows = there[nearer]
        best[rows], best_m[rows], best_share[rows] = leg[nearer], metres[nearer], share[nearer]
        next_leg = next_leg + 1
    outside = ~(best_m <= corridor_m)
    best[outside], best_m[outside] = NONE, np.nan
    along = route.along[best] + best_share * (route.along[best + 1] - route.along[best])
    along[outside] = np.nan
    return best, best_m, along


def _measure(
    route: Route, leg: Int32 | Int64, x: Float, y: Float
) -> tuple[Float, NDArray[np.floating]]:
    """Share of each leg (n,) before the place nearest to its point, and metres from there."""
    east, north = route.x[leg], route.y[leg]
    long_x, long_y = route.x[leg + 1] - east, route.y[leg + 1] - north
    away_x, away_y = x - east, y - north
    share = (away_x * long_x + away_y * long_y) / (long_x * long_x + long_y * long_y)
    share = np.clip(share, 0, 1)
    away_x -= share * long_x
    away_y -= share * long_y
    return share, np.sqrt(away_x * away_x + away_y * away_y)


def _span_squares(
    route: Route, corridor_m: float, size: float, west: float, south: float
) -> tuple[Int64, Int64, Int64, Int64]:
    """First column and row of the box around each leg (l,), and how many of both."""
    found = []
    for ends, edge in ((route.x, west), (route.y, south)):
        low = np.minimum(ends[:-1], ends[1:]) - corridor_m
        high = np.maximum(ends[:-1], ends[1:]) + corridor_m
        first = np.floor((low - edge) / size).astype(np.int64)
        found += [first, np.floor((high - edge) / size).astype(np.int64) - first + 1]
    return found[0], found[2], found[1], found[3]


def _count_boxed(route: Route, corridor_m: float, size: float) -> int:
    """How many squares the boxes around all legs have."""
    _, _, wide, high = _span_squares(route, corridor_m, size, 0, 0)
    return int((wide * high).sum())


def _box_legs(
    route: Route, corridor_m: float, size: float, west: float, south: float
) -> tuple[Int64, Int64, Int64]:
    """Every square of the box around every leg: leg, column and row, ordered by leg."""
    column, row, wide, high = _span_squares(route, corridor_m, size, west, south)
    count = wide * high
    leg = np.repeat(np.arange(route.legs), count)
    number = np.arange(len(leg)) - np.repeat(np.cumsum(count) - count, count)
    return leg, column[leg] + number % wide[leg], row[leg] + number // wide[leg]
