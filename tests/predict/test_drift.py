from math import comb

import numpy as np
import pytest

from predict.drift import ALIKE_H, FALSE_ALARM, find_band, find_drift


@pytest.mark.parametrize(("trials", "level"), [(5, 0.8), (14, 0.95), (60, 0.5), (200, 0.8)])
def test_band_is_that_of_summed_binomial_chances(trials, level):
    low, high = find_band(trials, level)
    chance = [comb(trials, k) * level**k * (1 - level) ** (trials - k) for k in range(trials + 1)]
    inside = range(round(low * trials), round(high * trials) + 1)
    assert sum(chance[k] for k in inside) >= 1 - FALSE_ALARM
    assert sum(chance[: inside[0]]) <= FALSE_ALARM / 2
    assert sum(chance[: inside[0] + 1]) >= FALSE_ALARM / 2


def test_hours_that_are_right_or_wrong_together_raise_no_more_alarms_than_promised():
    """Runs of ALIKE_H hours that are all inside or all outside, as bad as is allowed for."""
    rng = np.random.default_rng(3)
    alarms = 0
    for _ in range(1000):
        hours = np.repeat(rng.uniform(size=42) < 0.8, ALIKE_H).astype(float)
        alarms += find_drift(hours, 0.8, least=168) is not None
    assert alarms <= 2 * FALSE_ALARM * 1000


@pytest.mark.parametrize(("inside", "told"), [(0.8, False), (0.5, True), (1.0, True)])
def test_drift_is_told_on_both_sides(inside, told):
    hours = (np.arange(2000) % 10 < 10 * inside).astype(float)
    found = find_drift(hours, 0.8, least=168)
    assert (found is not None) == told
    if found:
        assert found.share == pytest.approx(inside)
        assert not found.low <= found.share <= found.high
        assert found.low < 0.8 < found.high


def test_unknown_hours_count_for_nothing_and_few_say_nothing():
    hours = np.full(1000, np.nan)
    hours[:100] = 0
    assert find_drift(hours, 0.8, least=101) is None
    assert find_drift(hours, 0.8, least=100).share == 0
    assert find_drift(np.array([]), 0.8, least=0) is None


def test_level_that_is_no_probability_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1, not 80"):
        find_drift(np.ones(9), 80, least=1)
