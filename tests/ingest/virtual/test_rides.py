from itertools import pairwise

import numpy as np
import pytest

from ingest.virtual.city import City
from ingest.virtual.local import DAY, to_local
from ingest.virtual.rides import rides_between

START = 1_795_392_000  # 2026-11-23T00:00Z, a Monday


@pytest.fixture(scope="module")
def city():
    return City(1)


@pytest.fixture(scope="module")
def week(city):
    return {bike: list(rides_between(city, bike, START, START + 7 * DAY)) for bike in city.bikes}


def test_bikes_stay_on_the_streets(city, week):
    for rides in week.values():
        for ride in rides:
            assert city.streets.away_m(ride.x, ride.y).max() < 1e-6


def test_bikes_do_not_jump_and_stand_still_at_both_ends(week):
    for rides in week.values():
        for ride in rides:
            assert (np.diff(ride.time) == 5).all()
            step = np.hypot(np.diff(ride.x), np.diff(ride.y))
            assert step.max() <= 5 * 5.8 + 1e-6  # 21 km/h
            assert not step[:3].any()
            assert not step[-20:].any()


def test_rides_of_a_bike_follow_each_other_with_a_pause(week):
    for rides in week.values():
        for before, after in pairwise(rides):
            assert after.time[0] - before.time[-1] > 1800


def test_most_bikes_commute_on_a_workday_and_leave_from_home(city, week):
    commutes = 0
    for bike, rides in week.items():
        first = [ride for ride in rides if to_local(ride.time[0]).day == START // DAY]
        at_home = (city.streets.x[bike.home], city.streets.y[bike.home])
        if first:
            assert (first[0].x[0], first[0].y[0]) == pytest.approx(at_home)
            assert (first[-1].x[-1], first[-1].y[-1]) == pytest.approx(at_home)
            commutes += to_local(first[0].time[0]).hour < 10
    assert commutes > len(week) * 0.6


def test_rides_are_long_enough_to_be_more_than_their_hidden_ends(week):
    lengths = [
        np.hypot(np.diff(ride.x), np.diff(ride.y)).sum()
        for rides in week.values()
        for ride in rides
    ]
    assert np.median(lengths) > 1500


def test_rides_do_not_depend_on_the_window(city, week):
    bike = city.bikes[3]
    for ride in week[bike]:
        middle = int(ride.time[len(ride.time) // 2])
        alone = list(rides_between(city, bike, middle, middle + 1))
        assert len(alone) == 1
        assert np.array_equal(alone[0].time, ride.time)
        assert np.array_equal(alone[0].x, ride.x)


def test_a_window_between_rides_is_empty(city, week):
    bike = city.bikes[3]
    ended = int(week[bike][0].time[-1])
    assert list(rides_between(city, bike, ended + 1, ended + 600)) == []
