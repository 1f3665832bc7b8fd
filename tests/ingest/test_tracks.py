"""Rides found in tracks, beside a slow oracle that goes row by row."""

import csv
import math
import time as clock
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.checks import check
from ingest.sources import snuffelfiets
from ingest.sources.text import look_at
from ingest.tracks import drop_jumps, find_stays, find_stretches
from lokaalmeten.geo import PER_DEGREE
from lokaalmeten.observations import MISSING
from tests.services.bikes import bike_row, ride_rows, write_table

NOON = 1_760_000_000
DEGREE_M = 6_371_008.8 * math.pi / 180  # of latitude


class Ride:
    """A rider who leaves a track as a unit would."""

    def __init__(self, lat=52.09, lon=5.12, at=NOON):
        self.lat, self.lon, self.at, self.rows = lat, lon, at, []

    def go(self, samples, metres=50.0, step=10):
        """Due north, by default at 18 km/h."""
        for _ in range(samples):
            self.rows.append((self.at, self.lat, self.lon))
            self.at += step
            self.lat += metres / DEGREE_M
        return self

    def rest(self, seconds, step=10):
        return self.go(seconds // step, 0, step)

    def silent(self, seconds):
        self.at += seconds
        return self

    def at_place(self, lat, lon, samples=1):
        """Samples that say to be somewhere else."""
        for _ in range(samples):
            self.rows.append((self.at, lat, lon))
            self.at += 10
        return self

    def columns(self):
        seconds, lat, lon = zip(*self.rows, strict=True)
        steps = (
            np.rint(np.where(np.isnan(c), MISSING, np.array(c) * PER_DEGREE)).astype(np.int32)
            for c in (lat, lon)
        )
        return np.array(seconds), *steps

    def stretches(self):
        return list(find_stretches(*self.columns()))


# the slow oracle: one row after the other, in plain Python, with thresholds of its own


def metres_between(a, b):
    """Haversine on a sphere of 6,371,008.8 m; rows are (time, lat, lon)."""
    y1, x1, y2, x2 = map(math.radians, (a[1], a[2], b[1], b[2]))
    half = math.sin((y2 - y1) / 2) ** 2
    half += math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(min(1, math.sqrt(half)))


def can_reach(a, b):
    return metres_between(a, b) <= 45 / 3.6 * max(abs(b[0] - a[0]), 1)


def slow_steady(rows):
    """From the longest chain on, keep what can be reached from the last kept row."""
    chains = []
    for row in rows:
        if chains and can_reach(chains[-1][-1], row):
            chains[-1].append(row)
        else:
            chains.append([row])
    longest = max(chains, key=len, default=[])
    if not longest:
        return []
    kept = list(longest)
    for row in rows:
        if row[0] > kept[-1][0] and can_reach(kept[-1], row):
            kept.append(row)
    for row in reversed(rows):
        if row[0] < kept[0][0] and can_reach(kept[0], row):
            kept.insert(0, row)
    return kept


def slow_stays(rows):
    """Pairs of first and last index of each time that it stood still for two minutes."""
    still = []
    for row in rows:
        later = next((r for r in rows if r[0] >= row[0] + 120), rows[-1])
        before = next((r for r in reversed(rows) if r[0] <= row[0] - 120), rows[0])
        still.append(metres_between(row, later) < 50 or metres_between(row, before) < 50)
    stays, index = [], 0
    while index < len(rows):
        end = index
        while end < len(rows) and still[end]:
            end += 1
        if end > index and rows[end - 1][0] - rows[index][0] >= 120:
            stays.append((index, end - 1))
        index = max(end, index + 1)
    return stays


def slow_rides(rows, placed):
    """Rides of one unit as lists of rows; ``placed`` tells which rows have a place."""
    parts, rides = [], []
    for row, there in zip(rows, placed, strict=True):
        if not parts or row[0] - parts[-1][-1][0][0] >= 1800:
            parts.append([])
        parts[-1].append((row, there))
    for part in parts:
        steady = slow_steady([row for row, there in part if there])
        begin = 0
        for first, last in slow_stays(steady) if steady else []:
            if last == len(steady) - 1 or first == 0 or steady[last][0] - steady[first][0] >= 1800:
                rides.append(steady[begin : first + 1])
                begin = last
        rides.append(steady[begin:])
    return [ride for ride in rides if len(ride) > 1]


def slow_measures(ride):
    steps = [(b[0] - a[0], metres_between(a, b)) for a, b in pairwise(ride)]
    moving = [(s, m) for s, m in steps if m / s * 3.6 >= 7.5]
    return (
        sum(s for s, _ in steps),
        sum(m for _, m in steps),
        sum(s for s, _ in moving),
        sum(m for _, m in moving),
    )


def slow_plausible(ride):
    seconds, metres, *_ = slow_measures(ride)
    return 0 < seconds < 360 * 60 and metres < 200_000 and 1 <= metres / seconds * 3.6 <= 35


def real_rides(path):
    """All rides of the real table by the oracle, by unit."""
    by_unit = defaultdict(list)
    with path.open() as file:
        for row in csv.DictReader(file):
            moment = datetime.fromisoformat(row["recording_timestamp"]).replace(tzinfo=UTC)
            lat, lon = float(row["latitude"]), float(row["longitude"])
            there = int(row["error_code"]) & (16 | 32) == 0 and (lat, lon) != (0, 0)
            by_unit[row["entity_id"]].append(((int(moment.timestamp()), lat, lon), there))
    found = {}
    for unit, rows in by_unit.items():
        rows.sort()
        found[unit] = slow_rides([row for row, _ in rows], [there for _, there in rows])
    return found


def read_rows(path, now):
    (part,) = snuffelfiets.read(look_at(path, "utf-8", snuffelfiets.KIND), 1, now)
    return part


def judge(rows):
    return check(rows, int(clock.time()), snuffelfiets.BITS)


def drop_no_fix(rows):
    """All places but those without a fix; coarse ones, which the checks drop, are in the oracle."""
    nowhere = (rows.bits & snuffelfiets.BITS.no_fix != 0) | (rows.lat == 0) & (rows.lon == 0)
    return replace(rows, cell=np.where(nowhere, 0, rows.cell))


def fast_rides(path, place=judge):
    """The same by the real path: table, places, stretches."""
    rows = read_rows(path, int(clock.time()))
    judged, found = place(rows.observations), {}
    for node, unit in enumerate(device.hardware for device in rows.devices):
        own = judged.take(np.flatnonzero(judged.node == node))
        own = own.take(np.argsort(own.time))
        lat, lon = (np.where(own.cell != 0, c, MISSING) for c in (own.lat, own.lon))
        found[unit] = list(find_stretches(own.time, lat, lon))
    return found


def test_rides_hours_and_kilometres_of_the_real_file_are_those_of_the_slow_oracle(shared_data):
    path = shared_data / "snuffelfiets/utrecht_2024-11-11_12.csv"
    slow, fast = real_rides(path), fast_rides(path, drop_no_fix)
    assert slow.keys() == fast.keys()
    for unit, rides in slow.items():
        ours = [(int(s.time[0]), int(s.time[-1]), len(s.time)) for s in fast[unit]]
        assert ours == [(ride[0][0], ride[-1][0], len(ride)) for ride in rides]
        for ride, stretch in zip(rides, fast[unit], strict=True):
            duration, metres, moving_s, moving_m = slow_measures(ride)
            measures = stretch.measure()
            assert (measures.duration_s, measures.moving_s) == (duration, moving_s)
            assert measures.distance_m == pytest.approx(metres, abs=0.5)
            assert measures.moving_m == pytest.approx(moving_m, abs=0.5)
            assert measures.plausible == slow_plausible(ride)
    good = [r for rides in slow.values() for r in rides if slow_plausible(r)]
    ours = [s.measure() for found in fast.values() for s in found if s.measure().plausible]
    assert len(ours) == len(good) >= 20
    assert sum(m.duration_s for m in ours) == sum(slow_measures(r)[0] for r in good)
    metres = sum(slow_measures(r)[1] for r in good)
    assert sum(m.distance_m for m in ours) == pytest.approx(metres, abs=1)


steps = st.tuples(
    st.sampled_from(["go", "rest", "silent", "far", "lost", "zero"]), st.integers(1, 40)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, min_size=1, max_size=12))
