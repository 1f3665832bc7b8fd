"""What is usual at this hour of the week: means that forget, with holidays and young series.

The profile of a row rests on the same hour one, two, three ... weeks earlier, so for every
horizon below a week it is known at the origin and is the same for all of them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .calendar import WEEK_H, Bool, Calendar, Int64

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

HALF_LIVES_W = (2.0, 6.0)
NEIGHBOUR = 0.25  # weight of the hour before and after
BELIEF = 1.0  # weight, in weeks, of the profile of the network in the profile of a series
YEAR_W = 52


@dataclass(frozen=True)
class Profile:
    """Usual values of rows (t, s), standardised, never NaN."""

    quick: Float32  # half-life of 2 weeks
    slow: Float32  # half-life of 6 weeks, shrunk to the network
    network: Float32  # slow, of all series together (t,)
    weight: Float32  # weeks that the slow one rests on


def make_profile(values: Float32, calendar: Calendar, network: Float32) -> Profile:
    """Profile of standardised values (t, s), NaN where unknown, whose network has the mean (t,).

    Holidays are left out and read as the Sunday before.
    """
    usual = drop_holidays(values, calendar)
    network, _ = fading_mean(drop_holidays(network[:, None], calendar), HALF_LIVES_W[1])
    slow, weight = fading_mean(usual, HALF_LIVES_W[1])
    slow = blend(slow, weight, network)
    quick, recent = fading_mean(usual, HALF_LIVES_W[0])
    quick = blend(quick, recent, slow)
    return Profile(*(as_sunday(part, calendar) for part in (quick, slow, network, weight)))


def blend(own: Float32, weight: Float32, prior: Float32) -> Float32:
    """Mean of ``own``, which rests on ``weight`` weeks, and of a prior worth BELIEF weeks."""
    return ((weight * own + BELIEF * prior) / (weight + BELIEF)).astype(np.float32)


def fading_mean(values: Float32, half_life_w: float) -> tuple[Float32, Float32]:
    """Weighted mean of earlier weeks at the same hour (t, s), 0 if none, and its weight in weeks.

    The weight of a week halves every ``half_life_w`` weeks; hours beside count for a quarter.
    N(t) = x(t - 168) + g N(t - 168) for the sums of values and of weights, g = 2^(-1/half-life).

    >>> weeks = np.repeat(np.float32([[1.0], [3.0], [9.0]]), WEEK_H, axis=0)
    >>> mean, weight = fading_mean(weeks, 1.0)
    >>> mean[9::WEEK_H, 0].astype(float).round(2).tolist()  # (3 + 1 / 2) / (1 + 1 / 2)
    [0.0, 1.0, 2.33]
    """
    known = np.isfinite(values)
    sums = _by_week(_with_neighbours(np.where(known, values, np.float32(0))))
    weights = _by_week(_with_neighbours(known.astype(np.float32)))
    fade = np.float32(0.5 ** (1 / half_life_w))
    for table in (sums, weights):
        total = np.zeros_like(table[0])
        for week in table:  # weeks, not hours: a few hundred steps over all hours and series
            later = week + fade * total
            week[:] = total
            total = later
    mean = np.divide(sums, weights, out=np.zeros_like(sums), where=weights > 0)
    rows = len(values)
    flat = (-1, values.shape[1])
    return mean.reshape(flat)[:rows], weights.reshape(flat)[:rows] / (1 + 2 * NEIGHBOUR)


def year_before(deviation: Float32) -> Float32:
    """Mean deviation (t, s) 51-53 weeks earlier at the same hour, 0 where unknown."""
    total = np.zeros_like(deviation)
    for weeks in (YEAR_W - 1, YEAR_W, YEAR_W + 1):
        lag = weeks * WEEK_H
        if lag < len(deviation):
            total[lag:] += np.nan_to_num(deviation[:-lag])
    return (total / 3).astype(np.float32)


def drop_holidays(values: Float32, calendar: Calendar) -> Float32:
    """Values (t, s) with NaN on holidays."""
    return np.where(calendar.holiday[:, None], np.float32(np.nan), values)


def network_mean(values: Float32) -> Float32:
    """Mean of the known values of each row (t,), each pulled within 3 deviations; NaN if none.

    The bound keeps one sensor that jumped from moving its neighbours.
    """
    return to_mean(network_sums(values))


def network_sums(values: Float32) -> Float:
    """Sum and number (2, t) of the known values of each row, each pulled within 3 deviations."""
    known: Bool = np.isfinite(values)
    total = np.where(known, np.clip(values, -3, 3), np.float32(0)).sum(axis=1, dtype=np.float64)
    return np.stack([total, known.sum(axis=1)])


def to_mean(sums: Float) -> Float32:
    """Mean (t,) of sums and numbers (2, t), NaN where there are none."""
    total, number = sums
    return np.where(number > 0, total / np.maximum(number, 1), np.nan).astype(np.float32)


def as_sunday(table: Float32, calendar: Calendar) -> Float32:
    """Rows of (t, s) that are holidays replaced by the Sunday before, where there is one."""
    rows = np.arange(calendar.rows)
    source: Int64 = np.where(calendar.holiday, np.maximum(calendar.last_sunday, 0), rows)
    return table if (source == rows).all() else table[source]


def _with_neighbours(values: Float32) -> Float32:
    wide = values.copy()
    wide[1:] += np.float32(NEIGHBOUR) * values[:-1]
    wide[:-1] += np.float32(NEIGHBOUR) * values[1:]
    return wide


def _by_week(values: Float32) -> Float32:
    weeks = -(-len(values) // WEEK_H)
    padded = np.zeros((weeks * WEEK_H, values.shape[1]), np.float32)
    padded[: len(values)] = values
    return padded.reshape(weeks, WEEK_H, -1)
