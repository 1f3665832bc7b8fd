"""The lines of a comparison: each place in each period, by the hour or by the day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from .. import figures
from ..words import DASH, ZONE, Words
from .choice import Choice, Days
from .place import NODE, Frame, Place, read_days, read_hours, read_place, to_moments
from .statistics import Statistics, of_days, of_hours


@dataclass(frozen=True)
class Line:
    """One place in one period."""

    place: Place
    days: Days
    table: Frame  # time (aware), mean, count, nodes
    found: Statistics

    def label(self, words: Words, choice: Choice) -> str:
        """What it is called in the chart."""
        if not choice.several:
            return self.place.label
        first, last = (words.day(day) for day in self.days)
        period = f"{first} {DASH} {last}"
        return period if len(choice.places) == 1 else f"{self.place.label}, {period}"


def read_lines(connection: Any, words: Words, choice: Choice, newest: datetime) -> list[Line]:
    """What was measured at each place in each period.

    Raises:
        NotFoundError: one of the places is not there.

    """
    places = [read_place(connection, words, kind, name) for kind, name in choice.places]
    return [
        read_line(connection, choice, place, days, newest)
        for place in places
        for days in choice.spans
    ]


def read_line(connection: Any, choice: Choice, place: Place, days: Days, newest: datetime) -> Line:
    """One line; what is still to come of a period is not missing from it."""
    first, after = days[0], days[1] + timedelta(days=1)
    start, stop = to_moments(first, after)
    if choice.is_hourly:
        rows = read_hours(connection, place, choice.key, start, stop)
        until = newest.replace(minute=0, second=0, microsecond=0)
        end = min(stop, until) if until > start else stop
        return Line(place, days, rows, of_hours(rows, start, end, steady=place.kind == NODE))
    rows = read_days(connection, place, choice.key, first, after)
    today = newest.astimezone(ZONE).date()
    found = of_days(rows, first, min(after, today) if today > first else after)
    times = rows["day"].dt.tz_localize(ZONE)
    return Line(place, days, rows.assign(time=times), found)


def to_axes(choice: Choice, line: Line) -> tuple[Any, Any]:
    """Moments here as text, or days since the begin of the period, and values; gaps are open."""
    moments = pd.DatetimeIndex(line.table["time"]).tz_convert("UTC").tz_localize(None)
    width = 3600 if choice.is_hourly else 86_400
    values = line.table["mean"].to_numpy(float)
    times, values = figures.break_gaps(moments.to_numpy("datetime64[s]"), values, width)
    local = pd.DatetimeIndex(times, tz="UTC")
    if not choice.several:
        return figures.to_local(local), values
    wall = local.tz_convert(ZONE).tz_localize(None)
    since = (wall - pd.Timestamp(line.days[0])) / pd.Timedelta(days=1)
    return np.round(since.to_numpy(float), 4), values
