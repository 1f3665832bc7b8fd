"""A board file that cannot be wired is refused in one sentence; wires are where nets say."""

import re

import pytest

from hardware.tools.board import FOLDER, BoardError, read_board, to_board


def text_of(stem):
    return (FOLDER / f"{stem}.toml").read_text()


def test_net_of_a_pin_begins_at_the_module():
    assert read_board("f1").nets["i2c_sda"] == ("U1.GPIO8", "U2.SDA", "U3.SDI")
    assert read_board("b2").nets["motion"] == ("U1.D1", "J6.INT", "U7.INT1")


def test_a_cable_of_nets_has_a_wire_for_every_terminal_on_them():
    cable = next(cable for cable in read_board("f1").cables if cable.name == "W1")
    assert [(wire.start, wire.end) for wire in cable.wires] == [
        ("U1.5V", "U2.VDD"),
        ("U1.GND", "U2.GND"),
        ("U1.GND", "U2.SEL"),
        ("U1.GPIO8", "U2.SDA"),
        ("U1.GPIO9", "U2.SCL"),
    ]


def test_what_hangs_on_a_cable_joins_the_net():
    nets = read_board("b2").nets
    assert "U4.VDD" in nets["supply_5v"]
    assert "U4.SDA" in nets["pm_sda"]


@pytest.mark.parametrize(
    ("stem", "old", "new", "said"),
    [
        ("f1", '"U3.SDI"]', '"U3.SDX"]', "there is no terminal U3.SDX"),
        ("f1", '"U3.SDI"]', '"U3.SCK"]', "U3.SCK is on i2c_sda and on i2c_scl"),
        ("f1", 'open = ["NC"]', "open = []", "U2.NC is connected to nothing"),
        ("f1", 'open = ["NC"]', 'open = ["NC", "SCL"]', "U2.SCL is open and connected"),
        ("f1", 'inside = ["led", "button"]', 'inside = ["led"]', "pin button needs a net"),
        ("f1", 'name = "SEN55"\nwhat', 'name = "SEN54"\nwhat', "nobody buys the device SEN55"),
        ("f1", 'ref = "U3"', 'ref = "U2"', "part U2 is there twice"),
        ("f1", "euro = 33.0", "euro = 33.0\nprice = 1", "odd keys: ['price']"),
        ("f1", 'part = "U1"', 'part = "U7"', "the module U7 is not among the parts"),
        ("b2", '["GND", "GND"]', '["GROUND", "GND"]', "begins at J1.GROUND, which has no net"),
        ("b1", '"from light sleep', '"from deep sleep', "GPIO 33 cannot wake from deep sleep"),
        (
            "b1",
            '"supply_3v3", "ground"]',
            '"supply_5v", "ground"]',
            "U1 has no terminal on supply_5v",
        ),
    ],
)
def test_what_cannot_be_wired_is_refused(stem, old, new, said):
    text = text_of(stem)
    assert old in text
    with pytest.raises(BoardError, match=re.escape(said)):
        to_board(stem, text.replace(old, new, 1))


def test_every_rail_is_a_net_and_its_switch_a_pin(board):
    for rail in board.rails:
        assert rail["net"] in board.nets
        assert rail["from"] in {*board.parts, "USB"}
        assert rail.get("switch", "motion") in {*board.pins, "motion"}


def test_devices_get_the_voltage_that_they_ask_for(board):
    """A device's own part, when it has one, has a terminal on a rail of its supply."""
    volts = {rail["net"]: rail["volt"] for rail in board.rails}
    for device in board.devices:
        parts = [part for part in board.parts.values() if part.name == device["name"]]
        for part in (part for part in parts if not part.footprint):
            fed = {
                volt for net, volt in volts.items() for end in board.nets[net]
                if end.startswith(f"{part.ref}.")
            }  # fmt: skip
            assert fed == {device["supply_volt"]}
