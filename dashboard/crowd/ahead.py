"""Days ahead as a few numbers a day: arrays of hours in, one row a Dutch day out."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from predict.crowd.days import CORE, LIKE_DAYS, WITH_WEATHER
from storage.crowd_events import Ahead, Planned

from ..words import ZONE
from .view import Float

BAND = (0.1, 0.9)
BASIS = {LIKE_DAYS: "like", CORE: "core", WITH_WEATHER: "weather"}
ORDER = ("like", "core", "weather")


@dataclass(frozen=True)
class Day:
    """What is expected of one day."""

    day: date
    hour: datetime | None  # begin of the busiest hour by the median; None where nothing is known
    people: tuple[float, float, float]  # in all zones then: low, median and high of the 80 % band
    gauge: str | None  # whose chance is the highest, of the highest limit that is not negligible
    level: int  # of that limit, 1 to 3
    chance: float  # of the mean of an hour above it, at its highest
    basis: str  # what the least known hour rests on: "like", "core" or "weather"
    events: list[Planned]


def to_days(said: Ahead, events: list[Planned], least: float) -> list[Day]:
    """Days of what was said; ``least`` is the chance below which a limit is not worth a word."""
    hours = [said.starts + timedelta(hours=n) for n in range(len(said.basis))]
    local = [hour.astimezone(ZONE).date() for hour in hours]
    places = [int(np.argmin(np.abs(said.levels - p))) for p in (BAND[0], 0.5, BAND[1])]
    found = []
    for day in sorted(set(local)):
        rows = np.flatnonzero([each == day for each in local])
        hour, people = find_busiest(said.people[rows][:, places])
        gauge, level, chance = find_worst(said.chance[..., rows], least)
        found.append(
            Day(
                day,
                None if hour is None else hours[int(rows[hour])],
                people,
                None if gauge is None else said.gauges[gauge],
                level,
                chance,
                min((BASIS[said.basis[row]] for row in rows), key=ORDER.index),
                [each for each in events if touches(each, day)],
            )
        )
    return found


def find_busiest(people: Float) -> tuple[int | None, tuple[float, float, float]]:
    """Hour with the highest median of (h, 3), and its numbers.

    >>> find_busiest(np.array([[1.0, 2.0, 3.0], [2.0, 5.0, 9.0]]))
    (1, (2.0, 5.0, 9.0))
    """
    middle = people[:, 1]
    if not np.isfinite(middle).any():
        nothing = float("nan")
        return None, (nothing, nothing, nothing)
    hour = int(np.nanargmax(middle))
    low, mid, high = people[hour].tolist()
    return hour, (low, mid, high)


def find_worst(chance: Float, least: float) -> tuple[int | None, int, float]:
    """Gauge, level and chance of the highest limit that any of (g, 3, h) may pass.

    >>> find_worst(np.array([[[0.9], [0.2], [0.0]], [[0.3], [0.1], [0.0]]]), 0.05)
    (0, 2, 0.2)
    """
    known = np.nan_to_num(chance)
    for level in (3, 2, 1):
        highest = known[:, level - 1].max(axis=1, initial=0)
        if len(highest) and highest.max() >= least:
            gauge = int(highest.argmax())
            return gauge, level, float(highest[gauge])
    return None, 1, float(known[:, 0].max(initial=0)) if np.isfinite(chance).any() else float("nan")


def touches(event: Planned, day: date) -> bool:
    """Whether an event takes place on a Dutch day."""
    return event.starts.astimezone(ZONE).date() <= day <= event.ends.astimezone(ZONE).date()
