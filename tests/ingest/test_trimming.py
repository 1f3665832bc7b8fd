"""What is cut from a ride, on tracks in metres from a door; the attacker is in test_attack.py."""

from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.trimming import (
    FEWEST,
    GROW_M,
    SHIFT_M,
    SPREAD,
    STAY_S,
    TRIM_M,
    ZONE_SHIFT_M,
    find_longest,
    find_places,
    find_window,
    is_near_zone,
    to_ring_m,
    to_shift,
    to_wait_s,
)
from lokaalmeten.geo import METRES_PER_DEGREE
from lokaalmeten.privacy import DELAY_S, Privacy, Zone

DOOR: Any = (52.1, 5.1)
DOOR_Y, DOOR_X = np.array([52.1]), np.array([5.1])
NOON = 1_760_000_000
HALF_TOWN_M = 3000


def to_degrees(north: Any, east: Any = 0.0) -> Any:
    """Degrees of metres from the door."""
    scale = METRES_PER_DEGREE * cos(radians(DOOR[0]))
    return DOOR[0] + np.asarray(north) / METRES_PER_DEGREE, DOOR[1] + np.asarray(east) / scale


def ride(*stops_m, speed=5.0, step=10):
    """A ride along positions (north, east) in metres; a number is seconds of standing there."""
    here, time, track = np.array(stops_m[0], float), 0.0, []
    legs = []
    for stop in stops_m[1:]:
        if isinstance(stop, int | float):
            legs.append((here, here, stop))
            continue
        there = np.array(stop, float)
        legs.append((here, there, np.hypot(*(there - here)) / speed))
        here = there
    for start, end, seconds in legs:
        ats = np.arange(0, seconds, step)
        track += [(time + at, *(start + (end - start) * at / seconds)) for at in ats]
        time += seconds
    track.append((time, *here))
    seconds, north, east = np.array(track).T
    y, x = to_degrees(north, east)
    return NOON + seconds.astype(np.int64), y, x


def slow_metres(place: Any, other: Any) -> float:
    """Haversine, one pair at a time."""
    lat1, lon1, lat2, lon2 = (*place, *other)
    half = sin(radians(lat2 - lat1) / 2) ** 2
    half += cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * 6_371_008.8 * asin(sqrt(half))


def shown(track, privacy, steady=None):
    """Places (n, 2) of a track that may be seen."""
    seconds, y, x = track
    steady = np.ones(len(seconds), np.bool_) if steady is None else steady
    window = find_window(seconds, y, x, steady, privacy)
    inside = np.zeros(len(seconds), np.bool_)
    if window:
        inside = (seconds >= window[0]) & (seconds <= window[1])
    return np.stack([y[inside], x[inside]], axis=1)


def nearest(places, lat, lon):
    return min((slow_metres(place, (lat, lon)) for place in places.tolist()), default=np.inf)


@settings(deadline=None, max_examples=50)
@given(st.uuids(), st.floats(0, 6.28))
def test_nothing_within_a_hundred_metres_of_either_door_is_shown(secret, angle):
    end = (6000 * np.sin(angle), 6000 * np.cos(angle))
    places = shown(ride((0, 0), end), Privacy(str(secret)))
    assert len(places) > FEWEST
    for door in (DOOR, tuple(map(float, to_degrees(*end)))):
        assert TRIM_M[0] - SHIFT_M <= nearest(places, *door) <= TRIM_M[1] + SHIFT_M + 51


def test_all_rides_from_one_door_are_cut_by_one_circle_and_its_centre_is_not_the_door():
    first = []
    for angle in np.arange(0, 6.28, 0.1):
        track = ride((0, 0), (6000 * np.sin(angle), 6000 * np.cos(angle)), step=1)
        first.append(shown(track, Privacy("a secret"))[0])
    north, east = to_shift(DOOR_Y, DOOR_X, "a secret")
    centre = to_degrees(north[0], east[0])
    away = [slow_metres(place, centre) for place in np.array(first).tolist()]
    assert max(away) - min(away) < 10
    assert TRIM_M[0] <= min(away) <= TRIM_M[1] + 10


