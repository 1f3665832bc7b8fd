"""Periods that a page offers, counted back from the newest data, and the steps to draw them in."""

from collections.abc import Collection
from datetime import datetime, timedelta

PERIODS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "all": None,
}
DEFAULT = "day"
LENGTHS = {**PERIODS, "year": timedelta(days=365)}  # those of the page of a node as well
OF_A_NODE = ("hour", "day", "week", "year", "all")

# Steps of a series in seconds; 0 is every sample.
WIDTHS = (0, 60, 300, 900, 3600, 6 * 3600, 86400, 7 * 86400)
POINTS = 700  # about what a screen can show of one line
SAMPLE_S = 10  # the fastest node of a fixed place sends a sample every ten seconds

Span = tuple[datetime, datetime]


def known(period: str | None, offered: Collection[str] = tuple(PERIODS)) -> str:
    """Period of this name where it is offered, else the usual one."""
    return period if period is not None and period in offered else DEFAULT


def to_span(extent: Span | None, period: str) -> Span | None:
    """Start (in) and stop (not in) of a period that ends with the newest data."""
    if extent is None:
        return None
    first, last = extent
    stop = last + timedelta(seconds=1)
    length = LENGTHS[period]
    return (first, stop) if length is None else (stop - length, stop)


def to_width(start: datetime, stop: datetime) -> int:
    """Narrowest step, in seconds, that needs at most POINTS points; 300 for a day."""
    length = (stop - start).total_seconds()
    for width in WIDTHS:
        if length / (width or SAMPLE_S) <= POINTS:
            return width
    return WIDTHS[-1]
