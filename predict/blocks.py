"""Fit and predict blocks of series: the story of ``core.py``, step by step.

Blocks meet only in sums, so that many series need not fit into one memory, and the result is the
same however they are parted. Each step is done through ``call(function, ...)``: at once
(``direct``), or noted down for a graph (``graph.py``).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .calendar import DAY_H, ForecastError
from .covariates import Scale, sum_values, to_scale
from .fitted import HORIZON_H, LONGEST_H, Fitted, Quantiles, check_history
from .gathering import Known, Rows, sum_deviations, sum_usual, to_known, to_profile, to_rows
from .intervals import reach, widen_young
from .models import check_levels
from .past import rank_errors
from .stages import Call, Stage, fit_stages, forecast_rows
from .transform import Transform, read_facts, to_transform
from .trees import Trees

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Block:
    """Some of the series, with all of their hours: as ``core.fit`` takes them."""

    history: ArrayLike  # (t, s)
    ahead: ArrayLike | None = None  # (t, c) or (t, s, c), the same c in every block
    back: ArrayLike | None = None

    @property
    def values(self) -> Float:
        """History as an array; ForecastError unless it has rows and series."""
        return check_history(self.history)


def direct(function: Any, *given: Any, **named: Any) -> Any:
    """Do a step at once."""
    return function(*given, **named)


def fit_blocks(
    blocks: Sequence[Block],
    start: int,
    *,
    zone: str = "UTC",
    holidays: Collection[date] = (),
    bounded: bool = True,
    horizon: int = HORIZON_H,
    trees: bool = False,
    call: Call = direct,
) -> Any:
    """Learn from blocks of series as ``core.fit`` does of all at once: the same ``Fitted``.

    Series keep the order of the blocks. Raises what ``core.fit`` raises, and ForecastError when
    blocks have other hours or covariates than the first.
    """
    widths = check_blocks(blocks)
    if not 1 <= horizon <= LONGEST_H:
        raise ForecastError(f"a horizon is 1 to {LONGEST_H} hours, not {horizon}")
    facts = [call(read_block, block, bounded=bounded) for block in blocks]
    transform = call(join_facts, facts, bounded=bounded)
    scales = [
        call(to_scale, [call(sum_values, values) for values in each])
        for each in ([b.ahead for b in blocks], [b.back for b in blocks])
    ]
    placed = [
        call(place, block, transform, at, scales, start, zone, holidays)
        for block, at in zip(blocks, to_slices(widths), strict=True)
    ]
    known = know(placed, call)
    stages, grown = fit_stages(known, sum(widths), horizon, call, trees=trees)
    past = [
        call(rank_errors, each, [call(Stage.take, stage, at) for stage in stages], horizon)
        for each, at in zip(known, to_slices(widths), strict=True)
    ]
    return call(join_fitted, transform, stages, grown, scales, zone, holidays, past)


def predict_blocks(
    fitted: Fitted,
    blocks: Sequence[Block],
    start: int,
    levels: ArrayLike,
    *,
    horizon: int | None = None,
    call: Call = direct,
) -> Any:
    """Quantiles of blocks of series, in their order, as ``core.predict`` gives those of one."""
    widths, chances = check_blocks(blocks), np.sort(check_levels(levels))
    rows = fitted.horizon if horizon is None else horizon
    if sum(widths) != fitted.series or not 1 <= rows <= fitted.horizon:
        raise ForecastError(
            f"fitted for {fitted.series} series and up to {fitted.horizon} hours, "
            f"asked for {sum(widths)} series and {rows} hours"
        )
    scales = [fitted.ahead, fitted.back]
    everything, parts = slice(None), [fitted.take(at) for at in to_slices(widths)]
    placed = [
        call(
            place, block, part.transform, everything, scales, start, part.zone, part.holidays, rows
        )
        for block, part in zip(blocks, parts, strict=True)
    ]
    known = know(placed, call, last_only=True)
    tables = [call(say, part, each, chances) for part, each in zip(parts, known, strict=True)]
    return call(join_tables, chances, tables)


def know(placed: Sequence[Any], call: Call, *, last_only: bool = False) -> list[Any]:
    """All that is known of each block, once sums of all blocks have told of their network."""
    usual = call(sum, [call(sum_usual, each) for each in placed])
    profiles = [call(to_profile, each, usual) for each in placed]
    pairs = list(zip(placed, profiles, strict=True))
    shared = call(sum, [call(sum_deviations, *pair) for pair in pairs])
    return [call(to_known, *pair, shared, last_only=last_only) for pair in pairs]


def check_blocks(blocks: Sequence[Block]) -> list[int]:
    """Number of series of each block; ForecastError unless all have the same hours."""
    shapes = [block.values.shape for block in blocks]
    if len({rows for rows, _ in shapes}) != 1:
        raise ForecastError(f"blocks must have the same hours, not {[rows for rows, _ in shapes]}")
    return [series for _, series in shapes]


def to_slices(widths: Sequence[int]) -> list[slice]:
    """Place of each block among all series."""
    edges = np.cumsum([0, *widths]).tolist()
    return [slice(*pair) for pair in pairwise(edges)]


def read_block(block: Block, *, bounded: bool) -> Float:
    """Facts (4, s) of a block that its transform hangs on."""
    return read_facts(block.values, bounded=bounded)


def join_facts(facts: Sequence[Float], *, bounded: bool) -> Transform:
    """Transform of all series; ForecastError when nothing is known of any."""
    joined = np.concatenate(facts, axis=1)
    if not joined[0].any():
        raise ForecastError(f"nothing is known of any of {joined.shape[1]} series: no forecast")
    return to_transform(joined, bounded=bounded)


def place(
    block: Block,
    transform: Transform,
    at: slice,
    scales: Sequence[Scale],
    start: int,
    zone: str,
    holidays: Collection[date],
    ahead: int = 0,
) -> Rows:
    """A block on one scale and on rows of local hours, ``ahead`` of them after its history."""
    values = block.values
    rows, series = values.shape
    return to_rows(
        transform.take(at).to_standard(values),
        start,
        zone,
        holidays,
        scales[0].standardise(block.ahead, rows + ahead, series, "ahead"),
        scales[1].standardise(block.back, rows, series, "back"),
    )


def join_fitted(
    transform: Transform,
    stages: Sequence[Stage],
    trees: Sequence[Trees],
    scales: Sequence[Scale],
    zone: str,
    holidays: Collection[date],
    past: Sequence[NDArray[np.uint8]],
) -> Fitted:
    """What was learned of all blocks."""
    ahead, back = scales
    ranks = np.concatenate(past, axis=-1)
    free = frozenset(holidays)
    return Fitted(transform, tuple(stages), tuple(trees), ahead, back, zone, free, ranks)


def say(fitted: Fitted, known: Known, chances: Float) -> Float:
    """Quantiles (h, s, l) of a block in its own unit."""
    rows = list(forecast_rows(fitted.stages, fitted.trees, known))
    middle, size = (np.array([row[part] for row in rows]) for part in (0, 1))
    days = np.isfinite(known.deviation).sum(axis=0) / DAY_H
    wide = size * widen_young(days)
    far = np.stack([reach(errors, chances) for _, _, errors in rows])
    table = middle[..., None] + wide[..., None] * far[:, None]
    return fitted.transform.from_standard(table)


def join_tables(chances: Float, tables: Sequence[Float]) -> Quantiles:
    """Quantiles of all blocks."""
    return Quantiles(chances, np.concatenate(tables, axis=1))
