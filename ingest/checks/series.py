"""Checks of samples that follow each other: a value that stands still, jumps out, or runs.

Sorted by node and time, samples that are at most ``pause`` apart are one stretch, and no check
looks from one stretch into the next. Hours by the hour are no stretch: of them `review.py` asks
the neighbours first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.observations import MISSING, Int32, Int64
from lokaalmeten.quality import FlagArray
from lokaalmeten.quantities import BY_KEY

from .marks import Mask, leave, mark, start
from .thresholds import find, number

MAD_TO_SD = 1.4826  # of a normal distribution
ALL_TRUE = np.uint64(0x0101010101010101)  # eight truth values
WINDOW = int(number("spike_window"))
HALF = WINDOW // 2
PIECE = 4096  # windows
# Pairs to put in order, after which the median of seven is in the middle (Devillard, "Fast median
# search", 1998); the tests try all orders of zeros and ones, which is proof (Knuth, 0-1 principle).
MEDIAN_OF_7 = (
    *((0, 5), (0, 3), (1, 6), (2, 4), (0, 1), (3, 5), (2, 6)),
    *((2, 3), (3, 6), (4, 5), (1, 4), (1, 3), (3, 4)),
)


@dataclass(frozen=True)
class Series:
    """n samples sorted by node and time."""

    order: NDArray[np.intp]  # (n,) index of each among the samples as given
    node: Int32  # (n,) sorted
    time: Int64  # (n,) Unix seconds, sorted within a node
    fresh: Mask  # (n,) True where a stretch starts


def to_series(node: Int32, time: Int64) -> Series:
    """Sort samples (n,) and find their stretches; times from 1970 to 2106."""
    # both in one number: pages are sorted runs, which a stable sort merges quickly
    order = np.argsort((node.astype(np.int64) << 32) | time, kind="stable")
    node, time = node[order], time[order]
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = (node[1:] != node[:-1]) | (time[1:] - time[:-1] > number("pause"))
    return Series(order, node, time, fresh)


def check_series(keys: Sequence[str], counts: Int32, series: Series) -> FlagArray:
    """Suspect values (q, n) that stand still, jump out of their surroundings, or change too fast.

    ``counts`` in steps, in the order that ``series`` was made of, and so are the flags.
    """
    flags = leave(*counts.shape)
    if series.fresh.all():
        return flags
    for row, key in enumerate(keys):
        checks = [check for name, check in CHECKS.items() if key in find(name).quantities]
        if checks:
            values = counts[row][series.order]
            found = [check(values, series, BY_KEY[key].per) for check in checks]
            some = [mask for mask in found if mask is not None]
            if some:
                flags = flags if flags.flags.writeable else start(*counts.shape)
                marked = np.empty(len(values), np.bool_)
                marked[series.order] = np.logical_or.reduce(some)
                mark(flags[row], marked)
    return flags


def find_flat(values: Int32, series: Series, _per: int = 1) -> Mask | None:
    """Samples of ``flat_samples`` or more equal values in a row; a missing one ends them."""
    same = np.zeros(len(values), np.bool_)
    np.equal(values[1:], values[:-1], out=same[1:])
    # a long stretch has a whole word of equal values: mostly there is none, and that is all
    words = same[: len(same) // 8 * 8].view(np.uint64) == ALL_TRUE
    if not words.any():
        return None
    same &= ~series.fresh & (values != MISSING)
    starts = np.flatnonzero(~same)
    lengths = np.diff(starts, append=len(values))
    return np.repeat(lengths >= number("flat_samples"), lengths)


def find_spikes(values: Int32, series: Series, per: int) -> Mask | None:
    """Samples further from the median of their window than its spread explains.

    |x - median| > max(6 x 1.4826 x MAD, floor), of ``spike_window`` samples with x in the middle,
    all there and in one stretch. ``per`` is steps per unit of the floor.
    """
    floor = np.int32(number("spike_floor") * per)
    rise = np.diff(values)
    step = floor // HALF  # what is further from the median cannot be reached in smaller steps
    if len(values) < WINDOW or not ((rise > step) | (rise < -step)).any():
        return None
    count = len(values) - WINDOW + 1
    broken = np.zeros(count, np.bool_)
    for shift in range(1, WINDOW):
        broken |= series.fresh[shift : count + shift]
    missing = values == MISSING
    for shift in range(WINDOW) if missing.any() else ():
        broken |= missing[shift : count + shift]
    off = np.abs(values[HALF:-HALF] - find_median(to_windows(values)))
    far = np.flatnonzero((off > floor) & ~broken)
    if not len(far):
        return None
    windows = values[far + np.arange(WINDOW)[:, None]]
    spread = find_median(np.abs(windows - find_median(windows)))
    spikes = np.zeros(len(values), np.bool_)
    spikes[far + HALF] = off[far] > number("spike_mad") * MAD_TO_SD * spread
    return spikes


def to_windows(values: Int32) -> list[Int32]:
    """The first, second, ... value of every window of ``spike_window``, as views."""
    return [values[shift : len(values) - WINDOW + 1 + shift] for shift in range(WINDOW)]


def find_median(windows: Sequence[Int32] | Int32) -> Int32:
    """Medians (m,) of windows, given as WINDOW columns (m,), piece by piece as a cache holds."""
    pieces = range(0, len(windows[0]), PIECE)
    return np.concatenate([sort_out([c[at : at + PIECE] for c in windows]) for at in pieces])


def sort_out(columns: list[Int32]) -> Int32:
    """Medians (m,) of WINDOW columns (m,): a network puts all windows in order at once."""
    for low, high in MEDIAN_OF_7:
        columns[low], columns[high] = (
            np.minimum(columns[low], columns[high]),
            np.maximum(columns[low], columns[high]),
        )
    return columns[HALF]


def find_fast(values: Int32, series: Series, per: int) -> Mask | None:
    """Both of two samples between which a value changes faster than ``rate``.

    They are at most ``rate_pause`` apart; which of the two is wrong nobody can say.
    """
    rise, limit = np.diff(values), np.int32(number("rate") * per)  # per second: most are below
    fast = (rise > limit) | (rise < -limit)
    if not fast.any():
        return None
    seconds = np.diff(series.time)
    fast &= ~series.fresh[1:] & (seconds > 0) & (seconds <= number("rate_pause"))
    fast &= (values[1:] != MISSING) & (values[:-1] != MISSING)
    fast &= np.abs(rise) > limit * seconds
    return np.append(fast, False) | np.append(False, fast)


CHECKS = {"flat_samples": find_flat, "spike_floor": find_spikes, "rate": find_fast}
