"""Errors of a nowcast: larger where it is unruly, and by how much."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.nowcast import nowcast
from predict.spread import (
    GROWTH,
    GROWTH_BELIEF,
    SHAPE_DAYS,
    STILL,
    compare_unrest,
    find_growth,
    find_shape,
    size_errors,
)

DAY = 96
LEVELS = [0.1, 0.5, 0.9]


@pytest.fixture
def rows():
    rng = np.random.default_rng(3)
    unrest = rng.uniform(0.3, 4, (300, 5))
    errors = rng.normal(0, 1, (300, 5)) * unrest**0.6
    errors[rng.random(errors.shape) < 0.1] = np.nan
    return errors, unrest, np.linspace(3, 0, 300)


def test_growth_is_that_of_a_slow_regression_with_its_prior(rows):
    errors, unrest, age = rows
    points = [
        (np.log(unrest[i, s]), np.log(abs(errors[i, s]) + STILL), 0.5 ** (age[i] / SHAPE_DAYS))
        for i in range(300)
        for s in range(5)
        if not np.isnan(errors[i, s])
    ]
    total = sum(w for _, _, w in points)
    middle = sum(w * x for x, _, w in points) / total
    high = sum(w * (x - middle) * y for x, y, w in points) + GROWTH_BELIEF * GROWTH
    wide = sum(w * (x - middle) ** 2 for x, _, w in points) + GROWTH_BELIEF
    assert find_growth(errors, unrest, age) == pytest.approx(high / wide)


def test_growth_is_learned_from_many_rows():
    rng = np.random.default_rng(4)
    unrest = rng.uniform(0.2, 5, (2000, 10))
    errors = 3 * rng.normal(0, 1, unrest.shape) * unrest**0.4
    assert find_growth(errors, unrest, np.zeros(2000)) == pytest.approx(0.4, abs=0.05)


@given(st.integers(1, 40), st.floats(0.1, 10), st.integers(0, 1000))
def test_growth_stays_within_bounds_and_is_the_prior_where_nothing_is_known(n, spread, seed):
    rng = np.random.default_rng(seed)
    unrest = np.exp(rng.normal(0, spread, (n, 2)))
    assert 0 <= find_growth(rng.normal(0, 1, (n, 2)), unrest, np.zeros(n)) <= 1
    assert find_growth(np.full((n, 2), np.nan), unrest, np.zeros(n)) == GROWTH


def test_unrest_is_compared_with_what_is_usual_of_the_series():
    steady = np.full((50, 3), [0.1, 1.0, 10.0])
    assert compare_unrest(steady, np.linspace(2, 0, 49)) == pytest.approx(np.ones((50, 3)))
    wild = np.vstack([steady, 4 * steady[:1]])
    assert (np.diff(compare_unrest(wild, np.linspace(2, 0, 50))[-1]) > 0).all()
    wild[-1, 0] = np.nan  # silent: as usual
    assert compare_unrest(wild, np.linspace(2, 0, 50))[-1, 0] == 1


def test_sizes_and_shape_leave_out_what_is_unknown(rows):
    errors, _, age = rows
    whole, known = size_errors(errors, age), np.isfinite(errors)
    assert np.isfinite(whole).all()
    rising, chance = find_shape(errors, age)
    assert len(rising) == known.sum()
    assert (np.diff(rising) >= 0).all()
    assert 0 < chance[0] < chance[-1] < 1


def test_a_band_is_wider_once_people_pour_in_than_before():
    """Two quiet days, then an evening of which nothing was ever seen."""
    rng = np.random.default_rng(1)
    usual = 40 + 25 * np.sin(2 * np.pi * np.arange(2 * DAY + 12) / DAY)
    evening = np.concatenate([np.zeros(2 * DAY), 120 * np.arange(1, 13)])
    people = rng.poisson(np.stack([usual + evening, usual + evening / 2], axis=1)).astype(float)
    widths, inside = [], []
    for origin in range(2 * DAY, 2 * DAY + 11):
        table = np.sqrt(nowcast(people[:origin], LEVELS, [1], day=DAY).then.table[0])
        widths.append((table[:, 2] - table[:, 0]).mean())
        inside.append(
            (np.sqrt(people[origin]) >= table[:, 0]) & (np.sqrt(people[origin]) <= table[:, 2])
        )
    assert widths[2] > 1.5 * widths[0]  # half an hour after it began
    assert np.mean(inside[2:]) >= 0.6
