"""How far off a forecast may be: locally weighted conformal intervals.

A regression says how large the error is usually in such a case; the errors of blocks that were
left out, divided by that, have quantiles that hold for all cases alike (Lei, G'Sell, Rinaldo,
Tibshirani and Wasserman 2018, "Distribution-free predictive inference for regression", section
5.2). Errors are counted with their sign, so an interval may lean to one side.
"""

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


def fit_errors(features: Float32, residual: Float32) -> Errors:
    """Sizes and shape of residuals (n, s), NaN where unknown, with features (n, s, v)."""
    known = np.isfinite(residual)
    series, size = residual.shape[1], features.shape[-1]
    if known.sum() < FEW_ROWS:
        return prior_errors(series, size)
    x, far = features[known], np.log(np.abs(residual[known]) + LEAST) - NORMAL_MEAN_LOG
    gram = (x.T @ x).astype(np.float64) + PULL * np.eye(size)
    scale = np.linalg.solve(gram, x.T @ far).astype(np.float64)
    left = np.zeros(residual.shape)
    left[known] = far - x @ scale
    own = left.sum(axis=0) / (known.sum(axis=0) + OWN_ROWS)
    seen = (features @ scale + own)[known]
    span = np.quantile(seen, [0.005, 0.995])
    over = residual[known] / np.exp(np.clip(seen, *span))
    return Errors(scale, own, span, np.quantile(over, KNOTS))


def prior_errors(series: int, size: int) -> Errors:
    """Broad normal errors, where nothing was scored yet."""
    shape = np.array([NormalDist().inv_cdf(level) for level in KNOTS])
    size_log = np.log(PRIOR_SCALE)
    return Errors(np.zeros(size), np.full(series, size_log), np.full(2, size_log), shape)


def to_size(features: Float32, errors: Errors) -> Float:
    """Usual size of errors (n, s) with features (n, s, v), in standard deviations."""
    return np.exp(np.clip(features @ errors.scale + errors.own, *errors.span))


def widen_young(days: Float) -> Float:
    """Factor (s,) by which intervals are wider after so many days of history (s,).

    >>> widen_young(np.array([1.0, 10.0])).tolist()
    [2.0, 1.1]
    """
    return 1 + YOUNG_DAYS / np.maximum(days, 0.5)
