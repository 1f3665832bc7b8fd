"""Forecast what is in the air: hours of a network in, quantiles, days and limits out.

The story: take what no air does out of the hours, lend young places a history, let the core learn
the network with and without the weather, ask it for many quantiles, draw from them hours that move
together, and count in how many draws the mean of a day exceeds a limit.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .. import core
from ..calendar import DAY_H, HOUR
from ..core import HORIZON_H, Core, Fitted, Quantiles, fit, predict
from ..models import check_levels
from .days import Day, find_days
from .draws import draw
from .values import drop_stuck, lend_history, to_known
from .weather import Columns, Weather, find_known, find_useful, to_ahead, to_back

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

ZONE = "Europe/Amsterdam"
WEEK_H = 7 * DAY_H
# Levels that draws are made from: the tails decide how often a limit is passed.
TAIL = (0.0025, 0.005, 0.01, 0.025)
DENSE = np.array([*TAIL, *np.arange(0.05, 0.96, 0.05).round(2), *(1 - each for each in TAIL[::-1])])


@dataclass(frozen=True)
class AirModel:
    """What was learned of one quantity in one network of s places."""

    quantity: str
    zone: str
    plain: Fitted  # knows no weather
    informed: Fitted | None = None  # knows the weather
    columns: tuple[str, ...] = ()  # of the weather that it needs


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
    weather: Weather | None = None,
    horizon: int = HORIZON_H,
) -> AirModel:
    """Learn one quantity from hours (t, s) of s places that begin at ``start`` (Unix seconds).

    Values in ug/m3, NaN where unknown. Places may be nodes, cells, areas and official stations:
    all are one network, and all are forecast. ``weather`` that covers the hours is learned from.
    Raises ForecastError when nothing at all is known, for a horizon outside 1-165 and an unknown
    zone; ValueError when ``start`` is not a whole hour.
    """
    table = lend_history(drop_stuck(to_known(grid_table)))
    hours = weather.at(start, len(table)) if weather else {}
    columns = find_useful(hours)
    informed = None
    if columns:
        informed = fit_informed(table, start, hours, columns, zone, holidays, horizon)
    plain = fit(table, start, zone=zone, holidays=holidays, horizon=horizon)
    return AirModel(quantity, zone, plain, informed, columns)


def fit_informed(
    table: Float,
    start: int,
    hours: Columns,
    columns: Collection[str],
    zone: str,
    holidays: Collection[date],
    horizon: int = HORIZON_H,
    by: Core = core,
) -> Fitted:
    """Learn hours (t, s) from the first on of which these columns of the weather are known."""
    first = int(find_known(hours, columns).argmax())
    return by.fit(
        table[first:],
        start + HOUR * first,
        zone=zone,
        holidays=holidays,
        horizon=horizon,
        ahead=to_ahead(hours, columns)[first:],
        back=to_back(hours, columns)[first:],
    )


def issue_air(
    model: AirModel,
    grid_table: ArrayLike,
    start: int,
    levels: ArrayLike,
    horizon: int = HORIZON_H,
    weather: Weather | None = None,
) -> AirForecast:
    """Say what may come in the ``horizon`` hours after the hours (t, s), at ``levels`` (l,).

    The places are those of the fit, in their order. Raises ForecastError for others or a longer
    horizon than was learned, ValueError for levels that are no probabilities.
    """
    known, asked = drop_stuck(to_known(grid_table)), np.sort(check_levels(levels))
    table = lend_history(known)
    every = np.unique(np.concatenate([DENSE, asked]).round(12))
    found = predict(model.plain, table, start, every, horizon=horizon)
    if weather:
        hours = weather.at(start, len(table) + horizon)
        found = Quantiles(every, use_weather(model, table, start, found, hours))
    samples = draw(found, table)
    return AirForecast(
        model.quantity,
        start + HOUR * len(table),
        asked,
        found.table[..., np.searchsorted(every, asked.round(12))],
        find_days(model.quantity, known, start, samples, model.zone),
        np.isfinite(known[-WEEK_H:]).sum(axis=0) / WEEK_H,
        samples,
    )


def use_weather(
    model: AirModel, table: Float, start: int, plain: Quantiles, hours: Columns
) -> Float:
    """Quantiles (h, s, l): with the weather where it is known, those of ``plain`` elsewhere."""
    if model.informed is None:
        return plain.table
    return foresee(model.informed, model.columns, table, start, plain, hours)


def foresee(
    informed: Fitted,
    columns: Collection[str],
    table: Float,
    start: int,
    plain: Quantiles,
    hours: Columns,
    by: Core = core,
) -> Float:
    """Quantiles (h, s, l) with the columns of the weather where all of them are known ahead."""
    rows = len(table)
    known = find_known(hours, columns)[rows:]
    if not known.any():
        return plain.table
    found = by.predict(
        informed,
        table,
        start,
        plain.levels,
        ahead=to_ahead(hours, columns),
        back=to_back(hours, columns)[:rows],
        horizon=len(known),
    )
    return np.where(known[:, None, None], found.table, plain.table)
