"""Places are compared with straight lines through the ellipsoid, in floats: nothing is shared."""

import random
import struct
from itertools import pairwise
from math import cos, dist, radians, sin, sqrt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from firmware import privacy, trim, zones
from firmware.outbox import Outbox
from firmware.privacy import Guard, make_guard
from firmware.sampler import Sampler
from firmware.sensors import Sensor
from firmware.simulated.clockwork import Clockwork
from firmware.simulated.flash import Flash
from firmware.trim import Trim
from firmware.zones import make_reach, make_zone, make_zones, move
from lokaalmeten.wire import FLAG_TICKS, MISSING, SCHEMAS, read_page
from tests.firmware.units import Memory

NOON = 1_795_435_200
LAT, LON = 520_907_374, 51_214_201
BIKE = 2
WIDTH = 2 + 3 + len(SCHEMAS[BIKE][2])

DUTCH = st.tuples(st.integers(507_000_000, 536_000_000), st.integers(33_000_000, 73_000_000))
SABA = st.tuples(st.integers(120_000_000, 180_000_000), st.integers(-700_000_000, -620_000_000))
SECRETS = st.integers(0, 2**128 - 1)


def to_metres(lat, lon):
    """Straight coordinates of a place on the ellipsoid WGS 84."""
    phi, lamda = radians(lat / 1e7), radians(lon / 1e7)
    squared = 6.69437999014e-3
    n = 6378137.0 / sqrt(1 - squared * sin(phi) ** 2)
    return n * cos(phi) * cos(lamda), n * cos(phi) * sin(lamda), n * (1 - squared) * sin(phi)


def distance(one, other):
    return dist(to_metres(*one), to_metres(*other))


def beside(place, north_m, east_m):
    """A place about so far away."""
    lat, lon = place
    north, east = north_m / 111_200, east_m / 111_200 / cos(radians(lat / 1e7))
    return lat + round(1e7 * north), lon + round(1e7 * east)


@given(st.one_of(DUTCH, SABA), st.integers(50, 7500), st.floats(-2, 2), st.floats(-2, 2))
def test_zone_covers_what_lies_within_its_radius_on_the_ellipsoid(place, radius, north, east):
    other = beside(place, north * radius, east * radius)
    away = distance(place, other)
    covers = make_zone(place[0], place[1], radius).covers(other[0], other[1])
    if away < 0.997 * radius - 1:
        assert covers
    if away > 1.005 * radius + 1:
        assert not covers


@given(st.integers(-890_000_000, 890_000_000))
def test_cosine_is_that_of_the_mathematics(lat):
    assert abs(zones.cosine(lat) / zones.ONE - cos(radians(lat / 1e7))) < 3e-5


@given(DUTCH, DUTCH, st.integers(50, 7500))
def test_numbers_of_a_sample_stay_small_integers_of_the_chip(place, other, radius):
    """One of more than 31 bits is an object there, and would be made for every sample."""
    reach = make_reach(radius, place[0])
    assert privacy.STEPS * reach.north < 2**30
    assert privacy.STEPS * reach.east < 2**30
    assert all(abs(here - there) < 2**30 for here, there in zip(place, other, strict=True))


# the zone that is used


@given(DUTCH, st.integers(50, 5000), SECRETS, st.floats(0, 1), st.floats(0, 6.3))
def test_zone_that_is_used_covers_the_whole_zone_that_was_drawn(place, radius, secret, far, way):
    (zone,) = make_zones([(*place, radius)], secret)
    there = beside(place, 0.995 * far * radius * sin(way), 0.995 * far * radius * cos(way))
    assume(distance(place, there) <= radius)
    assert zone.covers(*there)


def test_home_lies_anywhere_in_a_circle_of_half_the_radius_about_the_middle():
    """By chance alike everywhere: a quarter of homes in the inner circle of half its radius."""
    draw = random.Random(7)
    away = []
    for _ in range(4000):
        zone = move(LAT, LON, 400, draw.getrandbits(128))
        away.append(distance((LAT, LON), (zone.lat, zone.lon)))
        assert zone.reach.north == move(LAT, LON, 400, 0).reach.north  # it tells nothing
    assert max(away) < 201
    assert sum(metres < 100 for metres in away) / 4000 == pytest.approx(1 / 4, abs=0.03)
    assert sum(metres < 141.4 for metres in away) / 4000 == pytest.approx(1 / 2, abs=0.03)


