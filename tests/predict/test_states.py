import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.profile import network_mean
from predict.states import FADE_H, STATES, last_known, make_states, trailing_mean


def holey(rows, seed, share=0.4):
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(rows, 3)).astype(np.float32)
    table[rng.uniform(size=table.shape) < share] = np.nan
    return table


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 30), st.integers(0, 99))
def test_trailing_mean_is_that_of_the_rows_before(rows, hours, seed):
    table = holey(rows, seed)
    means = trailing_mean(table, hours, belief=2.0, prior=0.5)
    for origin in range(rows + 1):
        for series in range(3):
            known = [v for v in table[max(origin - hours, 0) : origin, series] if not math.isnan(v)]
            wanted = (sum(known) + 2.0 * 0.5) / (len(known) + 2.0)
            np.testing.assert_allclose(means[origin, series], wanted, rtol=1e-4, atol=1e-5)


@given(st.integers(1, 60), st.integers(0, 99))
def test_last_known_is_the_latest_row_and_fades(rows, seed):
    table = holey(rows, seed, 0.8)
    found = last_known(table)
    for origin in range(rows + 1):
        for series in range(3):
            wanted = 0.0
            for row in range(origin):
                if not math.isnan(table[row, series]):
                    wanted = table[row, series] * math.exp(-(origin - 1 - row) / FADE_H)
            np.testing.assert_allclose(found[origin, series], wanted, rtol=1e-4, atol=1e-6)


def test_states_of_an_origin_do_not_change_with_what_follows():
    table = holey(400, 1)
    other = table.copy()
    other[250:] = 9
    first, second = (make_states(t, network_mean(t)) for t in (table, other))
    assert first.shape == (401, 3, len(STATES))
    np.testing.assert_array_equal(first[:251], second[:251])
    assert np.isfinite(second).all()
    assert (first[260:] != second[260:]).any()


def test_states_of_the_last_origin_need_a_week():
    table = holey(2000, 2)
    shared = network_mean(table)
    recent = make_states(table[-168:], shared[-168:])
    np.testing.assert_allclose(make_states(table, shared)[-1], recent[-1], atol=1e-5)