def test_any_track_is_cut_as_the_slow_oracle_cuts_it(story):
    ride = Ride()
    for what, much in story:
        match what:
            case "go":
                ride.go(much)
            case "rest":
                ride.rest(much * 60)
            case "silent":
                ride.silent(much * 100)
            case "far":
                ride.at_place(ride.lat + 0.05, ride.lon, min(much, 9))
            case "lost":
                ride.at_place(math.nan, math.nan, much)
            case "zero":
                ride.at_place(0.0, 0.0, much)
    if not ride.rows:
        return
    seconds, lat, lon = ride.columns()
    placed = ((lat != MISSING) & ~((lat == 0) & (lon == 0))).tolist()
    rows = list(zip(seconds.tolist(), lat / PER_DEGREE, lon / PER_DEGREE, strict=True))
    slow = slow_rides(rows, placed)
    assert [(s.time[0], s.time[-1]) for s in ride.stretches()] == [
        (own[0][0], own[-1][0]) for own in slow
    ]
    for stretch, own in zip(ride.stretches(), slow, strict=True):
        assert stretch.measure() == pytest.approx(slow_measures(own), abs=1e-3)


# what peers' tools get wrong


def test_zero_zero_jumps_do_not_eat_a_ride(tmp_path):
    """Peers measured 5,800 km there and back, and dropped 2,316 rides for being too long."""
    rows = list(ride_rows(100))
    for index in (0, 40, 41, 42, 99):
        moment = rows[index].split(",")[2]
        rows[index] = bike_row(recording_timestamp=moment, latitude="0", longitude="0.0")
    (stretch,) = fast_rides(write_table(tmp_path / "zero.csv", rows))["350000000000001"]
    assert len(stretch.time) == 95
    assert stretch.measure().distance_m == pytest.approx(97 * 50, rel=1e-3)
    assert stretch.measure().plausible


