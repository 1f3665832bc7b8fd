"""The schematic of a carrier: every part as a box, every pin with the label of its net."""

from typing import Any

from ..board import Board, Part
from .footprints import FOOTPRINTS
from .sexpr import make_id, to_id, to_node, to_text
from .symbols import FED, find_kind

LIBRARY = "lokaalmeten"
PITCH = 2.54
COLUMN, ROWS_FROM, PAPER_HEIGHT = 66.04, 25.4, 185.42
VERSION = 20250114  # of KiCad 9's schematic files


def find_carried(board: Board) -> list[Part]:
    """Return the parts that are soldered onto the carrier."""
    return [part for part in board.parts.values() if part.footprint]


def find_pins(part: Part) -> list[tuple[str, str]]:
    """Return number and name of the terminals that have a pad."""
    pads = {pad.number for pad in FOOTPRINTS[part.footprint].pads}
    numbered = [
        (name if name in pads else str(i + 1), name) for i, name in enumerate(part.terminals)
    ]
    return [(number, name) for number, name in numbered if number in pads]


def find_nets(board: Board) -> dict[str, str]:
    """Return the net of each terminal."""
    return {terminal: net for net, terminals in board.nets.items() for terminal in terminals}


def to_schematic(board: Board) -> str:
    """Return a file of KiCad's schematic editor."""
    parts, nets = find_carried(board), find_nets(board)
    kinds = {_symbol_name(part): part for part in parts}
    symbols = [_to_library_symbol(f"{LIBRARY}:{name}", part) for name, part in kinds.items()]
    placed: list[Any] = []
    for part, (x, y) in zip(parts, _lay_out(parts), strict=True):
        placed += _to_symbol(board, part, x, y, nets)
    for i, net in enumerate(FED):
        placed += _to_flag(board, net, 25.4 + i * 25.4, PAPER_HEIGHT)
    root = to_node(
        "kicad_sch",
        to_node("version", VERSION),
        to_node("generator", LIBRARY),
        to_node("generator_version", "9.0"),
        to_id(board.stem, "sheet"),
        to_node("paper", "A4"),
        to_node(
            "title_block",
            to_node("title", f"lokaalmeten {board.stem.upper()}: carrier"),
            to_node("comment", 1, "CERN-OHL-S-2.0; not yet built, not yet measured"),
        ),
        to_node("lib_symbols", *symbols, _flag_symbol(f"{LIBRARY}:PWR_FLAG")),
        *placed,
        to_node("sheet_instances", to_node("path", "/", to_node("page", "1"))),
    )
    return to_text(root) + "\n"


def to_symbol_library(board: Board) -> str:
    """Return a file of KiCad's symbol editor with the symbols of the schematic."""
    kinds = {_symbol_name(part): part for part in find_carried(board)}
    root = to_node(
        "kicad_symbol_lib",
        to_node("version", 20241209),
        to_node("generator", LIBRARY),
        to_node("generator_version", "9.0"),
        *(_to_library_symbol(name, part) for name, part in kinds.items()),
        _flag_symbol("PWR_FLAG"),
    )
    return to_text(root) + "\n"


def _symbol_name(part: Part) -> str:
    """Resistors are one symbol; a plug is another than what it leads to."""
    return {"0805": "two", "l4018": "coil"}.get(part.footprint) or (
        f"{part.name} {part.footprint}" if part.ref.startswith("J") else part.name
    )


def _sides(part: Part) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    pins = find_pins(part)
    half = (len(pins) + 1) // 2
    return pins[:half], pins[half:]


def _ends(part: Part) -> list[tuple[str, str, float, float, int]]:
    """Number, name, x, y (upwards) and direction of each pin's outer end."""
    left, right = _sides(part)
    width = 12.7 if len(find_pins(part)) > 2 else 5.08
    return [(n, name, -width, -PITCH * i, 0) for i, (n, name) in enumerate(left)] + [
        (n, name, width, -PITCH * i, 180) for i, (n, name) in enumerate(right)
    ]


def _lay_out(parts: list[Part]) -> list[tuple[float, float]]:
    places: list[tuple[float, float]] = []
    x, y = 40.64, ROWS_FROM
    for part in parts:
        height = PITCH * (len(_sides(part)[0]) + 3)
        if y + height > PAPER_HEIGHT - 25.4:
            x, y = x + COLUMN, ROWS_FROM
        places.append((x, y))
        y += height
    return places


def _effects(hidden: bool = False) -> list[Any]:
    font = to_node("font", to_node("size", 1.27, 1.27))
    return to_node("effects", font, *([to_node("hide", True)] if hidden else []))


def _property(name: str, value: str, x: float, y: float, hidden: bool = False) -> list[Any]:
    return to_node("property", name, value, to_node("at", x, y, 0), _effects(hidden))


