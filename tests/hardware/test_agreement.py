"""A pin that is changed in one place only is found, whichever place that is."""

import copy
import importlib
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.hardware.agreement import Said, find_disagreements

HARDWARE = Path(__file__).parents[2] / "hardware"
BUILDS = pytest.mark.parametrize("stem", ["f1", "b1", "b2"])


def read_all(stem):
    netlist = HARDWARE / f"pcb/{stem}.net.xml"
    return Said(
        told=tomllib.loads((HARDWARE / f"boards/{stem}.toml").read_text()),
        firmware=importlib.import_module(f"firmware.boards.{stem}").PINS,
        harness=(HARDWARE / f"harness/{stem}.yml").read_text(),
        bom=(HARDWARE / f"bom/{stem}.csv").read_text(),
        netlist=netlist.read_text() if netlist.exists() else None,
    )


@BUILDS
def test_all_say_the_same(stem):
    assert find_disagreements(read_all(stem)) == []


def test_the_carrier_has_a_netlist():
    assert read_all("b2").netlist is not None


@BUILDS
def test_a_pin_moved_in_the_board_file_alone_is_found(stem):
    said = read_all(stem)
    for pin in said.told["pins"]:
        told = copy.deepcopy(said.told)
        told["pins"][pin] = 46
        assert any(pin in line for line in find_disagreements(replace(said, told=told))), pin


@BUILDS
def test_a_pin_moved_in_the_firmware_alone_is_found(stem):
    said = read_all(stem)
    for pin in said.firmware:
        moved = find_disagreements(replace(said, firmware={**said.firmware, pin: 46}))
        assert moved == [f"firmware: pin {pin} is 46, not {said.told['pins'][pin]}"]


def test_pins_moved_in_board_file_and_firmware_are_found_in_what_is_built():
    """They agree, and a builder would still solder what they no longer say."""
    said = read_all("b2")
    for pin in set(said.told["pins"]) - set(said.told["module"]["inside"]):
        told = copy.deepcopy(said.told)
        told["pins"][pin], firmware = 46, {**said.firmware, pin: 46}
        found = find_disagreements(replace(said, told=told, firmware=firmware))
        assert any(line.startswith("netlist:") for line in found), pin


@BUILDS
def test_two_wires_exchanged_in_the_harness_are_found(stem):
    said = read_all(stem)
    pairs = re.findall(r"- SDA\n    - SCL\n", said.harness) or ["- SCL\n    - SDA\n"]
    crossed = said.harness.replace("- SDA\n    - SCL\n", "- SCL\n    - SDA\n", 1)
    if crossed == said.harness:
        crossed = re.sub(r"i2c_sda\n(\s+)- i2c_scl", r"i2c_scl\n\1- i2c_sda", said.harness, count=1)
    assert pairs
    assert crossed != said.harness
    assert find_disagreements(replace(said, harness=crossed))


def test_each_node_of_the_netlist_that_moves_is_found():
    said = read_all("b2")
    assert said.netlist is not None
    nodes = re.findall(r'(<node [^>]+) pintype="([^"]+)"', said.netlist)
    connected = [node for node, kind in nodes if "no_connect" not in kind]
    assert len(connected) > 90
    for node in connected[::5]:
        moved = said.netlist.replace(node, node.replace('ref="', 'ref="X'), 1)
        assert find_disagreements(replace(said, netlist=moved)), node


@BUILDS
def test_each_line_that_is_missing_in_the_bill_is_found(stem):
    said = read_all(stem)
    lines = said.bom.splitlines(keepends=True)
    for i in range(1, len(lines) - 1):
        bom = "".join(lines[:i] + lines[i + 1 :])
        assert find_disagreements(replace(said, bom=bom)), lines[i]


@BUILDS
def test_a_price_that_is_changed_in_the_bill_is_found(stem):
    said = read_all(stem)
    bom = re.sub(r"(,,total,.*?)(\d+\.\d\d),", r"\g<1>1.00,", said.bom)
    assert bom != said.bom
    assert "1.00 euro" in " ".join(find_disagreements(replace(said, bom=bom)))
