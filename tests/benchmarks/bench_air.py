"""The air domain: a map between sensors, chances and the index of places, weather in the fit.

``field_fit_s``        learning a field of 200 sensors from four weeks of hours
``cells_map_s``        one hour of it onto 5,000 H3 cells (``cells`` of them)
``predict_s``          quantiles of 1,000 places at the 7 levels that are stored
``predict_dense_s``    the same at the 27 that days are drawn from
``chances_s``          chances of days and limits, and 200 draws of the index, of one quantity
``index_s``            the index of the places from the draws of four quantities
``score_days_s``       scoring one day of the places, of which 96 rounds told chances
``fit_plain_s``        learning 40 places from 60 days without the weather
``fit_weather_s``      the same once more with four columns of weather
``rss_mb``             the most memory
"""

import resource
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.forecasts import LEVELS, Series, ToldDay
from lokaalmeten.geo import PER_DEGREE, to_cells
from lokaalmeten.threads import use_one_thread
from predict.air.cells import map_cells
from predict.air.days import find_daily
from predict.air.field import fit_field
from predict.air.forecast import DENSE
from predict.air.weather import Weather
from predict.core import fit, predict
from predict.rounds.day_scoring import score_day
from predict.rounds.hours import Hours
from predict.rounds.index import issue_index
from predict.rounds.outlook import Drawn, look_at_days
from predict.rounds.weather import find_columns, learn_weather
from tests.benchmarks.timing import time_s

Float = NDArray[np.float64]

SENSORS, CELLS, PLACES, FITTED, DAYS = 200, 5000, 1000, 40, 60
START = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
CUTOFF = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=DAYS)
RESOLUTION = 10


def measure(scale: float) -> dict[str, float]:
    """``scale`` times as many sensors, cells and places, at least 10 of each."""
    use_one_thread()  # as the service does
    places = {name: max(round(scale * count), 10) for name, count in SIZES.items()}
    found = measure_field(places["sensors"], places["cells"])
    found |= measure_outlook(places["places"])
    found |= measure_weather(places["fitted"])
    return found | {"rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


SIZES = {"sensors": SENSORS, "cells": CELLS, "places": PLACES, "fitted": FITTED}


def make_hours(places: int, days: int = DAYS) -> Float:
    """PM2.5 (t, s): one background that comes and goes, a day, places of their own, noise."""
    rng = np.random.default_rng(places)
    hours = np.arange(24 * days)
    slow = 0.3 * np.sin(hours / 67.0) + 0.4 * np.sin(hours / 23.7)
    daily = 0.25 * np.sin(2 * np.pi * (hours - 15) / 24)
    level = rng.lognormal(2.3, 0.2, places)
    return np.exp(slow + daily)[:, None] * level * rng.lognormal(0, 0.15, (len(hours), places))


def to_places(table: Float, quantity: str = "pm25") -> Hours:
    """Hours of nodes by number."""
    series = tuple(Series("node", f"box-{at}", quantity) for at in range(table.shape[1]))
    return Hours("node", START, series, np.arange(1, len(series) + 1, dtype=np.int32), table)


def measure_field(sensors: int, cells: int) -> dict[str, float]:
    """A town of 20 by 20 km."""
    rng = np.random.default_rng(1)
    lat, lon = 52 + 0.18 * rng.uniform(size=sensors), 5 + 0.29 * rng.uniform(size=sensors)
    hours, fields = make_hours(sensors, 28), []
    fitted = time_s(lambda: fields.append(fit_field(hours, lat, lon)))
    at = rng.uniform(size=(2, 40 * cells))
    north, east = 52 + 0.18 * at[0], 5 + 0.29 * at[1]
    lats, lons = ((each * PER_DEGREE).astype(np.int32) for each in (north, east))
    every = np.unique(to_cells(lats, lons, RESOLUTION))
    known = every[:: max(len(every) // cells, 1)][:cells]
    mapped = time_s(lambda: map_cells(fields[0], hours[-1], known, RESOLUTION))
    return {"field_fit_s": fitted, "cells_map_s": mapped, "cells": float(len(known))}


def measure_outlook(places: int) -> dict[str, float]:
    """Days of one quantity, the index of four, and a day scored."""
    table = make_hours(places)
    fitted = fit(table, START, zone="Europe/Amsterdam")
    said: list[Any] = []
    plain = time_s(lambda: predict(fitted, table, START, LEVELS))
    dense = time_s(lambda: said.append(predict(fitted, table, START, DENSE).table))
    hours, looked = to_places(table), []
    chances = time_s(lambda: looked.append(look_at_days("pm25", hours, said[0])))
    numbers = looked[0].numbers
    drawn = {}
    for key in ("pm25", "pm10", "no2", "o3"):
        series = tuple(each._replace(quantity=key) for each in hours.series)
        drawn[key] = Drawn(CUTOFF, series, numbers)
    index = time_s(lambda: issue_index(Silent(), CUTOFF, drawn))  # pyright: ignore[reportArgumentType]
    return {
        "predict_s": plain,
        "predict_dense_s": dense,
        "chances_s": chances,
        "index_s": index,
        "score_days_s": measure_scoring(hours),
    }


class Silent:
    """A store that keeps nothing."""

    def number_series(self, series: list[Series]) -> NDArray[np.int32]:
        """Numbers of places."""
        return np.arange(1, len(series) + 1, dtype=np.int32)

    def write_index(self, issued: object) -> None:
        """Forget it."""


def measure_scoring(hours: Hours) -> float:
    """One day of all places, 96 chances of each."""
    places, limits = len(hours.series), find_daily("pm25")
    rng = np.random.default_rng(2)
    told = ToldDay(
        np.repeat(hours.numbers, 96),
        np.tile(np.repeat(np.arange(4, dtype=np.int32), 24), places),
        rng.uniform(size=(96 * places, len(limits))),
    )
    values = rng.uniform(5, 35, places).astype(np.float32)
    usual = rng.uniform(size=(len(limits), places))
    return time_s(lambda: score_day(told, hours.numbers, values, limits, usual))


def measure_weather(places: int) -> dict[str, float]:
    """A fit without and one with the weather."""
    hours = to_places(make_hours(places))
    rng = np.random.default_rng(3)
    names = ("wind_speed", "wind_direction", "temperature", "rain")
    table = rng.uniform([0, 1, -5, 0], [12, 360, 25, 3], (24 * (DAYS + 3), 4))
    weather = Weather(START, names, table)
    columns = find_columns(hours, weather)
    return {
        "fit_plain_s": time_s(lambda: fit(hours.table, START, zone="Europe/Amsterdam")),
        "fit_weather_s": time_s(lambda: learn_weather(hours, weather, columns)),
    }
