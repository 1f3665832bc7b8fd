"""What hours like this one were lately: the same hour of earlier days, of all and of its kind.

Where a profile knows how a Tuesday is at ten, this knows how ten o'clock is since last week, and
how it is on days that people work or are free. Means are of deviations from the profile, forget by
days, and are pulled to 0 while they rest on few.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .calendar import DAY_H, Bool, Calendar, Int64
from .profile import as_sunday, drop_holidays, fading_mean

Float32 = NDArray[np.float32]

# Half-lives were taken from a few on origins before the test year; others nearby do as well.
ALL_D = (4.0, 14.0)  # of days of any kind
KIND_D = (3.0, 10.0)  # of days on which people work, or of those on which they are free
LASTING_W = 26.0  # of the same hour of the week
ENOUGH_D = 280  # 80 days on which people are free: a 250th of the weight lies before, at most
BELIEF = 1.0  # days or weeks that no deviation counts for
ALIKE = (
    *(f"all{days:.0f}" for days in ALL_D),
    *(f"kind{days:.0f}" for days in KIND_D),
    "lasting",
)


@dataclass(frozen=True)
class Alike:
    """Mean deviations of hours like each row (t - first, s), of the days or weeks before it."""

    first: int  # row that means of days begin at
    every: tuple[Float32, ...]  # of all days
    working: tuple[Float32, ...]  # of days on which people work
    free: tuple[Float32, ...]  # of weekends and holidays
    lasting: Float32  # (t, s) of the same hour of the week
    is_free: Bool  # (t,) kind of day of each row

    def read(self, origins: Int64, ahead: int) -> list[Float32]:
        """Columns (n, s) in order of ALIKE of the row ``ahead`` from each origin (n,).

        They are those of the same hour on the first day that the origin knows nothing of.
        """
        target = origins + ahead - 1
        row = np.maximum(target - DAY_H * ((ahead - 1) // DAY_H) - self.first, 0)
        is_free = self.is_free[target][:, None]
        kinds = zip(self.free, self.working, strict=True)
        return [
            *(table[row] for table in self.every),
            *(np.where(is_free, free[row], working[row]) for free, working in kinds),
            self.lasting[target],
        ]


def make_alike(deviation: Float32, calendar: Calendar, first: int = 0) -> Alike:
    """Means of hours alike, of deviations (t, s) that are NaN where unknown or still to come.

    Those of days rest on rows from ``first`` on, and are read for targets after it.
    """
    is_free = calendar.free
    recent, free = deviation[first:], is_free[first:]
    always = np.ones(len(free), bool)
    lasting, weeks = fading_mean(drop_holidays(deviation, calendar), LASTING_W)
    return Alike(
        first,
        tuple(mean_before(recent, always, days) for days in ALL_D),
        tuple(mean_before(recent, ~free, days) for days in KIND_D),
        tuple(mean_before(recent, free, days) for days in KIND_D),
        as_sunday((lasting * weeks / (weeks + BELIEF)).astype(np.float32), calendar),
        is_free,
    )


def mean_before(values: Float32, counted: Bool, half_life_d: float) -> Float32:
    """Weighted mean (t, s) of the same hour on earlier days, of rows that are ``counted`` (t,).

    The weight of a day halves every ``half_life_d`` days that are counted; a value of 0 counts for
    BELIEF days.

    >>> days = np.repeat(np.float32([[2.0], [6.0], [9.0]]), DAY_H, axis=0)
    >>> mean_before(days, np.ones(72, bool), 1.0)[::DAY_H, 0].tolist()  # (6 + 2 / 2) / (1.5 + 1)
    [0.0, 1.0, 2.799999952316284]
    """
    known = np.isfinite(values) & counted[:, None]
    sums = _by_day(np.where(known, values, np.float32(0)))
    weights = _by_day(known.astype(np.float32))
    fade = np.where(_by_day(counted[:, None]), np.float32(0.5 ** (1 / half_life_d)), np.float32(1))
    for table in (sums, weights):
        total = np.zeros_like(table[0])
        for day, kept in zip(table, fade, strict=True):  # days, not hours
            later = day + kept * total
            day[:] = total
            total = later
    mean = (sums / (weights + BELIEF)).astype(np.float32)
    return mean.reshape(-1, values.shape[1])[: len(values)]


def _by_day(table: NDArray) -> NDArray:
    """Rows (t, s) as (days, 24, s), the last day filled up with zeros."""
    days = -(-len(table) // DAY_H)
    padded = np.zeros((days * DAY_H, table.shape[1]), table.dtype)
    padded[: len(table)] = table
    return padded.reshape(days, DAY_H, -1)
