"""Cables of a build, as WireViz reads them: connectors, cables, and what joins them."""

from typing import Any

import yaml

from .board import Board, Cable

COLOURS = {
    "supply_5v": "RD",
    "supply_3v3": "OG",
    "gnss_3v3": "OG",
    "cell": "RD",
    "cell_in": "RD",
    "ground": "BK",
    "cell_ground": "BK",
}
OTHERS = ("BU", "YE", "GN", "WH", "VT", "GY")


def to_harness(board: Board) -> str:
    """Return the cables of a build in YAML."""
    ends = list(dict.fromkeys(ref for cable in board.cables for ref in (cable.start, cable.end)))
    terminals = {ref: find_terminals(board, ref) for ref in ends}
    harness = {
        "metadata": {"title": f"{board.stem.upper()}: cables", "pn": board.name},
        "connectors": {ref: _to_connector(board, ref, terminals[ref]) for ref in ends},
        "cables": {cable.name: _to_cable(cable) for cable in board.cables},
        "connections": [_to_connection(cable, terminals) for cable in board.cables],
    }
    return yaml.safe_dump(harness, sort_keys=False, width=100, allow_unicode=True)


def find_terminals(board: Board, ref: str) -> list[str]:
    """Return the terminals of an end: all of a plug, of the module those that a cable takes."""
    if ref != board.module:
        return list(board.parts[ref].terminals)
    ends = [end for cable in board.cables for wire in cable.wires for end in (wire.start, wire.end)]
    taken = [end.partition(".")[2] for end in ends if end.startswith(f"{ref}.")]
    return list(dict.fromkeys(taken))


def _to_connector(board: Board, ref: str, terminals: list[str]) -> dict[str, Any]:
    part = board.parts[ref]
    loops = [[terminals.index(one) + 1 for one in pair] for pair in part.bridges]
    return {
        "type": part.name,
        "subtype": part.what,
        "pinlabels": terminals,
        "hide_disconnected_pins": False,
    } | ({"loops": loops} if loops else {})


def _to_cable(cable: Cable) -> dict[str, Any]:
    others = iter(OTHERS)
    return {
        "gauge": f"{cable.gauge_mm2} mm2",
        "length": cable.length_mm / 1000,
        "colors": [COLOURS.get(wire.net) or next(others) for wire in cable.wires],
        "wirelabels": [wire.net for wire in cable.wires],
        "notes": cable.note,
    }


def _to_connection(cable: Cable, terminals: dict[str, list[str]]) -> list[dict[str, list[int]]]:
    def pins(ref: str, ends: list[str]) -> list[int]:
        return [terminals[ref].index(end.partition(".")[2]) + 1 for end in ends]

    return [
        {cable.start: pins(cable.start, [wire.start for wire in cable.wires])},
        {cable.name: list(range(1, len(cable.wires) + 1))},
        {cable.end: pins(cable.end, [wire.end for wire in cable.wires])},
    ]
