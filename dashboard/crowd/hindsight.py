"""What was said of a place against what came: arrays in, numbers out.

1. put situations on a grid of their intervals, so that a time ahead is a number of rows
2. by time ahead: how far the median was off, how much lay in each band, and what saying that it
   stays so would have been off
3. by level: which alerts were open when a limit was passed, and which were for nothing
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from predict.crowd.hindsight import Outcome, close_gaps, compare, starts_of
from predict.crowd.levels import UNKNOWN, Int8
from storage.crowd import Happened

from .view import Float, Int, align, pick

SAME = 1e-3  # levels are stored as float32
BANDS = ((0.1, 0.9), (0.025, 0.975))
GAP_S = 3600  # breaks of at most this are one time that it was full
REACH_S = 10_800  # after the end of an alert until which what it warned of may come


@dataclass(frozen=True)
class Grid:
    """Situations of g gauges on t rows of equal intervals; what was not known is NaN or UNKNOWN."""

    first: int  # Unix seconds over the interval
    step_s: int
    value: Float  # (t, g)
    signal: Int8  # (t, g)
    ahead_s: Int  # (h,)
    table: Float  # (t, h, g, 5): low and high of the two bands around the median


@dataclass(frozen=True)
class Score:
    """How good what was said of one time ahead was."""

    ahead_s: int
    number: int
    error: float  # mean distance from the median, in the unit
    naive: float  # the same of saying that it stays as it is
    inside: tuple[float, float]  # shares in BANDS; NaN where no such band was kept


@dataclass(frozen=True)
class Told:
    """How alerts of one level foresaw it."""

    level: int
    came: int
    outcome: Outcome


def to_grid(rows: Sequence[Mapping[str, Any]], gauges: Sequence[str], step_s: int) -> Grid | None:
    """Stored situations on a grid, in the order of the gauges; None without any."""
    if not rows:
        return None
    at = np.array([int(row["time"].timestamp()) // step_s for row in rows])
    length, number = int(at[-1] - at[0]) + 1, len(gauges)
    ahead_s = np.array(rows[-1]["ahead_s"], np.int64)
    value = np.full((length, number), np.nan, np.float32)
    signal = np.full((length, number), UNKNOWN, np.int8)
    table = np.full((length, len(ahead_s), number, 5), np.nan, np.float32)
    for row, place in zip(rows, (at - at[0]).tolist(), strict=True):
        places = align(row["gauges"], gauges)
        value[place] = pick(row["value"], places)
        signal[place] = pick(np.array(row["signal"], np.int8), places, UNKNOWN)
        if len(row["ahead_s"]) == len(ahead_s) and (row["ahead_s"] == ahead_s).all():
            table[place] = pick_levels(row, places)
    return Grid(int(at[0]), step_s, value, signal, ahead_s, table)


def pick_levels(row: Mapping[str, Any], places: Int) -> Float:
    """Quantiles (h, g, 5) at the bounds of BANDS and the median; NaN for a level not kept."""
    levels = np.asarray(row["levels"], np.float64)
    given = np.reshape(row["quantiles"], (len(row["ahead_s"]), len(row["gauges"]), len(levels)))
    wanted = np.array([BANDS[1][0], BANDS[0][0], 0.5, BANDS[0][1], BANDS[1][1]])
    near = np.abs(levels[:, None] - wanted).argmin(axis=0)
    kept = np.where(np.abs(levels[near] - wanted) < SAME, given[..., near], np.nan)
    return np.moveaxis(pick(np.moveaxis(kept, 1, -1), places), -1, 1)


def score_ahead(grid: Grid, gauges: slice) -> list[Score]:
    """Scores by time ahead of some gauges; nothing of a time of which nothing can be compared."""
    found = []
    for place, seconds in enumerate(grid.ahead_s.tolist()):
        steps = max(round(seconds / grid.step_s), 1)
        came = grid.value[steps:, gauges]
        said = grid.table[: len(came), place, gauges]
        before = grid.value[: len(came), gauges]
        known = np.isfinite(came) & np.isfinite(said[..., 2]) & np.isfinite(before)
        if not known.any():
            continue
        came, said, before = came[known].astype(float), said[known].astype(float), before[known]
        inside = [find_inside(came, said[:, low], said[:, 4 - low]) for low in (1, 0)]
        error, naive = np.abs(came - said[:, 2]).mean(), np.abs(came - before).mean()
        found.append(Score(seconds, len(came), float(error), float(naive), (inside[0], inside[1])))
    return found


def find_inside(came: Float, low: Float, high: Float) -> float:
    """Share of what came (n,) that lay in a band, of those whose band is known; NaN of none."""
    known = np.isfinite(low) & np.isfinite(high)
    if not known.any():
        return float("nan")
    return float(((came >= low) & (came <= high))[known].mean())


def judge_alerts(grid: Grid, alert: Int8) -> list[Told]:
    """How alerts (t, g) of the levels foresaw what was at that level or above it."""
    rows = max(GAP_S // grid.step_s, 1)
    reach = max(REACH_S // grid.step_s, 1)
    found = []
    for level in (1, 2, 3):
        above = close_gaps(grid.signal >= level, rows)
        outcome = compare(above, alert >= level, reach)
        found.append(Told(level, sum(int(starts_of(each).sum()) for each in above.T), outcome))
    return found


def to_alerts(
    grid: Grid, gauges: Sequence[str], opened: Mapping[str, int], happened: Iterable[Happened]
) -> Int8:
    """Levels of alerts (t, g) on a grid, from those that were open before and what happened since.

    ``happened`` is the latest first. An alert of a row is what was known at its moment.
    """
    at = {name: index for index, name in enumerate(gauges)}
    table = np.zeros(grid.signal.shape, np.int8)
    for name, level in opened.items():
        if name in at:
            table[:, at[name]] = level
    for each in reversed(list(happened)):
        if each.level is None or each.gauge not in at or each.what not in ("raised", "lowered"):
            continue
        row = -(-int(each.time.timestamp()) // grid.step_s) - grid.first
        table[max(row, 0) :, at[each.gauge]] = each.level
    return table


def find_known(grid: Grid) -> float:
    """Share of the values of a grid that were known."""
    return float(np.isfinite(grid.value).mean())
