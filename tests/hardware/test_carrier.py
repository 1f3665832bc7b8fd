"""The carrier passes KiCad's rules, which do find what is wrong; routes keep their distance."""

import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import trimesh
from shapely import LineString, Point, Polygon, STRtree, box

from hardware.tools.board import read_board
from hardware.tools.carrier import copper as shapes
from hardware.tools.carrier import export, plane, routes
from hardware.tools.carrier.footprints import FOOTPRINTS
from hardware.tools.carrier.routes import find_way
from hardware.tools.carrier.schematic import find_pins, to_schematic
from hardware.tools.carrier.sexpr import Word, to_node, to_text
from hardware.tools.programs import ProgramError

FOLDER = Path(__file__).parents[2] / "hardware/pcb"


@pytest.fixture(scope="module")
def board():
    return read_board("b2")


@pytest.fixture(scope="module")
def copper(board):
    return routes.find_routes(board)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """What is committed, in a folder that KiCad may write to."""
    folder = tmp_path_factory.mktemp("pcb")
    for path in FOLDER.rglob("*"):
        if path.is_file() and path.suffix not in (".png", ".pdf"):
            target = folder / path.relative_to(FOLDER)
            target.parent.mkdir(exist_ok=True, parents=True)
            target.write_bytes(path.read_bytes())
    return folder


# KiCad's rules


def test_committed_carrier_has_no_errors(board, project, kicad):
    electrical, design = export.check_rules(board, project, kicad)
    assert (electrical, design) <= (0, 1)


def test_a_pin_that_is_left_open_is_an_error(board, project, kicad):
    loose = replace(board, nets={**board.nets, "pm_power": ("U1.D3", "R3.1")})
    path = project / "b2.kicad_sch"
    before = path.read_text()
    text = to_schematic(loose)  # EN of the converter is marked as open
    at = text.index("(no_connect", text.index('"Reference" "U2"'))
    path.write_text(text[:at] + text[text.index("(global_label", at) :])
    try:
        with pytest.raises(ProgramError, match="error"):
            export.check_rules(board, project, kicad)
    finally:
        path.write_text(before)


def test_a_track_that_is_moved_onto_another_is_an_error(board, project, kicad):
    path = project / "b2.kicad_pcb"
    before = path.read_text()
    start = before.index("(segment")
    end = before.index("(segment", start + 1)
    first = before[start:end]
    wide = re.sub(r"\(width [\d.]+\)", "(width 3)", first)
    assert wide != first
    path.write_text(before.replace(first, wide, 1))
    try:
        with pytest.raises(ProgramError, match=r"Clearance|short"):
            export.check_rules(board, project, kicad)
    finally:
        path.write_text(before)


# distances, by shapes of another library than the grid


def to_shape(one):
    if isinstance(one, shapes.Track):
        return LineString([one.start, one.end]).buffer(one.width / 2)
    if isinstance(one, shapes.Via):
        return Point(one.at).buffer(shapes.VIA / 2)
    (x, y), (a, b) = one.at, one.half
    return box(x - a, y - b, x + a, y + b)


def layers_of(one):
    if isinstance(one, shapes.Track):
        return {one.layer}
    return {0, 1} if isinstance(one, shapes.Via) else set(one.layers)


def find_pairs(everything, distance):
    """Indices of two that share a layer and are that near."""
    drawn = [to_shape(one) for one in everything]
    pairs = STRtree(drawn).query(drawn, predicate="dwithin", distance=distance).T
    return [
        (a, b)
        for a, b in pairs.tolist()
        if a < b and layers_of(everything[a]) & layers_of(everything[b])
    ]


def test_copper_of_two_nets_is_far_enough_apart(copper):
    everything = [*copper.lands, *copper.tracks, *copper.vias]
    for a, b in find_pairs(everything, shapes.CLEARANCE - 0.005):
        assert everything[a].net == everything[b].net, f"{everything[a]} {everything[b]}"


def test_every_net_is_one_piece(copper):
    """Pads, tracks and vias of a net that touch reach all of it; ground has the plane."""
    nets = {land.net for land in copper.lands if land.net and land.net != "ground"}
    assert len(nets) > 15
    for net in nets:
        own = [one for one in [*copper.lands, *copper.tracks, *copper.vias] if one.net == net]
        pieces = trimesh.graph.connected_components(
            find_pairs(own, 0.001), nodes=np.arange(len(own))
        )
        assert len(pieces) == 1, net


