import numpy as np
import pytest

START = 1_735_689_600  # 2025-01-01T00Z
LEVELS = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975]


def make_air(days, series, seed=0):
    """PM2.5 of a town: one background that comes and goes, rush hours, places of their own."""
    rng = np.random.default_rng(seed)
    hours = np.arange(24 * days)
    weather = np.zeros(len(hours))
    for hour in hours[1:]:
        weather[hour] = 0.97 * weather[hour - 1] + rng.normal(0, 0.12)
    day = 1 + 0.25 * np.sin(2 * np.pi * (hours - 15) / 24)
    place = rng.lognormal(0, 0.2, series)
    noise = rng.lognormal(0, 0.1, (len(hours), series))
    return 10 * np.outer(day * np.exp(weather), place) * noise


@pytest.fixture(scope="session")
def town():
    return make_air(100, 8)


def loss(table, truth, levels):
    """Pinball loss, summed by hand over what is known."""
    error = truth[..., None] - table
    return np.nansum(np.maximum(np.array(levels) * error, (np.array(levels) - 1) * error))
