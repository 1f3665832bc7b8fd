"""What a bike switches on and off, second by second; whole days are in test_day.py."""

from types import SimpleNamespace

import pytest

from firmware.bike import BLIND_S, LINGER_S, TIDY_S, Bike
from firmware.power import Supply
from firmware.radio import AGAIN_S
from firmware.ride import END_S, START_S
from firmware.sensors import Sensor
from firmware.sensors.motion import Motion
from firmware.simulated.clockwork import Clockwork
from tests.firmware.units import Memory


class Accelerometer(Motion):
    goes: bool | None = False

    def moved_within(self, milliseconds):
        return self.goes


class Cell(Sensor):
    def __init__(self, time):
        super().__init__("cell", ("battery",), time)
        self.counts = [3900]


class Switched:
    """Rails or a radio."""

    on = None

    def switch(self, on, keep_alive=None):
        self.on = on


class Asleep:
    def __init__(self, is_deep, by_movement):
        self.is_deep, self.by_movement = is_deep, by_movement
        self.slept = []

    def ended_by_movement(self):
        return self.by_movement

    def deep(self, seconds, by_movement):
        self.slept.append((seconds, by_movement))

    def light(self, milliseconds):
        self.slept.append("nap")


class Bench:
    def __init__(self, is_deep=True, woken=False):
        time = Clockwork()
        self.now = 0
        self.motion, self.cell = Accelerometer("motion", None, time), Cell(time)
        self.outbox = SimpleNamespace(kept=0)
        self.rails, self.radio, self.sleep = Switched(), Switched(), Asleep(is_deep, woken)
        self.closed, self.guarded = [], []
        self.bike = Bike(
            SimpleNamespace(seconds=lambda: self.now),
            [self.motion, self.cell],
            SimpleNamespace(close=lambda: self.closed.append(self.now)),
            self.outbox,
            SimpleNamespace(begin=lambda: self.guarded.append(self.now)),
            Supply((3700, 3500), Memory()),
            self.rails,
            self.radio,
            self.sleep,
        )

    def look(self, seconds=1):
        for _ in range(seconds):
            self.now += 1
            self.bike.look()
            if self.bike._may_sleep() and not self.sleep.slept:
                self.bike._go_to_sleep()

    def ride(self):
        self.motion.goes = True
        self.look(START_S + 1)
        assert self.bike.riding


def test_ride_switches_sensors_on_and_its_end_finishes_the_page_before_they_are_off():
    bench = Bench()
    bench.look(2)
    assert not bench.rails.on
    bench.ride()
    assert bench.rails.on
    bench.motion.goes = False
    bench.look(END_S)
    assert not bench.bike.riding
    assert bench.closed[-1] == bench.guarded[-1] == bench.now
    assert bench.rails.on  # a fan may have to be cleaned
    bench.look(TIDY_S)
    assert not bench.rails.on


def test_radio_is_off_during_a_ride_and_on_after_it_while_there_is_something_to_send():
    bench = Bench()
    bench.ride()
    bench.outbox.kept = 3
    bench.look()
    assert not bench.radio.on
    bench.motion.goes = False
    bench.look(END_S)
    assert bench.radio.on
    bench.outbox.kept = 0
    bench.look()
    assert not bench.radio.on


def test_ride_that_begins_while_pages_go_takes_the_radio_away():
    bench = Bench()
    bench.outbox.kept = 3
    bench.look()
    assert bench.radio.on
    bench.ride()
    assert not bench.radio.on


def test_bump_that_wakes_it_is_no_reason_to_send_but_a_ride_is():
    bench = Bench(woken=True)
    bench.outbox.kept = 3
    bench.look(LINGER_S + 2)
    assert not bench.radio.on
    assert bench.sleep.slept == [(AGAIN_S, True)]
    bench.ride()
    bench.motion.goes = False
    bench.look(END_S)
    assert bench.radio.on


def test_low_cell_measures_and_sends_nothing_and_an_empty_one_stops():
    bench = Bench()
    bench.outbox.kept = 3
    bench.cell.counts[0] = 3650
    bench.ride()
    assert (bench.rails.on, bench.radio.on) == (True, False)
    bench.cell.counts[0] = 3450
    bench.look()
    assert not bench.bike.riding
    assert (bench.rails.on, bench.radio.on) == (False, False)
    assert bench.closed[-1] == bench.now
    bench.look(LINGER_S + 1)  # it still moves
    assert bench.sleep.slept == [(AGAIN_S, False)]


@pytest.mark.parametrize(
    ("kept", "millivolt", "expected"),
    [(0, 3900, (None, True)), (0, 3650, (AGAIN_S, True)), (2, 3650, (AGAIN_S, True))],
)
def test_parked_bike_sleeps_until_it_moves_and_looks_hourly_when_something_waits(
    kept, millivolt, expected
):
    bench = Bench()
    bench.outbox.kept, bench.cell.counts[0] = kept, millivolt
    bench.look(LINGER_S + 2)
    assert bench.sleep.slept == [expected]


def test_board_without_a_way_to_be_woken_naps():
    bench = Bench(is_deep=False)
    bench.look(LINGER_S + 2)
    assert bench.sleep.slept == ["nap"]


def test_empty_cell_has_even_such_a_board_sleep_deeply():
    bench = Bench(is_deep=False)
    bench.cell.counts[0] = 3400
    bench.look(LINGER_S + 2)
    assert bench.sleep.slept == [(AGAIN_S, False)]


@pytest.mark.parametrize("is_deep", [True, False])
def test_bike_whose_accelerometer_is_dead_stays_awake_for_its_receiver_to_tell(is_deep):
    bench = Bench(is_deep)
    bench.motion.goes = None
    bench.look(10 * LINGER_S)
    assert BLIND_S < LINGER_S
    assert bench.rails.on
    assert bench.sleep.slept == []
