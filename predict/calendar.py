"""The clock that people live by: rows of UTC hours as rows of local hours, weekdays, holidays.

Traffic, cooking and markets follow the local clock; storage follows UTC. The core therefore works
on rows of local hours, in which every day has 24 rows: the hour that is skipped in spring is a
hole, and the two hours that share a name in autumn share a row.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.errors import LokaalmetenError

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
Real = TypeVar("Real", np.float32, np.float64)

HOUR = 3600
DAY_H = 24
WEEK_H = 168
SATURDAY, SUNDAY = 5, 6
EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday
YEAR_DAYS = 365.2425


class ForecastError(LokaalmetenError):
    """History, covariates, zone or levels that no forecast can be made of."""


@dataclass(frozen=True)
class Calendar:
    """Local hours from ``first`` on, ``rows`` of them, and the days that are holidays."""

    first: int  # hours since 1970-01-01T00 by the local clock
    rows: int
    holidays: frozenset[date] = frozenset()

    @cached_property
    def hours(self) -> Int64:
        """Hours since 1970-01-01T00 by the local clock (rows,)."""
        return self.first + np.arange(self.rows, dtype=np.int64)

    @property
    def hour(self) -> Int64:
        """Hour of the day, 0-23 (rows,)."""
        return self.hours % DAY_H

    @property
    def weekday(self) -> Int64:
        """Day of the week, Monday 0 (rows,)."""
        return (self.hours // DAY_H + EPOCH_WEEKDAY) % 7

    @property
    def season(self) -> Float:
        """Place in the year as an angle in radians (rows,)."""
        return 2 * np.pi * (self.hours / DAY_H) / YEAR_DAYS

    @cached_property
    def holiday(self) -> Bool:
        """Whether the day is a holiday (rows,)."""
        numbers = [(day - date(1970, 1, 1)).days for day in self.holidays]
        return np.isin(self.hours // DAY_H, np.array(numbers, np.int64))

    @property
    def free(self) -> Bool:
        """Whether the day is a Saturday, a Sunday or a holiday (rows,)."""
        return (self.weekday >= SATURDAY) | self.holiday

    @property
    def last_sunday(self) -> Int64:
        """Row of the same hour on the Sunday before, or on this day if it is one (rows,)."""
        return np.arange(self.rows) - DAY_H * ((self.weekday - SUNDAY) % 7)


def to_local_hours(start: int, rows: int, zone: str) -> Int64:
    """Local hours since 1970-01-01T00 of ``rows`` UTC hours from ``start`` (Unix seconds) on.

    A zone that is not a whole number of hours from UTC is rounded down. Raises ValueError when
    ``start`` is not a whole hour, and ForecastError for an unknown zone.

    >>> spring = to_local_hours(1_774_742_400, 3, "Europe/Amsterdam")  # 2026-03-29T00Z
    >>> (spring - spring[0]).tolist()  # from 01:00 to 03:00 by the clock
    [0, 2, 3]
    """
    if start % HOUR:
        raise ValueError(f"the first row must be a whole hour, not {start} s")
    try:
        known = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ForecastError(f"{zone!r} is no zone such as Europe/Amsterdam") from error
    first = datetime.fromtimestamp(start, UTC)
    days = [first + timedelta(hours=at) for at in range(0, rows + DAY_H, DAY_H)]
    offsets = np.array([_offset_h(day, known) for day in days], np.int64)
    spread = np.repeat(offsets, DAY_H)[:rows]
    for at in np.flatnonzero(np.diff(offsets)):  # two days a year have a change in them
        for hour in range(at * DAY_H, min((at + 1) * DAY_H, rows)):
            spread[hour] = _offset_h(first + timedelta(hours=hour), known)
    return start // HOUR + np.arange(rows, dtype=np.int64) + spread


def to_local_rows(table: NDArray[Real], local: Int64) -> NDArray[Real]:
    """Rows by UTC (t, ...) as rows by the local clock (from ``local[0]`` to its last hour).

    Of two hours with the same name the later known one stays.

    >>> to_local_rows(np.array([[1.0], [2.0], [3.0]]), np.array([7, 9, 9]))[:, 0].tolist()
    [1.0, nan, 3.0]
    """
    place = local - local[0]
    if len(place) == place[-1] + 1 and (np.diff(place) == 1).all():
        return table
    turned = np.full((int(place.max()) + 1, *table.shape[1:]), np.nan, table.dtype)
    turned[place] = table
    again = np.flatnonzero(np.diff(place) <= 0)  # the first of two hours with one name
    later = turned[place[again]]
    turned[place[again]] = np.where(np.isnan(later), table[again], later)
    return turned


def make_calendar(local: Int64, holidays: Collection[date] = ()) -> Calendar:
    """Calendar of the local rows that these local hours (t,) fill."""
    return Calendar(int(local[0]), int(local.max() - local[0]) + 1, frozenset(holidays))


def _offset_h(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return int((offset or timedelta(0)).total_seconds() // HOUR)
