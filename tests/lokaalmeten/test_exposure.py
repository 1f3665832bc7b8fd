import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lokaalmeten.exposure import BREATH_M3_S, measure_exposure

step = st.tuples(st.integers(1, 300), st.one_of(st.floats(0, 500), st.just(math.nan)))


@given(st.lists(step, max_size=40))
def test_mean_and_dose_are_those_of_going_step_by_step(steps):
    time = np.cumsum([s for s, _ in steps]).astype(np.int64)
    value = np.array([v for _, v in steps], float)
    amount, measured, before = 0.0, 0, None
    for at, of in zip(time.tolist(), value.tolist(), strict=True):
        if math.isnan(of):
            continue
        if before and at - before[0] <= 140:
            amount += (at - before[0]) * (of + before[1]) / 2
            measured += at - before[0]
        before = (at, of)
    found = measure_exposure(time, value)
    assert found.seconds == measured
    assert found.dose == pytest.approx(amount * 24 / 60_000, rel=1e-9)
    expected = amount / measured if measured else math.nan
    assert found.mean == pytest.approx(expected, nan_ok=True, rel=1e-9)


def test_time_weighs_and_not_the_number_of_samples():
    time = np.array([0, 100, 110, 120, 130])
    value = np.array([10.0, 10, 40, 40, 40])
    found = measure_exposure(time, value)
    assert found.mean == pytest.approx((100 * 10 + 10 * 25 + 20 * 40) / 130)


def test_half_an_hour_in_ten_micrograms_is_seven():
    found = measure_exposure(np.arange(0, 1801, 10), np.full(181, 10.0))
    assert pytest.approx(0.72) == BREATH_M3_S * 1800  # m3 breathed
    assert (found.mean, found.seconds) == (10, 1800)
    assert found.dose == pytest.approx(7.2)


def test_a_hole_counts_neither_as_clean_nor_as_dirty_air():
    found = measure_exposure(np.array([0, 10, 1010, 1020]), np.array([10.0, 10, 30, 30]))
    assert (found.mean, found.seconds) == (20, 20)
