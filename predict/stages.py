"""One stage: what is learned for a range of horizons, and what it says."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .calendar import WEEK_H, Int64
from .features import make_clock, make_features, own_features
from .gathering import Known
from .intervals import Errors, fit_errors, make_scale_features, to_size
from .ridge import fit_own, fit_pooled

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

# Last hour ahead of each stage; the further, the slower what helps changes.
STEPS = (1, 2, 3, 5, 8, 12, 18, 24, 36, 48, 60, 72, 96, 120, 144, 166)
BUDGET = 1_000_000  # rows of the regressions over 72 hours; with 3 million wQL falls by 0-2 %
BLOCKS = 8  # of time, each left out once
YOUNGEST_H = 24  # origins before this hour of a history are not learned from
FAR = 4.0  # standard deviations; a target further off pulls no harder


@dataclass(frozen=True)
class Stage:
    """What was learned for the hours ahead up to ``last``."""

    last: int
    pooled: Float  # (f,) coefficients of all series
    own: Float  # (s, o) what each series adds
    errors: Errors


def fit_stages(known: Known, horizon: int) -> tuple[Stage, ...]:
    """Stages for 1 ... ``horizon`` hours ahead."""
    lasts = [0, *(last for last in STEPS if last < horizon), horizon]
    clock = make_clock(known.calendar)
    return tuple(fit_stage(known, clock, range(a + 1, b + 1)) for a, b in pairwise(lasts))


def fit_stage(known: Known, clock: Float32, hours: range) -> Stage:
    """Learn what holds for these hours ahead."""
    rows, series = known.deviation.shape
    picks = [(ahead, pick_origins(rows, series, ahead)) for ahead in hours]
    features = np.concatenate([make_features(known, clock, at, ahead) for ahead, at in picks])
    target = np.concatenate([known.deviation[at + ahead - 1] for ahead, at in picks])
    origins = np.concatenate([at for _, at in picks])
    begun = int(np.isfinite(known.deviation).any(axis=1).argmax())
    blocks = np.maximum(origins - begun, 0) * BLOCKS // (rows + 1 - begun)
    pooled, pooled_out = fit_pooled(features, np.clip(target, -FAR, FAR), blocks, BLOCKS)
    middle = np.empty_like(target)
    for block in range(BLOCKS):
        middle[blocks == block] = features[blocks == block] @ pooled_out[block]
    few = own_features(features)
    own, own_out = fit_own(few, target - middle, blocks, BLOCKS)
    for block in range(BLOCKS):
        middle[blocks == block] += add_own(few[blocks == block], own_out[:, block])
    parts = np.split(middle, np.cumsum([len(at) for _, at in picks])[:-1])
    sized = [
        make_scale_features(known, clock, at, ahead, part)
        for (ahead, at), part in zip(picks, parts, strict=True)
    ]
    errors = fit_errors(np.concatenate(sized), target - middle)
    return Stage(hours.stop - 1, pooled.astype(np.float64), own.astype(np.float64), errors)


def pick_origins(rows: int, series: int, ahead: int) -> Int64:
    """Origins (n,) to learn from, spread over all hours of the week and the whole history.

    Other hours ahead have other origins, so that a stage sees more of them.
    """
    stride = max(round(rows * series * 72 / BUDGET), 1)
    while np.gcd(stride, WEEK_H) > 1:
        stride += 1
    return np.arange(YOUNGEST_H + (31 * ahead) % stride, rows - ahead + 1, stride)


def forecast_rows(
    stages: tuple[Stage, ...], known: Known
) -> Iterator[tuple[Float32, Float, Errors]]:
    """Middle (s,), size of errors (s,) and errors, standardised, of each target row."""
    clock, origin = make_clock(known.calendar), np.array([known.origin])
    for row in known.targets:
        ahead = int(row) - known.origin + 1
        stage = next((each for each in stages if ahead <= each.last), stages[-1])
        features = make_features(known, clock, origin, ahead)
        middle = features @ stage.pooled.astype(np.float32)
        middle += add_own(own_features(features), stage.own)
        sized = make_scale_features(known, clock, origin, ahead, middle)
        size = to_size(sized, stage.errors)
        yield middle[0] + known.profile.slow[row], size[0], stage.errors


def add_own(features: Float32, own: Float | Float32) -> Float32:
    """What each series adds (n, s), of few features (n, s, o) and its coefficients (s, o)."""
    return np.einsum("nso,so->ns", features, own.astype(np.float32))
