"""Ridge regression over all series at once, a small correction per series, honest residuals.

Rows are cut into blocks of time. The Gram matrix of all blocks less that of one is the Gram matrix
without it, so leaving each block out costs a solve and not a fit; the strength of the penalty is
the one with the least error on the blocks left out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .calendar import Int64

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

PENALTIES = (1e-5, 1e-4, 1e-3, 1e-2)  # in parts of the sum of squares of a feature
OWN_PENALTIES = (30.0, 100.0, 300.0, 1000.0, 1e4, 1e6)  # in rows: what a series needs to differ


@dataclass(frozen=True)
class Blocked:
    """Sums of products per block: x'x, x'y, y'y."""

    gram: Float  # (..., blocks, f, f)
    cross: Float  # (..., blocks, f)
    square: Float  # (..., blocks)


def fit_pooled(
    features: Float32, target: Float32, blocks: Int64, number: int
) -> tuple[Float32, Float32]:
    """Coefficients (f,) and those without each block (blocks, f).

    ``features`` (n, s, f); ``target`` (n, s), NaN where unknown; ``blocks`` (n,) of 0 ...
    ``number`` - 1. Without any rows the coefficients are 0.
    """
    sums = _sum_pooled(features, target, blocks, number)
    scale = sums.gram.sum(axis=0).diagonal() + 1e-3
    tried = [_leave_out(sums, np.diag(part * scale)) for part in PENALTIES]
    best = int(np.argmin([_error(sums, left_out) for left_out in tried]))
    penalty = np.diag(PENALTIES[best] * scale)
    whole = np.linalg.solve(sums.gram.sum(axis=0) + penalty, sums.cross.sum(axis=0))
    return whole.astype(np.float32), tried[best].astype(np.float32)


def fit_own(
    features: Float32, residual: Float32, blocks: Int64, number: int
) -> tuple[Float32, Float32]:
    """Corrections per series (s, f), and those without each block (s, blocks, f).

    ``features`` (n, s, f) are few; ``residual`` (n, s) is what the pooled fit leaves, NaN where
    unknown. The penalty pulls each series to the pooled fit.
    """
    sums = _sum_own(features, residual, blocks, number)
    unit = np.eye(features.shape[-1])
    tried = [_leave_out(sums, rows * unit) for rows in OWN_PENALTIES]
    best = int(np.argmin([_error(sums, left_out) for left_out in tried]))
    penalty = OWN_PENALTIES[best] * unit
    whole = _solve(sums.gram.sum(axis=-3) + penalty, sums.cross.sum(axis=-2))
    return whole.astype(np.float32), tried[best].astype(np.float32)


def _sum_pooled(features: Float32, target: Float32, blocks: Int64, number: int) -> Blocked:
    parts = []
    for block in range(number):
        chosen = blocks == block
        x = features[chosen].reshape(-1, features.shape[-1])
        y = target[chosen].reshape(-1)
        known = np.isfinite(y)
        x, y = x[known], y[known]
        parts.append((x.T @ x, x.T @ y, y @ y))
    return Blocked(*(np.array(part, np.float64) for part in zip(*parts, strict=True)))


def _sum_own(features: Float32, residual: Float32, blocks: Int64, number: int) -> Blocked:
    known = np.isfinite(residual)
    x = np.where(known[..., None], features, np.float32(0)).transpose(1, 0, 2)
    y = np.where(known, residual, np.float32(0)).T[..., None]
    parts = []
    for block in range(number):
        chosen = blocks == block
        xb, yb = x[:, chosen], y[:, chosen]
        turned = xb.transpose(0, 2, 1)
        parts.append((turned @ xb, (turned @ yb)[..., 0], (yb**2).sum(axis=(1, 2))))
    gram, cross, square = (np.stack(part, axis=1) for part in zip(*parts, strict=True))
    return Blocked(*(part.astype(np.float64) for part in (gram, cross, square)))


def _leave_out(sums: Blocked, penalty: Float) -> Float:
    """Coefficients (..., blocks, f) without each block."""
    gram = sums.gram.sum(axis=-3, keepdims=True) - sums.gram
    cross = sums.cross.sum(axis=-2, keepdims=True) - sums.cross
    return _solve(gram + penalty, cross)


def _error(sums: Blocked, left_out: Float) -> float:
    """Sum of squared errors on the blocks left out: y'y - 2 b'x'y + b'x'x b."""
    bent = (sums.gram @ left_out[..., None])[..., 0]
    return float((sums.square + ((bent - 2 * sums.cross) * left_out).sum(axis=-1)).sum())


def _solve(gram: Float, cross: Float) -> Float:
    return np.linalg.solve(gram, cross[..., None])[..., 0].astype(np.float64)
