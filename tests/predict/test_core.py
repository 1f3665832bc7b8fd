from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.calendar import ForecastError
from predict.core import fit, predict
from tests.predict.conftest import START, make_city

LEVELS = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975]
HOUR = 3600


def forecast(history, *, horizon=24, levels=LEVELS, start=START, **known):
    fitted = fit(history, start, horizon=horizon, **known)
    return predict(fitted, history, start, levels).table


def check_honest(table, *, least=0.0):
    assert np.isfinite(table).all()
    assert (np.diff(table, axis=-1) >= 0).all()
    assert table.min() >= least


def loss(table, truth, levels=LEVELS):
    """Pinball loss, summed by hand over what is known."""
    error = truth[..., None] - table
    return np.nansum(np.maximum(np.array(levels) * error, (np.array(levels) - 1) * error))


def test_forecast_beats_what_is_usual_at_that_hour(city):
    fitted, ours, usual = fit(city[: 24 * 100], START, horizon=12), 0.0, 0.0
    for at in range(24 * 100, len(city) - 12, 31):
        weeks = city[at - 168 * 14 : at].reshape(14, 168, -1)
        table = np.moveaxis(np.quantile(weeks, LEVELS, axis=0), 0, -1)[:12]
        ours += loss(predict(fitted, city[:at], START, LEVELS).table, city[at : at + 12])
        usual += loss(table, city[at : at + 12])
    assert ours < 0.85 * usual


@settings(max_examples=30, deadline=None)
@given(
    rows=st.integers(1, 400),
    series=st.integers(1, 4),
    holes=st.sampled_from([0.0, 0.3, 0.9, 0.99]),
    scale=st.sampled_from([1e-6, 1.0, 1e6]),
    horizon=st.sampled_from([1, 7, 30]),
    seed=st.integers(0, 1000),
)
def test_any_history_gives_quantiles_that_are_known_rise_and_stay_above_zero(
    rows, series, holes, scale, horizon, seed
):
    rng = np.random.default_rng(seed)
    table = scale * rng.gamma(1, 10, (rows, series))
    table[rng.uniform(size=table.shape) < holes] = np.nan
    table[0, 0] = scale
    answer = forecast(table, horizon=horizon)
    assert answer.shape == (horizon, series, len(LEVELS))
    check_honest(answer)


@pytest.mark.parametrize(
    "history",
    [
        np.full((5, 1), 3.0),
        np.array([[7.0], *[[np.nan]] * 500]),
        np.zeros((1000, 2)),
        np.full((1000, 2), 5.0),
        np.column_stack([np.full(1000, np.nan), np.arange(1000.0)]),
        np.array([[-3.0], [5.0], [np.inf]] * 200),
    ],
    ids=["five rows", "one value", "zeros", "constant", "one series unknown", "impossible values"],
)
def test_odd_history_gives_an_honest_answer(history):
    check_honest(forecast(history))


def test_less_history_is_a_wider_answer():
    city = make_city(120, 1, seed=3)
    widths = []
    for days in (1, 3, 14, 120):
        history = np.full_like(city, np.nan)
        history[-24 * days :] = city[-24 * days :]
        table = forecast(history)
        widths.append(float(((table[..., -1] - table[..., 0]) / (table[..., 3] + 1)).mean()))
    assert widths == sorted(widths, reverse=True)


def test_negative_values_are_unknown_where_nothing_can_be_negative(city):
    wrong, holes = city.copy(), city.copy()
    wrong[5::50, 2], holes[5::50, 2] = -999, np.nan
    np.testing.assert_array_equal(forecast(wrong), forecast(holes))


def test_series_that_may_be_negative_is_forecast_below_zero():
    cold = make_city(60, 2) * 0.1 - 30
    table = forecast(cold, bounded=False)
    check_honest(table, least=-np.inf)
    assert table.max() < 0 or table.min() < 0


def test_unit_of_a_series_does_not_matter(city):
    np.testing.assert_allclose(forecast(1000 * city), 1000 * forecast(city), rtol=1e-3, atol=0.5)


def test_future_replaced_by_noise_changes_nothing(city):
    """Of the rows that a forecast of the past could see too much of."""
    at, noise = 24 * 100 + 7, city.copy()
    noise[at:] = np.random.default_rng(9).gamma(1, 1000, noise[at:].shape)
    first, other = (
        predict(fit(table[:at], START, horizon=24), table[:at], START, LEVELS).table
        for table in (city, noise)
    )
    np.testing.assert_array_equal(first, other)


def test_what_was_learned_from_never_saw_its_own_future(city):
    """States, profiles and features of an origin stay the same whatever comes after it."""
    from predict.blocks import Block, direct, know, place
    from predict.covariates import fit_scale
    from predict.features import make_clock, make_features
    from predict.transform import fit_transform

    at, noise = 24 * 90 + 5, city.copy()
    noise[at:] = np.random.default_rng(9).gamma(1, 1000, noise[at:].shape)
    transform = fit_transform(city, bounded=True)
    scales, seen = [fit_scale(None)] * 2, []
    for table in (city, noise):
        placed = place(Block(table), transform, slice(None), scales, START, "UTC", ())
        (known,) = know([placed], direct)
        clock = make_clock(known.calendar)
        seen.append([make_features(known, clock, np.array([at]), h) for h in range(1, 166)])
    first, other = (np.array(each) for each in seen)
    np.testing.assert_array_equal(first, other)