def test_the_door_lies_anywhere_in_its_disc_all_places_as_likely():
    shifts = np.array([to_shift(DOOR_Y, DOOR_X, str(i)) for i in range(2000)])[:, :, 0]
    size = np.hypot(*shifts.T)
    assert size.max() <= SHIFT_M
    for share in (0.25, 0.5, 0.75):  # of the area of the disc
        assert (size < SHIFT_M * np.sqrt(share)).mean() == pytest.approx(share, abs=0.05)
    quarters = np.bincount((np.arctan2(*shifts.T) // (np.pi / 2)).astype(int) + 2, minlength=4)
    assert quarters / 2000 == pytest.approx(np.full(4, 0.25), abs=0.05)


def test_a_door_measured_anew_has_its_centre_where_it_was_and_work_elsewhere_another_shift():
    doors = to_degrees([0, 15, -15, 0, 0], [0, 0, 0, 15, -15])
    work = to_degrees([2500.0], [2500.0])
    moved, apart = [], []
    for secret in map(str, range(200)):
        north, east = to_shift(doors[0], doors[1], secret)
        moved.append(np.hypot(north - north[0], east - east[0]).max())
        other = to_shift(work[0], work[1], secret)
        apart.append((north[0] * other[0][0] + east[0] * other[1][0]) / SHIFT_M**2)
    assert np.quantile(moved, 0.95) < 30  # of 500, for 15 of the receiver
    assert abs(np.mean(apart)) < 0.15  # the shift at work tells little of that at home


def test_what_is_cut_is_drawn_by_a_hash_that_stays_the_same():
    # computed apart: sha3's shake_256 of "a secret radius", four bytes, little endian, over 2**32
    import hashlib

    number = int.from_bytes(hashlib.shake_256(b"a secret radius").digest(4), "little") / 2**32
    radius = TRIM_M[0] + number * (TRIM_M[1] - TRIM_M[0])
    north, east = to_shift(DOOR_Y, DOOR_X, "a secret")
    first = shown(ride((0, 0), (6000, 0), step=1), Privacy("a secret"))[0]
    away = slow_metres(first.tolist(), to_degrees(north[0], east[0]))
    assert radius < away <= radius + 6


def test_a_bike_that_stands_at_home_and_drifts_does_not_move_the_circle():
    home = ride((0, 0), (6000, 0), 900, (6150, 60), 30)
    places = shown(home, Privacy("a secret"))
    door = to_degrees(6000, 0)
    assert nearest(places, *map(float, door)) > TRIM_M[0] - SHIFT_M - 51


def test_a_long_stop_on_the_way_is_a_place_and_a_traffic_light_is_none():
    secret = Privacy("a secret")
    visit = shown(ride((0, 0), (3000, 0), STAY_S + 60, (6000, 0)), secret)
    assert nearest(visit, *map(float, to_degrees(3000))) > TRIM_M[0] - SHIFT_M - 51
    light = shown(ride((0, 0), (3000, 0), STAY_S - 60, (6000, 0)), secret)
    assert nearest(light, *map(float, to_degrees(3000))) < 30


def test_places_are_both_ends_and_where_a_stay_begins_and_ends():
    seconds, y, x = ride((0, 0), (2000, 0), 600, (4000, 0))
    places = find_places(seconds, y, x)
    assert {0, len(seconds) - 1} <= set(places.tolist())
    north = (y[places] - DOOR[0]) * METRES_PER_DEGREE
    assert np.all((np.abs(north - 2000) <= 50) | (north < 1) | (north > 3999))
    assert (np.abs(north - 2000) <= 50).sum() >= 2


def test_a_way_past_the_own_door_is_hidden_there_too():
    places = shown(ride((0, 0), (3000, 0), (0, 30), (-5000, 0)), Privacy("a secret"))
    assert nearest(places, *DOOR) > TRIM_M[0] - SHIFT_M - 51


@settings(deadline=None, max_examples=50)
@given(st.uuids(), st.floats(-400, 400), st.floats(50, 600))
def test_nothing_in_a_zone_is_shown_and_the_way_in_does_not_draw_it(secret, aside, radius):
    zone = Zone(np.array([to_degrees(HALF_TOWN_M, aside)]), radius)
    places = shown(ride((-3000, 0), (9000, 0)), Privacy(str(secret), (zone,)))
    away = nearest(places, *to_degrees(HALF_TOWN_M, aside))
    assert away > radius
    assert len(places) > FEWEST


def test_how_near_a_zone_is_shown_differs_by_owner_and_by_side():
    zone = Zone(np.array([to_degrees(0, 0)]), 200.0)
    beyond = []
    for secret in map(str, range(100)):
        metres = np.arange(200, 500)
        sides = []
        for north, east in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            y, x = to_degrees(metres * north, metres * east)
            sides.append(metres[~is_near_zone(y, x, zone, secret)].min() - 200)
        beyond.append(sides)
    beyond = np.array(beyond)
    assert beyond.min() >= GROW_M[0] - ZONE_SHIFT_M
    assert beyond.max() <= GROW_M[1] + ZONE_SHIFT_M
    assert (np.ptp(beyond, axis=1) > 5).mean() > 0.95
    assert np.ptp(beyond.mean(axis=1)) > 50


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.integers(-900, 900), st.integers(-900, 900)), min_size=3, max_size=8))
def test_the_distance_to_a_zone_is_that_of_a_slow_walk_along_its_edge(corners):
    ring = np.stack(to_degrees(*np.array(corners, float).T), axis=1)
    points = np.random.default_rng(1).uniform(-1200, 1200, (20, 2))
    degrees = to_degrees(*points.T)
    found = to_ring_m(degrees[0], degrees[1], ring)
    closed = np.array([*corners, corners[0]], float)
    walk = np.concatenate([np.linspace(a, b, 401) for a, b in pairwise(closed)])
    for point, metres in zip(points, found, strict=True):
        edge = np.hypot(*(walk - point).T).min()
        assert metres == 0 or metres == pytest.approx(edge, abs=6)


