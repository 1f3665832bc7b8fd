"""Draws keep the quantiles of each hour, and how hours move together."""

import numpy as np
import pytest

from predict.air.draws import SAMPLES, draw, find_errors, make_up, pick_origins
from predict.core import Quantiles
from tests.predict.air.conftest import make_air

LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])


def make_forecast(hours, series):
    table = np.broadcast_to([2.0, 5.0, 8.0, 12.0, 30.0], (hours, series, 5))
    return Quantiles(LEVELS, table.copy())


def test_every_hour_keeps_its_quantiles():
    samples = draw(make_forecast(30, 3), make_air(60, 3))
    assert samples.shape == (SAMPLES, 30, 3)
    found = np.quantile(samples, LEVELS, axis=0)
    np.testing.assert_allclose(found[:, 7, 1], [2, 5, 8, 12, 30], rtol=0.02)


def test_hours_side_by_side_move_together_more_than_hours_apart():
    samples = draw(make_forecast(48, 2), make_air(300, 2))[..., 0]
    near, far = (np.corrcoef(samples[:, 20], samples[:, at])[0, 1] for at in (21, 44))
    assert near > 0.7
    assert near > far + 0.15


def test_places_under_one_sky_move_together_and_strangers_do_not():
    air = make_air(300, 2)
    strangers = np.column_stack([air[:, 0], make_air(300, 1, seed=5)[:, 0]])
    alike, unlike = (
        np.corrcoef(*draw(make_forecast(24, 2), table)[:, 12].T)[0, 1] for table in (air, strangers)
    )
    assert alike > 0.6
    assert abs(unlike) < 0.35


def test_quantities_drawn_apart_share_their_stretches_of_the_past():
    air = make_air(300, 1)
    fine, coarse = (draw(make_forecast(24, 1), table)[:, 12, 0] for table in (air, 2 * air + 3))
    assert np.corrcoef(fine, coarse)[0, 1] > 0.9


@pytest.mark.parametrize("rows", [1, 5, 30, 100, 400])
def test_little_past_is_made_up_for(rows):
    errors = find_errors(make_air(20, 2)[:rows], 24)
    assert errors.shape == (SAMPLES, 24, 2)
    assert np.isfinite(errors).all()
    if rows <= 48:
        np.testing.assert_allclose(errors[..., 0], make_up(24), rtol=1e-6)


def test_what_is_made_up_goes_on_from_hour_to_hour_and_is_always_the_same():
    made = make_up(72)
    np.testing.assert_array_equal(made, make_up(72))
    assert np.corrcoef(made[:, 10], made[:, 11])[0, 1] == pytest.approx(0.95, abs=0.03)
    assert made.std() == pytest.approx(1, abs=0.1)


def test_a_silent_place_follows_the_others():
    air = make_air(300, 3)
    air[:, 2] = np.nan
    samples = draw(make_forecast(24, 3), air)
    assert np.corrcoef(samples[:, 12, 0], samples[:, 12, 2])[0, 1] > 0.6


def test_origins_lie_a_day_apart_when_the_past_is_long_and_never_reach_into_the_future():
    assert set(np.diff(pick_origins(9000, 72))) == {-24}
    for rows in (97, 120, 500, 9000):
        origins = pick_origins(rows, 72)
        assert len(origins) <= SAMPLES
        assert origins.max() + 72 <= rows
        assert origins.min() >= 24
    assert len(pick_origins(95, 72)) == 0
