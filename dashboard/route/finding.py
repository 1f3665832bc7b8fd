"""Ways through measured hexagons: the shortest, and the one on which one breathes in least.

A step leads to one of the six neighbours that was measured as well. Who rides at one speed breathes
in of a step its length times what is in the air there, which is taken as the mean of both
hexagons; the sum over the steps is least (Dijkstra, Numerische Mathematik 1, 1959).
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from h3.api import basic_int as h3
from numpy.typing import NDArray

from lokaalmeten.geo import distance_m, to_centres

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]
LEAST = 1e-6  # of a mean: what cannot be below zero is not free, so that detours are none


@dataclass(frozen=True)
class Steps:
    """m steps between n hexagons, each in both directions."""

    start: Int64  # (m,) row of a hexagon
    stop: Int64  # (m,)
    length_m: Float  # (m,)


@dataclass(frozen=True)
class Way:
    """A way from hexagon to hexagon."""

    rows: list[int]
    length_m: float
    mean: float  # over its length

    @property
    def amount(self) -> float:
        """What is breathed in on it at one speed, in no unit."""
        return self.length_m * self.mean


def find_steps(cells: Int64) -> Steps:
    """Steps between neighbours among hexagons (n,), each once."""
    rows = {cell: row for row, cell in enumerate(cells.tolist())}
    pairs = [
        (row, rows[near])
        for cell, row in rows.items()
        for near in h3.grid_disk(cell, 1)
        if near in rows and rows[near] != row
    ]
    start, stop = np.array(pairs, np.int64).reshape(-1, 2).T
    lat, lon = to_centres(cells)
    return Steps(start, stop, distance_m(lat[start], lon[start], lat[stop], lon[stop]))


def find_ways(cells: Int64, mean: Float, first: int, last: int) -> tuple[Way, Way] | None:
    """The cleanest and the shortest way between two rows; None when nothing joins them."""
    steps = find_steps(cells)
    air = (mean[steps.start] + mean[steps.stop]) / 2
    amount = steps.length_m * np.maximum(air, LEAST)
    cleanest = find_path(len(cells), steps, amount, first, last)
    shortest = find_path(len(cells), steps, steps.length_m, first, last)
    if cleanest is None or shortest is None:
        return None
    return tuple(measure(rows, cells, mean) for rows in (cleanest, shortest))  # pyright: ignore[reportReturnType]


def find_path(count: int, steps: Steps, cost: Float, first: int, last: int) -> list[int] | None:
    """Rows of the way from ``first`` to ``last`` whose steps cost least; None without any way."""
    leads: list[list[tuple[int, float]]] = [[] for _ in range(count)]
    table = zip(steps.start.tolist(), steps.stop.tolist(), cost.tolist(), strict=True)
    for start, stop, price in table:
        leads[start].append((stop, price))
    best, before = {first: 0.0}, {first: first}
    waiting, done = [(0.0, first)], set()
    while waiting:
        paid, row = heapq.heappop(waiting)
        if row == last:
            return walk_back(before, last)
        if row in done:
            continue
        done.add(row)
        for near, price in leads[row]:
            if paid + price < best.get(near, np.inf):
                best[near], before[near] = paid + price, row
                heapq.heappush(waiting, (paid + price, near))
    return None


def walk_back(before: dict[int, int], last: int) -> list[int]:
    """Rows from the first to the last."""
    rows = [last]
    while before[rows[-1]] != rows[-1]:
        rows.append(before[rows[-1]])
    return rows[::-1]


def measure(rows: Sequence[int], cells: Int64, mean: Float) -> Way:
    """Length and mean of a way; of a single hexagon its own mean."""
    lat, lon = to_centres(cells[list(rows)])
    steps, values = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]), mean[list(rows)]
    length = float(steps.sum())
    if not length:
        return Way(list(rows), 0.0, float(values[0]))
    return Way(list(rows), length, float((steps * (values[1:] + values[:-1]) / 2).sum() / length))
