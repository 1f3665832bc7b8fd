"""What else is known: weather forecasts and events ahead, other measurements only back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .calendar import ForecastError

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

FAR = 5.0  # standard deviations beyond which a covariate says no more than "far away"


@dataclass(frozen=True)
class Scale:
    """Mean and standard deviation of covariates (c,), ``own`` when each series has its own."""

    centre: Float
    spread: Float
    own: bool

    def standardise(self, values: ArrayLike | None, rows: int, series: int, what: str) -> Float32:
        """Standardised (rows, 1 or s, c), NaN where unknown; ForecastError for another shape."""
        table = np.zeros((rows, 0)) if values is None else np.asarray(values, np.float64)
        wanted = (rows, series, len(self.centre)) if self.own else (rows, len(self.centre))
        if table.shape != wanted:
            raise ForecastError(f"covariates known {what} must be {wanted}, not {table.shape}")
        scaled = np.clip((table - self.centre) / self.spread, -FAR, FAR)
        return (scaled if self.own else scaled[:, None]).astype(np.float32)


def fit_scale(values: ArrayLike | None) -> Scale:
    """Scale of covariates (t, c) or (t, s, c), NaN where unknown.

    >>> made = fit_scale([[1.0], [3.0]])
    >>> made.standardise([[3.0]], 1, 1, "ahead").tolist()
    [[[1.0]]]
    """
    return to_scale([sum_values(values)])


def sum_values(values: ArrayLike | None) -> tuple[Float, bool]:
    """Number, sum and sum of squares (3, c) of a block, and whether each series has its own."""
    table = np.zeros((0, 0)) if values is None else np.asarray(values, np.float64)
    if table.ndim not in (2, 3):
        raise ForecastError(f"covariates are time x c or time x series x c, not {table.shape}")
    known = np.isfinite(table)
    axes, held = tuple(range(table.ndim - 1)), np.where(known, table, 0)
    parts = (known.sum(axis=axes), held.sum(axis=axes), (held**2).sum(axis=axes))
    return np.stack(parts), table.ndim == 3


def to_scale(parts: Sequence[tuple[Float, bool]]) -> Scale:
    """Scale of the sums of all blocks."""
    if len({(*sums.shape, own) for sums, own in parts}) > 1:
        raise ForecastError("every block of series must have the same covariates")
    number, total, squares = np.sum([sums for sums, _ in parts], axis=0)
    centre = total / np.maximum(number, 1)
    square = squares / np.maximum(number, 1) - centre**2
    varies = square > 1e-12 * np.maximum(centre**2, 1e-12)
    return Scale(centre, np.where(varies, np.sqrt(np.maximum(square, 0)), 1.0), parts[0][1])
