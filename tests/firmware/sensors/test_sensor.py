"""What all drivers have in common: back-off, patience, state."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.sensors import FAILED, WELL, Sensor
from firmware.simulated.clockwork import Clockwork


class Scripted(Sensor):
    """Reads as a script says: True reads well, an exception is raised."""

    def __init__(self, script, time):
        super().__init__("scripted", ("pm25",), time)
        self.script = iter(script)
        self.begun = 0

    def measure(self):
        self.begun += 1
        while True:
            yield 1000
            self.read_or_skip()

    def read(self):
        outcome = next(self.script, True)
        if outcome is not True:
            raise outcome
        self.counts = [820]
        self.well()


def run(sensor, steps):
    """Waits of that many steps, time passing in between."""
    waits = []
    for _ in range(steps):
        waits.append(sensor.step())
        sensor._time.advance(waits[-1])
    return waits


def test_one_failed_reading_costs_that_reading_only():
    sensor = Scripted([True, ValueError("CRC"), True], Clockwork())
    assert run(sensor, 4) == [1000] * 4
    assert (sensor.begun, sensor.errors, sensor.error, sensor.state) == (1, 1, "CRC", WELL)


def test_third_failure_in_a_row_begins_anew_after_a_back_off_that_grows_to_a_minute():
    sensor = Scripted([OSError(19)] * 100, Clockwork())
    waits = [wait for wait in run(sensor, 40) if wait != 1000]
    assert waits == [2000, 4000, 8000, 16_000, 32_000, 64_000, 64_000, 64_000, 64_000]
    assert sensor.state == FAILED


def test_good_reading_resets_the_back_off():
    sensor = Scripted([OSError(19)] * 9 + [True] + [OSError(19)] * 3, Clockwork())
    run(sensor, 14)
    assert sensor.state == WELL
    run(sensor, 3)
    assert sensor._wait_ms == 2000


@pytest.mark.parametrize("mistake", [TypeError("a"), IndexError(), MemoryError()])
def test_mistake_in_a_driver_is_a_failure_like_any_other(mistake):
    sensor = Scripted([mistake, True], Clockwork())
    run(sensor, 4)
    assert (sensor.errors, sensor.begun, sensor.state) == (1, 2, WELL)
    assert sensor.error


@settings(deadline=None)
@given(st.lists(st.sampled_from([True, OSError(116), ValueError("CRC"), KeyError("x")])))
def test_no_sequence_of_failures_ends_the_life_of_a_sensor(script):
    sensor = Scripted(script, Clockwork(started_ms=2**30 - 5000))
    waits = run(sensor, 4 * len(script) + 10)
    assert all(0 < wait <= 64_000 for wait in waits)
    assert sensor.fresh(sensor._time.ticks_ms() - 1000)
    assert sensor.errors == sum(outcome is not True for outcome in script)


def test_raw_bytes_that_never_change_are_refused_until_they_do():
    sensor = Scripted([], Clockwork())
    for _ in range(9):
        sensor.stands_still(True, 10)
    for _ in range(3):
        with pytest.raises(ValueError, match="the same bytes"):
            sensor.stands_still(True, 10)
    sensor.stands_still(False, 10)
    sensor.stands_still(True, 10)
