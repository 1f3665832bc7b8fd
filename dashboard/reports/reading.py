"""What reading shares: how progress is told, and the periods of a report."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from storage.periods import to_midnight

# Of pandas.DataFrame and pandas.Series pyright takes nearly every answer for several types.
Frame = Series = Any

Track = Callable[[Iterable[Any], str], Iterable[Any]]  # items and what is done with them
QUARTERS = (1, 2, 3, 4)


def silently(items: Iterable[Any], _: str) -> Iterable[Any]:
    """Track of what needs no progress bar."""
    return items


def to_quarter(year: int, number: int) -> tuple[date, date]:
    """First day of a quarter, and the first that is not in it any more.

    >>> to_quarter(2026, 4)
    (datetime.date(2026, 10, 1), datetime.date(2027, 1, 1))
    """
    months = to_months(year)
    return months[3 * number - 3][0], months[3 * number - 1][1]


def to_months(year: int) -> list[tuple[date, date]]:
    """First day of each month of a year, and the first of the next."""
    firsts = [date(year, month, 1) for month in range(1, 13)]
    return list(zip(firsts, [*firsts[1:], date(year + 1, 1, 1)], strict=True))


def to_moments(first: date, after: date) -> tuple[datetime, datetime]:
    """Midnights by the clock of Europe/Amsterdam at which days begin and end, in UTC."""
    return to_midnight(first), to_midnight(after)
