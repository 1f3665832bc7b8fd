"""Days ahead from days that were alike: same weekday, holiday, school or not, kind of event.

What is known of a place is often a few days, or one event a month ago. A day to come is the mean of
the days before it, those that are like it counting most and old ones less; how wide it is says what
this would have missed on the days that are known. Values are taken as their square root, in which
counts of people spread about as much at ten as at ten thousand.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from predict.calendar import DAY_H, SUNDAY, Calendar, to_local_hours
from predict.fitted import Quantiles

from .place import Float
from .planned import Planned
from .school import share_free

Int64 = NDArray[np.int64]

SAME_CLASS, OTHER_CLASS = 0.25, 0.05  # weight of another weekday, of a weekend for a working day
OTHER_EVENT = 0.02  # of a day with another event, or without one
OTHER_SCHOOL = 0.4  # of a day without school, for one with it
HALF_LIFE_D = 42.0  # days after which a day counts for half
SCALES = (1 / 3, 3.0)  # that one event may be larger than a like one
BELIEF_D = 5.0  # days after which what an hour of the day missed counts for half
PRIOR = 0.4  # of the middle, that is missed where nothing was learned


@dataclass(frozen=True)
class Days:
    """Local days, d of them: what kind of day each is."""

    weekday: Int64  # (d,) 0 to 6, a holiday is a Sunday
    event: Int64  # (d,) kind of event, -1 for none
    people: Float  # (d,) that were expected
    free: Float  # (d,) share of the country without school


@dataclass(frozen=True)
class LikeDays:
    """What like days say of h hours, and how they erred together."""

    found: Quantiles
    errors: Float  # (n, 24, s) of the past by day, in square roots; NaN where unknown


def foresee(
    values: Float,
    start: int,
    hours: int,
    levels: Float,
    *,
    zone: str,
    holidays: Collection[date] = (),
    events: Sequence[Planned] = (),
    lead_d: int = 1,
) -> LikeDays:
    """Quantiles (hours, s, l) of what follows values (t, s) of whole hours from ``start`` on.

    NaN is unknown. Errors are those of days that were ``lead_d`` days ahead, where enough is known.
    """
    local = to_local_hours(start, len(values) + hours, zone)
    first = int(local[0]) // DAY_H
    day, hour = local // DAY_H - first, local % DAY_H
    table = np.full((int(day[-1]) + 1, DAY_H, values.shape[1]), np.nan)
    known = slice(0, len(values))
    table[day[known], hour[known]] = np.sqrt(np.maximum(values, 0))
    days = describe_days(first, len(table), zone, holidays, events)
    middle = mean_like(table, weigh(days, days, 1), scale(days, days))
    errors = table - mean_like(table, weigh(days, days, lead_d), scale(days, days))
    young = ~np.isfinite(errors).any(axis=(0, 1))
    if young.any():  # too few days lie so far apart: each by all the others
        around = mean_like(table, weigh(days, days, None), scale(days, days))
        errors[:, :, young] = (table - around)[:, :, young]
    return LikeDays(say(middle, errors, day[len(values) :], hour[len(values) :], levels), errors)


def describe_days(
    first: int, number: int, zone: str, holidays: Collection[date], events: Sequence[Planned]
) -> Days:
    """What kind of day each of ``number`` local days from day ``first`` on (since 1970) is."""
    calendar = Calendar(first * DAY_H, number * DAY_H, frozenset(holidays))
    weekday = np.where(calendar.holiday, SUNDAY, calendar.weekday)[::DAY_H]
    kinds = sorted({event.kind for event in events})
    kind, people = np.full(number, -1), np.zeros(number)
    for event in sorted(events, key=lambda each: each.attendance):  # the largest of a day tells
        begin, end = (
            to_local_hours(int(at) // 3600 * 3600, 1, zone)[0] // DAY_H - first
            for at in (event.starts, event.ends - 1)
        )
        inside = slice(max(int(begin), 0), max(int(end) + 1, 0))
        kind[inside], people[inside] = kinds.index(event.kind), event.attendance
    return Days(weekday, kind, people, share_free(first, number))


def weigh(to: Days, of: Days, lead_d: int | None) -> Float:
    """How much each day (p,) counts for each other day (d, p): alike, recent, ``lead_d`` before.

    Without ``lead_d`` all but the day itself count.
    """
    age = np.arange(len(to.weekday))[:, None] - np.arange(len(of.weekday))
    alike = np.where(
        to.weekday[:, None] == of.weekday,
        1.0,
        np.where((to.weekday[:, None] >= 5) == (of.weekday >= 5), SAME_CLASS, OTHER_CLASS),
    )
    both_plain = (to.event[:, None] < 0) & (of.event < 0)
    alike *= 1 - (1 - OTHER_SCHOOL) * np.abs(to.free[:, None] - of.free)
    same = (to.event[:, None] == of.event) & ~both_plain
    weight = np.where(both_plain, alike, np.where(same, 1.0, OTHER_EVENT * alike))
    counts = age != 0 if lead_d is None else age >= lead_d
    return weight * 0.5 ** (np.abs(age) / HALF_LIFE_D) * counts


def scale(to: Days, of: Days) -> Float:
    """Factor (d, p) of square roots: a like event with other people, within SCALES."""
    same = (to.event[:, None] == of.event) & (of.event >= 0)
    ratio = to.people[:, None] / np.where(of.people > 0, of.people, 1)
    return np.sqrt(np.where(same, np.clip(ratio, *SCALES), 1.0))


def mean_like(table: Float, weight: Float, factor: Float) -> Float:
    """Weighted mean (d, 24, s) of days (p, 24, s); NaN where no day is known."""
    known = np.isfinite(table)
    flat = (len(table), -1)
    held = np.where(known, table, 0).reshape(flat)
    total, number = (weight * factor) @ held, weight @ known.reshape(flat).astype(np.float64)
    mean = np.where(number > 0, total / np.where(number > 0, number, 1), np.nan)
    return mean.reshape(table.shape)


def say(middle: Float, errors: Float, day: Int64, hour: Int64, levels: Float) -> Quantiles:
    """Quantiles (h, s, l) of hours (day, hour), from what was missed at that hour of the day."""
    known = np.isfinite(errors)
    days = known.sum(axis=0)  # (24, s)
    square = np.where(known, errors, 0) ** 2
    own = square.sum(axis=(0, 1)) / np.maximum(known.sum(axis=(0, 1)), 1)
    size = np.sqrt((square.sum(axis=0) + BELIEF_D * own) / (days + BELIEF_D))
    usual = np.nanmean(np.nan_to_num(middle[day]), axis=0)
    size = np.where(own > 0, size, np.maximum(PRIOR * usual, 0.5))
    size = size * np.sqrt(1 + 1 / np.maximum(days, 1))
    standard = (errors / np.maximum(size, 1e-9))[known]
    few = len(standard) < DAY_H
    reach = np.quantile(np.linspace(-1.6, 1.6, 33) if few else standard, levels)
    root = middle[day, hour][..., None] + size[hour][..., None] * reach
    return Quantiles(levels, np.where(np.isnan(root), np.nan, np.maximum(root, 0) ** 2))
