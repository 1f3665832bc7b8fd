"""Every sensor, every fault: the others go on, the failed one is missing, and it comes back.

In time that costs nothing, on the boards as they are wired, down to the bytes.
"""

from pathlib import Path

import pytest

from firmware.boards import b1, b2, f1
from firmware.sensors import FAILED, WELL
from firmware.simulated.board import ETIMEDOUT
from lokaalmeten import wire
from tests.firmware import faulty_unit
from tests.firmware.faulty_unit import mend, spoil
from tests.firmware.units import NOON, Unit

MINUTE = 60_000
BITS = {
    "SPS30": wire.BIT_PM_ERROR,
    "SEN5x": wire.BIT_PM_ERROR,
    "BME280": wire.BIT_CLIMATE_ERROR,
    "GNSS": wire.BIT_NO_FIX,
}
WIRED = [
    (board, name)
    for board, names in (
        (b1, ("AXP2101", "SPS30", "BME280", "QMI8658", "GNSS")),
        (b2, ("SPS30", "SGP41", "BME280", "LIS3DH", "GNSS")),
        (f1, ("SEN5x", "BME280")),
    )
    for name in names
]
FROZEN_ANSWERS_ALIKE = ("AXP2101",)  # a voltage that stands still is an ordinary one
each_sensor = pytest.mark.parametrize(
    ("board", "name"), WIRED, ids=[f"{board.NAME}-{name}" for board, name in WIRED]
)


def others_of(unit, name):
    """Keys that some other sensor gives."""
    return {key for sensor in unit.sensors if sensor.name != name for key in sensor.keys}


def is_well(unit):
    return all(sensor.state == WELL for sensor in unit.sensors)


@each_sensor
@pytest.mark.parametrize("fault", ["absent", "corrupt", "frozen"])
def test_failed_sensor_is_missing_and_the_others_go_on_and_it_comes_back(board, name, fault):
    if fault == "frozen" and name in FROZEN_ANSWERS_ALIKE:
        pytest.skip("its registers do not tell")
    unit = Unit(board)
    unit.rig.run_for(MINUTE)
    assert is_well(unit)
    whole = unit.rig.readings()
    spoil(unit.devices[name], fault)
    unit.rig.run_for(6 * MINUTE if fault == "frozen" else 4 * MINUTE)
    assert unit.rig.bits() == BITS.get(name, 0)
    assert unit.sensor(name).state == FAILED, unit.sensor(name).error
    assert unit.sensor(name).errors > 0
    assert set(unit.rig.readings()) == others_of(unit, name)
    mend(unit.devices[name])
    unit.rig.run_for(3 * MINUTE)
    assert is_well(unit), unit.sensor(name).error
    assert unit.rig.bits() == 0
    assert set(unit.rig.readings()) == set(whole)


@each_sensor
def test_sensor_that_was_never_there_is_missing_from_the_first_sample(board, name):
    unit = Unit(board)
    unit.devices[name].absent = True
    unit.rig.run_for(3 * MINUTE)
    assert unit.rig.bits() == BITS.get(name, 0)
    assert set(unit.rig.readings()) == others_of(unit, name)


@each_sensor
def test_no_reading_of_a_failing_sensor_is_made_up(board, name):
    """Faults come and go a second long; whatever is fresh is what the air was, to a step or two."""
    unit = Unit(board)
    unit.rig.run_for(MINUTE)
    whole = unit.rig.readings()
    for second in range(600):
        device = unit.devices[name]
        if second % 7 == 3:
            spoil(device, ("corrupt", "absent", "stuck")[second % 3])
        unit.rig.run_for(500)
        for key, count in unit.rig.readings().items():
            assert abs(count - whole[key]) <= 20, (key, second)
        unit.rig.run_for(500)
        mend(device)


ON_I2C = [(board, name) for board, name in WIRED if name not in ("GNSS", "QMI8658")]


@pytest.mark.parametrize(
    ("board", "name"), ON_I2C, ids=[f"{board.NAME}-{name}" for board, name in ON_I2C]
)
def test_device_that_lost_count_and_holds_the_bus_is_clocked_free(board, name):
    unit = Unit(board)
    unit.rig.run_for(MINUTE)
    unit.devices[name].stuck = True
    unit.rig.run_for(10_000)
    assert not unit.devices[name].stuck
    unit.rig.run_for(2 * MINUTE)
    assert is_well(unit)


@pytest.mark.parametrize(
    ("board", "name"), ON_I2C, ids=[f"{board.NAME}-{name}" for board, name in ON_I2C]
)
def test_bus_that_stays_stuck_fails_its_own_sensors_and_no_others(board, name):
    unit = Unit(board)
    unit.rig.run_for(MINUTE)
    spoil(unit.devices[name], "stuck")
    unit.rig.run_for(3 * MINUTE)
    bus = {device: where for device, where, *_ in board.DEVICES}
    bus["SEN5x"], bus["GNSS"] = bus.get("SEN55"), bus.get("MAX-M10S")
    for sensor in unit.sensors:
        shares = bus.get(sensor.name) == bus[name]
        assert sensor.state == (FAILED if shares else WELL), sensor.name
        assert not shares or str(ETIMEDOUT) in sensor.error
    mend(unit.devices[name])
    unit.rig.run_for(3 * MINUTE)
    assert is_well(unit)


@each_sensor
def test_others_are_read_as_often_while_one_fails(board, name):
    """No sensor delays another: each reads as many times beside a dead one as beside a live one."""
    unit, beside = Unit(board), Unit(board)
    counted = {}
    for tried in (unit, beside):
        tried.board.put_in_place()
        for sensor in tried.sensors:
            counted[tried, sensor.name] = count_readings(sensor)
    unit.devices[name].absent = True
    unit.rig.run_for(5 * MINUTE)
    beside.rig.run_for(5 * MINUTE)
    for sensor in unit.sensors:
        if sensor.name != name:
            assert abs(len(counted[unit, sensor.name]) - len(counted[beside, sensor.name])) <= 1


def count_readings(sensor):
    readings = []
    well = sensor.well

    def counting():
        readings.append(1)
        well()

    sensor.well = counting
    return readings


@each_sensor
def test_nothing_changes_when_ticks_come_round(board, name):
    unit = Unit(board, started_ms=2**30 - 90_000)
    unit.rig.run_for(MINUTE)
    assert is_well(unit)
    unit.rig.run_for(MINUTE)
    assert is_well(unit)
    assert sum(sensor.errors for sensor in unit.sensors) == 0
    assert unit.unix() == NOON + 120


@pytest.mark.parametrize("board", ["b1", "b2", "f1"])
def test_real_micropython_makes_the_same_of_every_fault(micropython, board):
    """Error numbers, whole numbers and native code are its own there."""
    script = Path(faulty_unit.__file__)
    lines = micropython.run(script, board, heap="4M", seconds=150).splitlines()
    assert lines == list(faulty_unit.make_lines(board))
