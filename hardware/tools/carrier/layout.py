"""The board of a carrier: parts, tracks, plane, outline and what is printed on it."""

from dataclasses import replace
from typing import Any

from ..board import Board, Part
from .copper import BACK, FRONT, VIA, VIA_DRILL, Copper
from .footprints import FOOTPRINTS, Pad
from .plane import find_plane
from .routes import GROUND
from .schematic import LIBRARY, find_carried, find_nets, find_pins
from .sexpr import Word, make_id, to_id, to_node, to_text

VERSION = 20241229  # of KiCad 9's board files
ORIGIN = (100.0, 80.0)  # of the board on the page
LAYERS = (
    (0, "F.Cu", "signal"),
    (2, "B.Cu", "signal"),
    (1, "F.Mask", "user"),
    (3, "B.Mask", "user"),
    (5, "F.SilkS", "user"),
    (7, "B.SilkS", "user"),
    (13, "F.Paste", "user"),
    (15, "B.Paste", "user"),
    (25, "Edge.Cuts", "user"),
    (31, "F.CrtYd", "user"),
    (29, "B.CrtYd", "user"),
    (35, "F.Fab", "user"),
    (33, "B.Fab", "user"),
)
NAMES = {FRONT: "F.Cu", BACK: "B.Cu"}


def to_layout(board: Board, copper: Copper) -> str:
    """Return a file of KiCad's board editor."""
    numbers = _number_nets(board, copper)
    root = to_node(
        "kicad_pcb",
        to_node("version", VERSION),
        to_node("generator", LIBRARY),
        to_node("generator_version", "9.0"),
        to_node("general", to_node("thickness", 1.6)),
        to_node("paper", "A4"),
        to_node("layers", *([number, name, Word(kind)] for number, name, kind in LAYERS)),
        to_node("setup", to_node("pad_to_mask_clearance", 0)),
        *(to_node("net", number, net) for net, number in {"": 0, **numbers}.items()),
        *(_to_footprint(board, part, numbers) for part in find_carried(board)),
        *_to_holes(board),
        *_to_edges(board),
        *_to_marks(board),
        *_to_tracks(board, copper, numbers),
        _to_zone(board, copper, numbers),
    )
    return to_text(root) + "\n"


def find_net_name(board: Board, part: Part, number: str) -> str:
    """Return the net of a pad as KiCad names it, also where it is open."""
    name = dict(find_pins(part)).get(number, "")
    net = find_nets(board).get(f"{part.ref}.{name}")
    return net or f"unconnected-({part.ref}-{name}-Pad{number})"


def to_footprint_file(name: str, board: Board) -> str:
    """Return a footprint of the board as a file of its own, without a place and without nets."""
    if name == "hole":
        node = _to_holes(board)[0]
    else:
        part = next(part for part in find_carried(board) if part.footprint == name)
        node = _to_footprint(board, replace(part, place=(0.0, 0.0, 0.0)), None)
    bare = to_node("footprint", name, to_node("version", VERSION), to_node("generator", LIBRARY))
    left_out = ("at", "uuid", "path", "sheetname", "sheetfile")
    for child in node[2:]:
        if child[0] == "property":
            text = "REF**" if child[1] == "Reference" else name
            child[2] = text
        if child[0] not in left_out:
            bare.append(child)
    return to_text(bare) + "\n"


def _number_nets(board: Board, copper: Copper) -> dict[str, int]:
    names = [
        find_net_name(board, board.parts[land.ref], land.number)
        for land in copper.lands
        if land.number in dict(find_pins(board.parts[land.ref]))
    ]
    return {name: i + 1 for i, name in enumerate(sorted(set(names)))}


def _to_footprint(board: Board, part: Part, numbers: dict[str, int] | None) -> list[Any]:
    x, y, degrees = part.place or (0.0, 0.0, 0.0)
    shape = FOOTPRINTS[part.footprint]
    surface = not any(pad.drill for pad in shape.pads)
    (mx, my), (hx, hy) = shape.middle, shape.half
    printed = part.ref[0] == "J"
    return to_node(
        "footprint",
        f"{LIBRARY}:{part.footprint}",
        to_node("layer", "F.Cu"),
        to_id(board.stem, part.ref, "footprint"),
        to_node("at", *_shift(x, y), degrees),
        _text("Reference", part.ref, my - hy - 0.8, "F.SilkS" if printed else "F.Fab", degrees),
        _text("Value", part.name, my + hy + 0.8, "F.Fab", degrees),
        to_node("path", f"/{make_id(board.stem, part.ref)}"),
        to_node("sheetname", "/"),
        to_node("sheetfile", f"{board.stem}.kicad_sch"),
        to_node("attr", Word("smd" if surface else "through_hole")),
        _rectangle(board, part, mx - hx, my - hy, mx + hx, my + hy, "F.CrtYd", 0.05),
        _rectangle(board, part, mx - hx, my - hy, mx + hx, my + hy, "F.Fab", 0.1),
        *(_to_pad(board, part, pad, i, degrees, numbers) for i, pad in enumerate(shape.pads)),
    )


def _to_pad(
    board: Board, part: Part, pad: Pad, i: int, degrees: float, numbers: dict[str, int] | None
) -> list[Any]:
    hole = pad.drill > 0
    layers = ["*.Cu", "*.Mask"] if hole else ["F.Cu", "F.Mask", "F.Paste"]
    first = pad.number == "1"
    shape = "rect" if first or not hole else "oval"
    node = to_node(
        "pad",
        pad.number,
        Word("thru_hole" if hole else "smd"),
        Word(shape),
        to_node("at", pad.x, pad.y, degrees),
        to_node("size", pad.width, pad.height),
    )
    if hole:
        node.append(to_node("drill", pad.drill))
    node.append(to_node("layers", *layers))
    if numbers:
        net = find_net_name(board, part, pad.number)
        node.append(to_node("net", numbers[net], net))
    node.append(to_id(board.stem, part.ref, "pad", i))
    return node


