"""Forecast many series at once: history in, quantiles out; no database, no clock, no domain.

The story: turn values to one scale, take off what is usual at that hour, learn how deviations go
on from what is known at an origin, learn how large errors are, and turn quantiles back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .calendar import DAY_H, ForecastError
from .covariates import Scale, fit_scale
from .gathering import gather
from .intervals import KNOTS, widen_young
from .models import check_levels
from .stages import Stage, fit_stages, forecast_rows
from .transform import Transform, fit_transform

Float = NDArray[np.float64]

HORIZON_H = 72
LONGEST_H = 165  # a profile rests on the week before; an hour in spring is skipped
VERSION = 1  # of what is learned; a forecast is stored with it


@dataclass(frozen=True)
class Fitted:
    """Everything that a forecast needs besides the history; ``store.py`` keeps it."""

    transform: Transform
    stages: tuple[Stage, ...]
    ahead: Scale  # of covariates known ahead
    back: Scale  # of those only known back
    zone: str
    holidays: frozenset[date]

    @property
    def horizon(self) -> int:
        """Rows ahead that can be forecast."""
        return self.stages[-1].last

    @property
    def series(self) -> int:
        """Number of series."""
        return len(self.transform.unit)


@dataclass(frozen=True)
class Quantiles:
    """Quantiles of h rows and s series at l levels: finite, rising with the level."""

    levels: Float  # (l,) probabilities, rising
    table: Float  # (h, s, l) in the unit of the series


def fit(
    history: ArrayLike,
    start: int,
    *,
    zone: str = "UTC",
    holidays: Collection[date] = (),
    ahead: ArrayLike | None = None,
    back: ArrayLike | None = None,
    bounded: bool = True,
    horizon: int = HORIZON_H,
) -> Fitted:
    """Learn from the history of s series of one kind at t hours.

    ``history`` (t, s) float, NaN where unknown, any unit; the first row is the hour that begins at
    ``start`` (Unix seconds, UTC). ``zone`` is the clock that people live by there, ``holidays``
    are local days like a Sunday. Covariates are (t, c), or (t, s, c) when each series has its
    own: ``ahead`` will be known for the rows to forecast (a weather forecast, an event), ``back``
    only for rows of the past. ``bounded`` series are never below 0 (counts, concentrations);
    values below count as unknown.

    Raises ForecastError for another shape, a horizon outside 1-165, an unknown zone, or nothing
    known at all; ValueError when ``start`` is not a whole hour.

    >>> hours = np.arange(24 * 60)
    >>> counts = np.random.default_rng(1).poisson(20 + 15 * np.sin(hours / 24 * 2 * np.pi))
    >>> fitted = fit(counts[:, None], 1_767_225_600, horizon=24)
    >>> found = predict(fitted, counts[:, None], 1_767_225_600, [0.1, 0.5, 0.9], horizon=24)
    >>> found.table.shape, bool((found.table >= 0).all())
    ((24, 1, 3), True)
    """
    values = check_history(history)
    if not 1 <= horizon <= LONGEST_H:
        raise ForecastError(f"a horizon is 1 to {LONGEST_H} hours, not {horizon}")
    transform = fit_transform(values, bounded=bounded)
    standard = transform.to_standard(values)
    if not np.isfinite(standard).any():
        raise ForecastError(f"nothing is known of any of {values.shape[1]} series: no forecast")
    (time, series), scales = values.shape, (fit_scale(ahead), fit_scale(back))
    known = gather(
        standard,
        start,
        zone,
        holidays,
        scales[0].standardise(ahead, time, series, "ahead"),
        scales[1].standardise(back, time, series, "back"),
    )
    stages = fit_stages(known, horizon)
    return Fitted(transform, stages, *scales, zone, frozenset(holidays))


def predict(
    fitted: Fitted,
    history: ArrayLike,
    start: int,
    levels: ArrayLike,
    *,
    ahead: ArrayLike | None = None,
    back: ArrayLike | None = None,
    horizon: int | None = None,
) -> Quantiles:
    """Quantiles of the ``horizon`` hours that follow the history, at ``levels`` (l,).

    ``history`` (t, s) has the series that were fitted, in their order, up to the origin; a year
    and a half is as good as more. ``ahead`` (t + horizon, c) or (t + horizon, s, c) and ``back``
    (t, ...) as in ``fit``. A series of which little or nothing is known gets what the others say,
    and is wide.

    Raises ForecastError when series, covariates or horizon are not those of the fit, and
    ValueError for levels that are no probabilities.
    """
    values, chances = check_history(history), np.sort(check_levels(levels))
    rows = fitted.horizon if horizon is None else horizon
    if values.shape[1] != fitted.series or not 1 <= rows <= fitted.horizon:
        raise ForecastError(
            f"fitted for {fitted.series} series and up to {fitted.horizon} hours, "
            f"asked for {values.shape[1]} series and {rows} hours"
        )
    standard = fitted.transform.to_standard(values)
    time, series = values.shape
    known = gather(
        standard,
        start,
        fitted.zone,
        fitted.holidays,
        fitted.ahead.standardise(ahead, time + rows, series, "ahead"),
        fitted.back.standardise(back, time, series, "back"),
        last_only=True,
    )
    middle, size, errors = zip(*forecast_rows(fitted.stages, known), strict=True)
    wide = np.array(size) * widen_young(np.isfinite(standard).sum(axis=0) / DAY_H)
    reach = np.stack([np.interp(chances, KNOTS, each.shape) for each in errors])
    table = np.array(middle, np.float64)[..., None] + wide[..., None] * reach[:, None]
    return Quantiles(chances, fitted.transform.from_standard(table))


def check_history(history: ArrayLike) -> Float:
    """History as an array (t, s) of at least one row and series; ForecastError otherwise."""
    values = np.asarray(history, np.float64)
    if values.ndim != 2 or 0 in values.shape:
        raise ForecastError(f"history must be time x series, not of shape {values.shape}")
    return values