@pytest.mark.parametrize("error_code", ["32", "2080", "48"])
def test_a_compound_error_code_does_not_survive_as_a_place(tmp_path, error_code):
    """Peers compared codes for equality: 2080 is 2048 and 32, and kept its stale place."""
    rows = list(ride_rows(100))
    moment = rows[50].split(",")[2]
    stale = bike_row(recording_timestamp=moment, error_code=error_code, latitude="52.1010000")
    rows[50] = stale
    (stretch,) = fast_rides(write_table(tmp_path / "codes.csv", rows))["350000000000001"]
    assert len(stretch.time) == 99
    assert stretch.measure().distance_m == pytest.approx(99 * 50, rel=1e-3)


@pytest.mark.parametrize("samples", [1, 5])
@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_a_far_place_costs_itself_and_not_the_ride(where, samples):
    ride, far = Ride(), (53.5, 6.5)
    if where == "first":
        ride.at_place(*far, samples)
    ride.go(60)
    if where == "middle":
        ride.at_place(*far, samples)
    ride.go(60)
    if where == "last":
        ride.at_place(*far, samples)
    (stretch,) = ride.stretches()
    assert len(stretch.time) == 120
    assert stretch.measure().distance_m == pytest.approx(119 * 50, rel=1e-3)


def test_after_a_jump_that_lasts_the_ride_goes_on_as_soon_as_it_can_have_got_there():
    ride = Ride().go(60)
    ride.lat += 1000 / DEGREE_M
    ride.go(60)
    seconds, lat, lon = ride.columns()
    keep = drop_jumps(seconds, lat / PER_DEGREE, lon / PER_DEGREE)
    # the first half is as long as the second and comes first: 12.5 m/s reach 1,000 m and 5 m/s on
    lost = math.ceil(1050 / (12.5 - 5) / 10) - 1
    assert np.flatnonzero(~keep).tolist() == list(range(60, 60 + lost))


