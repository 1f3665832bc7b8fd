"""What every model must beat: tomorrow is like today, like last week, or like always."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..models import Forecaster, SeasonalNaive, check_levels, quantiles_of

Float = NDArray[np.float64]

WEEK_H = 168
YEAR_H = 365 * 24


class Climatology:
    """Quantiles of what was measured at the same hour of the week over the last year.

    >>> model = Climatology()
    >>> model.fit(np.tile(np.arange(168.0), 8)[:, None])
    >>> model.predict(2, [0.5])[:, 0, 0].tolist()
    [0.0, 1.0]
    """

    name = "hour-of-week climatology"

    def __init__(self) -> None:
        self._history: Float = np.zeros((0, 0))

    def fit(self, history: Float) -> None:
        """Remember the last year of history (time x series)."""
        self._history = history[-YEAR_H:]

    def predict(self, horizon: int, levels: ArrayLike) -> Float:
        """Quantiles (horizon x series x levels); of all hours where that one is unknown."""
        chances = check_levels(levels)
        rows = len(self._history)
        always = quantiles_of(self._history, chances)
        answer = np.empty((horizon, *always.shape))
        for ahead in range(horizon):  # as many sorts as hours ahead, over all series
            at = (rows + ahead) % WEEK_H
            found = quantiles_of(self._history[at::WEEK_H], chances)
            answer[ahead] = np.where(np.isfinite(found), found, always)
        return answer


def make_baselines() -> list[Forecaster]:
    """Those that need nothing but numpy."""
    naive = [SeasonalNaive(season, floor=0.0) for season in (24, WEEK_H)]
    return [*naive, Climatology()]
