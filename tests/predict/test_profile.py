from datetime import date
from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.calendar import make_calendar, to_local_hours
from predict.profile import (
    BELIEF,
    HALF_LIVES_W,
    NEIGHBOUR,
    fading_mean,
    make_profile,
    network_mean,
    year_before,
)

WEEK = 168


def slow_mean(column, at, half_life):
    """Weeks one after the other, hours beside at a quarter."""
    total = weight = 0.0
    for week in range(1, at // WEEK + 2):
        for beside, worth in ((0, 1.0), (-1, NEIGHBOUR), (1, NEIGHBOUR)):
            row = at - WEEK * week + beside
            if at - WEEK * week >= 0 and 0 <= row < len(column) and not isnan(column[row]):
                fade = worth * 0.5 ** ((week - 1) / half_life)
                total, weight = total + fade * column[row], weight + fade
    return (total / weight if weight else 0.0), weight / (1 + 2 * NEIGHBOUR)


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 900), st.sampled_from([0.0, 0.5, 0.95]), st.integers(0, 99))
def test_fading_mean_is_that_of_a_loop_over_weeks(rows, holes, seed):
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(rows, 2)).astype(np.float32)
    table[rng.uniform(size=table.shape) < holes] = np.nan
    mean, weight = fading_mean(table, 2.0)
    for at in rng.integers(0, rows, 20):
        for series in range(2):
            wanted = slow_mean(table[:, series].tolist(), int(at), 2.0)
            got = mean[at, series], weight[at, series]
            np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-5)


def calendar_of(rows, holidays=()):
    return make_calendar(to_local_hours(0, rows, "UTC"), holidays)


def test_profile_of_a_series_with_a_long_history_is_its_own_and_of_a_new_one_the_networks():
    rng = np.random.default_rng(1)
    week = rng.normal(size=WEEK)
    table = np.tile(week, 30)[:, None] * np.array([1.0, 1.0, -1.0])
    table[: -WEEK // 2, 1] = np.nan
    profile = make_profile(
        table.astype(np.float32), calendar_of(len(table)), network_mean(table.astype(np.float32))
    )
    own, weight = fading_mean(table.astype(np.float32), HALF_LIVES_W[1])
    trust = weight[-1, 2] / (weight[-1, 2] + BELIEF)
    expected = trust * own[-1, 2] + (1 - trust) * profile.network[-1, 0]
    assert profile.slow[-1, 2] == pytest.approx(expected, abs=1e-5)
    np.testing.assert_allclose(profile.slow[-20:, 1], profile.network[-20:, 0], atol=1e-6)


def test_holiday_has_the_profile_of_the_sunday_before_and_teaches_nothing():
    rows, day = WEEK * 8, date(1970, 2, 3)  # a Tuesday
    first = (day - date(1970, 1, 1)).days * 24
    table = np.random.default_rng(2).normal(size=(rows, 1)).astype(np.float32)
    wild = table.copy()
    wild[first : first + 24] = 99
    plain, other = (
        make_profile(t, calendar_of(rows, [day]), network_mean(t)) for t in (table, wild)
    )
    np.testing.assert_array_equal(plain.slow, other.slow)
    np.testing.assert_array_equal(
        plain.slow[first : first + 24], plain.slow[first - 48 : first - 24]
    )


def test_network_is_moved_little_by_one_sensor_that_jumped():
    table = np.zeros((1, 10), np.float32)
    table[0, 0] = 1e6
    assert network_mean(table)[0] == pytest.approx(0.3)
    assert np.isnan(network_mean(np.full((1, 2), np.nan, np.float32)))[0]


def test_year_before_is_the_mean_of_three_weeks():
    table = np.zeros((54 * WEEK + 5, 1), np.float32)
    table[5], table[5 + WEEK], table[5 + 2 * WEEK] = 3, 6, np.nan
    assert year_before(table)[5 + 53 * WEEK, 0] == pytest.approx((3 + 6) / 3)
