"""One stage: what is learned for a range of horizons, and what it says.

Learning goes in rounds over blocks of series; between the rounds only sums, coefficients and
errors left out meet. ``call(function, ...)`` does a step at once (``direct``) or notes it down for
a graph (``blocks.py``).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .calendar import DAY_H, WEEK_H, Int64
from .features import make_clock, make_features
from .gathering import Known
from .intervals import (
    Errors,
    Scored,
    Sized,
    Sizes,
    join_errors,
    make_scale_features,
    solve_sizes,
    sum_sizes,
    to_size,
    to_sized,
)
from .ridge import Coefficients, Sums, solve, sum_products
from .trees import GROUPS, Trees, add_trees, fit_trees, read_trees, sample_rows

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]
Call = Callable[..., Any]

# Last hour ahead of each stage; the further, the slower what helps changes.
STEPS = (1, 2, 3, 5, 8, 12, 18, 24, 36, 48, 60, 72, 96, 120, 144, 166)
BUDGET = 1_000_000  # rows of the regressions over 72 hours; with 3 million wQL stays the same
BLOCKS = 24  # of time, each left out once, if they can last a week
FEWEST = 8  # blocks in any case
YOUNGEST_H = 24  # origins before this hour of a history are not learned from
FAR = 4.0  # standard deviations; a target further off pulls no harder


@dataclass(frozen=True)
class Stage:
    """What was learned for the hours ahead up to ``last``."""

    last: int
    pooled: Float  # (f,) coefficients of all series
    errors: Errors

    def take(self, at: slice) -> "Stage":
        """What holds for some of the series."""
        return replace(self, errors=replace(self.errors, own=self.errors.own[at]))


@dataclass(frozen=True)
class Rows:
    """Rows of the regression of a block of series, for a range of horizons."""

    picks: tuple[tuple[int, Int64], ...]  # hours ahead and origins
    features: Float32  # (n, s, f)
    target: Float32  # (n, s), NaN where unknown
    blocks: Int64  # (n,) of time


def fit_stages(
    known: Sequence[Any], series: int, horizon: int, call: Call, *, trees: bool
) -> tuple[list[Any], list[Any]]:
    """Stages for 1 ... ``horizon`` hours ahead of blocks with so many series, and their trees."""
    lasts = [0, *(last for last in STEPS if last < horizon), horizon]
    begun = call(min, [call(find_begin, each) for each in known])
    days = call(count_days, known[0], begun)
    stages: list[Any] = []
    samples: dict[int, list[Any]] = {}
    for first, last in pairwise(lasts):
        rows = [call(make_rows, each, series, begun, range(first + 1, last + 1)) for each in known]
        pooled = call(solve, [call(sum_rows, each) for each in rows], days)
        scored = [call(score_left_out, *each, pooled) for each in zip(known, rows, strict=True)]
        sizes = call(solve_sizes, [call(sum_sizes, each) for each in scored])
        sized = [call(to_sized, each, sizes) for each in scored]
        stages.append(call(join_stage, last, pooled, sized, sizes))
        if trees:
            group = next(end for end in GROUPS if last <= end)
            part = (last - first) / (
                min(group, horizon) - max(end for end in (0, *GROUPS) if end < last)
            )
            samples.setdefault(group, []).extend(
                call(sample_rows, *each, series, part) for each in zip(rows, scored, strict=True)
            )
    grown, begin = [], 1
    for group, each in samples.items():
        grown.append(call(fit_trees, each, begin, min(group, horizon)))
        begin = group + 1
    return stages, grown


def find_begin(known: Known) -> int:
    """First row of a block where anything is known."""
    any_known = np.isfinite(known.deviation).any(axis=1)
    return int(any_known.argmax()) if any_known.any() else len(known.deviation)


def count_days(known: Known, begun: int) -> float:
    """Days of history from the row ``begun`` on, one hour at least."""
    return max(len(known.deviation) - begun, 1) / DAY_H


def make_rows(known: Known, series: int, begun: int, hours: range) -> Rows:
    """Rows of a block to learn from; its origins are those of all ``series``."""
    rows, clock = len(known.deviation), make_clock(known.calendar)
    picks = tuple((ahead, pick_origins(rows, series, ahead)) for ahead in hours)
    features = np.concatenate([make_features(known, clock, at, ahead) for ahead, at in picks])
    target = np.concatenate([known.deviation[at + ahead - 1] for ahead, at in picks])
    origins = np.concatenate([at for _, at in picks])
    return Rows(picks, features, target, to_blocks(origins, begun, rows + 1))


def to_blocks(origins: Int64, begun: int, stop: int) -> Int64:
    """Block of time, 0 ... BLOCKS - 1, of origins (n,) of a history known from ``begun`` on.

    >>> to_blocks(np.array([0, 30, 31, 239]), 0, 240).tolist()
    [0, 1, 1, 7]
    """
    number = int(np.clip((stop - begun) // WEEK_H, FEWEST, BLOCKS))
    blocks = np.maximum(origins - begun, 0) * number // max(stop - begun, 1)
    return np.minimum(blocks, BLOCKS - 1)


def sum_rows(rows: Rows) -> Sums:
    """Sums of a block for the regression of all."""
    return sum_products(rows.features, np.clip(rows.target, -FAR, FAR), rows.blocks, BLOCKS)


def score_left_out(known: Known, rows: Rows, pooled: Coefficients) -> Scored:
    """Errors of a block, each from coefficients that never saw its block of time."""
    middle = np.empty_like(rows.target)
    for block in range(BLOCKS):
        chosen = rows.blocks == block
        middle[chosen] = rows.features[chosen] @ pooled.left_out[block].astype(np.float32)
    clock = make_clock(known.calendar)
    parts = np.split(middle, np.cumsum([len(at) for _, at in rows.picks])[:-1])
    sized = [
        make_scale_features(known, clock, at, ahead, part)
        for (ahead, at), part in zip(rows.picks, parts, strict=True)
    ]
    day = np.concatenate([at + ahead for ahead, at in rows.picks]) / DAY_H
    return Scored(np.concatenate(sized), rows.target - middle, day)


def join_stage(last: int, pooled: Coefficients, sized: Sequence[Sized], sizes: Sizes) -> Stage:
    """What was learned of all blocks."""
    return Stage(last, pooled.whole, join_errors(sized, sizes))


def pick_origins(rows: int, series: int, ahead: int) -> Int64:
    """Origins (n,) to learn from, spread over all hours of the week and the whole history.

    Other hours ahead have other origins, so that a stage sees more of them.
    """
    stride = max(round(rows * series * 72 / BUDGET), 1)
    while np.gcd(stride, WEEK_H) > 1:
        stride += 1
    return np.arange(YOUNGEST_H + (31 * ahead) % stride, rows - ahead + 1, stride)


def forecast_rows(
    stages: Sequence[Stage], trees: Sequence[Trees], known: Known
) -> Iterator[tuple[Float32, Float, Errors]]:
    """Middle (s,), size of errors (s,) and errors, standardised, of each target row."""
    clock, origin = make_clock(known.calendar), np.array([known.origin])
    grown = [(each.last, read_trees(each)) for each in trees]
    for row in known.targets:
        ahead = int(row) - known.origin + 1
        stage = next((each for each in stages if ahead <= each.last), stages[-1])
        features = make_features(known, clock, origin, ahead)
        middle = (features @ stage.pooled).astype(np.float32)
        more = next((each for last, each in grown if ahead <= last), None)
        middle[0] += add_trees(more, features[0], ahead)
        sized = make_scale_features(known, clock, origin, ahead, middle)
        size = to_size(sized, stage.errors)
        yield middle[0] + known.profile.slow[row], size[0], stage.errors
