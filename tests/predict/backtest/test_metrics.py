import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.backtest import metrics

LEVELS = np.array([0.1, 0.5, 0.9])


@given(st.integers(1, 6), st.integers(0, 999))
def test_losses_are_those_of_loops(rows, seed):
    rng = np.random.default_rng(seed)
    truth = rng.gamma(2, 5, (rows, 2))
    truth[rng.uniform(size=truth.shape) < 0.3] = np.nan
    truth[0, 0] = 4.0
    table = np.sort(rng.gamma(2, 5, (rows, 2, 3)), axis=-1)
    loss = total = 0.0
    losses = []
    for row in range(rows):
        for series in range(2):
            value = truth[row, series]
            if math.isnan(value):
                continue
            each = []
            for level, quantile in zip(LEVELS, table[row, series], strict=True):
                off = value - quantile
                each.append(level * off if off >= 0 else (1 - level) * -off)
            loss, total = loss + 2 * sum(each) / 3, total + value
            losses.append(2 * sum(each) / 3)
    assert metrics.weighted_quantile_loss(table, truth, LEVELS) == pytest.approx(loss / total)
    assert metrics.crps(table, truth, LEVELS) == pytest.approx(sum(losses) / len(losses))


def test_perfect_forecast_loses_nothing():
    truth = np.array([[3.0, 5.0]])
    table = np.repeat(truth[..., None], 3, axis=-1)
    assert metrics.weighted_quantile_loss(table, truth, LEVELS) == 0
    assert metrics.mase(truth[None], truth[None], np.ones(2)) == 0


def test_crps_of_a_normal_is_that_of_its_formula():
    """Of a standard normal whose outcome is its mean: (sqrt 2 - 1) / sqrt pi."""
    from statistics import NormalDist

    levels = (np.arange(2000) + 0.5) / 2000
    table = np.array([NormalDist().inv_cdf(level) for level in levels])[None]
    exact = (math.sqrt(2) - 1) / math.sqrt(math.pi)
    assert metrics.crps(table, np.zeros(1), levels) == pytest.approx(exact, rel=1e-3)


def test_mase_of_like_yesterday_is_one():
    truth = np.arange(48.0)[None, :, None] * [1, 10]
    assert metrics.mase(truth - [2, 20], truth, np.array([2.0, 20.0])) == 1


def test_coverage_counts_what_is_inside_and_not_what_is_unknown():
    table = np.tile([1.0, 2.0, 3.0], (4, 1))
    inside = metrics.coverage(table, np.array([0.0, 1.0, 3.0, np.nan]), LEVELS, 0.8)
    np.testing.assert_array_equal(inside, [0, 1, 1, np.nan])


def test_reliability_of_uniform_values_is_the_diagonal():
    values = (np.arange(1000) + 0.5) / 1000
    table = np.tile(LEVELS, (1000, 1))
    np.testing.assert_allclose(metrics.reliability(table, values), LEVELS)


def test_brier_score_is_the_mean_square_of_chance_less_outcome():
    chance, truth = np.array([[0.9], [0.2], [0.5]]), np.array([[8.0], [9.0], [np.nan]])
    assert metrics.brier(chance, truth, np.array([5.0])) == pytest.approx((0.01 + 0.64) / 2)
