"""How far off a forecast may be: locally weighted conformal intervals.

A regression says how large the error is usually in such a case; the errors of blocks that were
left out, divided by that, have quantiles that hold for all cases alike (Lei, G'Sell, Rinaldo,
Tibshirani and Wasserman 2018, "Distribution-free predictive inference for regression", section
5.2). Errors are counted with their sign, so an interval may lean to one side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from .calendar import Int64
from .gathering import Known
from .states import STATES

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

# Levels at which quantiles of standardised errors are kept: denser towards the ends.
TAIL = np.array([0.001, 0.0025, 0.005])
KNOTS = np.concatenate([TAIL, np.arange(0.01, 0.995, 0.01), 1 - TAIL[::-1]])
NORMAL_MEAN_LOG = -0.635  # mean of log|x| of a standard normal: -(Euler's constant + log 2) / 2
SIZED_BY = ("last", "restless24", "restless168")
LEAST = 0.03  # standard deviations; errors below are as good as none
PULL = 100.0  # rows of a penalty that settles columns without variation
OWN_ROWS = 200.0  # rows after which the size of a series' own errors counts for half
PRIOR_SCALE = 1.5  # standard deviations where nothing was ever scored
FEW_ROWS = 200  # below this the prior alone speaks
YOUNG_DAYS = 1.0  # an interval after one day of history is this part wider


@dataclass(frozen=True)
class Errors:
    """Sizes and shape of errors for a range of horizons."""

    scale: Float  # (v,) coefficients of the log of the size
    own: Float  # (s,) added to the log for each series
    span: Float  # (2,) smallest and largest log that was seen: nothing beyond is learned
    shape: Float  # (knots,) quantiles of errors over their size


def make_scale_features(
    known: Known, clock: Float32, origins: Int64, ahead: int, middle: Float32
) -> Float32:
    """What the size of an error hangs on (n, s, v), ``middle`` (n, s) being the forecast."""
    target = origins + ahead - 1
    states = known.states[known.place(origins)]
    last, day, week = (states[..., STATES.index(name)] for name in SIZED_BY)
    usual, weight = known.profile.slow[target], known.profile.weight[target]
    single = [middle, middle**2, usual, np.abs(last), np.log(day + 0.1), np.log(week + 0.1)]
    own = np.stack([*single, 1 / (1 + weight)], axis=-1, dtype=np.float32)
    time = np.broadcast_to(clock[target][:, None], (*middle.shape, clock.shape[-1]))
    return np.concatenate([time, own], axis=-1)


@dataclass(frozen=True)
class Scored:
    """Errors of a block of series on rows that were left out, and what their size hangs on."""

    features: Float32  # (n, s, v)
    residual: Float32  # (n, s), NaN where unknown


@dataclass(frozen=True)
class Sizes:
    """Coefficients (v,) of the log of the size of errors; not ``enough`` were scored to trust."""

    scale: Float
    enough: bool


@dataclass(frozen=True)
class Sized:
    """Of a block of series: what each adds to the log of the size, and all known errors (k,)."""

    own: Float  # (s,)
    seen: Float  # (k,) log of the size that each was expected to have
    residual: Float32  # (k,)


def sum_sizes(scored: Scored) -> tuple[Float, Float, int]:
    """Sums x'x (v, v) and x'y (v,) of a block for the regression of log sizes, and its number."""
    known = np.isfinite(scored.residual)
    x = scored.features[known].astype(np.float64)
    return x.T @ x, x.T @ to_log(scored.residual[known]), len(x)


def solve_sizes(parts: Sequence[tuple[Float, Float, int]]) -> Sizes:
    """Coefficients of the log of the size, from the sums of all blocks."""
    gram = np.sum([part[0] for part in parts], axis=0)
    cross = np.sum([part[1] for part in parts], axis=0)
    size = len(cross)
    if sum(part[2] for part in parts) < FEW_ROWS:
        return Sizes(np.zeros(size), enough=False)
    return Sizes(np.linalg.solve(gram + PULL * np.eye(size), cross), enough=True)


def to_sized(scored: Scored, sizes: Sizes) -> Sized:
    """Errors of a block beside the size that they were expected to have."""
    known = np.isfinite(scored.residual)
    usual = scored.features @ sizes.scale
    left = np.zeros(known.shape)
    left[known] = to_log(scored.residual[known]) - usual[known]
    own = left.sum(axis=0) / (known.sum(axis=0) + OWN_ROWS)
    return Sized(own, (usual + own)[known], scored.residual[known])


def to_log(residual: Float32) -> Float:
    """Log of the size of errors, as a standard normal one would have it on average."""
    return np.log(np.abs(residual.astype(np.float64)) + LEAST) - NORMAL_MEAN_LOG


def join_errors(parts: Sequence[Sized], sizes: Sizes) -> Errors:
    """Sizes and shape of the errors of all blocks."""
    own = np.concatenate([part.own for part in parts])
    if not sizes.enough:
        return prior_errors(len(own), len(sizes.scale))
    seen, residual = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("seen", "residual")
    )
    span = np.quantile(seen, [0.005, 0.995])
    over = residual / np.exp(np.clip(seen, *span))
    return Errors(sizes.scale, own, span, np.quantile(over, KNOTS))


def prior_errors(series: int, size: int) -> Errors:
    """Broad normal errors, where nothing was scored yet."""
    shape = np.array([NormalDist().inv_cdf(level) for level in KNOTS])
    size_log = np.log(PRIOR_SCALE)
    return Errors(np.zeros(size), np.full(series, size_log), np.full(2, size_log), shape)


def to_size(features: Float32, errors: Errors) -> Float:
    """Usual size of errors (n, s) with features (n, s, v), in standard deviations."""
    return np.exp(np.clip(features @ errors.scale + errors.own, *errors.span))


def reach(errors: Errors, chances: Float) -> Float:
    """Quantiles (l,) of errors over their size; beyond the outer knots with the tail of a normal.

    The tail goes on from the last two knots but two (0.99 and 0.999) as a straight line over the
    quantiles of a standard normal.
    """
    shape, inside = errors.shape, np.interp(chances, KNOTS, errors.shape)
    normal = NormalDist().inv_cdf
    outer, inner = normal(float(KNOTS[-1])), normal(float(KNOTS[-1 - len(TAIL)]))
    for at, side in ((0, -1.0), (-1, 1.0)):
        slope = abs(shape[at] - shape[len(TAIL) if at == 0 else -1 - len(TAIL)]) / (outer - inner)
        beyond = chances < KNOTS[0] if at == 0 else chances > KNOTS[-1]
        for place in np.flatnonzero(beyond):
            far = abs(normal(float(chances[place]))) - outer
            inside[place] = shape[at] + side * slope * far
    return inside


def widen_young(days: Float) -> Float:
    """Factor (s,) by which intervals are wider after so many days of history (s,).

    >>> widen_young(np.array([1.0, 10.0])).tolist()
    [2.0, 1.1]
    """
    return 1 + YOUNG_DAYS / np.maximum(days, 0.5)
