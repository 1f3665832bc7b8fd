"""What if: a passage closed, arrivals later, people added, against what is expected.

The story: who is expected to walk where in the coming hours, the same people with the change, the
zones filled by both, and what is expected moved by the difference. It is an assumption, marked as
one: never kept, never a reason for an alert.
"""

from dataclasses import dataclass

import numpy as np

from predict.exceed import exceedance
from predict.fitted import Quantiles
from predict.nowcast import nowcast

from .flow import check_counts, to_flow, to_ways
from .occupancy import to_density
from .place import Float, Place
from .scenario import close_passage, delay_arrivals, fill_zones
from .situation import DAY_S, LEVELS, Situation
from .trust import take_out

MOST_STEPS = 12  # that are forecast; between them straight lines


@dataclass(frozen=True)
class Change:
    """What is assumed."""

    closed: tuple[int, ...]  # passages
    delay_s: int  # of those who come from outside
    added: Float  # (z,) people who come on top, at once


@dataclass(frozen=True)
class Scenario:
    """What would be expected; as in a Situation, NaN where too little is known."""

    table: Float  # (h, g, l) quantiles then
    peak: Float  # (h, g, l) of the highest until then
    chance: Float  # (g, 3, h) of passing each limit until then


def imagine(place: Place, counts: Float, step_s: int, found: Situation, change: Change) -> Scenario:
    """What would be expected after counts (t, k), of which ``found`` is the situation."""
    rows = int(found.ahead_s[-1]) // step_s
    ways = expect_ways(place, counts, step_s, found, rows)
    now = np.nan_to_num(found.people)
    added = np.zeros((rows, len(now)))
    added[0] = change.added
    before = to_gauges(place, fill_zones(place, now, ways), ways, step_s)
    walked = apply_change(place, ways, step_s, change)
    after = to_gauges(place, fill_zones(place, now, walked, added), walked, step_s)
    at = found.ahead_s // step_s - 1
    moved = (after - before)[at]
    higher = (np.maximum.accumulate(after) - np.maximum.accumulate(before))[at]
    table = np.maximum(found.table + moved[..., None], 0)
    peak = np.maximum(np.maximum(found.peak + higher[..., None], 0), table)
    return Scenario(table, peak, to_chance(place, peak))


def expect_ways(place: Place, counts: Float, step_s: int, found: Situation, rows: int) -> Float:
    """People (rows, 2 p) expected each way in each coming interval; 0 where nobody counts."""
    ways = to_ways(place, take_out(check_counts(place, counts), found.judged))
    known = np.isfinite(ways).any(axis=0)
    expected = np.zeros((rows, ways.shape[1]))
    if not known.any():
        return expected
    steps = np.unique(np.linspace(1, rows, min(rows, MOST_STEPS)).round().astype(int))
    middle = nowcast(ways[:, known], [0.5], steps.tolist(), day=DAY_S // step_s).then.table[..., 0]
    each = np.arange(1, rows + 1)
    expected[:, known] = np.stack([np.interp(each, steps, column) for column in middle.T], axis=1)
    return expected


def apply_change(place: Place, ways: Float, step_s: int, change: Change) -> Float:
    """People (h, 2 p) each way with the change."""
    everywhere = range(len(place.passages.ids))
    later = round(change.delay_s / step_s)
    changed = delay_arrivals(place, ways, everywhere, later) if later else ways
    for passage in change.closed:
        changed = close_passage(place, changed, passage)
    for passage in change.closed:  # nobody is sent through another that is closed as well
        changed[:, 2 * passage : 2 * passage + 2] = 0
    return changed


def to_gauges(place: Place, people: Float, ways: Float, step_s: int) -> Float:
    """Density of zones, then flow of passages (h, g)."""
    return np.hstack([to_density(place, people), to_flow(place, ways, step_s)])


def to_chance(place: Place, peak: Float) -> Float:
    """Chance (g, 3, h) that the highest (h, g, l) passes each limit; NaN where not known."""
    limits = np.vstack([place.zones.limits, place.passages.limits])
    known = np.isfinite(peak).all(axis=(0, 2))
    chance = np.full((peak.shape[1], 3, len(peak)), np.nan)
    if known.any():
        quantiles = Quantiles(LEVELS, peak[:, known])
        above = [exceedance(quantiles, limit) for limit in limits[known].T]
        chance[known] = np.stack(above, axis=-1).transpose(1, 2, 0)
    return chance