# standing still


def test_the_ten_minutes_that_a_unit_goes_on_measuring_are_no_part_of_the_ride():
    (stretch,) = Ride().go(120).rest(600).stretches()
    assert stretch.measure().duration_s == pytest.approx(1200, abs=10)
    assert stretch.measure().plausible


def test_standing_still_before_leaving_is_no_part_of_the_ride_either():
    (stretch,) = Ride().rest(600).go(120).stretches()
    assert stretch.measure().duration_s == pytest.approx(1190, abs=10)


def test_a_fix_that_wanders_indoors_is_standing_still():
    rng = np.random.default_rng(1)
    ride = Ride().go(120)
    home = ride.lat
    for north, east in rng.normal(0, 7, (55, 2)):  # metres: the usual accuracy
        ride.at_place(home + north / DEGREE_M, ride.lon + east / DEGREE_M)
    (stretch,) = ride.stretches()
    assert stretch.measure().duration_s == pytest.approx(1200, abs=30)


def test_a_rest_of_half_an_hour_ends_a_ride_whether_the_unit_measures_or_sleeps():
    awake = Ride().go(60).rest(1800).go(60)
    asleep = Ride().go(60).rest(600).silent(1200).go(60)
    for ride in (awake, asleep):
        first, second = ride.stretches()
        assert first.time[-1] == pytest.approx(NOON + 600, abs=20)
        assert second.time[0] == pytest.approx(NOON + 600 + 1800, abs=20)


def test_a_shorter_rest_does_not_and_does_not_count_as_motion():
    (stretch,) = Ride().go(60).rest(900).go(60).stretches()
    measures = stretch.measure()
    assert measures.duration_s == 119 * 10 + 900
    assert measures.moving_s == 119 * 10
    assert measures.moving_speed == pytest.approx(5, rel=1e-3)


def test_a_wait_at_a_light_is_no_stay():
    seconds, lat, lon = Ride().go(60).rest(90).go(60).columns()
    begins, _ = find_stays(seconds, lat / PER_DEGREE, lon / PER_DEGREE)
    assert len(begins) == 0


def test_what_never_moves_is_no_ride():
    assert Ride().rest(7200).stretches() == []


def test_a_hole_in_the_track_is_not_standing_still():
    (stretch,) = Ride().go(60).silent(0).at_place(math.nan, math.nan, 30).stretches()
    assert len(stretch.time) == 60
    lost = Ride().go(60)
    lost.lat, lost.at = lost.lat + 600 / DEGREE_M, lost.at + 120  # a batch of samples got lost
    (stretch,) = lost.go(60).stretches()
    assert len(stretch.time) == 120
    begins, _ = find_stays(stretch.time, stretch.lat, stretch.lon)
    assert len(begins) == 0


def test_a_ride_is_over_when_nothing_can_come_any_more():
    (stretch,) = Ride().go(60).stretches()
    assert stretch.over == NOON + 590 + 1800
    (stretch,) = Ride().go(60).rest(600).stretches()
    assert stretch.over == NOON + 1190 + 1800
    (stretch,) = Ride().go(60).rest(3600).stretches()
    assert stretch.over <= NOON + 600 + 1800


def test_an_empty_track_has_no_stretches():
    nowhere = np.array([], np.int32)
    assert list(find_stretches(np.array([], np.int64), nowhere, nowhere)) == []
