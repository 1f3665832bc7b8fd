"""The chance that a local day exceeds its limits: what was measured of it counts as measured."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.limits import Limit, find_limits

from ..calendar import DAY_H, HOUR, to_local_hours

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]
Int64 = NDArray[np.int64]

RECENT_H = 2 * DAY_H  # hours back of which some may be of today


@dataclass(frozen=True)
class Day:
    """One day by the local clock."""

    date: date
    hours: int  # 23 to 25 that the day has
    ahead: int  # of them in the forecast
    measured: Int64  # (s,) of them known by measurement
    limits: tuple[Limit, ...]  # (k,) of the mean of a day
    chance: Float  # (k, s) that the mean of what is measured and ahead is more than the limit


def find_days(
    quantity: str, history: Float, start: int, samples: Float32, zone: str
) -> tuple[Day, ...]:
    """Days that are wholly or partly ahead, of hours (t, s) from ``start`` on and draws (n, h, s).

    A last day that ends after the forecast does is judged by the hours it has.
    """
    limits = tuple(each for each in find_limits(quantity) if each.period == "day")
    recent = history[-RECENT_H:]
    begin = start + HOUR * (len(history) - len(recent))
    # a day beyond either end shows how many hours the first and the last one have
    rows = len(recent) + samples.shape[1]
    number = to_local_hours(begin - HOUR * DAY_H, rows + 3 * DAY_H, zone) // DAY_H
    of_row = number[DAY_H : DAY_H + rows]
    past, ahead = of_row[: len(recent)], of_row[len(recent) :]
    return tuple(
        make_day(
            int(day),
            int((number == day).sum()),
            recent[past == day],
            samples[:, ahead == day],
            limits,
        )
        for day in np.unique(ahead)
    )


def make_day(
    day: int, hours: int, measured: Float, drawn: Float32, limits: tuple[Limit, ...]
) -> Day:
    """One day (days since 1970-01-01) of hours measured (m, s) and drawn (n, k, s)."""
    known = np.isfinite(measured)
    number = known.sum(axis=0)
    total = np.where(known, measured, 0).sum(axis=0) + drawn.sum(axis=1, dtype=np.float64)
    mean = total / (number + drawn.shape[1])
    chance = np.array([share_above(mean, limit.value) for limit in limits])
    return Day(
        date(1970, 1, 1) + timedelta(days=day),
        hours,
        drawn.shape[1],
        number,
        limits,
        chance.reshape(len(limits), drawn.shape[2]),
    )


def share_above(drawn: Float, limit: float) -> Float:
    """Share (s,) of draws (n, s) above a limit, never quite 0 or 1: half a draw is left open.

    >>> share_above(np.array([[9.0], [10.0], [11.0]]), 10.0).tolist()
    [0.375]
    """
    return ((drawn > limit).sum(axis=0) + 0.5) / (len(drawn) + 1)