def _to_library_symbol(name: str, part: Part) -> list[Any]:
    ends = _ends(part)
    right = max(x for *_, x, _, _ in ends) - PITCH
    bottom = min(y for *_, y, _ in ends) - 1.27
    box = to_node(
        "rectangle",
        to_node("start", -right, 1.27),
        to_node("end", right, bottom),
        to_node("stroke", to_node("width", 0.254), to_node("type", _word("default"))),
        to_node("fill", to_node("type", _word("background"))),
    )
    pins = [
        to_node(
            "pin",
            _word(find_kind(part, terminal)),
            _word("line"),
            to_node("at", x, y, angle),
            to_node("length", PITCH),
            to_node("name", terminal, _effects()),
            to_node("number", number, _effects()),
        )
        for number, terminal, x, y, angle in ends
    ]
    return _symbol_frame(name, _prefix(part), [box], pins)


def _symbol_frame(name: str, prefix: str, graphics: list[Any], pins: list[Any]) -> list[Any]:
    bare = name.partition(":")[2] or name
    return to_node(
        "symbol",
        name,
        to_node("exclude_from_sim", False),
        to_node("in_bom", True),
        to_node("on_board", True),
        _property("Reference", prefix, 0, 3.81),
        _property("Value", bare, 0, 2.54),
        _property("Footprint", "", 0, 0, hidden=True),
        _property("Datasheet", "", 0, 0, hidden=True),
        to_node("symbol", f"{bare}_0_1", *graphics),
        to_node("symbol", f"{bare}_1_1", *pins),
    )


def _flag_symbol(name: str) -> list[Any]:
    pin = to_node(
        "pin",
        _word("power_out"),
        _word("line"),
        to_node("at", 0, 0, 90),
        to_node("length", 0),
        to_node("name", "pwr", _effects()),
        to_node("number", "1", _effects()),
    )
    frame = _symbol_frame(name, "#FLG", [], [pin])
    frame.insert(2, to_node("power"))
    return frame


def _to_symbol(
    board: Board, part: Part, x: float, y: float, nets: dict[str, str]
) -> list[list[Any]]:
    made = [
        _to_instance(
            board, part.ref, _symbol_name(part), part.name, part.footprint, x, y, _ends(part)
        )
    ]
    for number, terminal, dx, dy, angle in _ends(part):
        at = (x + dx, y - dy)
        net = nets.get(f"{part.ref}.{terminal}")
        if net is None:
            made.append(
                to_node(
                    "no_connect", to_node("at", *at), to_id(board.stem, part.ref, number, "open")
                )
            )
        else:
            turned = 180 if angle == 0 else 0
            made.append(_to_label(board, net, at, turned, f"{part.ref}.{number}"))
    return made


def _to_flag(board: Board, net: str, x: float, y: float) -> list[list[Any]]:
    ref = f"#FLG{FED.index(net) + 1:02d}"
    ends = [("1", "pwr", 0.0, 0.0, 90)]
    return [
        _to_instance(board, ref, "PWR_FLAG", "PWR_FLAG", "", x, y, ends),
        _to_label(board, net, (x, y), 270, ref),
    ]


def _to_instance(
    board: Board,
    ref: str,
    symbol: str,
    value: str,
    footprint: str,
    x: float,
    y: float,
    ends: list[tuple[str, str, float, float, int]],
) -> list[Any]:
    instance = to_node(
        "path",
        f"/{make_id(board.stem, 'sheet')}",
        to_node("reference", ref),
        to_node("unit", 1),
    )
    return to_node(
        "symbol",
        to_node("lib_id", f"{LIBRARY}:{symbol}"),
        to_node("at", x, y, 0),
        to_node("unit", 1),
        to_node("exclude_from_sim", False),
        to_node("in_bom", True),
        to_node("on_board", True),
        to_node("dnp", False),
        to_id(board.stem, ref),
        _property("Reference", ref, x, y - 4.6),
        _property("Value", value, x, y - 2.8),
        _property("Footprint", f"{LIBRARY}:{footprint}" if footprint else "", x, y, hidden=True),
        _property("Datasheet", "", x, y, hidden=True),
        *(to_node("pin", number, to_id(board.stem, ref, number, "pin")) for number, *_ in ends),
        to_node("instances", to_node("project", board.stem, instance)),
    )


def _to_label(board: Board, net: str, at: tuple[float, float], angle: int, name: str) -> list[Any]:
    justify = to_node("justify", _word("right" if angle in (180, 270) else "left"))
    return to_node(
        "global_label",
        net,
        to_node("shape", _word("passive")),
        to_node("at", *at, angle),
        to_node("effects", to_node("font", to_node("size", 1.27, 1.27)), justify),
        to_id(board.stem, name, "label"),
    )


def _prefix(part: Part) -> str:
    return part.ref.rstrip("0123456789")


def _word(text: str) -> Any:
    return to_node(text)[0]
