from math import isnan
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.models import SEASONS, SeasonalNaive, quantiles_of

LEVELS = [0.025, 0.1, 0.5, 0.9, 0.975]


def drop_unknown(values):
    return [value for value in values if not isnan(value)]


def slow_quantile(values, level):
    """Sorted by hand; place (n + 1) level, one-based, within the sample."""
    known = sorted(drop_unknown(values))
    if not known:
        return float("nan")
    place = min(max((len(known) + 1) * level - 1, 0), len(known) - 1)
    low = int(place)
    high = min(low + 1, len(known) - 1)
    return known[low] + (place - low) * (known[high] - known[low])


def slow_naive(history, season, horizon, level, series, *, floor, least):
    """One number of one series at a time, in plain Python."""
    columns = [[float(value) for value in column] for column in history.T]
    mine = columns[series]
    known = drop_unknown(mine)
    if not known:
        return [float("nan")] * horizon

    def deviation(column):
        seen = drop_unknown(column)
        mean = sum(seen) / len(seen) if seen else 0.0
        return (sum((value - mean) ** 2 for value in seen) / max(len(seen), 1)) ** 0.5

    grown = [deviation(c) for c in columns if len(drop_unknown(c)) >= season]
    usual = float(np.median(grown)) if grown else least
    spread = deviation(mine)
    if len(known) < season:
        spread = max(spread, usual, least)
    prior = 2 * spread * NormalDist().inv_cdf(level)
    answer = []
    for ahead in range(horizon):
        at = len(mine) + ahead
        apart = 0
        while at >= len(mine) or (at >= 0 and isnan(mine[at])):
            at, apart = at - season, apart + 1
        if at < 0:
            centre, error = slow_quantile(mine, 0.5), prior
        else:
            step = min(apart, SEASONS) * season
            errors = drop_unknown(mine[t] - mine[t - step] for t in range(step, len(mine)))
            own = slow_quantile(errors, level) if errors else 0.0
            error = (len(errors) * own + season * prior) / (len(errors) + season)
            centre = mine[at]
        answer.append(max(centre + error, floor))
    return answer


@st.composite
def histories(draw):
    rows, series = draw(st.integers(1, 40)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    table = rng.normal(10, 5, (rows, series)).round(1)
    share = draw(st.sampled_from([0.0, 0.2, 0.8, 0.97, 1.0]))
    return np.where(rng.uniform(size=table.shape) < share, np.nan, table)


@given(histories(), st.integers(1, 6), st.integers(1, 20))
def test_seasonal_naive_is_what_the_slow_one_says(history, season, horizon):
    model = SeasonalNaive(season, floor=3.0, least=1.5)
    model.fit(history)
    fast = model.predict(horizon, LEVELS)
    for series in range(history.shape[1]):
        for index, level in enumerate(LEVELS):
            slow = slow_naive(history, season, horizon, level, series, floor=3.0, least=1.5)
            np.testing.assert_allclose(fast[:, series, index], slow, rtol=1e-9, atol=1e-9)


@given(histories(), st.integers(1, 30), st.integers(1, 80))
def test_quantiles_never_cross_and_are_never_unknown_when_one_value_is_known(
    history, season, horizon
):
    model = SeasonalNaive(season, floor=0.0)
    model.fit(history)
    answer = model.predict(horizon, LEVELS)
    assert answer.shape == (horizon, history.shape[1], len(LEVELS))
    known = np.isfinite(history).any(axis=0)
    assert np.isfinite(answer[:, known]).all()
    assert np.isnan(answer[:, ~known]).all()
    assert (np.diff(answer[:, known], axis=2) >= 0).all()
    assert answer[:, known].min(initial=0) >= 0


@given(histories())
def test_series_is_forecast_from_its_own_past_alone_once_it_has_a_season(history):
    """What happens to the others must not reach it."""
    grown = np.vstack([np.arange(8.0)[:, None] * np.ones(history.shape[1]), history])
    alone, together = SeasonalNaive(4), SeasonalNaive(4)
    alone.fit(grown[:, :1])
    together.fit(grown)
    np.testing.assert_allclose(alone.predict(9, LEVELS), together.predict(9, LEVELS)[:, :1])


def test_one_value_gives_a_wide_answer_around_it():
    history = np.full((48, 1), np.nan)
    history[40] = 12.0
    model = SeasonalNaive(24, least=3.0)
    model.fit(history)
    answer = model.predict(24, LEVELS)[:, 0]
    assert answer[:, 2] == pytest.approx(12.0)
    assert (answer[:, 3] - answer[:, 1] > 2 * 3.0 * 2.5).all()  # 80 % of a normal is 2.56 wide


def test_interval_narrows_with_history():
    rng = np.random.default_rng(1)
    days = rng.normal(10, 1, (60 * 24, 40))
    widths = []
    for known in (1, 3, 14, 60):
        model = SeasonalNaive(24)
        model.fit(days[-24 * known :])
        answer = model.predict(24, [0.1, 0.9])
        widths.append(float((answer[..., 1] - answer[..., 0]).mean()))
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == pytest.approx(2 * 1.2816 * 2**0.5, rel=0.1)  # a difference of two normals


def test_interval_is_wider_for_values_that_are_older():
    rng = np.random.default_rng(2)
    walk = np.cumsum(rng.normal(0, 1, (24 * 90, 20)), axis=0)
    model = SeasonalNaive(24)
    model.fit(walk)
    answer = model.predict(72, [0.1, 0.9])
    width = (answer[..., 1] - answer[..., 0]).reshape(3, -1).mean(axis=1)
    assert (np.diff(width) > 0.2 * width[0]).all()


def test_intervals_hold_what_they_promise_on_series_with_days_and_weather():
    rng = np.random.default_rng(3)
    hours = np.arange(24 * 42)
    series = 300
    weather = np.zeros((len(hours), series))
    for hour in hours[1:]:
        weather[hour] = 0.97 * weather[hour - 1] + rng.normal(0, 1, series)
    shape = 4 * np.sin(2 * np.pi * hours / 24)[:, None]
    values = 20 + shape + weather + rng.normal(0, 0.5, weather.shape)
    model = SeasonalNaive(24)
    model.fit(values[:-48])
    answer = model.predict(48, [0.025, 0.1, 0.9, 0.975])
    truth = values[-48:]
    inside = [
        ((truth >= answer[..., low]) & (truth <= answer[..., high])).mean()
        for low, high in ((1, 2), (0, 3))
    ]
    assert inside[0] == pytest.approx(0.80, abs=0.06)
    assert inside[1] == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize("levels", [[0.0], [1.0], [0.5, 1.2], [np.nan], [[0.5]]])
def test_levels_that_are_no_probabilities_are_refused(levels):
    model = SeasonalNaive(24)
    model.fit(np.ones((24, 1)))
    with pytest.raises(ValueError, match="between 0 and 1"):
        model.predict(1, levels)


def test_history_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="time x series"):
        SeasonalNaive(24).fit(np.ones(24))
    with pytest.raises(ValueError, match="at least one row"):
        SeasonalNaive(0)


def test_no_series_is_an_empty_answer():
    model = SeasonalNaive(24)
    model.fit(np.zeros((100, 0)))
    assert model.predict(24, LEVELS).shape == (24, 0, 5)


@given(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), max_size=30))
def test_quantiles_are_those_of_a_sorted_list(values):
    column = np.array(values, float)[:, None]
    fast = quantiles_of(column, np.array(LEVELS))[0]
    np.testing.assert_allclose(fast, [slow_quantile(values, level) for level in LEVELS])
