"""Scoring chances: what was told of a day, beside what the day proved to be.

A day counts once it is over by the Dutch clock and three quarters of it are measured (2008/50/EC,
Annex XI A). It is scored anew when what was measured of it changes, as hours are. Beside each
chance stands the usual one: the share of the days of the year before that were above the limit, of
which the last was over when the first chance was told.
"""

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lokaalmeten.forecasts import DAY_PARTS, RESCORED_DAYS, DayScores, Float32, Int32, ToldDay
from lokaalmeten.limits import Limit

from ..air.days import find_daily, run_means
from ..calendar import DAY_H, HOUR, to_local_hours
from .desk import Desk
from .hours import Hours
from .learning import ZONE
from .outlook import to_history

Float = NDArray[np.float64]

CAPTURE = 0.75  # of the hours of a day, or of its running means of 8 hours
YEAR_D = 365
MILLION = 1_000_000  # squared errors are whole millionths: their sums are exact
EPOCH = date(1970, 1, 1)


def score_chances(desk: Desk, quantity: str, hours: Hours, cutoff: datetime) -> int:
    """Score days of which chances were told and that were measured since, or changed.

    How many days of places were scored; each day is stored whole.
    """
    limits = find_daily(quantity)
    today = to_day_numbers(int(cutoff.timestamp()), 1)[0]
    first = EPOCH + timedelta(days=int(today) - RESCORED_DAYS)
    told_days = desk.read_told_days(quantity, first) if limits else []
    over = [day for day in told_days if (day - EPOCH).days < today]
    if not over:
        return 0
    since, recent = find_day_values(quantity, hours, RESCORED_DAYS + 2)
    known = spread(desk.read_day_values(hours.numbers, first), over, hours.numbers)
    values = np.stack([pick(recent, (day - EPOCH).days - since) for day in over])
    fresh = np.isfinite(values) & (values != known)
    changed = fresh | (np.isfinite(known) & np.isnan(values))
    if not changed.any():
        return 0
    begun, whole = find_day_values(quantity, hours, len(hours.table) // DAY_H + 1)
    for at, day in enumerate(over):
        if changed[at].any():
            number = (day - EPOCH).days
            usual = find_usual(whole, number - begun - (DAY_PARTS - 1), limits)
            told = desk.read_told(quantity, day, limits, hours.numbers[fresh[at]])
            scores = score_day(told, hours.numbers, values[at], limits, usual)
            desk.write_day_scores(day, scores, hours.numbers[changed[at]])
    return int(fresh.sum())


def to_day_numbers(start: int, rows: int) -> NDArray[np.int64]:
    """Days since 1970-01-01 by the Dutch clock (rows,) of hours from ``start`` on."""
    return to_local_hours(start, rows, ZONE) // DAY_H


def find_day_values(quantity: str, hours: Hours, days: int) -> tuple[int, Float32]:
    """What limits are about, of the last days: number of the first, values (d, s), NaN if unknown.

    The mean of a day, or of ozone its highest mean of 8 hours.
    """
    table = to_history(hours.table[-days * DAY_H :])
    numbers = to_day_numbers(hours.stop - HOUR * len(table), len(table))
    if quantity == "o3":
        table = run_means(table, np.zeros((1, 0, table.shape[1]), np.float32))[0]
    known = np.isfinite(table)
    first = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
    count = np.add.reduceat(known, first, axis=0, dtype=np.int64)
    filled = np.where(known, table, 0.0 if quantity != "o3" else -np.inf)
    merge = np.maximum if quantity == "o3" else np.add
    merged = merge.reduceat(filled, first, axis=0)
    values = merged if quantity == "o3" else merged / np.maximum(count, 1)
    found = np.full((int(numbers[-1] - numbers[0]) + 1, table.shape[1]), np.nan, np.float32)
    place = numbers[first] - numbers[0]
    found[place] = np.where(count >= CAPTURE * DAY_H, values, np.nan)
    return int(numbers[0]), found


def pick(values: Float32, row: int) -> Float32:
    """A row of values (d, s), NaN beyond either end."""
    inside = 0 <= row < len(values)
    return values[row] if inside else np.full(values.shape[1], np.nan, np.float32)


def spread(scored: pd.DataFrame, days: list[date], numbers: Int32) -> Float32:
    """Values (d, s) by which days of places were scored, NaN where they were not."""
    found = np.full((len(days), len(numbers)), np.nan, np.float32)
    row = {day.isoformat(): at for at, day in enumerate(days)}
    order = np.argsort(numbers)
    column = order[np.searchsorted(numbers[order], scored["series_id"].to_numpy(np.int32))]
    rows = np.array([row.get(day, -1) for day in scored["day"]], np.intp)
    found[rows[rows >= 0], column[rows >= 0]] = scored["value"].to_numpy(np.float32)[rows >= 0]
    return found


def find_usual(values: Float32, before: int, limits: tuple[Limit, ...]) -> Float:
    """Share (k, s) of the year of days before a row of values (d, s) that were above each limit.

    Of a place of which no day is known that of all places; NaN where none of any is.
    """
    year = values[max(before - YEAR_D, 0) : max(before, 0)]
    known = np.isfinite(year)
    number = known.sum(axis=0)
    above = np.stack([(year > limit.value).sum(axis=0) for limit in limits])
    every = above.sum(axis=1) / number.sum() if number.sum() else np.full(len(limits), np.nan)
    return np.where(number > 0, above / np.maximum(number, 1), every[:, None])


def score_day(
    told: ToldDay, numbers: Int32, values: Float32, limits: tuple[Limit, ...], usual: Float
) -> list[DayScores]:
    """Scores of each limit for the places (s,) of which something was told (n,).

    The squared error of a chance (Brier 1950, "Verification of forecasts expressed in terms of
    probability"), summed over what was told as many days before. Where the usual chance is not
    known, nothing is scored.
    """
    order = np.argsort(numbers)
    place = order[np.searchsorted(numbers[order], told.series)]
    cell = place * DAY_PARTS + np.clip(told.part, 0, DAY_PARTS - 1)
    size = len(numbers) * DAY_PARTS
    count = np.bincount(cell, minlength=size).reshape(-1, DAY_PARTS)
    found = []
    for at, limit in enumerate(limits):
        above = values > limit.value
        missed = np.round(MILLION * (told.chance[:, at] - above[place]) ** 2)
        total = np.bincount(cell, missed, size).reshape(-1, DAY_PARTS)
        beside = np.round(MILLION * (np.nan_to_num(usual[at]) - above) ** 2)[:, None] * count
        scored = (count.sum(axis=1) > 0) & np.isfinite(usual[at]) & np.isfinite(values)
        found.append(
            DayScores(
                limit.norm,
                limit.value,
                numbers[scored],
                values[scored],
                above[scored],
                count[scored].astype(np.int32),
                total[scored].astype(np.int64),
                beside[scored].astype(np.int64),
            )
        )
    return found