def test_zones_of_one_device_are_moved_each_in_a_way_of_its_own():
    one, other = make_zones([(LAT, LON, 400), (LAT + 90_000, LON, 400)], 12345)
    assert (one.lat - LAT, one.lon - LON) != (other.lat - LAT - 90_000, other.lon - LON)


def test_secret_is_drawn_once_and_of_sixteen_bytes():
    drawn, store = [], Memory()

    def urandom(count):
        drawn.append(count)
        return bytes(range(count))

    first = make_guard([(LAT, LON, 300)], False, WIDTH, store, urandom, None)._zones[0]
    again = make_guard([(LAT, LON, 300)], False, WIDTH, store, urandom, None)._zones[0]
    assert drawn == [16]
    assert (first.lat, first.lon) == (again.lat, again.lon)


def test_node_without_zones_has_no_guard():
    assert make_guard([], False, WIDTH, Memory(), None, None) is None


# what is kept


class Places(Sensor):
    def __init__(self, time):
        super().__init__("places", ("lat", "lon", "accuracy", "pm25"), time)

    def say(self, place, mark):
        lat, lon = (None, None) if place is None else place
        self.counts = [lat, lon, 200, mark]
        self.well()


class Bike:
    """Sampler, guard and outbox of a bike, and its flash."""

    def __init__(self, guard, samples=60):
        self.time, self.flash = Clockwork(), Flash(64)
        self.outbox = Outbox(self.flash, lambda count: b"\x07" * count)
        self.places, self.guard = Places(self.time), guard
        self.sampler = Sampler(
            BIKE,
            [self.places],
            self.outbox.keep,
            7,
            self.outbox.take_sequence,
            self.time,
            samples,
            guard,
        )

    def ride(self, places, marks, flags=0, begin=NOON):
        for second, (place, mark) in enumerate(zip(places, marks, strict=True)):
            self.places.say(place, mark)
            self.sampler.sample(begin + second, flags)

    def end(self):
        """(time, place, mark) of what is kept."""
        self.sampler.close()
        if self.guard is not None:
            self.guard.begin()
        found, page, at = [], memoryview(bytearray(4000)), self.outbox.find(0)
        while at is not None:
            _, _, _, begin, _, rows = read_page(page[: self.outbox.read(at, page)])
            found += [(begin + row[0], (row[2], row[3]), row[6]) for row in rows]
            at = self.outbox.find(self.outbox.after(at))
        return found


def marks_of(places):
    """A number for each that no other byte of the flash makes by chance."""
    return [10_000_000 + 65_537 * index for index in range(len(places))]


def is_on(flash, number):
    return struct.pack("<i", number) in bytes(flash.data)


WALK = st.lists(
    st.one_of(st.none(), st.tuples(st.integers(-900, 900), st.integers(-900, 900))), max_size=90
)


@settings(max_examples=60)
@given(WALK, SECRETS, st.lists(st.tuples(*[st.integers(-700, 700)] * 2), min_size=1, max_size=3))
def test_of_what_lies_in_a_zone_or_has_no_place_nothing_is_in_any_byte_of_the_flash(
    walk, secret, centres
):
    zones = make_zones([(*beside((LAT, LON), *centre), 150) for centre in centres], secret)
    places = [step and beside((LAT, LON), *step) for step in walk]
    used = [((zone.lat, zone.lon), 150 + 77) for zone in zones]
    for place in places:  # what lies on an edge is for the test of edges
        for centre, radius in used:
            assume(place is None or not 0.99 < distance(place, centre) / radius < 1.01)
    bike = Bike(Guard(zones))
    marks = marks_of(places)
    bike.ride(places, marks)
    kept = bike.end()
    expected = [
        (NOON + second, place, mark)
        for second, (place, mark) in enumerate(zip(places, marks, strict=True))
        if place and all(distance(place, centre) > radius for centre, radius in used)
    ]
    assert kept == expected
    hidden = set(marks) - {mark for _, _, mark in kept}
    assert not any(is_on(bike.flash, mark) for mark in hidden)
    shown = {place for _, place, _ in kept}
    for place in places:
        if place is not None and place not in shown:
            assert struct.pack("<ii", *place) not in bytes(bike.flash.data)
    assert all(is_on(bike.flash, mark) for _, _, mark in kept)


