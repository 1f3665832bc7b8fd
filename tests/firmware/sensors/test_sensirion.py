"""SPS30, SEN5x and SGP41 down to their bytes."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.boards import b2, f1
from firmware.sensors import FAILED, WARMING, WELL
from firmware.sensors.sensirion import crc8, put_word
from firmware.sensors.sgp41 import humidity_ticks, temperature_ticks
from firmware.sensors.sps30 import CLEANED, WEEK_S, to_hundredths
from firmware.simulated import machine
from firmware.simulated.board import Board
from firmware.simulated.clockwork import Clockwork
from firmware.simulated.devices import Air
from firmware.simulated.devices.sensirion import slow_crc8
from firmware.simulated.devices.sps30 import INTEGER, Sps30
from lokaalmeten.wire import BIT_PM_ERROR, BIT_WARM_UP
from tests.firmware.units import NOON, Unit

SECOND, MINUTE, DAY = 1000, 60_000, 86_400_000


def test_crc_of_the_datasheet():
    assert crc8(0xBE, 0xEF) == 0x92  # section 6.2
    assert (crc8(0x80, 0x00), crc8(0x66, 0x66)) == (0xA2, 0x93)  # SGP41, section 4.2


@given(st.integers(0, 65_535))
def test_crc_by_halves_of_bytes_is_the_one_bit_by_bit(word):
    buffer = bytearray(3)
    put_word(buffer, 0, word)
    assert buffer[2] == slow_crc8(buffer[:2])


@given(st.floats(0, 65_000, width=32))
def test_hundredths_are_those_of_the_float_to_one_part_in_half_a_million(value):
    high, low = struct.unpack(">HH", struct.pack(">f", value))
    assert abs(to_hundredths(high, low) - 100 * value) <= 0.5 + 100 * value / 500_000


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, 1e30])
def test_what_is_no_concentration_is_refused(value):
    with pytest.raises(ValueError, match="no concentration"):
        to_hundredths(*struct.unpack(">HH", struct.pack(">f", value)))


# SPS30


def test_first_half_minute_is_thrown_away_and_says_that_it_warms_up():
    unit = Unit(b2)
    unit.rig.run_for(20 * SECOND)
    assert "pm25" not in unit.rig.readings()
    assert unit.rig.bits() == BIT_WARM_UP
    unit.rig.run_for(15 * SECOND)
    assert unit.rig.readings()["pm25"] == 823
    assert unit.rig.bits() == 0


def test_sensor_that_sleeps_is_woken_by_two_commands():
    unit = Unit(b2)
    unit.rig.run_for(40 * SECOND)
    unit.sensor("SPS30").stop()
    with pytest.raises(OSError, match="19"):
        unit.devices["SPS30"].write(b"\x02\x02")
    restarted = Unit(b2)
    device = restarted.devices["SPS30"]
    device.mode = 2  # asleep, as the node left it
    restarted.rig.run_for(40 * SECOND)
    assert restarted.sensor("SPS30").state == WELL
    assert restarted.sensor("SPS30").errors == 0


def test_sensor_that_measures_when_the_node_starts_anew_is_started_anew():
    unit = Unit(b2)
    unit.rig.run_for(40 * SECOND)
    again = Unit(b2)
    again.devices["SPS30"].mode = 1
    again.rig.run_for(40 * SECOND)
    assert again.sensor("SPS30").state == WELL


def test_damaged_word_costs_a_second_and_no_warm_up():
    unit = Unit(b2)
    unit.rig.run_for(MINUTE)
    unit.devices["SPS30"].corrupt = True
    unit.rig.run_for(1500)
    unit.devices["SPS30"].corrupt = False
    unit.rig.run_for(3 * SECOND)
    assert 1 <= unit.sensor("SPS30").errors <= 3
    assert unit.sensor("SPS30").state == WELL
    assert unit.devices["SPS30"].commands.count(0x0010) == 1


@pytest.mark.parametrize("status", [1 << 4, 1 << 5, 1 << 21])
def test_fan_and_laser_that_fail_are_noticed_within_a_minute(status):
    unit = Unit(b2)
    unit.rig.run_for(MINUTE)
    unit.devices["SPS30"].status = status
    unit.rig.run_for(65 * SECOND)
    assert "fan or laser" in unit.sensor("SPS30").error
    for _ in range(60):  # and it is not tried and believed in between
        assert unit.rig.bits() == BIT_PM_ERROR
        assert "pm25" not in unit.rig.readings()
        unit.rig.run_for(5 * SECOND)


def test_fan_is_cleaned_once_a_week_by_what_is_remembered_over_power_off():
    unit = Unit(b2)
    unit.store.write(CLEANED, NOON - WEEK_S + 3600)
    unit.rig.run_for(59 * MINUTE)
    assert unit.devices["SPS30"].cleanings == []
    unit.rig.run_for(2 * MINUTE)
    assert len(unit.devices["SPS30"].cleanings) == 1
    assert abs(unit.store.read(CLEANED) - NOON - 3600) <= 2
    unit.rig.run_for(60 * MINUTE)
    assert len(unit.devices["SPS30"].cleanings) == 1


def test_fan_of_a_sensor_of_which_nothing_is_remembered_is_cleaned_at_once():
    unit = Unit(b2)
    del unit.store.numbers[CLEANED]
    unit.rig.run_for(MINUTE)
    assert len(unit.devices["SPS30"].cleanings) == 1


def test_values_during_the_cleaning_are_missing_and_not_an_error():
    unit = Unit(b2)
    unit.store.write(CLEANED, NOON - WEEK_S + 60)
    unit.rig.run_for(65 * SECOND)
    assert unit.sensor("SPS30").state == WARMING
    unit.rig.run_for(15 * SECOND)
    assert unit.sensor("SPS30").state == WELL
    assert unit.sensor("SPS30").errors == 0


def test_fan_is_not_cleaned_during_a_ride():
    unit = Unit(b2)
    unit.store.write(CLEANED, NOON - WEEK_S)
    for step in range(600):
        unit.devices["LIS3DH"].milli_g[0] = 300 if step % 2 else -300
        unit.rig.run_for(500)
    assert unit.devices["SPS30"].cleanings == []
    unit.devices["LIS3DH"].milli_g[0] = 0
    unit.rig.run_for(9 * MINUTE)
    assert unit.devices["SPS30"].cleanings == []
    unit.rig.run_for(2 * MINUTE)
    assert len(unit.devices["SPS30"].cleanings) == 1


def test_fan_is_cleaned_though_the_sensor_of_movement_fails():
    unit = Unit(b2)
    unit.store.write(CLEANED, NOON - WEEK_S)
    unit.devices["LIS3DH"].absent = True
    unit.rig.run_for(5 * MINUTE)
    assert len(unit.devices["SPS30"].cleanings) == 1


def test_fan_is_not_cleaned_while_the_time_is_unknown():
    unit = Unit(b2)
    unit.store.write(CLEANED, NOON - WEEK_S)
    unit.sensor("SPS30")._unix = lambda: None
    unit.rig.run_for(5 * MINUTE)
    assert unit.devices["SPS30"].cleanings == []


def test_bus_that_is_too_fast_for_it_gets_no_answer():
    board = Board(Clockwork()).put_in_place()
    board.i2c(5, 6).add(Sps30(Air()))
    for hertz, answers in ((100_000, [0x69]), (400_000, [])):
        bus = machine.I2C(0, sda=machine.Pin(5), scl=machine.Pin(6), freq=hertz)
        assert bus.scan() == answers


def test_simulated_sensor_also_knows_the_format_of_whole_numbers():
    time = Clockwork()
    board = Board(time).put_in_place()
    device = board.i2c(5, 6).add(Sps30(Air()))
    start = bytearray(b"\x00\x10\x00\x00\x00")
    put_word(start, 2, INTEGER << 8)
    device.write(start)
    time.advance(60_000)
    device.write(b"\x03\x00")
    assert struct.unpack(">H", device.read(30)[3:5]) == (8,)


# SEN5x


def test_box_reads_masses_climate_and_raw_gas():
    unit = Unit(f1)
    unit.rig.run_for(40 * SECOND)
    readings = unit.rig.readings()
    assert {key: readings[key] for key in ("pm1", "pm25", "pm4", "pm10")} == {
        "pm1": 540, "pm25": 820, "pm4": 1060, "pm10": 1370,
    }  # fmt: skip
    assert (readings["voc_raw"], readings["nox_raw"]) == (30_200, 15_600)
    assert (readings["temperature"], readings["humidity"]) == (2137, 4820)


def test_cold_is_below_zero():
    unit = Unit(f1)
    unit.air.temperature = -12.34
    unit.rig.run_for(40 * SECOND)
    assert abs(unit.rig.readings()["temperature"] + 1234) <= 1


def test_words_that_say_unknown_are_missing_and_not_65535():
    unit = Unit(f1)
    unit.rig.run_for(40 * SECOND)
    sensor = unit.sensor("SEN5x")
    sensor._answer._buffer = bytearray(b"\xff\xff\x00" * 4 + b"\x7f\xff\x00" * 4)
    sensor._raw._buffer = bytearray(b"\xff\xff\x00" * 4)
    assert [sensor._count(key) for key in sensor.keys] == [None] * len(sensor.keys)


# SGP41


def test_gas_sensor_is_conditioned_ten_seconds_and_not_longer():
    unit = Unit(b2)
    unit.rig.run_for(9 * SECOND)
    assert unit.sensor("SGP41").state == WARMING
    unit.rig.run_for(51 * SECOND)
    assert unit.devices["SGP41"].conditioned == 10  # longer destroys the pixel, section 4.2
    assert unit.sensor("SGP41").state == WELL


def test_gas_sensor_is_told_humidity_and_temperature():
    unit = Unit(b2)
    unit.rig.run_for(20 * SECOND)
    humidity, temperature = unit.devices["SGP41"].told
    assert abs(humidity - 48.2 / 100 * 65_535) < 10
    assert abs(temperature - (21.37 + 45) / 175 * 65_535) < 5
    unit.devices["BME280"].unplug()
    unit.rig.run_for(20 * SECOND)
    assert unit.sensor("BME280").state == FAILED
    assert unit.devices["SGP41"].told == (0x8000, 0x6666)


@given(st.integers(0, 10_000), st.integers(-4500, 13_000))
def test_ticks_of_humidity_and_temperature_are_those_of_the_datasheet(humidity, temperature):
    assert abs(humidity_ticks(humidity) - humidity / 10_000 * 65_535) <= 0.5
    assert abs(temperature_ticks(temperature) - (temperature / 100 + 45) / 175 * 65_535) <= 0.5
    assert (humidity_ticks(5000), temperature_ticks(2500)) == (0x8000, 0x6666)
