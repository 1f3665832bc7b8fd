"""Lines fitted against a station: on virtual sensors whose fault is known, and on real ones."""

from dataclasses import replace

import numpy as np
import pytest

from ingest.calibration.fitting import Hours, correct_hours, fit_line, fit_robustly, fit_terms
from ingest.calibration.holdout import hold_out_in_turn, hold_out_later, measure_gain
from ingest.calibration.humidity import check_humidity
from lokaalmeten.errors import FormatError
from tests.ingest.calibration.real import read_aberdeen


def virtual(count=2000, seed=1, **fault):
    """Hours of a station and of a sensor that is off by ``fault``."""
    rng = np.random.default_rng(seed)
    time = 1_700_000_000 // 3600 * 3600 + 3600 * np.arange(count)
    reference = 10 * rng.lognormal(0, 0.5, count)
    humidity = 70 + 15 * np.sin(time / 86_400) + rng.normal(0, 5, count)
    temperature = 10 + 5 * np.cos(time / 86_400)
    raw = (reference - fault.get("offset", 0)) / fault.get("gain", 1)
    raw = (
        raw
        + fault.get("humid", 0) * (humidity - 70)
        + rng.normal(0, fault.get("noise", 0.3), count)
    )
    return Hours(time, reference, raw, humidity, temperature)


def test_a_sensor_that_is_off_by_gain_and_offset_is_put_right():
    fit = fit_line(virtual(gain=0.5, offset=3))
    assert fit.line.gain == pytest.approx(0.5, abs=0.02)
    assert fit.line.offset == pytest.approx(3, abs=0.3)
    assert fit.terms == ("gain", "offset")
    assert fit.gain.helps
    assert fit.gain.part > 0.9


def test_humidity_is_used_where_it_explains_the_error():
    fit = fit_line(virtual(gain=0.8, humid=0.2))
    assert "humidity" in fit.terms
    assert fit.line.humidity.slope == pytest.approx(-0.2 * 0.8, rel=0.1)


def test_a_stuck_humidity_sensor_is_not_used_though_it_would_fit():
    hours = virtual(gain=0.8, humid=0.2)
    stuck = np.where(hours.humidity > 60, 99.9, hours.humidity)
    fit = fit_line(replace(hours, humidity=stuck))
    assert not fit.humidity.usable
    assert "not used" in fit.humidity.why
    assert fit.humidity.saturated == pytest.approx(np.mean(stuck >= 99))
    assert "humidity" not in fit.terms


@pytest.mark.parametrize(
    ("values", "said"),
    [(np.full(500, 55.0), "hardly moves"), (np.full(500, np.nan), "known in 0 hours only")],
)
def test_a_humidity_sensor_that_says_nothing_is_not_used(values, said):
    verdict = check_humidity(values)
    assert not verdict.usable
    assert said in verdict.why


def test_a_sensor_that_is_right_gains_nothing_and_is_left_alone():
    fit = fit_line(virtual())
    assert fit.terms == ()
    assert not fit.gain.helps


def test_a_sensor_that_changes_later_is_not_helped_by_its_past():
    early, late = virtual(gain=0.5), virtual(gain=1.0)
    later = hold_out_later(early.time)
    fit = fit_line(replace(early, raw=np.where(later, late.raw, early.raw)))
    assert fit.gain.part < 0
    assert not fit.gain.helps


def test_a_few_barbecues_do_not_tilt_the_line():
    hours = virtual(gain=0.5, offset=3)
    raw = hours.raw.copy()
    raw[::50] += 300
    line = fit_terms(replace(hours, raw=raw), ("gain", "offset"))
    assert line.gain == pytest.approx(0.5, abs=0.03)
    squares = np.linalg.lstsq(np.stack([raw, np.ones(len(raw))], 1), hours.reference)[0]
    assert squares[0] < 0.2  # what least squares make of it


def test_the_robust_fit_has_the_least_absolute_error_among_its_neighbours():
    rng = np.random.default_rng(5)
    table = np.stack([rng.normal(0, 1, 300), np.ones(300)], 1)
    target = table @ [2, -1] + rng.standard_t(1.5, 300)
    best = np.abs(target - table @ fit_robustly(table, target)).sum()
    for step in rng.normal(0, 0.1, (200, 2)):
        assert best <= np.abs(target - table @ (fit_robustly(table, target) + step)).sum() * 1.002


def test_a_term_does_not_grow_beyond_what_was_seen():
    line = fit_terms(virtual(humid=0.2), ("gain", "offset", "humidity"))
    values = np.array([line.humidity.high, 500.0])
    assert len(set(line(np.full(2, 9.0), values, np.zeros(2)).tolist())) == 1


def test_stretches_held_out_are_whole_and_cover_every_hour_once():
    time = np.repeat(np.arange(0, 1000), 2)
    masks = np.array(list(hold_out_in_turn(time, 4)))
    assert (masks.sum(axis=0) == 1).all()
    for mask in masks:
        assert np.diff(np.flatnonzero(mask)).max() == 1
    later = hold_out_later(time)
    assert time[later].min() > time[~later].max()


def test_too_few_hours_are_refused_with_their_number():
    hours = virtual(150)
    with pytest.raises(FormatError, match="150 hours in common: a calibration needs 200"):
        fit_line(hours)


@pytest.mark.parametrize(
    ("dust", "climate", "raw", "least", "usable"),
    [
        ("sds011_sensor_5331.zip", "dht22_sensor_5332.zip", 3.20, 0.15, False),
        ("sds011_sensor_16422.zip", "bme280_sensor_16423.zip", 5.17, 0.25, True),
    ],
)
def test_two_sensors_of_aberdeen_come_nearer_to_the_station_on_time_held_out(
    shared_data, dust, climate, raw, least, usable
):
    hours = read_aberdeen(shared_data / "sensor_community", dust, climate)
    fit = fit_line(hours)
    later = hold_out_later(hours.time)
    late = hours.take(later)
    by_hand = np.nanmean(np.abs(correct_hours(fit.tried, late) - late.reference))
    assert fit.gain.corrected == pytest.approx(by_hand)
    assert fit.gain.raw == pytest.approx(raw, rel=0.05)  # as others found with means
    assert fit.gain.corrected <= (1 - least) * min(raw, fit.gain.raw)
    assert fit.gain == measure_gain(late.reference, late.raw, correct_hours(fit.tried, late))
    assert fit.humidity.usable == usable
    if not usable:
        assert fit.humidity.saturated == pytest.approx(0.66, abs=0.02)
