from dataclasses import astuple, fields
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from ingest.virtual.city import STOVES, City, district_centre, to_degrees
from ingest.virtual.field import Field, Truth
from lokaalmeten.quantities import BY_KEY

MARKET = to_degrees(0, 0)
STOVE = to_degrees(*district_centre(STOVES))
EDGE = to_degrees(-1700, 900)  # meadow outside the town


def unix(text):
    return int(
        datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Amsterdam")).timestamp()
    )


def hours(text, days):
    return unix(text) + np.arange(days * 24) * 3600


@pytest.fixture(scope="module")
def field():
    return Field(City(1))


@pytest.fixture(scope="module")
def year(field):
    return field.truth(*MARKET, hours("2026-01-01", 365))


def test_arrays_give_the_same_as_one_call_per_place_and_time(field):
    rng = np.random.default_rng(0)
    lat, lon = to_degrees(*rng.uniform(-1500, 1500, (2, 40)))
    time = rng.integers(unix("2025-01-01"), unix("2027-01-01"), 40)
    together = np.array(astuple(field.truth(lat, lon, time)))
    alone = [
        astuple(field.truth(float(y), float(x), int(t)))
        for y, x, t in zip(lat, lon, time, strict=True)
    ]
    np.testing.assert_allclose(together.T, np.array(alone, float), rtol=1e-12)


def test_every_quantity_has_the_shape_of_place_and_time(field):
    lat, lon = to_degrees(np.zeros(3), np.zeros(3))
    truth = field.truth(lat[:, None], lon[:, None], hours("2026-05-01", 1)[None])
    assert {value.shape for value in astuple(truth)} == {(3, 24)}


def test_values_stay_within_what_the_sensors_can_report(year):
    for column in fields(Truth):
        if column.name != "people":
            values = getattr(year, column.name)
            assert values.min() >= BY_KEY[column.name].low, column.name
            assert values.max() <= BY_KEY[column.name].high, column.name


def test_particle_mass_grows_with_size(year):
    assert (year.pm1 > 0).all()
    assert (year.pm1 <= year.pm25).all()
    assert (year.pm25 <= year.pm4).all()
    assert (year.pm4 <= year.pm10).all()


def test_yearly_means_are_dutch(year):
    """RIVM and KNMI: PM2.5 7 to 12, PM10 14 to 20 ug/m3, De Bilt 10 to 11.5 Cel, 1015 hPa."""
    assert 7 < year.pm25.mean() < 13
    assert 13 < year.pm10.mean() < 21
    assert 10 < year.temperature.mean() < 12.5
    assert abs(year.pressure.mean() - 101_500) < 500
    assert 70 < year.humidity.mean() < 88


def test_winter_is_cold_and_collects_particles(field):
    january = field.truth(*EDGE, hours("2026-01-01", 31))
    july = field.truth(*EDGE, hours("2026-07-01", 31))
    assert july.temperature.mean() - january.temperature.mean() > 9
    assert january.pm25.mean() > july.pm25.mean()


def test_still_air_collects_particles_and_warm_air_is_dry(year):
    assert np.corrcoef(year.pm25, year.pressure)[0, 1] > 0.4
    assert np.corrcoef(year.temperature, year.humidity)[0, 1] < -0.4


def test_weather_lasts_for_days(year):
    def remembered(values, hours_later):
        return np.corrcoef(values[hours_later:], values[:-hours_later])[0, 1]

    assert remembered(year.pressure, 24) > 0.5
    assert abs(remembered(year.pressure, 24 * 20)) < 0.35


def test_rush_hour_is_seen_beside_the_ring_road_only(field):
    streets = field.city.streets
    a, b = streets.edges[streets.main][0]
    road = to_degrees((streets.x[a] + streets.x[b]) / 2, (streets.y[a] + streets.y[b]) / 2)
    rush, night = unix("2026-05-12 08:15"), unix("2026-05-12 03:00")
    extra = [
        float(field.truth(*road, at).pm25 - field.truth(*EDGE, at).pm25) for at in (rush, night)
    ]
    assert extra[0] > 1.5
    assert extra[1] < 0.5
    assert field.truth(*road, rush).sound_laeq > field.truth(*EDGE, rush).sound_laeq + 8
    assert field.truth(*road, rush).nox_raw > field.truth(*EDGE, rush).nox_raw + 200


def test_sunday_morning_has_no_rush(field):
    streets = field.city.streets
    corner = int(streets.edges[streets.main][0][0])
    road = to_degrees(streets.x[corner], streets.y[corner])
    monday, sunday = unix("2026-05-11 08:00"), unix("2026-05-10 08:00")
    assert field.truth(*road, monday).sound_laeq > field.truth(*road, sunday).sound_laeq + 4


def test_stoves_smoke_on_winter_evenings_in_their_district(field):
    evening = unix("2026-01-16 20:30") + 86400 * np.arange(10)
    summer = unix("2026-07-17 20:30") + 86400 * np.arange(10)
    extra = [
        (field.truth(*STOVE, at).pm25 - field.truth(*EDGE, at).pm25).mean()
        for at in (evening, evening - 9 * 3600, summer)
    ]
    assert extra[0] > 5
    assert extra[1] < 1
    assert extra[2] < 1


def test_temperature_peaks_in_the_afternoon(field):
    day = field.truth(*EDGE, hours("2026-06-01", 30)).temperature.reshape(30, 24).mean(axis=0)
    assert 13 <= day.argmax() <= 17
    assert 1 <= day.argmin() <= 5


def test_saturday_market_is_the_busiest_hour_of_the_week(field):
    week = field.truth(*MARKET, hours("2026-05-11", 7)).people  # from Monday 0:00
    day, hour = divmod(int(week.argmax()), 24)
    assert (day, 11 <= hour <= 15) == (5, True)
    friday, saturday = week[4 * 24 + 12], week[5 * 24 + 12]
    assert saturday > 2 * friday
    assert week.reshape(7, 24)[:, 4].max() < 1


def test_station_is_busy_when_people_go_to_work(field):
    at = field.city.counters[-1]
    day = field.truth(at.lat, at.lon, hours("2026-05-12", 1)).people
    assert day.argmax() in (8, 17)
    assert day[8] > 4 * day[11]
