"""What is known at an origin of an event: now, the last while, the same moment a day ago.

Rows of the regression that ``nowcast.py`` learns. Everything of origin o rests on rows before o
alone: what lies a day before a target is a day old.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .calendar import Int64

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

QUARTERS = 96  # in a day: windows are in quarters of an hour, whatever the step
WINDOWS = (1, 2, 4, 8)  # quarters before the origin
AROUND = (0, 1, 2)  # quarters at both sides of the moment a day before the target
HARMONICS = (1, 2)  # of the day
FAR = 3.0  # standard deviations
COLUMNS = 3 * len(WINDOWS) + len(AROUND) + 2 * len(HARMONICS) + 2


@dataclass(frozen=True)
class Recent:
    """Series on one scale, with their means over the last while and around each row."""

    day: int  # rows in a day
    trailing: Float  # (windows, t + 1, s) mean over the rows before each origin
    around: Float  # (windows, t, s) mean around each row
    silent: Int64  # (s,) rows since the last known value


def look_back(standard: Float32, day: int) -> Recent:
    """What standardised values (t, s), NaN where unknown, say at each origin 0 ... t."""
    values = standard.astype(np.float64)
    quarter = max(round(day / QUARTERS), 1)
    sums = _sum_up(np.where(np.isfinite(values), values, 0)), _sum_up(np.isfinite(values))
    rows, origins = np.arange(len(values)), np.arange(len(values) + 1)
    trailing = [_mean(sums, origins - n * quarter, origins) for n in WINDOWS]
    around = [_mean(sums, rows - n * quarter, rows + n * quarter + 1) for n in AROUND]
    known = np.isfinite(values)
    silent = np.where(known.any(axis=0), known[::-1].argmax(axis=0), len(values))
    return Recent(day, _fill_wider(np.stack(trailing)), _fill_wider(np.stack(around)), silent)


def make_rows(recent: Recent, origins: Int64, ahead: int) -> tuple[Float32, Float32]:
    """Features (n, s, COLUMNS) and a first guess (n, s) for ``ahead`` rows from origins (n,).

    The guess is half of now and half of a day ago; the features say what it leaves out.
    """
    target = origins + ahead - 1
    now = recent.trailing[:, origins]
    then = _a_day_before(recent.trailing, origins, recent.day)
    soon = _a_day_before(recent.around, target, recent.day)
    now = np.where(np.isfinite(now), now, np.nan_to_num(then))  # silent for hours: as a day ago
    is_old = np.isfinite(soon[0]) & np.isfinite(then[-1])
    soon, then = np.where(is_old, soon, now[2]), np.where(is_old, then, now)
    guess = np.where(is_old, (now[1] + soon[1]) / 2, now[1])
    moved = now - then
    bounded = np.clip(moved, -FAR, FAR)  # one sensor that jumped does not move the others
    shared = np.broadcast_to(bounded.mean(axis=2, keepdims=True), moved.shape)
    angle = 2 * np.pi * (target % recent.day) / recent.day
    clock = [f(n * angle)[:, None] for n in HARMONICS for f in (np.sin, np.cos)]
    columns = [*(now - guess), *(soon - guess), *moved, *shared, guess, *clock, 1.0]
    features = np.empty((*guess.shape, COLUMNS), np.float32)
    for index, column in enumerate(columns):
        features[..., index] = column
    return features, guess.astype(np.float32)


def measure_unrest(recent: Recent, origins: Int64) -> Float:
    """How far series (n, s) moved in the last hours, and are from where they were a day ago.

    NaN of one that is silent for hours.
    """
    now = recent.trailing[:, origins]
    then = _a_day_before(recent.trailing, origins, recent.day)
    from_then = np.nan_to_num(now[1] - then[1])  # 0 where a day ago is unknown
    return np.abs(now[0] - now[2]) + np.abs(now[1] - now[3]) + np.abs(from_then)


def _a_day_before(tables: Float, rows: Int64, day: int) -> Float:
    """Tables (w, t, s) a day before rows (n,); NaN before the first row."""
    found = tables[:, np.maximum(rows - day, 0)]
    return np.where((rows >= day)[:, None], found, np.nan)


def _mean(sums: tuple[NDArray, NDArray], first: Int64, after: Int64) -> Float:
    """Mean of the known rows from ``first`` up to ``after`` (n, s); NaN where nothing is known."""
    last = len(sums[0]) - 1
    low, high = np.clip(first, 0, last), np.clip(after, 0, last)
    total, number = (part[high] - part[low] for part in sums)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)


def _fill_wider(tables: Float) -> Float:
    """Each window (w, t, s) of which nothing is known says what the next wider one does."""
    for narrow, wide in zip(tables[-2::-1], tables[:0:-1], strict=True):
        np.copyto(narrow, wide, where=np.isnan(narrow))
    return tables


def _sum_up(values: NDArray) -> NDArray:
    """Sums over all rows before each origin (t + 1, s)."""
    start = np.zeros((1, values.shape[1]), np.float64)
    return np.concatenate([start, np.cumsum(values, axis=0, dtype=np.float64)])
