"""The board modules of the firmware say the same as the board files of the hardware."""

import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from firmware.boards import Surroundings, b1, b2, f1, make_sensors
from firmware.sensors import WELL
from firmware.simulated import machine
from firmware.simulated.board import Board
from firmware.simulated.clockwork import Clockwork
from firmware.simulated.devices import Air, lasers, sounds
from firmware.simulated.rig import Rig
from lokaalmeten.wire import SCHEMAS, record_fields
from tests.firmware.units import NOON, Unit

FOLDER = Path(__file__).parents[2] / "hardware/boards"
BOARDS = pytest.mark.parametrize("board", [b1, b2, f1], ids=lambda board: board.NAME)
RATES = {"i2c": "hertz", "spi": "hertz", "uart": "baud"}
LINES = {"i2c": ("sda", "scl"), "spi": ("sck", "mosi", "miso"), "uart": ("tx", "rx")}


def read(board):
    return tomllib.loads((FOLDER / f"{board.__name__.rpartition('.')[2]}.toml").read_text())


def test_every_board_file_has_its_module():
    assert {path.stem for path in FOLDER.glob("*.toml")} == {"b1", "b2", "f1"}


@BOARDS
def test_name_is_that_of_the_hardware(board):
    assert read(board)["name"] == board.NAME


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
def test_levels_of_the_cell_are_those_of_the_hardware(board):
    cell = read(board).get("cell")
    expected = (cell["warn_millivolt"], cell["stop_millivolt"]) if cell else None
    assert expected == board.LEVELS


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


def test_boost_converter_and_receiver_are_switched_on():
    unit = Unit(b2)
    assert unit.board.levels[b2.PINS["pm_power"]] == 1
    assert unit.board.levels[b2.PINS["gnss_power"]] == 1


def other_board(talks):
    """A board with what the three others have not: two serial lines, a microphone, two beams."""
    pins = {"tx1": 1, "rx1": 2, "tx2": 3, "rx2": 4, "sck": 5, "ws": 6, "sd": 7}
    return SimpleNamespace(
        PINS=pins | {"count_in": 8, "count_out": 9},
        BUSES=(
            ("one", "uart", 9600, "tx1", "rx1"),
            ("two", "uart", 9600, "tx2", "rx2"),
            ("sound", "i2s", 32_000, "sck", "ws", "sd"),
        ),
        DEVICES=(
            ("PMS5003", "one", None, ("pm1", "pm25", "pm10")),
            (talks, "two", None, ("pm25", "pm10")),
            ("INMP441", "sound", None, ("sound_laeq", "sound_lamax")),
            ("beams", None, None, ("count_in", "count_out")),
        ),
    )


@pytest.mark.parametrize(
    ("talks", "device"), [("SDS011", lasers.Sds011(Air())), ("counter", sounds.LineCounter())]
)
def test_devices_of_which_no_board_has_one_yet_can_be_put_on_a_board(talks, device):
    time = Clockwork(NOON)
    board = Board(time).put_in_place()
    board.uart(rx=2).add(lasers.Pms5003(Air()))
    board.uart(rx=4).add(device)
    board.i2s(sd=7).add(sounds.Microphone(60.0, 1000.0))
    sensors = make_sensors(other_board(talks), Surroundings(machine, time, None, None, None))
    rig = Rig(board, sensors)
    rig.run_for(45_000)
    board.drive(8, 0)
    rig.readings()
    assert [sensor.state for sensor in sensors] == [WELL] * 4
    assert sensors[0].counts == [500, 800, 1400]
    assert sensors[2].counts[0] == 6001
    assert sensors[3].counts == [1, 0]


def test_part_of_the_sensors_can_be_chosen():
    time = Clockwork()
    Board(time).put_in_place()
    around = Surroundings(machine, time, None, None, None)
    assert [sensor.name for sensor in make_sensors(b2, around, ("SPS30",))] == ["SPS30", "battery"]


def test_each_sensor_says_in_a_line_how_it_is():
    unit = Unit(b2)
    with pytest.raises(OSError, match="no answer yet"):
        unit.sensor("SPS30").probe()
    unit.rig.run_for(10_000)
    assert unit.sensor("SPS30").probe() == "warming up"
    assert unit.sensor("BME280").probe().startswith("temperature 2137 humidity 48")
    assert unit.sensor("LIS3DH").probe() == "well"
    unit.devices["BME280"].corrupt = True
    unit.rig.run_for(10_000)
    with pytest.raises(OSError, match="identity ff"):
        unit.sensor("BME280").probe()
