"""What the weather that is known ahead does to where people go.

People come out when it is warmer than it was lately, and stay in when it rains; more so by day.
"""

from collections.abc import Collection

import numpy as np

from predict.air.weather import Columns, trail
from predict.calendar import DAY_H, to_local_hours

from .place import Float

NAMES = ("temperature", "rain", "wind_speed", "humidity")  # hourly columns that are used
LATELY_H = 14 * DAY_H  # what it was lately, which a profile of the last weeks knows
WET_H = (3, 12)  # a street stays empty for a while after rain
BY_DAY = (7, 20)  # hours of the local clock


def to_weather_columns(hours: Columns, names: Collection[str], start: int, zone: str) -> Float:
    """Columns (t, k) of hours from ``start`` (Unix seconds) on, of those of NAMES in ``names``."""
    given = {name: hours[name] for name in NAMES if name in names}
    found, strong = [], []
    if "temperature" in given:
        lately = trail(given["temperature"], LATELY_H)
        warmer = trail(given["temperature"], DAY_H) - lately
        found.append(given["temperature"] - lately)
        strong.append(warmer)
    if "rain" in given:
        rain = np.maximum(given["rain"], 0)
        strong += [np.log1p(rain), np.log1p(trail(rain, WET_H[0]))]
        found.append(np.log1p(trail(rain, WET_H[1])))
    found += [given[name] for name in ("wind_speed", "humidity") if name in given]
    rows = len(next(iter(given.values())))
    hour = to_local_hours(start, rows, zone) % DAY_H
    day = (hour >= BY_DAY[0]) & (hour < BY_DAY[1])
    return np.stack([*found, *strong, *(column * day for column in strong)], axis=1)
