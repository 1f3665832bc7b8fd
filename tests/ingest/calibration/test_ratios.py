"""Fields of ratios: on a virtual town, on Utrecht 2023, and beside RIVM's own values."""

import numpy as np
import pandas as pd
import pytest

from ingest.calibration import ratios
from ingest.calibration.fitting import Hours, correct_hours, fit_line
from ingest.calibration.holdout import measure_gain
from ingest.calibration.line import Line
from ingest.calibration.ratios import (
    HIGH,
    LOW,
    Places,
    fade,
    measure_field,
    to_field,
    to_groups,
    weigh_stations,
)
from tests.ingest.calibration.real import UTRECHT, read_rivm, read_utrecht, to_seconds


def town(hours=200, sensors=30, seed=2, fault=0.5):
    """Sensors that all read ``fault`` times what is in the air, more in fog, and three stations."""
    rng = np.random.default_rng(seed)
    where = Places(rng.uniform(52.0, 52.2, sensors), rng.uniform(5.0, 5.3, sensors))
    beside = Places(np.array([52.05, 52.1, 52.15]), np.array([5.1, 5.15, 5.2]))
    air = 20 * rng.lognormal(0, 0.3, (hours, 1))
    fog = np.where(np.arange(hours)[:, None] % 48 < 12, 2.0, 1.0)
    raw = fault * fog * air * rng.lognormal(0, 0.1, (hours, sensors))
    official = air + rng.normal(0, 1, (hours, 3))
    return official, beside, raw, where, 1 / (fault * fog)


def test_all_sensors_get_the_ratio_of_the_hour_fog_or_not():
    official, beside, raw, where, true = town()
    factors = to_field(official, beside, raw, where).at(where)
    assert np.median(np.abs(factors / true - 1)) < 0.15
    assert np.median(factors[:, 0][true[:, 0] == 1]) < 0.75 * np.median(
        factors[:, 0][true[:, 0] == 2]
    )


def test_it_is_worth_something_at_a_station_that_is_left_out():
    official, beside, raw, where, _ = town()
    assert measure_field(official, beside, raw, where).part > 0.5


def test_a_station_that_is_left_out_does_not_tell_its_own_hours(monkeypatch):
    official, beside, raw, where, _ = town()
    used = []

    def spy(values, places, *rest):
        used.append(values)
        return to_field(values, places, *rest)

    monkeypatch.setattr(ratios, "to_field", spy)
    measure_field(official, beside, raw, where)
    for left_out, values in enumerate(used):
        assert np.array_equal(values, np.delete(official, left_out, axis=1))


def test_with_one_station_nothing_can_be_said_of_its_worth():
    official, beside, raw, where, _ = town()
    one = Places(beside.lat[:1], beside.lon[:1])
    assert not measure_field(official[:, :1], one, raw, where).helps


def test_a_small_group_is_believed_less_than_a_large_one():
    official, beside, raw, where, _ = town(fault=0.5)
    few = Places(where.lat[:1], where.lon[:1])
    small = to_field(official, beside, raw[:, :1], few).factors
    large = to_field(official, beside, raw, where).factors
    assert 1 < np.median(small) < np.median(large)


def test_factors_stay_within_what_a_sensor_can_be_off():
    official, beside, raw, where, _ = town(fault=0.01)
    assert to_field(official, beside, raw, where).factors.max() == HIGH
    assert to_field(official, beside, raw * 10_000, where).factors.min() == LOW


def test_where_nothing_is_known_raw_stays_and_where_little_is_the_hours_around_tell():
    official, beside, raw, where, _ = town()
    nothing = np.full_like(official, np.nan)
    assert (to_field(nothing, beside, raw, where).factors == 1).all()
    gap = official.copy()
    gap[50:60] = np.nan
    factors = to_field(gap, beside, raw, where).factors
    assert np.isfinite(factors).all()
    assert (factors[50:60] != 1).all()


