"""Kriging against a slow solution of one point at a time, and what a map may say."""

import time

import numpy as np
import pytest

from lokaalmeten.geo import distance_m
from predict.air.field import FLOOR, Estimate, Field, estimate, fit_field, krige, leave_out
from predict.air.variogram import Variogram, fit_variogram
from predict.calendar import ForecastError


def make_country(sensors=30, hours=300, *, local=0.1, seed=0):
    """Log ratios that are alike nearby, a mean that comes and goes: table (t, s), lat, lon."""
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(51.5, 52.5, sensors), rng.uniform(4.5, 6, sensors)
    apart = distance_m(lat[:, None], lon[:, None], lat, lon) / 1000
    smooth = np.linalg.cholesky(0.16 * np.exp(-apart / 40) + 1e-9 * np.eye(sensors))
    passing = rng.standard_normal((hours, sensors)) @ smooth.T
    always = 0.5 * smooth @ rng.standard_normal(sensors)
    own = local * rng.standard_normal((hours, sensors))
    level = np.log(15 + 10 * rng.uniform(size=(hours, 1)))
    return np.maximum(np.exp(level + always + passing + own) - FLOOR, 0), lat, lon


def slow_krige(of, values, between, reach):
    """Ordinary kriging of one point: the textbook system with Lagrange's multiplier."""
    n = len(values)
    system, right = np.ones((n + 1, n + 1)), np.ones(n + 1)
    system[n, n] = 0
    for i in range(n):
        for j in range(n):
            nugget = of.nugget if i == j else 0
            system[i, j] = of.sill * np.exp(-between[i, j] / of.range_km) + nugget
        right[i] = of.sill * np.exp(-reach[i] / of.range_km)
    found = np.linalg.solve(system, right)
    return found[:n] @ values, of.nugget + of.sill - found @ right


def test_points_are_those_of_the_textbook_system():
    rng = np.random.default_rng(3)
    of, values = Variogram(0.2, 0.7, 30.0), rng.normal(size=6)
    x, far = rng.uniform(0, 100, 6), rng.uniform(0, 100, 9)
    between, reach = np.abs(x[:, None] - x), np.abs(x[:, None] - far)
    log, variance = krige(of, values, between, reach)
    for point in range(9):
        mean, unsure = slow_krige(of, values, between, reach[:, point])
        assert log[point] == pytest.approx(mean)
        assert variance[point] == pytest.approx(unsure)


def test_leaving_out_is_estimating_without_it():
    """The closed form against taking each sensor away in turn; the variograms stay."""
    table, lat, lon = make_country(12, 40)
    table[5, 3:6] = np.nan
    field = fit_field(table, lat, lon)
    found = leave_out(field, table)
    for hour in (0, 5):
        for place in np.flatnonzero(np.isfinite(table[hour])):
            others = np.arange(12) != place
            less = Field(lat[others], lon[others], field.always[others], *field_variograms(field))
            (mean,) = estimate(less, table[hour, others], lat[[place]], lon[[place]]).log
            assert found.log[hour, place] == pytest.approx(mean)
    assert np.isnan(found.log[5, 3:6]).all()


def field_variograms(field):
    return field.lasting, field.passing


def test_a_map_beats_the_mean_of_the_network_and_knows_how_sure_it_is():
    table, lat, lon = make_country(30, 600)
    field = fit_field(table[:400], lat, lon)
    truth, found = table[400:], leave_out(field, table[400:])
    mean = (truth.sum(axis=1, keepdims=True) - truth) / 29
    assert np.abs(found.read(0.5) - truth).mean() < 0.9 * np.abs(mean - truth).mean()
    inside = (truth >= found.read(0.1)) & (truth <= found.read(0.9))
    assert 0.75 < inside.mean() < 0.86
    assert 15 < field.passing.range_km < 110


def test_sensors_that_tell_nothing_of_one_another_have_a_nugget_near_one():
    rng = np.random.default_rng(4)
    _, lat, lon = make_country(30, 1)
    cheap = 10 * rng.lognormal(0, 0.5, (300, 30)) * rng.lognormal(0, 0.3, 30)
    field = fit_field(cheap, lat, lon)
    assert field.nugget_share > 0.85
    found = estimate(field, cheap[0], np.linspace(51.6, 52.4, 20), np.linspace(4.6, 5.9, 20))
    assert found.mean.std() < 0.2 * cheap[0].std()  # nothing is drawn that is not there
    assert (found.deviation > 2).all()


