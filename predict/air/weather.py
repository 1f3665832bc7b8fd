"""Weather that is known ahead, as numbers that the core learns from.

A ``Weather`` holds hours of the past and of the forecast in one table. None of its columns is
needed, and hours may be missing: what is said of an hour without weather is what would be said
without any.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..calendar import DAY_H, HOUR

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Columns = dict[str, Float]

# Hourly columns that are used, in units of lokaalmeten.weather and lokaalmeten.quantities; the
# height of the boundary layer in m.
COLUMNS = (
    "wind_speed",
    "wind_direction",
    "temperature",
    "humidity",
    "pressure",
    "rain",
    "radiation",
    "boundary_layer",
)
VARIABLE = 990  # a wind direction of KNMI that is none
AS_IT_IS = ("temperature", "humidity", "pressure", "radiation")
LOWEST_M = 20.0  # of a boundary layer
LEARNED_H = 28 * DAY_H  # hours with weather below which nothing is learned from a column
CALM = 0.5  # m/s added before the logarithm: cups stand still below it
TRAILS_H = (6, 24, 48)  # the air of an hour was made by the weather of the hours before
TRAILED = ("log_speed", "east", "north", "from_east", "from_north", "temperature", "rain", "mixing")
BENT = ("log_speed", "temperature")  # whose effect is no straight line
CROSSED = (
    ("log_speed", "temperature"),
    ("log_speed", "from_east"),
    ("log_speed", "from_north"),
    ("temperature", "from_east"),
    ("temperature", "from_north"),
)


@dataclass(frozen=True)
class Weather:
    """Hours from ``start`` on, some or all of COLUMNS."""

    start: int  # Unix seconds of the first hour
    names: tuple[str, ...]  # (c,) of COLUMNS
    table: Float  # (t, c), NaN where unknown

    def at(self, start: int, rows: int) -> Columns:
        """Columns (rows,) of the hours from ``start`` on, NaN beyond either end."""
        found = np.full((rows, len(self.names)), np.nan)
        ahead = (start - self.start) // HOUR  # rows of this table before the first one asked for
        first, last = max(-ahead, 0), min(len(self.table) - ahead, rows)
        if first < last:
            found[first:last] = self.table[first + ahead : last + ahead]
        return dict(zip(self.names, found.T, strict=True))


def find_useful(hours: Columns) -> tuple[str, ...]:
    """Columns that are known in enough hours to learn from: LEARNED_H, and half as often as any."""
    known = {name: int(np.isfinite(column).sum()) for name, column in hours.items()}
    most = max(known.values(), default=0)
    return tuple(name for name, count in known.items() if count >= max(LEARNED_H, most / 2))


def find_known(hours: Columns, names: Collection[str]) -> Bool:
    """Hours (t,) of which every one of these columns is known."""
    rows = len(next(iter(hours.values())))
    known = np.ones(rows, np.bool_)
    for name in names:
        known &= np.isfinite(hours[name]) if name in hours else False
    return known


def to_ahead(hours: Columns, names: Collection[str]) -> Float:
    """What is known of the hour itself and of those before it (t, k)."""
    terms = to_terms(hours, names)
    bent = [terms[name] ** 2 for name in BENT if name in terms]
    crossed = [terms[a] * terms[b] for a, b in CROSSED if a in terms and b in terms]
    trails = [trail(terms[name], h) for name in TRAILED if name in terms for h in TRAILS_H]
    return np.stack([*terms.values(), *bent, *crossed, *trails], axis=1)


def to_back(hours: Columns, names: Collection[str]) -> Float:
    """What the weather was when the last values were measured (t, k)."""
    return np.stack(list(to_terms(hours, names).values()), axis=1)


def to_terms(hours: Columns, names: Collection[str]) -> Columns:
    """Columns as numbers of which a step means about as much everywhere.

    >>> terms = to_terms(
    ...     {"wind_speed": np.array([4.0]), "wind_direction": np.array([90.0])},
    ...     ["wind_speed", "wind_direction"],
    ... )
    >>> {name: round(float(column[0]), 2) for name, column in terms.items()}
    {'speed': 4.0, 'log_speed': 1.5, 'from_east': 1.0, 'from_north': 0.0, \
'twice_east': 0.0, 'twice_north': -1.0, 'east': 4.0, 'north': 0.0}
    """
    given = {name: hours[name] for name in COLUMNS if name in names}
    terms: Columns = {}
    if "wind_speed" in given:
        speed = np.maximum(given["wind_speed"], 0)
        terms |= {"speed": speed, "log_speed": np.log(speed + CALM)}
    if "wind_direction" in given:
        terms |= to_direction(given["wind_direction"], terms.get("speed"))
    terms |= {name: given[name] for name in AS_IT_IS if name in given}
    if "rain" in given:
        terms["rain"] = np.log1p(np.maximum(given["rain"], 0))
    if "boundary_layer" in given:
        terms["mixing"] = np.log(np.maximum(given["boundary_layer"], LOWEST_M))
    return terms


def to_direction(degrees: Float, speed: Float | None) -> Columns:
    """Where the wind comes from, as components that know no jump at north; calm is none.

    KNMI writes 0 for calm and 990 for a wind that turns.
    """
    none = (degrees == VARIABLE) | (degrees == 0) | (np.False_ if speed is None else speed == 0)
    angle = np.radians(degrees)
    terms = {
        "from_east": np.sin(angle),
        "from_north": np.cos(angle),
        "twice_east": np.sin(2 * angle),
        "twice_north": np.cos(2 * angle),
    }
    terms = {name: np.where(none, 0.0, part) for name, part in terms.items()}
    if speed is not None:
        terms |= {name[5:]: speed * terms[name] for name in ("from_east", "from_north")}
    return terms


def trail(values: Float, hours: int) -> Float:
    """Mean of the known ones of ``hours`` rows up to each (t,); NaN when fewer than half are.

    >>> trail(np.array([1.0, 3.0, np.nan, np.nan]), 2).tolist()
    [1.0, 2.0, 3.0, nan]
    """
    known = np.isfinite(values)
    total = np.cumsum(np.where(known, values, 0.0))
    number = np.cumsum(known).astype(np.float64)
    total[hours:], number[hours:] = total[hours:] - total[:-hours], number[hours:] - number[:-hours]
    return np.where(2 * number >= hours, total / np.maximum(number, 1), np.nan)