@pytest.mark.parametrize("fault", ["dies", "sticks", "jumps", "drops to zero"])
def test_sensor_that_fails_does_not_spoil_the_others(city, fault):
    broken, since = city.copy(), -24 * 20
    broken[since:, 0] = {
        "dies": np.nan,
        "sticks": broken[since, 0],
        "jumps": 50 * broken[since:, 0],
        "drops to zero": 0.0,
    }[fault]
    truth = city[-24:, 1:]
    good = loss(forecast(city[:-24])[:, 1:], truth)
    bad = loss(forecast(broken[:-24])[:, 1:], truth)
    assert bad < 1.15 * good  # one of eight; a jump to fifty times costs a tenth
    check_honest(forecast(broken[:-24]))


def test_dead_series_is_forecast_as_what_it_was(city):
    dead = city.copy()
    dead[-24 * 10 :, 3] = np.nan
    table = forecast(dead[:-24])
    assert loss(table[:, 3:4], city[-24:, 3:4]) < 1.3 * loss(
        forecast(city[:-24])[:, 3:4], city[-24:, 3:4]
    )


def test_weather_known_ahead_is_used():
    rng = np.random.default_rng(4)
    city, wet = make_city(120, 4), rng.uniform(size=(121 * 24, 1)) < 0.2
    city *= np.where(wet[: len(city)], 0.3, 1.0)
    known = wet.astype(float)
    history, truth = city[:-48], city[-48:]
    fitted = fit(history, START, horizon=48, ahead=known[: len(history)])
    table = predict(fitted, history, START, LEVELS, ahead=known[: len(city)]).table
    assert loss(table, truth) < 0.8 * loss(forecast(history, horizon=48), truth)


def test_measurement_known_back_is_used():
    rng = np.random.default_rng(5)
    upwind = rng.gamma(2, 1, (24 * 100, 1))
    town = np.vstack([[[5.0, 5.0]], 5 + 10 * upwind[:-1] * [[1, 2]]])
    fitted = fit(town, START, horizon=1, back=upwind)
    table = predict(fitted, town, START, [0.5], back=upwind).table
    assert table[0, :, 0] == pytest.approx(5 + 10 * upwind[-1] * [1, 2], rel=0.5)


def test_holiday_is_read_as_the_sunday_before():
    """Shops that close on Sundays close on this Friday too, when one is told."""
    hours = np.arange(24 * 7 * 20)  # from a Wednesday on
    closed = (hours // 24 + 2) % 7 == 6
    shops = np.where(closed, 5.0, 100.0)[:, None] + np.random.default_rng(6).normal(
        0, 1, (len(hours), 1)
    )
    day = date(2025, 5, 21)  # the day after the history
    open_, shut = (forecast(shops, holidays=days)[:, 0, LEVELS.index(0.5)] for days in ([], [day]))
    assert open_.min() > 80
    assert shut.max() < 30


def test_local_clock_is_followed_when_it_changes():
    """A shop that opens at nine by the clock does so after the last Sunday of March too."""
    start, rows = 1_735_689_600, 24 * 88 + 12  # to Sunday 2025-03-30T12Z
    from predict.calendar import to_local_hours

    local = to_local_hours(start, rows + 24, "Europe/Amsterdam")
    visits = np.where((local % 24 >= 9) & (local % 24 < 17), 100.0, 1.0)[:, None]
    fitted = fit(visits[:rows], start, zone="Europe/Amsterdam", horizon=24)
    median = predict(fitted, visits[:rows], start, [0.5]).table[:, 0, 0]
    assert ((median > 50) == (visits[rows:, 0] > 50)).all()


@pytest.mark.parametrize("day", ["spring", "autumn"])
def test_every_hour_around_a_change_of_the_clock_has_an_answer(day):
    change = {"spring": 1_743_296_400, "autumn": 1_761_440_400}[day]
    city = make_city(60, 2)
    for before in range(-3, 4):
        start = change + before * HOUR - len(city) * HOUR
        table = forecast(city, start=start, zone="Europe/Amsterdam", horizon=6)
        assert table.shape == (6, 2, len(LEVELS))
        check_honest(table)


def test_longer_history_than_a_year_and_a_half_changes_little():
    city = make_city(700, 2, seed=8)
    fitted = fit(city, START, horizon=24)
    cut = 24 * 150
    whole = predict(fitted, city, START, LEVELS).table
    recent = predict(fitted, city[cut:], START + cut * HOUR, LEVELS).table
    np.testing.assert_allclose(recent, whole, rtol=0.02, atol=0.5)


def test_levels_are_answered_in_rising_order(city):
    fitted = fit(city, START, horizon=3)
    found = predict(fitted, city, START, [0.9, 0.1])
    assert found.levels.tolist() == [0.1, 0.9]
    check_honest(found.table)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"history": np.full((50, 2), np.nan)}, "nothing is known of any of 2 series"),
        ({"history": np.zeros(50)}, "time x series"),
        ({"history": np.zeros((0, 3))}, "time x series"),
        ({"horizon": 0}, "1 to 165"),
        ({"horizon": 200}, "1 to 165"),
        ({"ahead": np.zeros((3, 1))}, "known ahead must be"),
        ({"back": np.zeros((3, 1))}, "known back must be"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_the_reason(change, message):
    given_ = {"history": np.ones((50, 2)), "start": START} | change
    with pytest.raises(ForecastError, match=message):
        fit(**given_)


def test_forecast_of_other_series_or_too_far_ahead_is_refused(city):
    fitted = fit(city, START, horizon=24)
    with pytest.raises(ForecastError, match="8 series and up to 24 hours, asked for 7"):
        predict(fitted, city[:, :7], START, LEVELS)
    with pytest.raises(ForecastError, match="and 25 hours"):
        predict(fitted, city, START, LEVELS, horizon=25)
    with pytest.raises(ValueError, match="whole hour"):
        predict(fitted, city, START + 5, LEVELS)