def test_inside_a_zone_with_a_bay_is_inside_and_the_bay_is_not():
    corners = np.array([(0, 0), (0, 900), (900, 900), (900, 600), (300, 600), (300, 0)], float)
    ring = np.stack(to_degrees(*corners.T), axis=1)
    y, x = to_degrees([150.0, 600.0, 600.0], [450.0, 750.0, 300.0])
    assert to_ring_m(y, x, ring) == pytest.approx([0, 0, 300], abs=1)


@given(st.lists(st.booleans(), max_size=40))
def test_the_longest_run_is_the_first_of_the_longest(marks):
    first, after = find_longest(np.array(marks, np.bool_))
    runs, begin = [(0, 0)], None
    for index, mark in enumerate([*marks, False]):
        begin = index if mark and begin is None else begin
        if not mark and begin is not None:
            runs.append((begin, index))
            begin = None
    assert after - first == max(b - a for a, b in runs)
    assert all(marks[first:after])


def test_a_jump_of_the_receiver_into_a_zone_is_not_shown_either():
    seconds, y, x = ride((-3000, 0), (6000, 0))
    steady = np.ones(len(seconds), np.bool_)
    steady[90] = False
    y[90], x[90] = to_degrees(0, 5000)
    zone = Zone(np.array([to_degrees(0, 5000)]), 100.0)
    assert (
        nearest(shown((seconds, y, x), Privacy("s", (zone,)), steady), *to_degrees(0, 5000)) > 100
    )


def test_a_ride_that_stays_near_its_door_has_nothing_to_show():
    assert len(shown(ride((0, 0), (80, 80), (0, 0)), Privacy("a secret"))) == 0
    none = np.zeros(0, np.int64), np.zeros(0), np.zeros(0)
    assert len(shown(none, Privacy("a secret"))) == 0


def test_a_ride_waits_for_the_delay_and_some_more_that_nobody_can_foretell():
    waits = [to_wait_s(NOON + i, Privacy(f"{i % 7}", delay_s=DELAY_S)) for i in range(500)]
    assert min(waits) >= DELAY_S
    assert max(waits) <= DELAY_S * (1 + SPREAD)
    assert len(set(waits)) > 450
    assert to_wait_s(NOON, Privacy("0", delay_s=DELAY_S)) == waits[0]
    assert to_wait_s(NOON, Privacy("0")) == 0