def _to_holes(board: Board) -> list[list[Any]]:
    drill = board.carrier["hole"]
    return [
        to_node(
            "footprint",
            f"{LIBRARY}:hole",
            to_node("layer", "F.Cu"),
            to_id(board.stem, "hole", i),
            to_node("at", *_shift(x, y)),
            _text("Reference", f"H{i + 1}", -3.2, "F.Fab", 0),
            _text("Value", "hole", 3.2, "F.Fab", 0),
            to_node(
                "attr", Word("board_only"), Word("exclude_from_pos_files"), Word("exclude_from_bom")
            ),
            to_node(
                "pad",
                "",
                Word("np_thru_hole"),
                Word("circle"),
                to_node("at", 0, 0),
                to_node("size", drill, drill),
                to_node("drill", drill),
                to_node("layers", "*.Cu", "*.Mask"),
                to_id(board.stem, "hole", i, "pad"),
            ),
        )
        for i, (x, y) in enumerate(board.carrier["holes"])
    ]


def _to_edges(board: Board) -> list[list[Any]]:
    width, height = board.carrier["size"]
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    return [
        to_node(
            "gr_line",
            to_node("start", *_shift(*corners[i])),
            to_node("end", *_shift(*corners[(i + 1) % 4])),
            _stroke(0.1),
            to_node("layer", "Edge.Cuts"),
            to_id(board.stem, "edge", i),
        )
        for i in range(4)
    ]


def _to_marks(board: Board) -> list[list[Any]]:
    width, height = board.carrier["size"]
    lines = (
        (width - 12, height - 9, "F.SilkS", f"lokaalmeten {board.stem.upper()} carrier"),
        (width / 2, height / 2, "B.SilkS", "CERN-OHL-S-2.0  not yet built"),
    )
    return [
        to_node(
            "gr_text",
            text,
            to_node("at", *_shift(x, y), 0),
            to_node("layer", layer),
            to_id(board.stem, "mark", text),
            _effects(1.0, mirrored=layer.startswith("B")),
        )
        for x, y, layer, text in lines
    ]


def _to_tracks(board: Board, copper: Copper, numbers: dict[str, int]) -> list[list[Any]]:
    tracks = [
        to_node(
            "segment",
            to_node("start", *_shift(*track.start)),
            to_node("end", *_shift(*track.end)),
            to_node("width", track.width),
            to_node("layer", NAMES[track.layer]),
            to_node("net", numbers[track.net]),
            to_id(board.stem, "track", i),
        )
        for i, track in enumerate(copper.tracks)
    ]
    return tracks + [
        to_node(
            "via",
            to_node("at", *_shift(*via.at)),
            to_node("size", VIA),
            to_node("drill", VIA_DRILL),
            to_node("layers", "F.Cu", "B.Cu"),
            to_node("net", numbers[via.net]),
            to_id(board.stem, "via", i),
        )
        for i, via in enumerate(copper.vias)
    ]


def _to_zone(board: Board, copper: Copper, numbers: dict[str, int]) -> list[Any]:
    width, height = board.carrier["size"]
    corners = [(0.5, 0.5), (width - 0.5, 0.5), (width - 0.5, height - 0.5), (0.5, height - 0.5)]
    filled = [
        to_node("filled_polygon", to_node("layer", "B.Cu"), _points(outline))
        for outline in find_plane(board, copper)
    ]
    return to_node(
        "zone",
        to_node("net", numbers[GROUND]),
        to_node("net_name", GROUND),
        to_node("layer", "B.Cu"),
        to_id(board.stem, "plane"),
        to_node("hatch", Word("edge"), 0.5),
        to_node("connect_pads", to_node("clearance", 0.2)),
        to_node("min_thickness", 0.2),
        to_node("filled_areas_thickness", False),
        to_node(
            "fill",
            Word("yes"),
            to_node("thermal_gap", 0.3),
            to_node("thermal_bridge_width", 0.5),
        ),
        to_node("polygon", _points(corners)),
        *filled,
    )


def _points(points: list[tuple[float, float]]) -> list[Any]:
    return to_node("pts", *(to_node("xy", *_shift(x, y)) for x, y in points))


def _shift(x: float, y: float) -> tuple[float, float]:
    return round(x + ORIGIN[0], 4), round(y + ORIGIN[1], 4)


def _stroke(width: float) -> list[Any]:
    return to_node("stroke", to_node("width", width), to_node("type", Word("solid")))


def _effects(size: float, mirrored: bool = False) -> list[Any]:
    font = to_node("font", to_node("size", size, size), to_node("thickness", size * 0.15))
    return to_node("effects", font, *([to_node("justify", Word("mirror"))] if mirrored else []))


def _text(name: str, text: str, y: float, layer: str, degrees: float) -> list[Any]:
    return to_node(
        "property", name, text, to_node("at", 0, y, degrees), to_node("layer", layer), _effects(0.8)
    )


def _rectangle(
    board: Board, part: Part, x1: float, y1: float, x2: float, y2: float, layer: str, width: float
) -> list[Any]:
    return to_node(
        "fp_rect",
        to_node("start", x1, y1),
        to_node("end", x2, y2),
        _stroke(width),
        to_node("fill", False),
        to_node("layer", layer),
        to_id(board.stem, part.ref, layer),
    )