def test_a_group_is_the_median_of_the_sensors_within_reach():
    _, beside, raw, where, _ = town(hours=5)
    raw[0, 0] = raw[3] = np.nan
    far = Places(np.append(where.lat, 53.0), np.append(where.lon, 6.5))
    groups, count = to_groups(np.c_[raw, np.full(5, 1e6)], far, beside)
    for hour in range(5):
        slow = np.median(raw[hour][np.isfinite(raw[hour])]) if hour != 3 else np.nan
        assert groups[hour] == pytest.approx(np.full(3, slow), nan_ok=True)
    assert count == pytest.approx(np.full(3, (29 + 3 * 30) / 4))


def test_fading_sums_what_lies_around_with_less_and_less_weight():
    values = np.random.default_rng(1).normal(0, 1, (30, 2))
    slow = [
        sum(values[j] * np.exp(-abs(i - j) / 1.5) for j in range(30) if abs(i - j) <= 6)
        for i in range(30)
    ]
    assert fade(values, 1.5) == pytest.approx(np.array(slow))


def test_the_nearest_station_weighs_most_and_all_weights_are_one():
    _, beside, _, _, _ = town()
    weights = weigh_stations(Places(np.array([52.15, 52.6]), np.array([5.2, 5.2])), beside)
    assert weights.sum(axis=1) == pytest.approx([1, 1])
    assert weights[0].argmax() == 2
    assert weights[1].max() < weights[0].max()  # far away they count alike


def test_in_utrecht_a_field_is_no_better_than_raw_which_the_stations_left_out_show(shared_data):
    _, raw, where, official, beside = read_utrecht(shared_data / "samenmeten_utrecht")
    assert raw.shape[1] > 50
    gain = measure_field(official, beside, raw, where)
    assert gain.count > 10_000
    assert not gain.helps  # street, country and town differ more than these sensors are off


def test_what_helped_in_utrecht_helps_on_a_last_third_that_no_choice_has_seen(shared_data):
    hours, raw, _, official, _ = read_utrecht(shared_data / "samenmeten_utrecht")
    griftpark = official[:, list(UTRECHT).index("NL10643")]
    unknown = np.full(len(hours), np.nan)
    judged = []
    for sensor in raw.T:
        both = Hours(to_seconds(hours), griftpark, sensor, unknown, unknown)
        both = both.take(np.isfinite(griftpark) & np.isfinite(sensor))
        if len(both.time) < 900:
            continue
        last = both.time > np.quantile(both.time, 2 / 3)
        fit, late = fit_line(both.take(~last)), both.take(last)
        line = fit.line if fit.gain.helps else Line()
        corrected = correct_hours(line, late)
        judged.append((fit.gain.helps, late.reference, late.raw, corrected))
    applied = [one for one in judged if one[0]]
    assert 20 < len(applied) < len(judged)
    columns = zip(*(one[1:] for one in judged), strict=True)
    of_all = measure_gain(*(np.concatenate(column) for column in columns))
    of_applied = np.median([measure_gain(*one[1:]).part for one in applied])
    assert of_all.part > 0.05
    assert of_applied > 0.1


def test_rivm_s_own_calibrated_values_are_met_from_raw_sensors_and_official_hours(shared_data):
    hours, raw, calibrated, where, official, beside = read_rivm(
        shared_data / "rivm_samen_analyseren"
    )
    ours = raw * to_field(official, beside, raw, where).at(where)
    both = np.isfinite(ours) & (calibrated > 0)
    difference = ours[both] / calibrated[both] - 1
    assert both.sum() > 25_000
    assert abs(np.median(difference)) < 0.05
    # By the hour it stays above 10 %: RIVM's factor jumps from hour to hour by 12 % with stations
    # that are not in this file. Of a day a tenth is far.
    assert np.median(np.abs(difference)) < 0.115
    assert np.median(np.abs(raw[both] / calibrated[both] - 1)) > 0.2
    shown = [np.where(both, values, np.nan) for values in (ours, calibrated)]
    by_day, theirs = (pd.DataFrame(v, hours).resample("1D").mean() for v in shown)
    whole = pd.DataFrame(both, hours).resample("1D").sum() >= 18
    assert np.nanmedian((by_day / theirs - 1).where(whole).abs()) < 0.06
