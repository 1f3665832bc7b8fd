"""What is made of quantiles: chances, samples, and a file."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from predict.calendar import ForecastError
from predict.core import VERSION, Quantiles, fit, predict
from predict.exceed import exceedance
from predict.samples import draw_samples
from predict.store import load, save
from tests.predict.conftest import START

LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])


@given(st.lists(st.integers(0, 20), min_size=5, max_size=5), st.integers(-5, 30))
def test_chance_to_exceed_falls_with_the_limit_and_is_that_of_the_quantiles(values, limit):
    table = np.sort(np.array(values, float))
    forecast = Quantiles(LEVELS, table[None, None])
    chance = float(exceedance(forecast, limit)[0, 0])
    assert 0 < chance < 1
    assert chance >= float(exceedance(forecast, limit + 0.5)[0, 0])
    for level, value in zip(LEVELS, table, strict=True):
        if value > limit:
            assert chance >= 1 - level - 1e-12
        if value <= limit:
            assert chance <= 1 - level + 1e-12


def test_each_series_may_have_its_own_limit():
    forecast = Quantiles(LEVELS, np.tile(np.arange(5.0), (2, 3, 1)))
    assert exceedance(forecast, [-1, 2, 5]).round(3).tolist() == [[0.975, 0.5, 0.025]] * 2


def test_samples_have_the_quantiles_of_the_forecast_and_the_order_of_the_past():
    rng = np.random.default_rng(0)
    levels = np.linspace(0.01, 0.99, 99)
    table = 10 + np.sort(rng.normal(size=(2, 3, 99)), axis=-1)
    shared = rng.normal(size=(500, 1, 1))
    past = shared + 0.1 * rng.normal(size=(500, 2, 3))
    samples = draw_samples(Quantiles(levels, table), past)
    np.testing.assert_allclose(
        np.quantile(samples, [0.1, 0.5, 0.9], axis=0),
        np.moveaxis(table[..., [9, 49, 89]], -1, 0),
        atol=0.1,
    )
    assert np.corrcoef(samples[:, 0, 0], samples[:, 1, 2])[0, 1] > 0.9
    apart = draw_samples(Quantiles(levels, table), rng.normal(size=(500, 2, 3)))
    assert samples.sum(axis=(1, 2)).std() > 1.5 * apart.sum(axis=(1, 2)).std()


def test_past_of_other_series_is_refused():
    with pytest.raises(ForecastError, match="earlier stretches"):
        draw_samples(Quantiles(LEVELS, np.zeros((2, 3, 5))), np.zeros((9, 2, 4)))


def test_fitted_state_comes_back_to_the_bit_and_forecasts_the_same(city, tmp_path):
    weather = np.random.default_rng(1).normal(size=(len(city) + 24, 2))
    fitted = fit(city, START, zone="Europe/Amsterdam", horizon=24, ahead=weather[:-24])
    save(fitted, tmp_path / "fitted.npz")
    again = load(tmp_path / "fitted.npz")
    assert (again.zone, again.horizon, again.series) == (fitted.zone, 24, 8)
    first, second = (predict(each, city, START, LEVELS, ahead=weather) for each in (fitted, again))
    np.testing.assert_array_equal(first.table, second.table)


def test_file_of_another_version_or_kind_is_refused(city, monkeypatch, tmp_path):
    (tmp_path / "words.npz").write_bytes(b"words")
    with pytest.raises(ForecastError, match=r"words\.npz holds no fitted forecast"):
        load(tmp_path / "words.npz")
    kept = BytesIO()
    monkeypatch.setattr("predict.store.VERSION", 0)
    save(fit(city[:500], START, horizon=2), kept)
    monkeypatch.undo()
    kept.seek(0)
    with pytest.raises(ForecastError, match=f"version 0, not {VERSION}: fit again"):
        load(kept)


def test_transform_keeps_what_it_was_given():
    from predict.transform import fit_transform

    values = np.random.default_rng(3).gamma(1, 10, (300, 4))
    values[::7, 1] = np.nan
    made = fit_transform(values, bounded=True)
    back = made.from_standard(made.to_standard(values)[..., None].astype(float))[..., 0]
    near = np.isfinite(values) & (made.to_standard(values) < 6)
    np.testing.assert_allclose(back[near], values[near], rtol=1e-4, atol=1e-4)
