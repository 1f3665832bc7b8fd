"""The street plan: a market, four rings, eight radials and seven small grids.

Places are metres east (x) and north (y) of the market.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float = NDArray[np.float64]
Int = NDArray[np.int64]

SPOKES = 16  # even ones are radials
RINGS_M = (170.0, 420.0, 820.0, 1280.0)  # the third is the ring road
END_M = 1550.0  # where the radials leave the town
RING_ROAD = 2
COLUMNS, ROWS, BLOCK_M = 4, 3, 105.0  # of the grid in a district
PARK = 1  # district without streets
JITTER_M = 10.0  # no corner lies exactly where it was drawn


@dataclass(frozen=True)
class Streets:
    """A graph: n corners joined by e straight streets."""

    x: Float  # (n,)
    y: Float  # (n,)
    edges: Int  # (e, 2) corners
    main: NDArray[np.bool_]  # (e,) street with through traffic

    @cached_property
    def length(self) -> Float:
        """Metres of each street (e,)."""
        a, b = self.edges.T
        return np.hypot(self.x[a] - self.x[b], self.y[a] - self.y[b])

    @cached_property
    def _ways(self) -> tuple[Float, Int]:
        """Distance between all corners and the next corner on the way (Floyd-Warshall)."""
        n = len(self.x)
        distance, hop = np.full((n, n), np.inf), np.full((n, n), -1)
        np.fill_diagonal(distance, 0)
        for ends in (self.edges, self.edges[:, ::-1]):
            distance[ends[:, 0], ends[:, 1]] = self.length
            hop[ends[:, 0], ends[:, 1]] = ends[:, 1]
        for via in range(n):
            around = distance[:, via, None] + distance[via]
            shorter = around < distance
            distance = np.where(shorter, around, distance)
            hop = np.where(shorter, hop[:, via, None], hop)
        return distance, hop

    def distance(self, start: int, end: int) -> float:
        """Metres of the shortest way between two corners."""
        return float(self._ways[0][start, end])

    def path(self, start: int, end: int) -> list[int]:
        """Corners of the shortest way, both ends included."""
        hop = self._ways[1]
        corners = [start]
        while corners[-1] != end:
            corners.append(int(hop[corners[-1], end]))
        return corners

    def away_m(self, x: ArrayLike, y: ArrayLike, *, main: bool = False) -> Float:
        """Metres from each place to the nearest street, or to the nearest main one."""
        chosen = self.edges[self.main] if main else self.edges
        a, b = chosen.T
        dx, dy = self.x[b] - self.x[a], self.y[b] - self.y[a]
        px = np.asarray(x, np.float64)[..., None] - self.x[a]
        py = np.asarray(y, np.float64)[..., None] - self.y[a]
        along = np.clip((px * dx + py * dy) / (dx * dx + dy * dy), 0, 1)
        return np.hypot(px - along * dx, py - along * dy).min(axis=-1)


def corner(ring: int, spoke: int) -> int:
    """Number of the corner where a ring meets a spoke."""
    return 1 + ring * SPOKES + spoke % SPOKES


def plan_streets(seed: int) -> Streets:
    """Draw the plan; the seed only shifts the corners a little."""
    x, y, edges = _draw_web()
    for district in range(SPOKES // 2):
        if district != PARK:
            edges += _draw_grid(x, y, district)
    shift = np.random.default_rng([seed, 1]).normal(0, JITTER_M, (2, len(x)))
    shift[:, 0] = 0
    pairs = np.array([edge[:2] for edge in edges])
    main = np.array([edge[2] for edge in edges])
    return Streets(np.array(x) + shift[0], np.array(y) + shift[1], pairs, main)


def _draw_web() -> tuple[list[float], list[float], list[tuple[int, int, bool]]]:
    """Market, rings and radials: corners and (corner, corner, main) streets."""
    x, y = [0.0], [0.0]
    edges: list[tuple[int, int, bool]] = []
    for ring, radius in enumerate((*RINGS_M, END_M)):
        spokes = range(0, SPOKES, 2 if ring == len(RINGS_M) else 1)
        for place, spoke in enumerate(spokes):
            angle = 2 * np.pi * spoke / SPOKES
            x.append(radius * np.sin(angle))
            y.append(radius * np.cos(angle))
            here = corner(ring, place)
            radial = spoke % 2 == 0
            if ring < len(RINGS_M):
                edges.append((here, corner(ring, spoke + 1), ring == RING_ROAD))
            if radial:
                edges.append((corner(ring - 1, spoke) if ring else 0, here, ring > 1))
    return x, y, edges


def _draw_grid(x: list[float], y: list[float], district: int) -> list[tuple[int, int, bool]]:
    """Append a grid between ring road and outer ring; its two links lead to both rings."""
    spoke = 2 * district + 1
    angle = 2 * np.pi * spoke / SPOKES
    middle = (RINGS_M[RING_ROAD] + RINGS_M[RING_ROAD + 1]) / 2
    first = len(x)
    edges = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            out = middle + (row - (ROWS - 1) / 2) * BLOCK_M
            side = (column - (COLUMNS - 1) / 2) * BLOCK_M
            x.append(out * np.sin(angle) + side * np.cos(angle))
            y.append(out * np.cos(angle) - side * np.sin(angle))
            here = first + row * COLUMNS + column
            edges += [(here - 1, here, False)] if column else []
            edges += [(here - COLUMNS, here, False)] if row else []
    edges.append((first + 1, corner(RING_ROAD, spoke), False))
    edges.append((len(x) - 2, corner(RING_ROAD + 1, spoke), False))
    return edges


def to_points(streets: Streets, corners: Sequence[int]) -> tuple[Float, Float, Float]:
    """A path as places and metres travelled at each corner: x, y, metres, each (p,)."""
    x, y = streets.x[list(corners)], streets.y[list(corners)]
    metres = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    return x, y, metres
