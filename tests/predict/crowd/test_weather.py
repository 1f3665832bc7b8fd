"""Weather of a place: columns worked out by hand, and rain that empties a made-up street."""

import numpy as np
import pytest

from predict.air.weather import Weather
from predict.crowd.days import CORE, LEVELS, WITH_WEATHER, expect
from predict.crowd.weather import to_weather_columns

MONDAY = 1_767_571_200  # 2026-01-05T00:00Z
HOUR, DAY, ZONE = 3600, 24, "Europe/Amsterdam"
MIDDLE = len(LEVELS) // 2


def test_warm_is_against_what_it_was_lately_and_counts_by_day_once_more():
    temperature = np.full(20 * DAY, 5.0)
    temperature[19 * DAY :] = 15.0  # a warm last day
    found = to_weather_columns({"temperature": temperature}, ["temperature"], MONDAY, ZONE)
    assert found.shape == (20 * DAY, 3)
    noon, night = 19 * DAY + 11, 20 * DAY - 1  # 12:00 and 00:00 local time
    lately = (13 * DAY + 12) * 5 + 12 * 15
    assert found[noon, 0] == pytest.approx(15 - lately / (14 * DAY))
    assert found[noon, 2] == found[noon, 1] == pytest.approx((5 + 15) / 2 - lately / (14 * DAY))
    assert found[night, 2] == 0
    assert found[night, 1] > 5


def test_rain_is_felt_for_hours_and_a_column_that_is_not_there_is_left_out():
    rain = np.zeros(30)
    rain[12] = 3.0
    found = to_weather_columns({"rain": rain, "humidity": rain}, ["rain"], MONDAY, ZONE)
    found = np.nan_to_num(found)  # the first hours know little of those before them
    assert found.shape == (30, 5)
    longest, now, three = found[:, 0], found[:, 1], found[:, 2]
    assert np.flatnonzero(now).tolist() == [12]
    assert np.flatnonzero(three).tolist() == [12, 13, 14]
    assert three[13] == pytest.approx(np.log(2))  # one mm an hour
    assert np.flatnonzero(longest).tolist() == list(range(12, 24))


@pytest.fixture
def street():
    """Ten weeks of a street that is half as full when it rains, and its rain (two weeks more)."""
    rng = np.random.default_rng(5)
    hours = np.arange(84 * DAY)
    wet = np.repeat(rng.random(len(hours) // 6) < 0.2, 6)
    usual = 300 * (1.2 + np.sin(2 * np.pi * (hours - 9) / DAY))
    people = rng.poisson(usual * np.where(wet, 0.5, 1.0)).astype(float)[:, None]
    return people, Weather(MONDAY, ("rain",), np.where(wet, 2.0, 0.0)[:, None])


def test_rain_that_is_known_to_come_empties_the_street_as_far_as_it_is_known(street):
    people, weather = street
    known = 70 * DAY
    short = Weather(weather.start, weather.names, weather.table[: known + 30])
    with_it, _, basis = expect(people[:known], MONDAY, (), 2 * DAY, short)
    without, _, plain = expect(people[:known], MONDAY, (), 2 * DAY)
    assert basis == (WITH_WEATHER,) * 30 + (CORE,) * 18
    assert set(plain) == {CORE}
    came, told = people[known : known + 30, 0], slice(0, 30)
    missed = [
        np.abs(np.sqrt(each.table[told, 0, MIDDLE]) - np.sqrt(came)).mean()
        for each in (with_it, without)
    ]
    assert missed[0] < 0.6 * missed[1]
    assert with_it.table[30:] == pytest.approx(without.table[30:])


def test_weather_of_less_than_four_weeks_teaches_nothing(street):
    people, weather = street
    short = Weather(MONDAY + 50 * DAY * HOUR, weather.names, weather.table[50 * DAY :])
    found, _, basis = expect(people[: 70 * DAY], MONDAY, (), DAY, short)
    without = expect(people[: 70 * DAY], MONDAY, (), DAY)[0]
    assert set(basis) == {CORE}
    assert (found.table == without.table).all()