def test_plane_is_one_piece_and_keeps_away_from_all_other_nets(board, copper):
    outlines = plane.find_plane(board, copper)
    assert len(outlines) == 1
    filled = Polygon(outlines[0]).buffer(0)
    for one in [*copper.lands, *copper.tracks, *copper.vias]:
        if one.net != "ground" and 1 in layers_of(one):
            assert filled.distance(to_shape(one)) > 0.19, one
    assert filled.area > 0.6 * 64 * 44


def test_outline_with_slits_has_the_area_of_the_polygon_with_holes():
    holes = [
        [(2, 2), (4, 2), (4, 4), (2, 4)],
        [(6, 2.5), (7, 2.5), (7, 8), (6, 8)],
        [(2, 6), (3, 6), (3, 7)],
    ]
    piece = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], holes)
    x, y = np.array(plane.to_outline(piece)).T
    area = abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2  # Gauss
    assert area == pytest.approx(100 - 4 - 5.5 - 0.5)


def test_a_way_round_a_wall_is_found_and_one_through_it_is_not():
    land = shapes.Land("X1", "1", "n", (0, 0), (0.1, 0.1), (0,))
    blocked = np.zeros((2, 9, 9), dtype=bool)
    blocked[0, 4, :8] = True
    none = np.ones((9, 9), dtype=bool)
    way = find_way({(0, 0, 0)}, {(0, 8, 0): land}, blocked, none)
    assert way is not None
    assert (0, 4, 8) in way
    blocked[0, 4, 8] = True
    assert find_way({(0, 0, 0)}, {(0, 8, 0): land}, blocked, none) is None
    through = find_way({(0, 0, 0)}, {(0, 8, 0): land}, blocked, ~none)
    assert through is not None
    assert {layer for layer, _, _ in through} == {0, 1}


# parts


def test_every_terminal_on_the_carrier_has_a_pad(board):
    for part in board.parts.values():
        if part.footprint and part.ref != "U1":
            assert [name for _, name in find_pins(part)] == list(part.terminals)


def test_two_pads_of_a_footprint_never_touch():
    for name, footprint in FOOTPRINTS.items():
        boxes = [
            box(p.x - p.width / 2, p.y - p.height / 2, p.x + p.width / 2, p.y + p.height / 2)
            for p in footprint.pads
        ]
        for a, b in combinations(boxes, 2):
            assert a.distance(b) > 0.3, name


def test_module_has_its_pins_where_the_maker_has_them():
    """Seeed's drawing: two rows of seven, 2.54 mm apart, 15.24 mm between them, D0 beside 5V."""
    pads = {pad.number: (pad.x, pad.y) for pad in FOOTPRINTS["xiao"].pads}
    assert pads["1"] == (-7.62, -7.62)
    assert pads["14"] == (7.62, -7.62)
    assert pads["7"][1] == pytest.approx(7.62)
    assert pads["8"][1] == pytest.approx(7.62)


def test_output_of_the_converter_is_five_volts(board):
    """MCP1640: 1.21 V at its sense pin (datasheet, equation 4-1)."""
    ohms = {name: float(board.parts[name].name.removesuffix("k")) for name in ("R1", "R2")}
    assert 1.21 * (1 + ohms["R1"] / ohms["R2"]) == pytest.approx(5.03, abs=0.01)


def test_switches_are_off_while_the_module_sleeps(board):
    """Each enable has a resistor to ground: the chip lets go of its pins."""
    for net in ("pm_power", "gnss_power"):
        refs = {end.partition(".")[0] for end in board.nets[net]}
        assert any(f"{ref}.2" in board.nets["ground"] and ref.startswith("R") for ref in refs)


def test_gerbers_drill_and_places_are_there():
    names = {path.name for path in (FOLDER / "gerbers").iterdir()}
    layers = ("F_Cu.gtl", "B_Cu.gbl", "F_Mask.gts", "B_Mask.gbs", "Edge_Cuts.gm1", "PTH.drl")
    assert {f"b2-{layer}" for layer in layers} <= names
    for path in (FOLDER / "gerbers").iterdir():
        assert "/work" not in path.read_text()
        assert "/tmp" not in path.read_text()
    places = (FOLDER / "b2-places.csv").read_text().splitlines()[1:]
    board = read_board("b2")
    surface = {
        part.ref for part in board.parts.values()
        if part.footprint and not any(p.drill for p in FOOTPRINTS[part.footprint].pads)
    }  # fmt: skip
    assert surface <= {line.split(",")[0].strip('"') for line in places}


# the language of the files


def test_texts_are_quoted_and_words_are_bare():
    node = to_node("net", 1, 'say "5 V"', Word("smd"), 2.50, True)
    assert to_text(node) == '(net 1 "say \\"5 V\\"" smd 2.5 yes)'
