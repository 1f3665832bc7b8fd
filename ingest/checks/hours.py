"""Checks of hours: whole nights and weeks of a sensor, and what its neighbours say.

All of one quantity is a matrix (hours x nodes), NaN where nothing was measured. Each check answers
with flags of the same shape. A node that stands alone is not compared with anybody: a peak that no
neighbours can confirm stays suspect, as nobody knows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.findings import CHECKS, Hours
from lokaalmeten.geo import distance_m
from lokaalmeten.quality import Flag, FlagArray, worst

from .series import MAD_TO_SD
from .thresholds import THRESHOLDS, number, numbers

Float = NDArray[np.float64]
Int = NDArray[np.intp]
Mask = NDArray[np.bool_]
HOUR_S = 3600
BLOCK = 128  # nodes whose neighbours are looked at together: bounds the memory


@dataclass(frozen=True)
class Grid:
    """One quantity of m nodes over t hours that follow each other; NaN = nothing measured."""

    mean: Float  # (t, m) in units, as all
    low: Float  # (t, m)
    high: Float  # (t, m)
    typical: Float  # (t, m) median of the neighbours, NaN where they are too few


def to_grid(
    hours: Hours, nodes: NDArray[np.int32], span: tuple[int, int], per: int, near: Int
) -> Grid:
    """Lay hours out by ``nodes`` (m,), sorted, and the hours of a span of Unix seconds.

    ``near`` (m, k) as ``find_neighbours`` gives it; ``per`` steps are one unit.
    """
    shape = ((span[1] - span[0]) // HOUR_S, len(nodes))
    at = (hours.hour - span[0]) // HOUR_S, np.searchsorted(nodes, hours.node)
    columns = (hours.total / hours.samples, hours.low, hours.high)
    mean, low, high = (np.full(shape, np.nan) for _ in columns)
    for matrix, column in zip((mean, low, high), columns, strict=True):
        matrix[at] = column / per
    return Grid(mean, low, high, find_typical(mean, near))


def find_neighbours(lat: Float, lon: Float) -> Int:
    """Index (m, k) of the nearest other nodes within ``neighbour_m``, -1 where there are no more.

    Degrees (m,), NaN of a node whose place is not known: that has no neighbours.
    """
    most = min(int(numbers("neighbours")[1]), max(len(lat) - 1, 0))
    near = np.full((len(lat), most), -1, np.intp)
    for first in range(0, len(lat), BLOCK):
        rows = np.arange(first, min(first + BLOCK, len(lat)))
        metres = distance_m(lat[rows, None], lon[rows, None], lat, lon)
        metres[np.arange(len(rows)), rows] = np.nan
        order = np.argsort(metres, axis=1, kind="stable")[:, :most]  # NaN comes last
        sure = np.take_along_axis(metres, order, axis=1) <= number("neighbour_m")
        near[rows] = np.where(sure, order, -1)
    return near


def find_typical(mean: Float, near: Int) -> Float:
    """Median (t, m) over the neighbours in each hour; NaN where fewer than ``neighbours`` know."""
    padded = np.column_stack([mean, np.full(len(mean), np.nan)])  # -1 is nobody
    typical = np.full(mean.shape, np.nan)
    for first in range(0, mean.shape[1], BLOCK):
        some = near[first : first + BLOCK]
        if some.size:
            typical[:, first : first + BLOCK] = find_median(
                padded[:, some], int(numbers("neighbours")[0])
            )
    return typical


def find_median(values: Float, fewest: int) -> Float:
    """Median along the last axis of what is not NaN; NaN where that is fewer than ``fewest``."""
    ordered = np.sort(values, axis=-1)  # NaN comes last
    known = (~np.isnan(ordered)).sum(axis=-1, keepdims=True)
    middle = np.maximum(known - 1, 0)
    pair = [np.take_along_axis(ordered, at, axis=-1) for at in (middle // 2, (middle + 1) // 2)]
    return np.where(known >= fewest, (pair[0] + pair[1]) / 2, np.nan)[..., 0]


def judge(quantity: str, grid: Grid, week: slice) -> tuple[FlagArray, NDArray[np.int32]]:
    """Flags of the hours of one week, and the bits of the checks that made them suspect or fail.

    The hours around the ``week`` in ``grid`` tell how long a run is that began before it.
    """
    answers = {
        name: check(quantity, grid, week)
        for name, check in HOURLY.items()
        if quantity in QUANTITIES[name]
    }
    there = np.where(np.isnan(grid.mean[week]), Flag.MISSING, Flag.GOOD).astype(np.uint8)
    flags = worst(there, *answers.values())
    bits = np.zeros(flags.shape, np.int32)
    for name, found in answers.items():
        bits |= (found >= Flag.SUSPECT).astype(np.int32) << CHECKS.index(name)
    return flags, np.where(there == Flag.MISSING, 0, bits).astype(np.int32)


def check_flat(_quantity: str, grid: Grid, week: slice) -> FlagArray:
    """Suspect one and the same value for ``flat_hours`` or longer."""
    return to_flags(measure_flat(grid)[week] >= number("flat_hours"), Flag.SUSPECT)


def check_zero(_quantity: str, grid: Grid, week: slice) -> FlagArray:
    """Fail nothing but 0 for ``zero_hours`` or longer."""
    long = (measure_flat(grid) >= number("zero_hours")) & (grid.mean == 0)
    return to_flags(long[week], Flag.FAIL)


def measure_flat(grid: Grid) -> NDArray[np.int64]:
    """Hours (t, m) of the run of one value that each is in; 0 where values differ in an hour."""
    uneven = grid.low != grid.high
    lengths = measure_runs(np.where(uneven & ~np.isnan(grid.mean), np.inf, grid.mean))
    return np.where(uneven, 0, lengths)


def check_spike(quantity: str, grid: Grid, week: slice) -> FlagArray:
    """Suspect an hour far from the median of its window, unless its neighbours agree with it."""
    half = int(number("spike_window")) // 2
    padded = np.pad(grid.mean, ((half, half), (0, 0)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1, axis=0)
    middle = find_median(windows, 2 * half - 1)
    spread = find_median(np.abs(windows - middle[..., None]), 2 * half - 1)
    limit = np.maximum(number("spike_mad") * MAD_TO_SD * spread, number("spike_floor", quantity))
    spikes = (np.abs(grid.mean - middle) > limit) & ~agree(quantity, grid)
    return to_flags(spikes[week], Flag.SUSPECT)


def check_high(quantity: str, grid: Grid, week: slice) -> FlagArray:
    """Suspect more than the usual range, unless its neighbours agree with it."""
    high = grid.mean > numbers("range", quantity)[1]
    return to_flags((high & ~agree(quantity, grid))[week], Flag.SUSPECT)


def check_neighbours(quantity: str, grid: Grid, week: slice) -> FlagArray:
    """Suspect what is unlike its neighbours for longer than ``neighbour_hours``."""
    unlike = to_unlike(quantity, grid)
    long = (measure_runs(unlike) > number("neighbour_hours")) & (unlike == 1)
    return to_flags(long[week], Flag.SUSPECT)


def check_persistent(quantity: str, grid: Grid, week: slice) -> FlagArray:
    """Fail a week of which ``persistent_share`` of the hours is unlike the neighbours."""
    unlike = to_unlike(quantity, grid)[week]
    known, wrong = (~np.isnan(unlike)).sum(axis=0), (unlike == 1).sum(axis=0)
    broken = known >= number("persistent_hours")
    broken &= wrong >= number("persistent_share") * known
    return to_flags(np.broadcast_to(broken, unlike.shape), Flag.FAIL)


def to_unlike(quantity: str, grid: Grid) -> Float:
    """1 where (t, m) a value is ``neighbour_factor`` times off its neighbours, 0 where not.

    NaN where there is nothing to compare.
    """
    floor = number("neighbour_floor", quantity)
    ratio = np.maximum(grid.mean, floor) / np.maximum(grid.typical, floor)
    factor = number("neighbour_factor")
    unlike = (ratio > factor) | (ratio < 1 / factor)
    return np.where(np.isnan(ratio), np.nan, unlike)


def agree(quantity: str, grid: Grid) -> Mask:
    """True where (t, m) neighbours are there and say about the same."""
    return to_unlike(quantity, grid) == 0


def measure_runs(code: Float) -> NDArray[np.int64]:
    """Hours from first to last of the run of equal codes that each (t, m) is in, 0 where NaN.

    NaN is skipped; known hours further apart than ``run_gap`` are two runs.
    """
    columns = code.T.ravel()  # node after node
    known = np.flatnonzero(~np.isnan(columns))
    node, hour = np.divmod(known, max(len(code), 1))
    lengths = np.zeros(columns.shape, np.int64)
    if len(known):
        fresh = np.ones(len(known), np.bool_)
        fresh[1:] = (
            (node[1:] != node[:-1])
            | (hour[1:] - hour[:-1] > number("run_gap"))
            | (columns[known][1:] != columns[known][:-1])
        )
        starts = np.flatnonzero(fresh)
        after = np.append(starts[1:], len(known))
        span = hour[after - 1] - hour[starts] + 1
        lengths[known] = np.repeat(span, after - starts)
    return lengths.reshape(code.shape[::-1]).T


def to_flags(found: Mask, flag: Flag) -> FlagArray:
    """A flag where something was found, not evaluated elsewhere."""
    return np.where(found, flag, Flag.NOT_EVALUATED).astype(np.uint8)


Check = Callable[[str, Grid, slice], FlagArray]
HOURLY: dict[str, Check] = {
    "flat": check_flat,
    "zero": check_zero,
    "spike": check_spike,
    "range": check_high,
    "neighbours": check_neighbours,
    "persistent": check_persistent,
}
_ROWS = {
    "flat": "flat_hours", "zero": "zero_hours", "spike": "spike_floor",
    "neighbours": "neighbour_hours", "persistent": "persistent_share",
}  # fmt: skip
QUANTITIES = {
    name: {key for row in THRESHOLDS if row.key == of for key in row.quantities}
    for name, of in _ROWS.items()
} | {"range": {"pm25"}}
REVIEWED = tuple(dict.fromkeys(key for name in HOURLY for key in sorted(QUANTITIES[name])))
