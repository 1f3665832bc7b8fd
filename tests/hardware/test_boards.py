"""Board files hold together: they are the only place where a pin is written down."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from lokaalmeten.quantities import BY_KEY
from lokaalmeten.wire import SCHEMAS

BOARDS = sorted((Path(__file__).parents[2] / "hardware/boards").glob("*.toml"))
LINES = ("sda", "scl", "tx", "rx", "sck", "mosi", "miso")
KEYS_OF_KIND = {name: keys for name, _, keys in SCHEMAS.values()}


@pytest.fixture(params=BOARDS, ids=lambda path: path.stem)
def board(request):
    return tomllib.loads(request.param.read_text()) | {"stem": request.param.stem}


def repeated(values):
    return [value for value, count in Counter(values).items() if count > 1]


def test_all_builds_are_there():
    assert [path.stem for path in BOARDS] == ["b1", "b2", "f1"]


def test_board_is_named_as_its_file_and_says_what_is_not_proved(board):
    assert board["name"].endswith(board["stem"])
    assert board["status"] == "not yet built, not yet measured"


def test_every_pin_is_used_once_and_brought_out_by_the_module(board):
    pins = board["pins"].values()
    assert repeated(pins) == []
    assert set(pins) <= set(board["module"]["gpios"])


def test_every_bus_has_pins_of_its_own(board):
    lines = [bus[line] for bus in board["bus"] for line in LINES if line in bus]
    assert set(lines) <= set(board["pins"])
    assert repeated(lines) == []


def test_addresses_are_unique_on_each_bus_and_valid(board):
    kinds = {bus["name"]: bus["kind"] for bus in board["bus"]}
    on_i2c = [device for device in board["device"] if kinds[device["bus"]] == "i2c"]
    assert repeated((device["bus"], device["address"]) for device in on_i2c) == []
    assert all(0x08 <= device["address"] <= 0x77 for device in on_i2c)  # the rest is reserved


def test_no_bus_is_faster_than_its_slowest_device(board):
    for bus in board["bus"]:
        limits = [
            device["fastest_hertz"]
            for device in board["device"]
            if device["bus"] == bus["name"] and "fastest_hertz" in device
        ]
        assert not limits or bus["hertz"] <= min(limits)


def test_devices_measure_what_a_node_of_this_kind_sends(board):
    for device in board["device"]:
        assert set(device["measures"]) <= set(BY_KEY)
        assert set(device["measures"]) <= set(KEYS_OF_KIND[board["node_kind"]])


def test_serial_lines_cross_over(board):
    """The board's TX and RX are two pins, or a receiver would talk to itself."""
    for bus in board["bus"]:
        if bus["kind"] == "uart":
            assert board["pins"][bus["tx"]] != board["pins"][bus["rx"]]
