"""Where firmware, harness, netlist and bill of materials say something else than the board file.

Each of them is read by code of its own here, from what is committed: nothing of the generators.
"""

import csv
import io
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml


@dataclass(frozen=True)
class Said:
    """A board file, and what others say of it; a build without a carrier has no netlist."""

    told: Mapping[str, Any]
    firmware: Mapping[str, int]
    harness: str
    bom: str
    netlist: str | None


def find_disagreements(said: Said) -> list[str]:
    """Return a sentence for each; none when all agree."""
    return [*_firmware(said), *_harness(said), *_netlist(said), *_bom(said)]


def _firmware(said):
    for pin in sorted({*said.told["pins"], *said.firmware}):
        mine, theirs = said.told["pins"].get(pin), said.firmware.get(pin)
        if mine != theirs:
            yield f"firmware: pin {pin} is {theirs}, not {mine}"


def _label(module, gpio):
    return module.get("labels", {}).get(str(gpio), f"GPIO{gpio}")


def _terminals(told):
    """Net of each terminal that the board file names, and of the module's pins."""
    module = told["module"]
    found = {terminal: net for net, ends in told["nets"].items() for terminal in ends}
    for pin, gpio in told["pins"].items():
        if pin not in module["inside"]:
            found[f"{module['part']}.{_label(module, gpio)}"] = pin
    return found


def _harness(said):
    drawn = yaml.load(said.harness, Loader=yaml.CSafeLoader)  # ten times as fast
    nets, parts = _terminals(said.told), {part["ref"]: part for part in said.told["part"]}
    cables = {cable["name"]: cable for cable in said.told["cable"]}
    if set(drawn["cables"]) != set(cables):
        yield f"harness: cables {sorted(drawn['cables'])}, not {sorted(cables)}"
    reached = _reached(drawn)
    for terminal, net in reached.items():
        if nets.get(terminal, net) != net:
            yield f"harness: {terminal} is on {net}, not {nets[terminal]}"
    for ref, connector in drawn["connectors"].items():
        if connector["type"] != parts[ref]["name"]:
            yield f"harness: {ref} is a {connector['type']}, not a {parts[ref]['name']}"
    for terminal, net in _wanted(said.told, nets).items():
        if reached.get(terminal) != net:
            yield f"harness: {terminal} is not led to {net}"


def _reached(drawn):
    """Net of each terminal at which a drawn wire ends."""
    reached = {}
    for ends in drawn["connections"]:
        (left, left_pins), (cable, wires), (right, right_pins) = (
            next(iter(one.items())) for one in ends
        )
        for wire, a, b in zip(wires, left_pins, right_pins, strict=True):
            net = drawn["cables"][cable]["wirelabels"][wire - 1]
            for ref, pin in ((left, a), (right, b)):
                reached[f"{ref}.{drawn['connectors'][ref]['pinlabels'][pin - 1]}"] = net
    return reached


def _wanted(told, nets):
    """What a cable has to reach: both ends of each of its wires."""
    wanted = {}
    for cable in told["cable"]:
        for a, b in cable.get("wires", ()):
            net = nets[f"{cable['from']}.{a}"]
            wanted |= {f"{cable['from']}.{a}": net, f"{cable['to']}.{b}": net}
        for net in cable.get("nets", ()):
            for terminal, other in nets.items():
                if other == net and terminal.partition(".")[0] == cable["to"]:
                    wanted[terminal] = net
    return wanted


def _netlist(said):
    if said.netlist is None:
        return
    root = ET.fromstring(said.netlist)
    carried = {part["ref"]: part for part in said.told["part"] if "footprint" in part}
    components = {one.get("ref", ""): one.findtext("value") for one in root.iter("comp")}
    for ref in sorted({*carried, *components}):
        name = carried.get(ref, {}).get("name")
        if components.get(ref) != name:
            yield f"netlist: {ref} is {components.get(ref)}, not {name}"
    drawn = {}
    for net in root.iter("net"):
        for node in net.iter("node"):
            drawn[f"{node.get('ref')}.{node.get('pinfunction')}"] = net.get("name")
    for terminal, net in _terminals(said.told).items():
        if terminal.partition(".")[0] in carried and drawn.get(terminal) != net:
            yield f"netlist: {terminal} is on {drawn.get(terminal)}, not {net}"
    for terminal, net in drawn.items():
        if not net.startswith("unconnected-") and terminal not in _terminals(said.told):
            yield f"netlist: {terminal} is on {net} and nowhere in the board file"


def _bom(said):
    lines = list(csv.DictReader(io.StringIO(said.bom)))
    listed = {ref: line for line in lines for ref in line["refs"].split()}
    parts = {part["ref"]: part for part in said.told["part"]}
    for ref in sorted({*listed, *parts}):
        if ref not in listed or ref not in parts:
            yield f"bill: {ref} is only in {'it' if ref in listed else 'the board file'}"
        elif (listed[ref]["part"], listed[ref]["number"]) != (
            parts[ref]["name"],
            parts[ref]["number"],
        ):
            yield f"bill: {ref} is {listed[ref]['number']}, not {parts[ref]['number']}"
    total = sum(part["euro"] * part.get("quantity", 1) for part in said.told["part"])
    if abs(float(lines[-1]["euro"]) - total) > 0.005:
        yield f"bill: {lines[-1]['euro']} euro, not {total:.2f}"