def test_without_a_zone_samples_without_a_place_are_kept_as_ever():
    bike = Bike(None)
    bike.ride([None] * 5, [7] * 5)
    assert [mark for _, _, mark in bike.end()] == [7] * 5


# ends of a ride


def straight(seconds, metres=5):
    return [beside((LAT, LON), 0, metres * second) for second in range(seconds)]


def trimmed(places, lengths):
    drawn = iter([length - trim.SHORTEST_M for length in lengths])
    bike = Bike(Guard((), Trim(WIDTH, lambda limit: next(drawn))))
    marks = marks_of(places)
    bike.ride(places, marks)
    return bike, bike.end(), marks


@given(st.integers(200, 600), st.integers(200, 600), st.integers(1, 400))
@settings(max_examples=40, deadline=None)
def test_straight_ride_loses_its_two_lengths_and_nothing_else(first, last, seconds):
    places = straight(seconds)
    bike, kept, marks = trimmed(places, [first, last])
    expected = [
        second
        for second, place in enumerate(places)
        if distance(places[0], place) > first and distance(places[-1], place) > last
    ]
    found = [time - NOON for time, _, _ in kept]
    assert len(set(found) ^ set(expected)) <= 2  # those on the edge
    hidden = set(marks) - {mark for _, _, mark in kept}
    assert not any(is_on(bike.flash, mark) for mark in hidden)


@given(
    st.lists(st.tuples(st.integers(-1500, 1500), st.integers(-1500, 1500)), min_size=1, max_size=40)
)
@settings(max_examples=40)
def test_nothing_near_either_end_is_kept_whichever_way_the_ride_goes(corners):
    places = [(LAT, LON)]
    for (north, east), (to_north, to_east) in pairwise([(0, 0), *corners]):
        places += [
            beside((LAT, LON), north + (to_north - north) * k / 9, east + (to_east - east) * k / 9)
            for k in range(1, 10)
        ]
    _, kept, marks = trimmed(places, [300, 400])
    assert [mark for _, _, mark in kept] == sorted(mark for _, _, mark in kept)
    for second, place, mark in kept:
        assert distance(places[0], place) > 298
        assert places[second - NOON] == place
        assert marks[second - NOON] == mark
    after = {second - NOON for second, _, _ in kept}
    tail = [second for second, place in enumerate(places) if distance(places[-1], place) < 390]
    returned = {s for s in tail if max(distance(places[s], p) for p in places[s:]) > 390}
    assert after.isdisjoint(set(tail) - returned)  # known to be near only once it had ended


def test_long_stop_costs_what_waits_and_tells_nothing_of_the_end():
    places = straight(300) + [straight(300)[-1]] * 900
    bike, kept, marks = trimmed(places, [200, 300])
    found = [time - NOON for time, _, _ in kept]
    assert max(found) < 300 - 300 // 5 + 2
    assert not any(is_on(bike.flash, mark) for mark in marks[300:])


def test_next_ride_begins_with_lengths_of_its_own_and_nothing_of_the_one_before():
    lengths = iter([0, 0, 400, 400])
    bike = Bike(Guard((), Trim(WIDTH, lambda limit: next(lengths))))
    places = straight(300)
    bike.ride(places, marks_of(places))
    first = bike.end()
    bike.ride(places, marks_of(places), begin=NOON + 10_000)
    second = [row for row in bike.end() if row[0] >= NOON + 10_000]
    assert first[0][0] - NOON == pytest.approx(200 / 5, abs=1)
    assert second[0][0] - NOON - 10_000 == pytest.approx(600 / 5, abs=1)


def test_sample_in_ticks_does_not_wait_for_an_anchor_that_may_have_gone():
    bike = Bike(Guard((), Trim(WIDTH, lambda limit: 0)))
    bike.ride(straight(300), marks_of(range(300)), FLAG_TICKS)
    assert bike.end() == []


def test_missing_place_is_that_of_the_wire():
    guard = Guard([make_zone(LAT, LON, 300)])
    assert guard.hides(MISSING["i"], LON)
    assert guard.hides(LAT, MISSING["i"])
    assert not guard.hides(*beside((LAT, LON), 0, 400))
