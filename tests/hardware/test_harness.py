"""WireViz draws every cable, with the colours that people expect."""

import re
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[2] / "hardware/harness"


def drawn(board):
    return yaml.safe_load((FOLDER / f"{board.stem}.yml").read_text())


def test_every_wire_is_drawn_and_labelled_with_its_net(board):
    page = (FOLDER / f"{board.stem}.svg").read_text()
    for cable in board.cables:
        assert f">{cable.name}<" in page
        for wire in cable.wires:
            assert re.search(rf":{wire.net}\b", page), wire


def test_ground_is_black_and_supplies_are_red_or_orange(board):
    for cable in drawn(board)["cables"].values():
        for colour, net in zip(cable["colors"], cable["wirelabels"], strict=True):
            if net.endswith("ground"):
                assert colour == "BK"
            if net.startswith(("supply", "cell", "gnss_3v3")):
                assert colour in ("RD", "OG")


def test_no_two_nets_of_a_cable_have_one_colour(board):
    for name, cable in drawn(board)["cables"].items():
        pairs = set(zip(cable["wirelabels"], cable["colors"], strict=True))
        assert len(pairs) == len({net for net, _ in pairs}), name
        assert len(pairs) == len({colour for _, colour in pairs}), name
