"""Dutch public holidays, and lists of days from elsewhere."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from lokaalmeten.errors import FormatError

from .calendar import SUNDAY

# Days after Easter Sunday: Easter itself and Monday, Ascension, Whitsun and its Monday.
AFTER_EASTER = (0, 1, 39, 49, 50)
KINGS_DAY_SINCE = 2014
FIXED = ((1, 1), (5, 5), (12, 25), (12, 26))  # New Year, Liberation Day, Christmas


def dutch_holidays(years: Iterable[int]) -> frozenset[date]:
    """Days on which most of the Netherlands is free (and Liberation Day, on which many are).

    King's Day (since 2014; before, Queen's Day on 30 April) moves off a Sunday.

    >>> sorted(dutch_holidays([2026]))[3].isoformat()  # King's Day
    '2026-04-27'
    """
    return frozenset(
        day
        for year in years
        for day in (
            *(date(year, month, number) for month, number in FIXED),
            *(easter(year) + timedelta(days=after) for after in AFTER_EASTER),
            _kings_day(year),
        )
    )


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian rule (Meeus, "Astronomical Algorithms" 1991, chapter 8).

    >>> easter(2026).isoformat()
    '2026-04-05'
    """
    century, rest = divmod(year, 100)
    golden = year % 19
    moon = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def read_holidays(path: Path) -> frozenset[date]:
    """Days of a text file, one a line like 2026-04-27; FormatError names the line that is not."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(f"{path} cannot be read as a list of days: {error}") from error
    days = []
    for number, line in enumerate(lines, 1):
        try:
            days += [date.fromisoformat(line.strip())] if line.strip() else []
        except ValueError as error:
            raise FormatError(f"{path}, line {number}: {line!r} is no day") from error
    return frozenset(days)


def _kings_day(year: int) -> date:
    day = date(year, 4, 27 if year >= KINGS_DAY_SINCE else 30)
    return day - timedelta(days=1) if day.weekday() == SUNDAY else day
