"""Ranks of past errors: what sums are drawn with, also from a forecast that was stored."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from predict.core import Quantiles, fit, predict
from predict.past import MOST, spread_past, to_ranks
from predict.samples import draw_samples
from predict.store import load, save
from tests.predict.conftest import START, make_city

LEVELS = np.linspace(0.05, 0.95, 19)


@given(st.integers(1, 12), st.integers(0, 999))
def test_ranks_are_a_shuffle_in_the_order_of_the_errors_and_unknown_ones_lie_amid(rows, seed):
    rng = np.random.default_rng(seed)
    errors = rng.normal(size=(rows, 3)).astype(np.float32)
    errors[rng.uniform(size=errors.shape) < 0.4] = np.nan
    ranks = to_ranks(errors)
    for series in range(3):
        assert sorted(ranks[:, series].tolist()) == list(range(rows))
        known = np.isfinite(errors[:, series])
        order = np.argsort(errors[known, series])
        assert (np.diff(ranks[known, series][order].astype(int)) > 0).all()
        holes, number = sorted(ranks[~known, series].tolist()), int(known.sum())
        assert holes == list(range(number // 2, number // 2 + len(holes)))


def test_past_origins_lie_within_the_last_year_and_leave_room_for_the_horizon():
    origins = spread_past(20_000, 72, 3)
    assert len(origins) == MOST
    assert origins[-1] == 20_000 - 72
    assert origins[0] >= 20_000 - 8760
    assert len(set(origins % 24)) == 24
    assert len(spread_past(100, 72, 3)) == 0


def test_sum_of_a_stored_forecast_is_as_wide_as_what_series_share(tmp_path):
    """Weather is shared: the sum of eight series is less sure than eight apart would be."""
    city = make_city(120, 8, seed=5)
    save(fit(city, START, horizon=24), tmp_path / "fitted.npz")
    fitted = load(tmp_path / "fitted.npz")
    forecast = predict(fitted, city, START, LEVELS)
    stored = Quantiles(forecast.levels, forecast.table.astype(np.float32).astype(float))
    together = draw_samples(stored, fitted.past).sum(axis=2)
    mixed = np.random.default_rng(0).permuted(fitted.past, axis=0)
    apart = draw_samples(stored, mixed).sum(axis=2)
    assert together.shape == (len(fitted.past), 24)
    assert together[:, -6:].std(axis=0).mean() > 1.3 * apart[:, -6:].std(axis=0).mean()


def test_history_too_short_for_past_forecasts_has_none():
    assert fit(np.arange(60.0)[:, None], START, horizon=24).past.shape == (0, 24, 1)
