"""Battery, pulses, movement, power: sensors with little to say."""

from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.boards import b1, b2
from firmware.sensors import FAILED, WELL
from firmware.sensors.battery import READINGS, Battery
from firmware.sensors.counter import LOCK_MS, PulseCounter
from firmware.simulated import machine
from firmware.simulated.board import Board
from firmware.simulated.clockwork import Clockwork
from tests.firmware.units import Unit

SECOND, MINUTE = 1000, 60_000


@settings(deadline=None)
@given(st.lists(st.integers(1_050_000, 2_400_000), min_size=READINGS, max_size=READINGS))
def test_battery_is_the_median_of_sixteen_times_two(readings):
    found = iter(readings)
    battery = Battery(lambda: next(found), Clockwork(), 2)
    battery.step()
    assert abs(battery.counts[0] - 2 * median(readings) / 1000) <= 0.5


def test_battery_shrugs_off_what_the_radio_does_to_seven_of_sixteen_readings():
    found = iter([1_900_000] * 9 + [1_200_000, 3_000_000] * 3 + [0])
    battery = Battery(lambda: next(found), Clockwork(), 2)
    battery.step()
    assert battery.counts == [3800]


def test_battery_is_read_at_once_and_then_every_minute():
    assert Unit(b2).sensor("battery").step() == MINUTE


@pytest.mark.parametrize("microvolts", [40_000, 3_100_000])
def test_pin_without_a_cell_is_missing(microvolts):
    unit = Unit(b2)
    unit.board.microvolts[1] = microvolts
    unit.rig.run_for(5 * MINUTE)
    assert unit.sensor("battery").state == FAILED
    assert "battery" not in unit.rig.readings()


def test_power_chip_switches_on_the_rails_of_sensors_and_receiver():
    unit = Unit(b1)
    unit.devices["AXP2101"].set(0x90, 0x04)  # the radio's, which is left alone
    unit.rig.run_for(5 * SECOND)
    values = unit.devices["AXP2101"].values
    assert values[0x90] == 0x04 | 0x01 | 0x08
    assert (values[0x92], values[0x95]) == (28, 28)  # 500 mV + 28 x 100 mV
    assert unit.rig.readings()["battery"] == 3870


# pulses


class Beams:
    """Two light beams and their counter."""

    def __init__(self):
        self.time = Clockwork()
        self.board = Board(self.time).put_in_place()
        pins = (machine.Pin(4), machine.Pin(5))
        self.counter = PulseCounter(pins, self.time, machine.Pin.IRQ_FALLING)
        self.counter.step()

    def break_beam(self, pin, ms=300):
        self.board.drive(pin, 0)
        self.time.advance(ms)
        self.board.drive(pin, 1)
        self.time.advance(ms)
        self.counter.step()


def test_pulses_are_counted_in_and_out():
    beams = Beams()
    for _ in range(3):
        beams.break_beam(4)
    beams.break_beam(5)
    beams.counter.close_window()
    assert beams.counter.counts == [3, 1]
    beams.counter.close_window()
    assert beams.counter.counts == [0, 0]


def test_contact_that_bounces_counts_once():
    beams = Beams()
    for _ in range(20):
        beams.break_beam(4, 2)
    beams.counter.close_window()
    assert beams.counter.counts == [1, 0]


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([4, 5]), st.integers(1, 2 * LOCK_MS), st.booleans())))
def test_every_pulse_falls_into_exactly_one_window(pulses):
    beams = Beams()
    windows = [0, 0]
    for pin, ms, closes in pulses:
        beams.break_beam(pin, ms)
        if closes:
            beams.counter.close_window()
            windows = [old + new for old, new in zip(windows, beams.counter.counts, strict=True)]
    beams.counter.close_window()
    windows = [old + new for old, new in zip(windows, beams.counter.counts, strict=True)]
    assert windows == beams.counter.totals


def test_totals_that_come_round_lose_nobody():
    beams = Beams()
    beams.counter.totals[0] = beams.counter._closed[0] = 0x3FFFFFFF
    beams.break_beam(4)
    beams.counter.close_window()
    assert beams.counter.counts == [1, 0]


# movement


@pytest.mark.parametrize(("board", "name"), [(b1, "QMI8658"), (b2, "LIS3DH")])
def test_unit_moves_when_it_is_shaken_and_not_when_it_stands(board, name):
    unit = Unit(board)
    sensor, device = unit.sensor(name), unit.devices[name]
    unit.rig.run_for(MINUTE)
    assert sensor.moved_within(30 * SECOND) is False
    for step in range(20):
        device.milli_g[0] = 300 if step % 2 else -300
        unit.rig.run_for(100)
    assert sensor.moved_within(5 * SECOND) is True
    device.milli_g[0] = 0
    unit.rig.run_for(MINUTE)
    assert sensor.moved_within(30 * SECOND) is False
    assert sensor.moved_within(2 * MINUTE) is True


@pytest.mark.parametrize("mounting", [(0, 0, 1000), (1000, 0, 0), (-577, 577, -577)])
def test_how_the_unit_is_mounted_makes_no_difference(mounting):
    unit = Unit(b2)
    unit.devices["LIS3DH"].milli_g = list(mounting)
    unit.rig.run_for(MINUTE)
    assert unit.sensor("LIS3DH").moved_within(50 * SECOND) is False


def test_sensor_that_cannot_say_does_not_say_that_it_stands():
    unit = Unit(b2)
    unit.rig.run_for(MINUTE)
    unit.devices["LIS3DH"].unplug()
    unit.rig.run_for(MINUTE)
    assert unit.sensor("LIS3DH").moved_within(30 * SECOND) is None


def test_movement_of_long_ago_is_forgotten_before_ticks_come_round():
    unit = Unit(b2)
    unit.rig.run_for(SECOND)
    sensor = unit.sensor("LIS3DH")
    sensor._remember(True)
    unit.time.advance(3_601_000)
    sensor.well()
    sensor._remember(False)
    for _ in range(30):
        unit.time.advance(43_200_000)
        sensor.well()
        assert sensor.moved_within(2 * 3_600_000) is False
    assert sensor.state == WELL


def test_accelerometer_is_set_up_to_wake_the_chip():
    unit = Unit(b2)
    unit.rig.run_for(SECOND)
    values = unit.devices["LIS3DH"].values
    assert values[0x22] == 0x40  # CTRL_REG3: interrupt 1 on pin INT1
    assert values[0x30] == 0x2A  # INT1_CFG: X, Y or Z high
    assert values[0x32] > 0
