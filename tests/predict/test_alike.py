from datetime import date
from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.alike import ALIKE, ALL_D, BELIEF, ENOUGH_D, KIND_D, make_alike, mean_before
from predict.calendar import Calendar

DAY = 24
MONDAY = 24 * 4  # hours from 1970-01-01T00, a Thursday, to the first Monday


def holey(rows, seed, share=0.3):
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(rows, 2)).astype(np.float32)
    table[rng.uniform(size=table.shape) < share] = np.nan
    return table


def loop_over_days(column, counted, at, half_life):
    """Days before, one after the other; one that is not counted ages nothing."""
    total, weight, fade = 0.0, BELIEF, 1.0
    for row in range(at - DAY, -1, -DAY):
        if counted[row]:
            if not isnan(column[row]):
                total, weight = total + fade * column[row], weight + fade
            fade *= 0.5 ** (1 / half_life)
    return total / weight


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 500), st.sampled_from([1.0, 3.0, 14.0]), st.integers(0, 99))
def test_mean_before_is_that_of_a_loop_over_days(rows, half_life, seed):
    rng = np.random.default_rng(seed)
    table, counted = holey(rows, seed), rng.uniform(size=rows) < 0.6
    found = mean_before(table, counted, half_life)
    assert found.shape == table.shape
    for at in rng.integers(0, rows, 10).tolist():
        for series in range(2):
            wanted = loop_over_days(table[:, series].tolist(), counted, at, half_life)
            assert found[at, series] == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize("ahead", [1, 23, 24, 25, 72, 165])
def test_an_origin_reads_nothing_of_what_follows_it(ahead):
    first = holey(2000, 1)
    calendar = Calendar(MONDAY + 7, len(first), frozenset({date(1970, 2, 3)}))
    origins = np.arange(1500, 1500 + 168, 29)
    for origin in origins.tolist():
        other = first.copy()
        other[origin:] = 99.0
        seen = [
            np.stack(make_alike(table, calendar).read(np.array([origin]), ahead))
            for table in (first, other)
        ]
        assert seen[0].shape == (len(ALIKE), 1, 2)
        np.testing.assert_array_equal(seen[0], seen[1])


@pytest.mark.parametrize("ahead", [1, 24, 72, 165])
def test_the_last_origin_needs_no_more_than_enough_days(ahead):
    """Of days on which people are free there are fewest: 80 of them are eight half-lives."""
    table = holey(24 * 500, 3)
    calendar, origin = Calendar(MONDAY + 3, len(table)), np.array([len(table) - 165])
    whole, recent = (
        np.stack(make_alike(table, calendar, first).read(origin, ahead))
        for first in (0, int(origin[0]) - 24 * ENOUGH_D)
    )
    np.testing.assert_allclose(recent, whole, atol=0.01)
    np.testing.assert_array_equal(recent[-1], whole[-1])


def test_yesterday_is_read_as_soon_as_it_is_known():
    table = np.zeros((400, 1), np.float32)
    calendar = Calendar(MONDAY, len(table))
    table[300] = 5.0
    for ahead, seen in ((24, True), (48, True), (23, False)):  # of 300 + 24, 300 + 48, 300 + 23
        read = make_alike(table, calendar).read(np.array([301]), ahead)
        assert (read[0][0, 0] > 0) == seen


def test_a_saturday_is_told_from_free_days_and_a_friday_from_working_ones():
    """People come only on free days: what lies before tells it when the profile does not."""
    calendar = Calendar(MONDAY, 24 * 7 * 8, frozenset({date(1970, 2, 18)}))  # a Wednesday
    is_free = (calendar.weekday >= 5) | calendar.holiday
    table = np.where(is_free, 3.0, -1.0)[:, None].astype(np.float32)
    alike = make_alike(table, calendar)
    kind = slice(len(ALL_D), len(ALL_D) + len(KIND_D))
    noon = 24 * 7 * 6 + 12  # of the Monday of the seventh week
    origin = np.array([noon + 24 * 4 - 10])  # on Friday at two
    friday, saturday = (np.array(alike.read(origin, ahead)[kind]) for ahead in (11, 11 + 24))
    assert (friday < -0.7).all()
    assert (saturday > 2.2).all()
    holiday = np.array([24 * 7 * 6 + 24 * 2])  # midnight of that Wednesday
    assert (np.array(alike.read(holiday, 13)[kind]) > 2.2).all()
