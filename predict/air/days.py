"""The chance that a local day exceeds its limits: what was measured of it counts as measured."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.limits import OZONE, Limit, find_limits

from ..calendar import DAY_H, HOUR, to_local_hours

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]
Int64 = NDArray[np.int64]

RECENT_H = 2 * DAY_H  # hours back of which some may be of today
RUN_H, RUN_LEAST_H = 8, 6  # hours of a running mean of ozone, and how many must be known


@dataclass(frozen=True)
class Day:
    """One day by the local clock."""

    date: date
    hours: int  # 23 to 25 that the day has
    ahead: int  # of them in the forecast
    measured: Int64  # (s,) of them known by measurement
    limits: tuple[Limit, ...]  # (k,) of the mean of a day, or of its highest 8 hours
    chance: Float  # (k, s) that this, of what is measured and what is ahead, is above the limit


def find_days(
    quantity: str, history: Float, start: int, samples: Float32, zone: str
) -> tuple[Day, ...]:
    """Days that are wholly or partly ahead, of hours (t, s) from ``start`` on and draws (n, h, s).

    A last day that ends after the forecast does is judged by the hours it has.
    """
    limits = find_daily(quantity)
    recent = history[-RECENT_H:]
    begin = start + HOUR * (len(history) - len(recent))
    number = (
        to_local_hours(begin - HOUR * DAY_H, len(recent) + samples.shape[1] + 72, zone) // DAY_H
    )
    of_row = number[DAY_H : DAY_H + len(recent) + samples.shape[1]]
    past, ahead = of_row[: len(recent)], of_row[len(recent) :]
    running = run_means(recent, samples) if quantity == "o3" else None
    found = []
    for day in np.unique(ahead):
        measured, drawn = recent[past == day], samples[:, ahead == day]
        what = day_mean(measured, drawn) if running is None else highest(running[:, of_row == day])
        whole = int((number == day).sum())  # rows reach a day beyond either end
        found.append(to_day(int(day), whole, drawn.shape[1], measured, limits, what))
    return tuple(found)


def to_day(
    day: int, hours: int, ahead: int, measured: Float, limits: tuple[Limit, ...], what: Float
) -> Day:
    """One day, of days since 1970-01-01, and draws (n, s) of what its limits are about."""
    return Day(
        date(1970, 1, 1) + timedelta(days=day),
        hours,
        ahead,
        np.isfinite(measured).sum(axis=0),
        limits,
        np.array([share_above(what, limit.value) for limit in limits]).reshape(-1, what.shape[1]),
    )


def find_daily(quantity: str) -> tuple[Limit, ...]:
    """Limits of one day: of its mean, or of its highest 8 hours for ozone."""
    if quantity == "o3":
        return OZONE
    return tuple(each for each in find_limits(quantity) if each.period == "day")


def day_mean(measured: Float, drawn: Float32) -> Float:
    """Mean (n, s) of hours measured (m, s), NaN where unknown, and drawn (n, k, s).

    >>> day_mean(np.array([[10.0], [np.nan]]), np.array([[[20.0], [60.0]]], np.float32)).tolist()
    [[30.0]]
    """
    known = np.isfinite(measured)
    total = np.where(known, measured, 0).sum(axis=0) + drawn.sum(axis=1, dtype=np.float64)
    return total / (known.sum(axis=0) + drawn.shape[1])


def run_means(recent: Float, samples: Float32) -> Float:
    """Means (n, m + h, s) of 8 hours up to each of hours measured (m, s) and drawn (n, h, s).

    NaN where fewer than 6 are known (2008/50/EC, Annex VII A: 75 %).
    """
    past = np.broadcast_to(recent, (len(samples), *recent.shape))
    values = np.concatenate([past, samples], axis=1)
    known = np.isfinite(values)
    total = np.cumsum(np.where(known, values, 0.0), axis=1)
    number = np.cumsum(known, axis=1)
    total[:, RUN_H:], number[:, RUN_H:] = (
        each[:, RUN_H:] - each[:, :-RUN_H] for each in (total.copy(), number.copy())
    )
    return np.where(number >= RUN_LEAST_H, total / np.maximum(number, 1), np.nan)


def highest(running: Float) -> Float:
    """Highest known of (n, k, s) along the hours; below any limit where none is."""
    return np.nan_to_num(running, nan=-np.inf).max(axis=1)


def share_above(drawn: Float, limit: float) -> Float:
    """Share (s,) of draws (n, s) above a limit, never quite 0 or 1: half a draw is left open.

    >>> share_above(np.array([[9.0], [10.0], [11.0]]), 10.0).tolist()
    [0.375]
    """
    return ((drawn > limit).sum(axis=0) + 0.5) / (len(drawn) + 1)
