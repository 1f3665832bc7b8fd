import numpy as np
import pytest

START = 1_735_689_600  # 2025-01-01T00Z


def make_city(days, series, seed=0):
    """Counts with days, weeks and weather in common: hours x series."""
    rng = np.random.default_rng(seed)
    hours = np.arange(24 * days)
    weather = np.zeros(len(hours))
    for hour in hours[1:]:
        weather[hour] = 0.97 * weather[hour - 1] + rng.normal(0, 0.05)
    day = 1 + 0.8 * np.sin(2 * np.pi * (hours - 9) / 24)
    week = np.where(hours // 24 % 7 >= 5, 0.6, 1.0)
    size = rng.uniform(10, 200, series)
    return rng.poisson(np.outer(day * week * np.exp(weather), size)).astype(float)


@pytest.fixture(scope="session")
def city():
    return make_city(120, 8)
