"""Models: history in, quantiles of the future out. The seasonal naive is the one to beat."""

from statistics import NormalDist
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]

SEASONS = 7  # errors are kept apart up to this many seasons ahead, and taken as equal beyond
PRIOR_WIDTH = 2.0  # deviation assumed for a series without past errors, in its own deviations


class Forecaster(Protocol):
    """What the job and the backtest need of a model."""

    @property
    def name(self) -> str:
        """Name and version, stored with every forecast."""
        ...

    def fit(self, history: Float) -> None:
        """Learn from values (time x series), NaN where unknown; the last row is the cutoff."""
        ...

    def predict(self, horizon: int, levels: ArrayLike) -> Float:
        """Quantiles (horizon x series x levels) of the rows that follow the history.

        ``levels`` are probabilities between 0 and 1. A series of which nothing is known is NaN;
        every other value is finite, and a higher level never has a lower quantile.
        """
        ...


class SeasonalNaive:
    """Tomorrow is like today: the last known value of the same season, with its own past errors.

    ``season`` is in rows (24 hours). The quantiles are those of the differences between rows
    one, two ... seasons apart in the history of the series, as many as the value is old. With
    n such differences they weigh n against ``season`` for a broad normal distribution, so that
    a young series is honestly wide. ``floor`` is the lowest possible value; ``least`` the
    deviation assumed where not even the series itself tells one, both in its unit.

    >>> model = SeasonalNaive(season=2)
    >>> model.fit(np.array([[1.0], [5.0]] * 50))
    >>> model.predict(2, [0.5])[:, 0, 0].tolist()
    [1.0, 5.0]
    """

    def __init__(self, season: int = 24, *, floor: float | None = None, least: float = 1.0) -> None:
        if season < 1:
            raise ValueError(f"a season has at least one row, not {season}")
        self.season = season
        self.floor = -np.inf if floor is None else floor
        self.least = least
        self._history: Float = np.zeros((0, 0))

    @property
    def name(self) -> str:
        """Name and version."""
        return f"seasonal-naive-{self.season} 1"

    def fit(self, history: Float) -> None:
        """Remember the history (time x series)."""
        if history.ndim != 2:
            raise ValueError(f"history must be time x series, not {history.ndim} dimensions")
        self._history = np.asarray(history, np.float64)

    def predict(self, horizon: int, levels: ArrayLike) -> Float:
        """Quantiles (horizon x series x levels); see Forecaster."""
        chances = check_levels(levels)
        value, age = self._last_of_each_phase()
        ahead = np.arange(horizon)
        phase = ahead % self.season
        apart = np.where(age[phase] < 0, 0, age[phase] + 1 + (ahead // self.season)[:, None])
        spread = self._spread(chances)[np.minimum(apart, SEASONS), np.arange(value.shape[1])]
        return np.maximum(value[phase][..., None] + spread, self.floor)

    def _last_of_each_phase(self) -> tuple[Float, Int64]:
        """Last known value (season x series) and its age in seasons.

        A phase of which nothing is known has the median of its series and age -1.
        """
        rows, series = self._history.shape
        seasons = max(-(-rows // self.season), 1)
        padded = np.full((seasons * self.season, series), np.nan)
        padded[len(padded) - rows :] = self._history
        blocks = padded.reshape(seasons, self.season, series)
        number = np.arange(seasons)[:, None, None]
        last = np.where(np.isfinite(blocks), number, -1).max(axis=0)
        value = np.take_along_axis(blocks, np.maximum(last, 0)[None], axis=0)[0]
        middle = quantiles_of(self._history, np.array([0.5]))[:, 0]
        known = last >= 0
        return np.where(known, value, middle), np.where(known, seasons - 1 - last, -1)

    def _spread(self, levels: Float) -> Float:
        """Quantiles of the error (1 + SEASONS, series, levels); row 0 is the prior alone."""
        history = self._history
        normal = np.array([NormalDist().inv_cdf(level) for level in levels])
        prior = PRIOR_WIDTH * self._deviation()[:, None] * normal
        table = [prior]
        for apart in range(1, SEASONS + 1):
            errors = history[apart * self.season :] - history[: -apart * self.season]
            number = np.isfinite(errors).sum(axis=0)[:, None]
            own = np.where(number > 0, quantiles_of(errors, levels), 0)
            table.append((number * own + self.season * prior) / (number + self.season))
        return np.stack(table)

    def _deviation(self) -> Float:
        """Deviation of each series (s,), at least the usual one among those that have a season."""
        known = np.isfinite(self._history)
        number = known.sum(axis=0)
        values = np.where(known, self._history, 0)
        mean = values.sum(axis=0) / np.maximum(number, 1)
        squares = np.where(known, (values - mean) ** 2, 0).sum(axis=0)
        own = np.sqrt(squares / np.maximum(number, 1))
        grown = own[number >= self.season]
        usual = float(np.median(grown)) if len(grown) else self.least
        return np.maximum(own, np.where(number < self.season, max(usual, self.least), 0))


def check_levels(levels: ArrayLike) -> Float:
    """Levels as an array (l,); ValueError unless each lies between 0 and 1."""
    chances = np.asarray(levels, np.float64)
    if chances.ndim != 1 or not ((chances > 0) & (chances < 1)).all():
        raise ValueError(f"levels must be probabilities between 0 and 1, not {levels}")
    return chances


def quantiles_of(values: Float, levels: Float) -> Float:
    """Quantiles (series x levels) of the known values of each column of (time x series).

    At place (n + 1) level of the sorted values, within the smallest and the largest (Weibull's
    plotting position: what a new value falls below with that chance). NaN for a column of which
    nothing is known.
    """
    if len(values) == 0:
        return np.full((values.shape[1], len(levels)), np.nan)
    ordered = np.sort(values, axis=0)  # NaN last
    number = np.isfinite(ordered).sum(axis=0)
    place = np.clip((number[:, None] + 1) * levels - 1, 0, np.maximum(number - 1, 0)[:, None])
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(number - 1, 0)[:, None])
    low, high = (np.take_along_axis(ordered, at.T, axis=0).T for at in (below, above))
    return low + (place - below) * (high - low)
