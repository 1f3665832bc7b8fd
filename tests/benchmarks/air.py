"""How fast the air domain is, of made-up hours of 20 places.

``air_fit_s``           learning one quantity from 180 days, without weather
``air_issue_s``         quantiles, 200 draws and days of 72 hours ahead
``air_map_s_per_1000``  1,000 estimates between 20 sensors in one hour
"""

import numpy as np

from predict.air.field import estimate, fit_field
from predict.air.forecast import fit_air, issue_air
from tests.benchmarks.timing import measure_s

START = 1_735_689_600  # 2025-01-01T00Z
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
PLACES = 20


def measure(scale: float) -> dict[str, float]:
    """Seconds of each; ``scale`` makes the history shorter."""
    hours = make_hours(max(round(180 * 24 * min(scale, 1)), 24 * 30))
    rng = np.random.default_rng(1)
    (lat, lon), (y, x) = (rng.uniform((51, 4), (53, 6), (n, 2)).T for n in (PLACES, 1000))
    model, field = fit_air(hours, START, quantity="pm25"), fit_field(hours, lat, lon)
    work = {
        "air_fit_s": lambda: fit_air(hours, START, quantity="pm25"),
        "air_issue_s": lambda: issue_air(model, hours, START, LEVELS),
        "air_map_s_per_1000": lambda: estimate(field, hours[-1], y, x),
    }
    return measure_s(work, rounds=3)


def make_hours(rows: int) -> np.ndarray:
    """Hours (rows, PLACES) of a background that comes and goes, in ug/m3."""
    rng = np.random.default_rng(0)
    hours = np.arange(rows)
    waves = sum(np.sin(2 * np.pi * hours / (24 * days) + days) for days in (1, 3, 7, 11))
    level = 10 * np.exp(0.3 * waves)
    return np.outer(level, rng.lognormal(0, 0.2, PLACES)) * rng.lognormal(0, 0.1, (rows, PLACES))
