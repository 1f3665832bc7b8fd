"""Periods: the whole hours and days in them, and whether the rollups are the faster way.

Days and years are those of the clock of Europe/Amsterdam, for which limit values are stated: 23 or
25 hours long when the clock changes, and always made of whole hours of UTC.
"""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from .failures import Connection
from .frame import read_frame
from .queries import read_queries

HOURS = read_queries(Path(__file__).with_name("hours.sql"))
DAYS = read_queries(Path(__file__).with_name("days.sql"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MANY = 20_000  # hours of nodes that wait: half a second to look up one by one
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def to_period(start: datetime, stop: datetime) -> dict[str, datetime]:
    """Values start, stop, the hour in which the period starts, and its whole hours.

    These are from ``first`` to ``after``, which says something when there is any.
    """
    hour, after = to_hour(start), to_hour(stop)
    first = hour if hour == start else hour + HOUR
    return {"start": start, "stop": stop, "hour": hour, "first": first, "after": after}


def to_days(start: datetime, stop: datetime) -> dict[str, Any]:
    """Values start, stop, and the whole days of a period.

    These are the dates from ``first_day`` to ``after_day``, that begin at ``first`` and ``after``.
    A period without a whole day has these at its stop: all of it comes before.
    """
    day, after_day = to_day(start), to_day(stop)
    first_day = day if to_midnight(day) == start else day + DAY
    first, after = to_midnight(first_day), to_midnight(after_day)
    if first_day >= after_day:
        first_day, first, after = after_day, stop, stop
    return {
        "start": start,
        "stop": stop,
        "first_day": first_day,
        "after_day": after_day,
        "first": first,
        "after": after,
    }


def to_begun_days(start: datetime, stop: datetime) -> dict[str, Any]:
    """Values of the days that begin in a period, as ``to_days`` names them."""
    days = [to_day(moment) for moment in (start, stop)]
    moments = zip(days, (start, stop), strict=True)
    first_day, after_day = (d if to_midnight(d) >= at else d + DAY for d, at in moments)
    return {
        "first_day": first_day,
        "after_day": after_day,
        "first": to_midnight(first_day),
        "after": to_midnight(after_day),
    }


def has_whole_hour(start: datetime, stop: datetime) -> bool:
    """Tell whether a period has a whole hour of UTC in it."""
    period = to_period(start, stop)
    return period["first"] < period["after"]


def is_whole(start: datetime, stop: datetime) -> bool:
    """Tell whether a period is made of whole hours of UTC, at least one."""
    return start < stop and (start, stop) == (to_hour(start), to_hour(stop))


def is_rolled_up(connection: Connection, start: datetime, stop: datetime) -> bool:
    """Tell whether the rollups are the faster way: a period has whole hours, and few of them wait.

    Both ways lead to the same answer, so it may change before the question is asked.
    """
    if not has_whole_hour(start, stop):
        return False
    found = read_frame(connection, HOURS["waiting"], to_period(start, stop))
    return bool(found["hours"].iloc[0] <= MANY)


def to_hour(moment: datetime) -> datetime:
    """Start of the hour of UTC in which a moment lies."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def to_day(moment: datetime) -> date:
    """Day in which a moment lies."""
    return moment.astimezone(AMSTERDAM).date()


def to_midnight(day: date) -> datetime:
    """Moment at which a day begins, in UTC."""
    return datetime.combine(day, time(), AMSTERDAM).astimezone(UTC)
