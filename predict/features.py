"""Rows of the regression: what was known at an origin beside what is known of the target hour."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .alike import ALIKE
from .calendar import DAY_H, SATURDAY, Calendar, Int64
from .gathering import Known
from .states import STATES

Float32 = NDArray[np.float32]

CROSSED = ("last", "mean6", "mean24", "network", "network24")  # whose effect depends on the hour
YOUNG = ("last", "mean24", "mean72", "mean168")  # whose effect depends on the age of the profile


CLOCK = (
    *(f"{wave}{turns}" for turns in (1, 2, 3) for wave in ("sin", "cos")),
    *(f"year_{wave}{turns}" for turns in (1, 2) for wave in ("sin", "cos")),
    "weekend",
    "weekend_cos",
    "free",
    "free_cos",
    "eve",
    *(f"year_{first}_{second}" for second in ("cos", "sin") for first in ("sin", "cos")),
    "one",
)
WAVES = 4  # first columns of the clock, which states are crossed with
SINGLE = ("day1", "day2", "day3", "quick", "year", "usual", "network_usual", *ALIKE)
FEATURES = (*STATES, *CLOCK, *SINGLE)


def make_features(known: Known, clock: Float32, origins: Int64, ahead: int) -> Float32:
    """Features (origins, s, f) of the row ``ahead`` (1, 2, ...) from each origin; never NaN.

    ``clock`` is that of ``make_clock`` for all rows. The first columns are
    FEATURES; products and covariates follow.
    """
    target = origins + ahead - 1
    states, time = known.states[known.place(origins)], clock[target]
    profile = known.profile
    usual = profile.slow[target]
    age = (1 / (1 + profile.weight[target])).astype(np.float32)
    days = -(-ahead // DAY_H)
    same = [_day_before(known.deviation, target - DAY_H * (days + back)) for back in range(3)]
    network = np.broadcast_to(profile.network[target], usual.shape)
    quick = profile.quick[target] - usual
    alike = known.alike.read(origins, ahead)
    single = [*same, quick, known.year[target], usual, network - usual, *alike]
    parts = [
        states,
        _spread(time[:, None], usual.shape),
        np.stack(single, axis=-1),
        _cross(states, CROSSED, usual),
        _cross(states, YOUNG, age),
        *(_cross(states, CROSSED, time[:, wave, None]) for wave in range(WAVES)),
        _spread(known.ahead[target], usual.shape),
        _spread(known.back[known.place(origins)], usual.shape),
    ]
    return np.concatenate(parts, axis=-1)


def make_clock(calendar: Calendar) -> Float32:
    """Calendar as numbers (rows, CLOCK): waves of the day and the year, days unlike the others."""
    day = 2 * np.pi * calendar.hour / DAY_H
    year = calendar.season
    free, weekend = calendar.holiday, calendar.weekday >= SATURDAY
    eve = np.append(free[DAY_H:], np.zeros(min(DAY_H, len(free)), bool)) & ~free
    columns = [
        *(wave(turns * day) for turns in (1, 2, 3) for wave in (np.sin, np.cos)),
        *(wave(turns * year) for turns in (1, 2) for wave in (np.sin, np.cos)),
        weekend,
        weekend * np.cos(day),
        free,
        free * np.cos(day),
        eve,
        *(wave(year) * np.cos(day) for wave in (np.sin, np.cos)),
        *(wave(year) * np.sin(day) for wave in (np.sin, np.cos)),
        np.ones(len(free)),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _day_before(deviation: Float32, rows: Int64) -> Float32:
    """Deviations of rows (n, s), 0 where they are unknown or before the first."""
    found = deviation[np.maximum(rows, 0)]
    return np.where(np.isfinite(found) & (rows >= 0)[:, None], found, np.float32(0))


def _cross(states: Float32, names: Sequence[str], factor: Float32) -> Float32:
    return states[..., [STATES.index(name) for name in names]] * factor[..., None]


def _spread(table: Float32, shape: tuple[int, ...]) -> Float32:
    """The same columns for every series: (n, s or 1, c) to (n, s, c)."""
    return np.broadcast_to(table, (*shape, table.shape[-1]))
