"""What else is known: weather forecasts and events ahead, other measurements only back."""

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
    table = np.zeros((0, 0)) if values is None else np.asarray(values, np.float64)
    if table.ndim not in (2, 3):
        raise ForecastError(f"covariates are time x c or time x series x c, not {table.shape}")
    known = np.isfinite(table)
    axes = tuple(range(table.ndim - 1))
    number = np.maximum(known.sum(axis=axes), 1)
    centre = np.where(known, table, 0).sum(axis=axes) / number
    square = np.where(known, (table - centre) ** 2, 0).sum(axis=axes) / number
    return Scale(centre, np.where(square > 0, np.sqrt(square), 1.0), table.ndim == 3)
