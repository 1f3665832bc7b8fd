"""What some hours or days of a place come to, and what that is beside limits; arrays in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.limits import Limit, find_limits

from ..words import ZONE

HOUR_CAPTURE = 0.75  # of the values of the fullest hour of a period; of the hours of a day
ABOVE, WITHIN, UNKNOWN = "above", "within", "unknown"
Frame = Any


@dataclass(frozen=True)
class Statistics:
    """Of one place and period, from the hours or days of it that count."""

    mean: float  # NaN when none counts
    highest: float
    moment: Any  # of the highest: start of the hour (aware datetime), or the day; None
    measured: int  # hours or days that count
    possible: int  # of the period
    hourly: bool

    @property
    def capture(self) -> float:
        """Share that counts, 0 to 1."""
        return self.measured / self.possible if self.possible else 0.0


def of_hours(hours: Frame, start: datetime, stop: datetime, *, steady: bool) -> Statistics:
    """Statistics of the hours of a period; ``hours`` has time, mean and count.

    Where the number of values is steady, as of one node, an hour counts with three quarters of the
    values of the fullest; else with any.
    """
    inside = hours[(hours["time"] >= start) & (hours["time"] < stop)]
    if steady and len(inside):
        inside = inside[inside["count"] >= HOUR_CAPTURE * inside["count"].max()]
    possible = round((stop - start).total_seconds() / 3600)
    return _of(inside["mean"].to_numpy(float), inside["time"], possible, hourly=True)


def of_days(days: Frame, first: date, after: date) -> Statistics:
    """Statistics of the days from ``first`` until ``after`` that count."""
    day = days["day"].to_numpy("datetime64[D]")
    inside = days[(day >= np.datetime64(first)) & (day < np.datetime64(after)) & days["counts"]]
    return _of(inside["mean"].to_numpy(float), inside["day"], (after - first).days, hourly=False)


def _of(means: NDArray[np.float64], moments: Frame, possible: int, *, hourly: bool) -> Statistics:
    if not len(means):
        return Statistics(np.nan, np.nan, None, 0, possible, hourly)
    place = int(means.argmax())
    moment = moments.iloc[place].to_pydatetime()
    moment = moment if hourly else moment.date()
    highest = float(means[place])
    return Statistics(float(means.mean()), highest, moment, len(means), possible, hourly)


def find_lines(key: str, period: str) -> tuple[Limit, ...]:
    """Limits of a mean over a period (hour, day, year), strictest first."""
    found = [limit for limit in find_limits(key) if limit.period == period]
    return tuple(sorted(found, key=lambda limit: limit.value))


def judge(found: Statistics, limit: Limit) -> str:
    """ABOVE, WITHIN or UNKNOWN: what a mean is beside a limit, where enough was measured."""
    enough = HOUR_CAPTURE if limit.period == "day" else limit.capture
    if not found.measured or found.capture < enough:
        return UNKNOWN
    return ABOVE if round(found.mean, 9) > limit.value else WITHIN


def to_week(times: Any, means: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Means (7, 24) by weekday, Monday first, and hour here, and how many hours are in each.

    ``times`` (n,) are the starts of hours, a DatetimeIndex of UTC; ``means`` (n,) theirs. NaN where
    there is none. In the night on which the clock goes back one hour comes twice.
    """
    local = times.tz_convert(ZONE)
    place = 24 * local.day_of_week.to_numpy() + local.hour.to_numpy()
    counts = np.bincount(place, minlength=168)
    totals = np.bincount(place, weights=means, minlength=168)
    with np.errstate(invalid="ignore"):
        return (totals / np.where(counts, counts, np.nan)).reshape(7, 24), counts.reshape(7, 24)


def find_ends(table: NDArray[Any]) -> Sequence[tuple[int, int]] | None:
    """Weekday and hour of the lowest and of the highest mean of ``to_week``; None without any."""
    if not np.isfinite(table).any():
        return None
    places = (int(np.nanargmin(table)), int(np.nanargmax(table)))
    return [divmod(place, 24) for place in places]
