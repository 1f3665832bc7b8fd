"""The board modules of the firmware say the same as the board files of the hardware."""

import tomllib
from pathlib import Path

import pytest

from firmware.boards import DRIVERS, b1, b2, f1, make_sensors
from firmware.simulated.board import Board
from firmware.simulated.clockwork import Clockwork
from lokaalmeten.wire import SCHEMAS, record_fields
from tests.firmware.units import Unit

FOLDER = Path(__file__).parents[2] / "hardware/boards"
BOARDS = pytest.mark.parametrize("board", [b1, b2, f1], ids=lambda board: board.NAME)
RATES = {"i2c": "hertz", "spi": "hertz", "uart": "baud"}
LINES = {"i2c": ("sda", "scl"), "spi": ("sck", "mosi", "miso"), "uart": ("tx", "rx")}


def read(board):
    return tomllib.loads((FOLDER / f"{board.NAME}.toml").read_text())


def test_every_board_file_has_its_module():
    assert {path.stem for path in FOLDER.glob("*.toml")} == {b1.NAME, b2.NAME, f1.NAME}


@BOARDS
def test_pins_are_those_of_the_hardware(board):
    assert read(board)["pins"] == board.PINS


@BOARDS
def test_buses_are_those_of_the_hardware(board):
    found = [
        (bus["name"], bus["kind"], bus[RATES[bus["kind"]]], *[bus[x] for x in LINES[bus["kind"]]])
        for bus in read(board)["bus"]
    ]
    assert found == list(board.BUSES)


@BOARDS
def test_devices_are_those_of_the_hardware(board):
    found = [
        (device["name"], device["bus"], device.get("address"), tuple(device["measures"]))
        for device in read(board)["device"]
    ]
    assert found == list(board.DEVICES)


@BOARDS
def test_schema_is_that_of_the_kind_of_node(board):
    assert SCHEMAS[board.SCHEMA][0] == read(board)["node_kind"]


@BOARDS
def test_every_device_has_a_driver_that_measures_what_the_board_says(board):
    unit = Unit(board)
    given = {device[0]: device[3] for device in board.DEVICES if device[3]}
    found = {key for sensor in unit.sensors for key in sensor.keys}
    assert {key for keys in given.values() for key in keys} <= found
    assert found <= {name for name, _ in record_fields(board.SCHEMA)}
    assert {device[0] for device in board.DEVICES} <= set(DRIVERS)


def test_boost_converter_and_receiver_are_switched_on():
    unit = Unit(b2)
    assert unit.board.levels[b2.PINS["pm_power"]] == 1
    assert unit.board.levels[b2.PINS["gnss_power"]] == 1


def test_part_of_the_sensors_can_be_chosen():
    unit = Unit(b2)
    around = type("Around", (), {})()
    from firmware.simulated import machine

    around.machine, around.time = machine, unit.time
    around.store = around.unix = around.riding = around.on_time = None
    Board(Clockwork()).put_in_place()
    assert [sensor.name for sensor in make_sensors(b2, around, ("SPS30",))] == ["SPS30", "battery"]
