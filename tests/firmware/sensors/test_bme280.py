"""BME280 in whole numbers against the datasheet's formulas in floating point."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.boards import f1
from firmware.sensors import FAILED, WELL
from firmware.sensors.bme280 import fine_temperature, humidity, pressure
from firmware.simulated.devices import bme280 as oracle
from tests.firmware.units import Unit

TRIM = (
    oracle.T1, oracle.T2, oracle.T3, *oracle.P,
    oracle.H1, oracle.H2, oracle.H3, oracle.H4, oracle.H5, oracle.H6,
)  # fmt: skip

celsius = st.floats(-40, 85)
pascal = st.floats(30_000, 110_000)
percent = st.floats(0, 100)


@settings(deadline=None)
@given(celsius, pascal, percent)
def test_whole_numbers_are_the_formulas_to_a_hundredth_degree_a_pascal_and_a_hundredth_percent(
    temperature, pressure_pa, humidity_percent
):
    raw_t, raw_p, raw_h = oracle.raw_of(temperature, pressure_pa, humidity_percent)
    fine = fine_temperature(TRIM, raw_t)
    exact = oracle.fine_of(raw_t)
    assert abs((fine * 5 + 128 >> 8) / 100 - exact / 5120) <= 0.01
    assert abs(pressure(TRIM, raw_p, fine) - oracle.pascal_of(raw_p, exact)) <= 1
    assert abs(humidity(TRIM, raw_h, fine) / 100 - oracle.percent_of(raw_h, exact)) <= 0.01


def test_example_of_the_bmp280_datasheet():
    """BST-BMP280-DS001, section 3.12: the same formulas for temperature and pressure."""
    trim = (27_504, 26_435, -1000)
    trim += (36_477, -10_685, 3024, 2855, 140, -7, 15_500, -14_600, 6000)
    fine = fine_temperature(trim, 519_888)
    assert (fine, fine * 5 + 128 >> 8) == (128_422, 2508)
    assert pressure(trim, 415_148, fine) == 100_653


@pytest.mark.parametrize(
    ("temperature", "pascals", "percents"),
    [(21.37, 101_325, 48.2), (-15.0, 98_000, 90.0), (0.0, 103_000, 100.0), (35.5, 100_000, 0.0)],
)
def test_driver_lands_on_what_the_air_is(temperature, pascals, percents):
    unit = Unit(f1)
    unit.devices["SEN5x"].absent = True
    unit.air.temperature, unit.air.pressure, unit.air.humidity = temperature, pascals, percents
    unit.rig.run_for(5000)
    found = unit.rig.readings()
    assert abs(found["temperature"] - 100 * temperature) <= 1
    assert abs(found["pressure"] - pascals) <= 1
    assert (
        abs(found["humidity"] - 100 * percents) <= 2
    )  # a raw step is 0.006 %, and our own rounding


def test_humidity_that_was_not_measured_is_missing_and_the_rest_is_not():
    unit = Unit(f1)
    unit.devices["SEN5x"].absent = True
    unit.rig.run_for(5000)
    device = unit.devices["BME280"]
    device._wanted = (unit.air.temperature, unit.air.pressure, unit.air.humidity)
    device._raw = (*device._raw[:2], 0x8000)
    unit.rig.run_for(2000)
    assert set(unit.rig.readings()) == {"temperature", "pressure"}


@pytest.mark.parametrize("identity", [0x58, 0x00, 0xFF])
def test_another_device_at_its_address_is_refused_by_name(identity):
    unit = Unit(f1)
    unit.devices["BME280"]._bytes[0xD0] = identity
    unit.rig.run_for(5000)
    sensor = unit.sensor("BME280")
    assert (sensor.state, sensor.error) == (FAILED, f"identity {identity:02x}, not 60")


def test_power_that_failed_for_a_moment_costs_no_more_than_a_reading():
    unit = Unit(f1)
    unit.rig.run_for(5000)
    unit.devices["BME280"].power_on()
    unit.rig.run_for(2500)
    assert unit.sensor("BME280").state == WELL
    assert unit.sensor("BME280").errors <= 1
