import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.rides import find_rides
from ingest.tracks import GAP_S
from ingest.trimming import SHIFT_M, TRIM_M
from lokaalmeten.geo import PER_DEGREE, distance_m
from lokaalmeten.observations import MISSING
from lokaalmeten.privacy import Privacy

NOON = 1_760_000_000
SECRET = Privacy("secret")
LATER = NOON + 10 * 86_400
STEP_M = 50.0  # metres in ten seconds: 18 km/h
NORTH = STEP_M / 111_195 * PER_DEGREE


def straight(samples, start=NOON, lat=520_000_000.0, lon=50_000_000):
    """A ride due north at a steady speed."""
    time = start + 10 * np.arange(samples)
    lats = np.rint(lat + NORTH * np.arange(samples)).astype(np.int32)
    return time, lats, np.full(samples, lon, np.int32)


def join(*tracks):
    time, lat, lon = (np.concatenate(column) for column in zip(*tracks, strict=True))
    return time, lat, lon


def test_a_silence_as_long_as_the_gap_starts_a_new_ride():
    first, second = straight(60), straight(60, start=NOON + 590 + GAP_S)
    rides = find_rides(*join(first, second), SECRET, LATER)
    assert [(ride.start, ride.stop) for ride in rides] == [
        (NOON, NOON + 590),
        (NOON + 590 + GAP_S, NOON + 2 * 590 + GAP_S),
    ]


def test_a_shorter_silence_does_not():
    first, second = straight(60), straight(60, start=NOON + 590 + GAP_S - 1)
    assert len(find_rides(*join(first, second), SECRET, LATER)) == 1


def test_distance_adds_up_along_the_way():
    track = straight(101)
    (ride,) = find_rides(*track, SECRET, int(track[0][-1]))  # still open: the whole of it
    assert ride.distance_m == pytest.approx(100 * STEP_M, rel=0.001)


def test_zero_positions_and_missing_ones_neither_add_distance_nor_end_a_ride():
    time, lat, lon = straight(101)
    lat, lon = lat.copy(), lon.copy()
    lat[40:45] = lon[40:45] = 0
    lat[60:65] = lon[60:65] = MISSING
    (ride,) = find_rides(time, lat, lon, SECRET, int(time[-1]))
    assert ride.samples == 101
    assert ride.distance_m == pytest.approx(100 * STEP_M, rel=0.001)
    (ride,) = find_rides(time, lat, lon, SECRET, LATER)
    assert ride.public_start is not None


def test_a_public_ride_tells_only_of_its_public_part():
    time, lat, lon = straight(101)
    (ride,) = find_rides(time, lat, lon, SECRET, LATER)
    assert ride.samples == (ride.public_stop - ride.public_start) / 10 + 1
    assert ride.distance_m == pytest.approx((ride.samples - 1) * STEP_M, rel=0.001)


@given(st.uuids(), st.integers(60, 400))
def test_both_ends_of_a_public_ride_lie_beyond_the_secret_distance(secret, samples):
    time, lat, lon = straight(samples)
    (ride,) = find_rides(time, lat, lon, Privacy(str(secret)), LATER)
    if ride.public_start is None:
        return
    inside = (time >= ride.public_start) & (time <= ride.public_stop)
    nearest = TRIM_M[0] - SHIFT_M
    for end in (0, -1):
        away = distance_m(
            lat[inside] / PER_DEGREE,
            lon[inside] / PER_DEGREE,
            lat[end] / PER_DEGREE,
            lon[end] / PER_DEGREE,
        )
        assert away.min() >= nearest


def test_waiting_at_the_door_is_never_public():
    door_time = NOON - 600 + 10 * np.arange(60)
    door = (door_time, np.full(60, 520_000_000, np.int32), np.full(60, 50_000_000, np.int32))
    (ride,) = find_rides(*join(door, straight(120)), SECRET, LATER)
    assert ride.public_start > NOON


def test_a_ride_under_way_is_not_public_yet():
    track = straight(100)
    (ride,) = find_rides(*track, SECRET, int(track[0][-1]) + GAP_S - 1)
    assert ride.public_start is None
    (ride,) = find_rides(*track, SECRET, int(track[0][-1]) + GAP_S)
    assert ride.public_start is not None


def test_a_ride_that_rested_for_the_gap_is_public_though_the_unit_measures_on():
    rest = (NOON + 600 + 10 * np.arange(190), np.full(190, 520_026_979), np.full(190, 50_000_000))
    time, lat, lon = join(straight(60), rest)
    (ride,) = find_rides(time, lat.astype(np.int32), lon, SECRET, int(time[-1]))
    assert ride.stop == pytest.approx(NOON + 590, abs=20)
    assert ride.public_start is not None


@pytest.mark.parametrize("samples", [2, 10])
def test_a_ride_round_the_house_has_nothing_to_show(samples):
    (ride,) = find_rides(*straight(samples), SECRET, LATER)
    assert ride.public_start is None


def test_a_drive_is_no_ride():
    time, lat, lon = straight(200)
    time = NOON + 4 * np.arange(200)  # 45 km/h
    (ride,) = find_rides(time, lat, lon, SECRET, LATER)
    assert ride.public_start is None


def test_an_empty_track_has_no_rides():
    empty = np.array([], np.int64), np.array([], np.int32), np.array([], np.int32)
    assert find_rides(*empty, SECRET, LATER) == []
