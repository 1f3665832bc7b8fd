"""What forecasts are between the parts: places, a round of forecasts, and how good they were."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from .limits import Limit

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]
Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

QUANTITIES = ("pm25", "pm10", "no2", "o3")  # that are forecast
KINDS = ("node", "station", "zone", "cell")
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)  # the median, and intervals of 50, 80 and 95 %
INTERVALS = {50: (2, 4), 80: (1, 5), 95: (0, 6)}  # percent: places of both ends in LEVELS
HORIZON_H = 72
PART_H = 6  # hours ahead that are counted together in a score
PARTS = HORIZON_H // PART_H
MILLI = 1000  # losses are whole thousandths of the unit: their sums are exact
RESCORED_DAYS = 14  # a measured hour that changes within so many days is scored anew

SILENT_H = 72  # a place of which so many hours are unknown has no forecast
YOUNGEST_H = 24  # nor one with less history than that
SILENT, YOUNG = "silent", "young"

INDEX = "lki"  # in the place of a quantity where a series is of the index
INDEX_LEVELS = (0.1, 0.5, 0.9)
INDEX_CLASSES = 5
DAY_PARTS = 4  # a chance is told on the day itself and up to three days before

# Whether weather that is known ahead was used: of all hours, not of all, of none any more, or not
# because of too little of the past it is known. Empty: there is none.
USED, PART, OLD, SHORT = "used", "part", "old", "short"

# What a score counts, of 1 to 6 hours ahead, 7 to 12, and so on.
TALLIES = ("forecasts", "inside50", "inside80", "inside95", "loss", "missed", "naive")


class Series(NamedTuple):
    """One quantity of one place."""

    kind: str  # one of KINDS
    place: str  # name of a node or zone, code of a station, H3 cell as hexadecimal text
    quantity: str  # its key, or <key>_corrected


@dataclass(frozen=True)
class Chances:
    """The chance that each of d days is above each of k limits, at s places."""

    days: tuple[date, ...]  # by the Dutch clock, wholly or partly ahead
    limits: tuple[Limit, ...]
    table: Float32 = field(repr=False)  # (d, k, s) 0 to 1, NaN where there is no forecast


class Weathered(NamedTuple):
    """What a round made of weather that was known ahead."""

    how: str = ""  # USED, PART, OLD, SHORT or empty
    hours: int = 0  # ahead that were told with it


NO_WEATHER = Weathered()


@dataclass(frozen=True)
class Round:
    """Forecasts of one quantity for s places from one cutoff, or why there are none."""

    quantity: str  # its key
    cutoff: datetime  # start of the first hour ahead
    issue_time: datetime
    newest: datetime | None  # start of the latest measured hour that was used
    model: str  # name and version
    seen: UUID  # digest of all that was used
    series: Int32 = field(repr=False)  # (s,) numbers of the places
    known: Float32 = field(repr=False)  # (s,) share of the last SILENT_H hours
    history: Int32 = field(repr=False)  # (s,) known hours
    reasons: tuple[str, ...] = field(repr=False)  # (s,) SILENT, YOUNG or empty: there is one
    naive: Float32 = field(repr=False)  # (24, s) last known value of each coming hour of the day
    quantiles: Float32 = field(repr=False)  # (HORIZON_H, s, len(LEVELS)), NaN where there is none
    chances: Chances | None = None  # None: the quantity has no daily limits
    weather: Weathered = NO_WEATHER


@dataclass(frozen=True)
class IndexRound:
    """The Dutch air quality index (LKI) of s places from one cutoff on."""

    cutoff: datetime
    issue_time: datetime
    first_day: date  # by the Dutch clock, of d days that follow one another
    series: Int32 = field(repr=False)  # (s,) numbers of the places
    substances: tuple[tuple[str, ...], ...] = field(repr=False)  # (s,) that each is made of
    hours: Int16 = field(repr=False)  # (HORIZON_H, s, len(INDEX_LEVELS)) 1 to 11
    days: Int16 = field(repr=False)  # (d, s, len(INDEX_LEVELS)) the same of the highest hour ahead
    classes: Float32 = field(repr=False)  # (d, s, INDEX_CLASSES) chance of the class of that hour


class ToldDay(NamedTuple):
    """What rounds told of one day, n times: the chance of each of k limits."""

    series: Int32  # (n,)
    part: Int32  # (n,) whole days before: 0 on the day itself
    chance: Float  # (n, k)


class DayScores(NamedTuple):
    """How good chances of one limit were, of n places and one day."""

    norm: str
    bound: float
    series: Int32  # (n,)
    value: Float32  # (n,) what was measured of the day
    above: NDArray[np.bool_]  # (n,)
    forecasts: Int32  # (n, DAY_PARTS)
    missed: Int64  # (n, DAY_PARTS) sums of squared errors, millionths
    usual: Int64  # (n, DAY_PARTS) the same of the share of days before that were above


class Last(NamedTuple):
    """What is known of the latest round."""

    cutoff: datetime
    newest: datetime | None
    seen: UUID | None


class Issued(NamedTuple):
    """What was said of one hour, n times."""

    series: Int32  # (n,)
    ahead: Int32  # (n,) whole hours from the cutoff: 0 is the first
    quantiles: Float32  # (n, len(LEVELS))
    naive: Float32  # (n,)


class Scores(NamedTuple):
    """Scores of n hours of one day."""

    series: Int32  # (n,)
    hour: Int64  # (n,) Unix seconds
    value: Float32  # (n,) what was measured
    tallies: dict[str, Int32]  # each of TALLIES: (n, PARTS)


class Kept(NamedTuple):
    """What was learned earlier."""

    fitted_at: datetime
    drifted_at: datetime | None
    model: str
    series: Int32  # (s,) numbers of the places, in the order of the state
    state: bytes
