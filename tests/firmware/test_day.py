"""Whole days on a cell, on the real MicroPython, compared with what is known of the day."""

import struct
from collections import Counter

import pytest

from lokaalmeten import wire
from tests.firmware import worlds
from tests.firmware.currents import count_mah
from tests.firmware.day_told import run_day
from tests.firmware.worlds import FIX_S, FLAT, HOUR, RADIUS_M, RIDES, START, World

LATE_S = 3  # of a clock, a boot, a second that began
AFTER_S = 600  # that a ride goes on when the bike stands still
WAKING_S = 3 + 5 + FIX_S + 1  # boot and a look, movement that makes a ride, the first fix
USED_M = 1.51 * RADIUS_M + RADIUS_M / 2  # farther from home than that no zone reaches
READING_S = 60  # between two readings of the cell


def must(second):
    """Whether there has to be a sample: True, False, or None when both are right."""
    metres = World("bike", 24).metres(START + second)
    if metres < RADIUS_M:
        return False
    for begin, end, _, _ in RIDES:
        stop = FLAT if begin < FLAT < end else end + AFTER_S
        late = READING_S if begin < FLAT < end else 0
        if begin + WAKING_S + LATE_S <= second < stop - LATE_S:
            return True if metres > USED_M + 10 else None
        if begin <= second < stop + late + LATE_S:
            return None
    return False


@pytest.fixture(scope="module")
def bike(micropython):
    return run_day(micropython, "bike", "b2", 18)


@pytest.fixture(scope="module")
def box(micropython):
    return run_day(micropython, "box", "f1", 24)


def test_bike_keeps_every_second_of_its_rides_that_it_has_to_and_none_that_it_must_not(bike):
    kept = Counter(row["time"] - START for row in bike.rows)
    expected = {second: must(second) for second in range(18 * HOUR)}
    assert sum(found is True for found in expected.values()) > 3000
    assert [second for second, found in expected.items() if found and kept[second] != 1] == []
    assert [second for second in kept if not_allowed(expected, second)] == []


def not_allowed(expected, second):
    return all(expected.get(second + off, False) is False for off in (-1, 0, 1))


def test_place_of_every_sample_is_where_the_bike_was(bike):
    world = World("bike", 24)
    for row in bike.rows:
        lons = [world.place(row["time"] + off)[1] for off in (-2, -1, 0, 1)]
        assert row["lat"] == worlds.HOME[0]
        assert min(lons) <= row["lon"] <= max(lons)


def test_particles_are_measured_after_the_fan_has_warmed_up_and_never_made_up(bike):
    for row in bike.rows:
        assert row["pm25"] in (None, 823)
        assert (row["pm25"] is None) == bool(row["bits"] & wire.BIT_WARM_UP)
    cold = sum(row["pm25"] is None for row in bike.rows)
    assert cold < 2 * 35  # of two rides that begin outside the zone


def test_nothing_of_the_zone_is_in_any_byte_of_the_flash(bike):
    def is_there(metres):
        return struct.pack("<i", worlds.HOME[1] + worlds.LON_M * metres) in bike.flash

    assert not any(is_there(metres) for metres in range(RADIUS_M))
    assert sum(is_there(metres) for metres in range(1000, 5000, 5)) > 790


def test_all_pages_arrive_once_at_the_next_network_and_none_is_left(bike):
    assert bike.kept == []
    names = [wire.read_page(page)[1:3] for page in bike.arrived]
    assert len(set(names)) == len(names)


def test_nothing_goes_wrong_on_a_day_of_a_bike(bike):
    assert bike.notes == []


def test_bike_is_awake_for_its_rides_and_little_longer(bike):
    riding = 2 * (1200 + AFTER_S) + (FLAT - RIDES[2][0]) + READING_S
    assert riding < bike.seconds["on"] < riding + 600
    assert bike.seconds["on"] + bike.seconds["deep sleep"] == pytest.approx(18 * HOUR, abs=60)


def test_fan_and_receiver_run_for_the_rides_alone(bike):
    riding = 2 * (1200 + AFTER_S) + (FLAT - RIDES[2][0]) + READING_S
    for part in ("SPS30", "GNSS"):
        assert riding - 120 < bike.seconds[part] < riding + 120
    assert bike.seconds["radio"] < 60


def test_fan_that_is_due_is_cleaned_after_the_ride_and_not_during_it(bike):
    end = START + RIDES[0][1] + AFTER_S
    assert end - LATE_S <= bike.cleaned <= end + 20


def test_board_that_movement_cannot_wake_naps_and_notices_the_ride_as_well(micropython):
    day = run_day(micropython, "bike", "b1", 3)
    kept = Counter(row["time"] - START for row in day.rows)
    expected = {second: must(second) for second in range(3 * HOUR)}
    assert [second for second, found in expected.items() if found and kept[second] != 1] == []
    assert [second for second in kept if not_allowed(expected, second)] == []
    assert day.notes == []
    parked = 3 * HOUR - 1200 - AFTER_S
    assert 0.85 * parked < day.seconds["light sleep"] < parked


def test_box_says_every_five_minutes_what_there_is_and_all_of_it_arrives(box):
    times = [row["time"] for row in box.rows]
    expected = [START + second for second in range(300, 24 * HOUR + 1, 300)]
    assert len(times) == len(expected)
    assert all(abs(time - due) <= 1 for time, due in zip(times, expected, strict=True))
    assert {(row["pm25"], row["temperature"], row["bits"]) for row in box.rows} == {(820, 2137, 0)}
    assert len(box.kept) <= 12
    assert box.notes == []


def test_every_sample_of_a_box_is_written_down_before_it_sleeps(box):
    pages = [wire.read_page(page) for page in box.arrived + box.kept]
    assert {len(rows) for schema, _, _, _, _, rows in pages if schema != wire.ANCHOR} == {1}


def test_fan_of_a_box_runs_a_fifth_of_the_time_and_the_chip_sleeps_the_rest(box):
    assert box.seconds["SEN5x"] == pytest.approx(24 * HOUR * 65 / 300, rel=0.05)
    assert box.seconds["light sleep"] > 24 * HOUR * 0.7
    assert box.seconds["radio"] < 24 * 60


def test_a_day_takes_what_its_parts_take(bike, box):
    """By hand: 1.2 h of riding at 129 mA and 16.8 h at 0.4; 5.2 h at 128 mA and 18.8 h at 2."""
    assert count_mah(bike) == pytest.approx(1.2 * 129 + 16.8 * 0.4, rel=0.1)
    assert count_mah(box) == pytest.approx(5.2 * 128 + 18.8 * 2, rel=0.1)
