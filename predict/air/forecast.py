"""Forecast what is in the air: hours of a network in, quantiles, days and limits out.

The story: take what cannot be out of the hours, let the core learn the network with and without
the weather, ask it for many quantiles, draw from them hours that move together, and count in how
many draws the mean of a day exceeds a limit.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..calendar import DAY_H, HOUR
from ..core import HORIZON_H, Fitted, Quantiles, check_history, fit, predict
from ..models import check_levels
from .days import Day, find_days
from .draws import draw

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

ZONE = "Europe/Amsterdam"
WEEK_H = 7 * DAY_H
SLIGHT = -10.0  # ug/m3; an analyser that measures nothing may say a little less than 0
# Levels that draws are made from: the tails decide how often a limit is passed.
TAIL = (0.0025, 0.005, 0.01, 0.025)
DENSE = np.array([*TAIL, *np.arange(0.05, 0.96, 0.05).round(2), *(1 - each for each in TAIL[::-1])])


@dataclass(frozen=True)
class AirModel:
    """What was learned of one quantity in one network of s places."""

    quantity: str
    zone: str
    plain: Fitted  # knows no weather


@dataclass(frozen=True)
class AirForecast:
    """What may come at s places in h hours, ug/m3."""

    quantity: str
    start: int  # Unix seconds of the first hour ahead
    levels: Float  # (l,) probabilities, rising
    table: Float  # (h, s, l) quantiles
    days: tuple[Day, ...]  # local days wholly or partly ahead
    covered: Float  # (s,) share of the hours of the last 7 days that were known
    samples: Float32  # (n, h, s) draws; hours, places and quantities move together in each


def fit_air(
    grid_table: ArrayLike,
    start: int,
    *,
    zone: str = ZONE,
    quantity: str,
    holidays: Collection[date] = (),
    weather: None = None,
    horizon: int = HORIZON_H,
) -> AirModel:
    """Learn one quantity from hours (t, s) of s places that begin at ``start`` (Unix seconds).

    Values in ug/m3, NaN where unknown. Places may be nodes, cells, areas and official stations:
    all are one network, and all are forecast. ``weather`` that covers the hours is learned from.
    Raises ForecastError when nothing at all is known, for a horizon outside 1-165 and an unknown
    zone; ValueError when ``start`` is not a whole hour.
    """
    table = to_known(grid_table)
    plain = fit(table, start, zone=zone, holidays=holidays, horizon=horizon)
    return AirModel(quantity, zone, plain)


def issue_air(
    model: AirModel,
    grid_table: ArrayLike,
    start: int,
    levels: ArrayLike,
    horizon: int = HORIZON_H,
    weather: None = None,
) -> AirForecast:
    """Say what may come in the ``horizon`` hours after the hours (t, s), at ``levels`` (l,).

    The places are those of the fit, in their order. Raises ForecastError for others or a longer
    horizon than was learned, ValueError for levels that are no probabilities.
    """
    table, asked = to_known(grid_table), np.sort(check_levels(levels))
    every = np.unique(np.concatenate([DENSE, asked]).round(12))
    found = predict(model.plain, table, start, every, horizon=horizon)
    samples = draw(Quantiles(every, found.table), table)
    return AirForecast(
        model.quantity,
        start + HOUR * len(table),
        asked,
        found.table[..., np.searchsorted(every, asked.round(12))],
        find_days(model.quantity, table, start, samples, model.zone),
        np.isfinite(table[-WEEK_H:]).sum(axis=0) / WEEK_H,
        samples,
    )


def to_known(hours: ArrayLike) -> Float:
    """Hours (t, s) with NaN for what no air holds, and 0 for what is slightly less than nothing.

    Official stations report small negatives; to leave them out would make clean hours look dirtier
    than they are.

    >>> to_known([[-0.4, -999.0, 7.0, float("inf")]]).tolist()
    [[0.0, nan, 7.0, nan]]
    """
    values = check_history(hours)
    with np.errstate(invalid="ignore"):
        possible = np.isfinite(values) & (values >= SLIGHT)
    return np.where(possible, np.maximum(values, 0.0), np.nan)