def test_far_from_all_sensors_a_map_says_the_background_and_is_less_sure():
    table, lat, lon = make_country(30, 300)
    field = fit_field(table, lat, lon)
    near = estimate(field, table[0], lat[:1] + 0.01, lon[:1])
    far = estimate(field, table[0], [60.0], [20.0])
    assert far.log_deviation[0] > near.log_deviation[0]
    assert table[0].min() < far.read(0.5)[0] < table[0].max()


def test_an_estimate_is_lognormal():
    """Mean and deviation against 400,000 draws."""
    found = Estimate(np.array([3.0]), np.array([0.5]))
    drawn = np.exp(np.random.default_rng(0).normal(3, 0.5, 400_000)) - FLOOR
    assert found.mean[0] == pytest.approx(drawn.mean(), rel=0.01)
    assert found.deviation[0] == pytest.approx(drawn.std(), rel=0.02)
    assert found.read(0.9)[0] == pytest.approx(np.quantile(drawn, 0.9), rel=0.01)


def test_fewer_than_two_sensors_draw_no_map():
    table, lat, lon = make_country(5, 100)
    field = fit_field(table, lat, lon)
    hour = np.full(5, np.nan)
    for known in (0, 1):
        hour[:known] = 9.0
        found = estimate(field, hour, [52.0, 52.1], [5.0, 5.1])
        assert np.isnan(found.mean).all()
        assert np.isnan(found.deviation).all()


def test_odd_hours_are_no_error():
    _, lat, lon = make_country(4, 1)
    for table in (np.full((50, 4), 7.0), np.full((1, 4), 3.0), np.full((50, 4), np.nan)):
        field = fit_field(table, lat, lon)
        found = estimate(field, np.array([7.0, 7.0, np.nan, -999.0]), [52.0], [5.0])
        assert found.read(0.5)[0] == pytest.approx(7, abs=0.01)


def test_two_sensors_at_one_place_are_no_error():
    table, lat, lon = make_country(6, 100)
    field = fit_field(np.column_stack([table, table[:, 0]]), [*lat, lat[0]], [*lon, lon[0]])
    assert np.isfinite(estimate(field, [*table[0], table[0, 0]], lat, lon).mean).all()


def test_a_thousand_estimates_take_no_time():
    table, lat, lon = make_country(40, 100)
    field = fit_field(table, lat, lon)
    y, x = np.random.default_rng(0).uniform((51, 4), (53, 6), (1000, 2)).T
    best = min(_seconds(lambda: estimate(field, table[0], y, x)) for _ in range(10))
    assert best < 0.05


def _seconds(work):
    """Of this thread: other work on the machine does not count."""
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


@pytest.mark.parametrize(
    ("lat", "lon", "message"),
    [([52.0], [5.0], r"must be \(2,\)"), ([52.0, 155000.0], [5.0, 463000.0], "place 1")],
)
def test_places_that_are_none_are_refused(lat, lon, message):
    with pytest.raises(ForecastError, match=message):
        fit_field(np.ones((10, 2)), lat, lon)


def test_a_variogram_finds_what_made_the_differences():
    """Over many hours: nugget 0.04, sill 0.16, range 40 km."""
    table, lat, lon = make_country(60, 3000, local=0.2, seed=2)
    logs = np.log(table + FLOOR)
    logs = logs - logs.mean(axis=0)
    apart = distance_m(lat[:, None], lon[:, None], lat, lon) / 1000
    found = fit_variogram(logs, apart)
    assert found.nugget == pytest.approx(0.04, abs=0.015)
    assert found.sill == pytest.approx(0.16, rel=0.25)
    assert found.range_km == pytest.approx(40, rel=0.4)


def test_a_single_sensor_has_no_pairs():
    found = fit_variogram(np.ones((10, 1)), np.zeros((1, 1)))
    assert found.nugget_share > 0.99
