"""Periods that a page offers, counted back from the newest data, and the steps to draw them in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

PERIODS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "all": None,
}
DEFAULT = "day"
LENGTHS = {**PERIODS, "year": timedelta(days=365)}  # those of the page of a node as well
OF_A_NODE = ("hour", "day", "week", "year", "all")
# By how much the end of a period can be moved; everything has no other end.
MOVES = {"hour": timedelta(hours=1), "day": timedelta(hours=1), "week": timedelta(days=1)}
ZONE = ZoneInfo("Europe/Amsterdam")  # in which a day begins

# Steps of a series in seconds; 0 is every sample.
WIDTHS = (0, 60, 300, 900, 3600, 6 * 3600, 86400, 7 * 86400)
POINTS = 700  # about what a screen can show of one line
SAMPLE_S = 10  # the fastest node of a fixed place sends a sample every ten seconds

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Ends:
    """Moments at which a period may end, before that of the newest data: equal steps."""

    first: datetime
    step: timedelta
    count: int


def known(period: str | None, offered: Collection[str] = tuple(PERIODS)) -> str:
    """Period of this name where it is offered, else the usual one."""
    return period if period is not None and period in offered else DEFAULT


def to_span(extent: Span | None, period: str, end: datetime | None = None) -> Span | None:
    """Start (in) and stop (not in) of a period that ends with the newest data, or at ``end``."""
    if extent is None:
        return None
    first, last = extent
    stop = end or last + timedelta(seconds=1)
    length = LENGTHS[period]
    return (first, stop) if length is None else (stop - length, stop)


def to_ends(extent: Span, period: str) -> Ends | None:
    """Ends of a period over all data: whole hours, or of weeks midnights.

    The first has a step of data before it, the last lies before the newest data. None when there
    is no choice. Where the clock changed, a midnight of before is an hour off.
    """
    step = MOVES.get(period)
    if step is None:
        return None
    first, newest = extent
    last = newest.replace(minute=0, second=0, microsecond=0)
    if step > timedelta(hours=1):
        last = newest.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
        last = last.astimezone(newest.tzinfo)
    count = (last - first) // step
    return Ends(last - step * (count - 1), step, count) if count > 0 else None


def to_width(start: datetime, stop: datetime) -> int:
    """Narrowest step, in seconds, that needs at most POINTS points; 300 for a day."""
    length = (stop - start).total_seconds()
    for width in WIDTHS:
        if length / (width or SAMPLE_S) <= POINTS:
            return width
    return WIDTHS[-1]
