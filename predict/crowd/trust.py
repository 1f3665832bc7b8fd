"""Counters that are silent, stuck or wrong: nothing counted is not the same as nobody there."""

import numpy as np
from numpy.typing import NDArray

from .place import Bool, Float

Int8 = NDArray[np.int8]

WELL, SILENT, STUCK, WRONG = range(4)
SILENT_ROWS = 2  # newest intervals without a count
EQUAL_ROWS = 6  # equal counts in a row; with 10 people an interval chance gives that 1 in 20,000
FEWEST = 3.0  # people an interval; below, equal counts are common
UNLIKELY = 9.0  # people who should have come while none was counted: chance exp(-9), 1 in 8,000
EBB = 0.5  # part of what came before, or a day ago, that is sure enough to be expected


def judge_counters(counts: Float, day: int) -> Int8:
    """WELL, SILENT, STUCK or WRONG of each counter (k,) at the end of counts (t, k).

    NaN is unknown; wrong is a counter that said what cannot be, below zero or infinite.

    ``day`` is the number of intervals in a day. Stuck is a counter that says the same number of
    people again and again, and one that says nobody where, by the hour before or by yesterday,
    some would have come.
    """
    impossible = (counts < 0) | np.isinf(counts)
    wrong = impossible[-SILENT_ROWS:].any(axis=0)
    known = np.where(impossible, np.nan, counts)
    silent = ~np.isfinite(known[-SILENT_ROWS:]).any(axis=0)
    stuck = _repeats(known) | _is_dead(known, day)
    faults = ((wrong, WRONG), (silent, SILENT), (stuck, STUCK))
    return np.select([each for each, _ in faults], [name for _, name in faults], WELL).astype(
        np.int8
    )


def take_out(counts: Float, judged: Int8) -> Float:
    """Counts (t, k) without what a stuck counter said since it sticks."""
    rows = np.arange(len(counts))[:, None]
    other = np.where(np.isfinite(counts) & (counts != counts[-1]), rows, -1).max(axis=0)
    return np.where((judged == STUCK) & (rows > other), np.nan, counts)


def _repeats(counts: Float) -> Bool:
    """Counters whose newest counts are all the same number of people."""
    newest = counts[-EQUAL_ROWS:]
    same = (newest == newest[-1]).all(axis=0)
    return same & (newest[-1] >= FEWEST) & (len(newest) == EQUAL_ROWS)


def _is_dead(counts: Float, day: int) -> Bool:
    """Counters that count nobody while people would have come."""
    rows = np.arange(len(counts))[:, None]
    latest = np.where(counts > 0, rows, -1).max(axis=0)  # row with the last people
    since = np.where(np.isfinite(counts) & (rows > latest), rows - latest, 0)
    length = (since > 0).sum(axis=0)  # intervals that say nobody
    hour = max(day // 24, 1)
    before = np.where((rows <= latest) & (rows > latest - hour) & np.isfinite(counts), counts, 0)
    usual = before.sum(axis=0) / hour
    old = np.full_like(counts, 0.0)
    old[day:] = np.nan_to_num(counts[:-day]) if len(counts) > day else 0.0
    yesterday = np.where(since > 0, old, 0).sum(axis=0)
    soon = usual * np.minimum(length, hour)  # an hour later, what was then says little
    return EBB * np.maximum(soon, yesterday) > UNLIKELY
