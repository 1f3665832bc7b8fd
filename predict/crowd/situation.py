"""How it is and how it will be, of a whole place at once: from counts to chances.

The story: leave out what cannot be believed, add counters up to ways, ways to flow and to people in
zones, see how full that is now, and say how full it will be and how likely each limit is passed.
Gauges are what has limits: zones by density, then passages by flow.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from predict.calendar import ForecastError, Int64
from predict.exceed import exceedance
from predict.nowcast import nowcast

from .flow import check_counts, to_flow, to_ways
from .levels import to_signal
from .occupancy import HOLD_ROWS, count_people, to_density
from .place import Bool, Float, Place
from .trust import Int8, judge_counters, take_out

LEVELS = np.array([0.01, 0.025, *np.arange(0.05, 0.96, 0.05), 0.975, 0.99])
AHEAD_S = (900, 1800, 3600, 7200, 10800)
DAY_S = 86_400
SHORTEST = 12  # part of a day that has to be known before anything is expected: two hours


@dataclass(frozen=True)
class Situation:
    """What is known and expected at the end of the counts; g = z + p gauges."""

    judged: Int8  # (k,) WELL, SILENT, STUCK or WRONG
    people: Float  # (z,) in each zone, NaN where too little is counted to say
    values: Float  # (g,) people per square metre, then per metre and minute; NaN where unknown
    signal: Int8  # (g,) GREEN to RED, UNKNOWN
    ahead_s: Int64  # (h,)
    table: Float  # (h, g, l) quantiles of the values at LEVELS, NaN where too little is known
    peak: Float  # (h, g, l) quantiles of the highest value until then
    chance: Float  # (g, 3, h) of passing each limit at any time until then


def look(
    place: Place,
    counts: ArrayLike,
    step_s: int,
    is_empty: Bool,
    ahead_s: Sequence[int] = AHEAD_S,
) -> Situation:
    """The situation after counts (t, k) of people per interval of ``step_s`` seconds.

    NaN is unknown, below zero what cannot be. ``is_empty`` (t,) marks intervals at whose start
    zones are known to be empty. Raises ForecastError when the step does not divide a day, or the
    counts are not the place's.
    """
    if step_s <= 0 or DAY_S % step_s:
        raise ForecastError(f"an interval divides a day: {step_s} s does not")
    given, day = check_counts(place, counts), DAY_S // step_s
    judged = judge_counters(np.asarray(counts, np.float64), day)
    ways = to_ways(place, take_out(given, judged))
    flow, inside = to_flow(place, ways, step_s), count_people(place, ways, is_empty)
    people = np.where(is_known(inside.covered), inside.people, np.nan)
    values = np.hstack([to_density(place, people), flow])
    limits = np.vstack([place.zones.limits, place.passages.limits])
    steps = [max(round(seconds / step_s), 1) for seconds in ahead_s]
    split = len(place.zones.ids)
    parts = [forecast(part, limit, steps, day) for part, limit in (
        (values[:, :split], limits[:split]), (values[:, split:], limits[split:])
    )]  # fmt: skip
    return Situation(
        judged,
        people[-1],
        values[-1],
        to_signal(values[-1], limits),
        np.array(steps) * step_s,
        np.concatenate([table for table, _, _ in parts], axis=1),
        np.concatenate([peak for _, peak, _ in parts], axis=1),
        np.concatenate([chance for _, _, chance in parts]),
    )


def forecast(
    values: Float, limits: Float, steps: Sequence[int], day: int
) -> tuple[Float, Float, Float]:
    """Quantiles (h, g, l) of gauges (t, g) then and of their peak until then, and chances.

    Chances (g, 3, h) are of passing limits until then. All are NaN of a gauge of which less than
    two hours are known.
    """
    known = np.isfinite(values).sum(axis=0) >= day // SHORTEST
    table = np.full((len(steps), values.shape[1], len(LEVELS)), np.nan)
    peak, chance = table.copy(), np.full((values.shape[1], 3, len(steps)), np.nan)
    if known.any():
        found = nowcast(values[:, known], LEVELS, steps, day=day)
        table[:, known], peak[:, known] = found.then.table, found.peak.table
        above = [exceedance(found.peak, limit) for limit in limits[known].T]
        chance[known] = np.stack(above, axis=-1).transpose(1, 2, 0)
    return table, peak, chance


def is_known(covered: Bool) -> Bool:
    """Zones (t, z) in which people can be told: counted now or at most HOLD_ROWS ago.

    >>> is_known(np.array([[True], *[[False]] * 6]))[:, 0].tolist()
    [True, True, True, True, True, False, False]
    """
    rows = np.arange(len(covered))[:, None]
    latest = np.maximum.accumulate(np.where(covered, rows, -HOLD_ROWS - 1), axis=0)
    return rows - latest <= HOLD_ROWS
