"""A build, read from its board file: the only place where a pin, a part or a wire is written.

read the file
give the nets of pins their end at the module
find the wires of every cable
let what hangs on a cable join the nets
refuse what cannot be wired
"""

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "boards"
LAST_WAKING_GPIO = 21  # of an ESP32-S3 (technical reference manual, "RTC GPIO")

Size = tuple[float, float, float]  # mm; width, height and depth of a unit that hangs


class BoardError(Exception):
    """A board file contradicts itself; the message says where."""


@dataclass(frozen=True)
class Part:
    """What is bought or printed; ``euro`` is for one, estimated."""

    ref: str
    name: str
    what: str
    maker: str
    number: str
    euro: float
    alternative: str
    quantity: int = 1
    terminals: tuple[str, ...] = ()  # in the order of its pins
    open: tuple[str, ...] = ()  # terminals that stay unconnected
    bridges: tuple[tuple[str, str], ...] = ()  # terminals joined on the part itself
    size: Size | None = None  # of what must fit into the enclosure
    at: Size | None = None  # its lower left corner on the back wall
    footprint: str = ""  # on the carrier
    place: Size | None = None  # mm from the carrier's upper left corner, and degrees
    draw: dict[str, float] = field(default_factory=dict)  # mA by mode; volt, efficiency


@dataclass(frozen=True)
class Wire:
    """A wire from one terminal to another."""

    net: str
    start: str
    end: str


@dataclass(frozen=True)
class Cable:
    """Wires between two parts that are laid together."""

    name: str
    start: str
    end: str
    length_mm: int
    gauge_mm2: float
    note: str
    wires: tuple[Wire, ...]


@dataclass(frozen=True)
class Board:
    """A build. ``nets`` holds terminals, as "U1.3V3", by the name of their net."""

    stem: str
    name: str
    module: str  # reference of the part
    wakes: str
    pins: dict[str, int]
    parts: dict[str, Part]
    nets: dict[str, tuple[str, ...]]
    cables: tuple[Cable, ...]
    rails: tuple[dict[str, Any], ...]
    devices: tuple[dict[str, Any], ...]
    case: dict[str, Any]
    power: dict[str, Any]
    carrier: dict[str, Any]


def read_board(stem: str, folder: Path = FOLDER) -> Board:
    """Return the build of ``stem``.toml; raise `BoardError` when it contradicts itself."""
    return to_board(stem, (folder / f"{stem}.toml").read_text())


def to_board(stem: str, text: str) -> Board:
    """Return the build that a board file describes."""
    told = tomllib.loads(text)
    parts = _read_parts(stem, told["part"])
    nets = _begin_at_module(told, parts)
    cables = tuple(_read_cable(stem, cable, nets) for cable in told["cable"])
    joined = _join_cables(nets, cables)
    board = Board(
        stem=stem,
        name=told["name"],
        module=told["module"]["part"],
        wakes=told["module"]["wakes"],
        pins=told["pins"],
        parts=parts,
        nets={net: tuple(terminals) for net, terminals in joined.items()},
        cables=cables,
        rails=tuple(told["rail"]),
        devices=tuple(told["device"]),
        case=told["case"],
        power=told["power"],
        carrier=told.get("carrier", {}),
    )
    check_board(board, told["module"])
    return board


def name_terminal(module: dict[str, Any], gpio: int) -> str:
    """Return what is printed on the module beside a GPIO."""
    return module.get("labels", {}).get(str(gpio), f"GPIO{gpio}")


def check_board(board: Board, module: dict[str, Any]) -> None:
    """Raise `BoardError` for the first thing that cannot be."""
    where = _check_nets(board, module)
    _check_terminals(board, where)
    for pin in board.pins:
        if (pin in board.nets) == (pin in module["inside"]):
            raise BoardError(f"{board.stem}: pin {pin} needs a net, or a place in `inside`")
    names = {part.name for part in board.parts.values()}
    for device in board.devices:
        if device["name"] not in names and device["bus"] not in _buses_inside(board, module):
            raise BoardError(f"{board.stem}: nobody buys the device {device['name']}")
    if "deep sleep" in board.wakes and board.pins["motion"] > LAST_WAKING_GPIO:
        raise BoardError(f"{board.stem}: GPIO {board.pins['motion']} cannot wake from deep sleep")


def _check_nets(board: Board, module: dict[str, Any]) -> dict[str, str]:
    """Return the net of each terminal."""
    where: dict[str, str] = {}
    for net, terminals in board.nets.items():
        for terminal in terminals:
            ref, _, name = terminal.partition(".")
            if ref not in board.parts or name not in _terminals(board, module, ref):
                raise BoardError(f"{board.stem}: net {net}: there is no terminal {terminal}")
            if where.setdefault(terminal, net) != net:
                raise BoardError(f"{board.stem}: {terminal} is on {where[terminal]} and on {net}")
    return where


def _check_terminals(board: Board, where: dict[str, str]) -> None:
    for part in board.parts.values():
        bridged = {terminal for pair in part.bridges for terminal in pair}
        for name in part.terminals:
            connected = f"{part.ref}.{name}" in where or name in bridged
            if connected == (name in part.open):
                fault = "is open and connected" if connected else "is connected to nothing"
                raise BoardError(f"{board.stem}: {part.ref}.{name} {fault}")


def _buses_inside(board: Board, module: dict[str, Any]) -> set[str]:
    lines = {pin.rpartition("_")[0] for pin in module["inside"]}
    return {device["bus"] for device in board.devices if device["bus"] in lines}


def _terminals(board: Board, module: dict[str, Any], ref: str) -> tuple[str, ...]:
    terminals = board.parts[ref].terminals
    if ref == board.module:
        terminals += tuple(name_terminal(module, gpio) for gpio in board.pins.values())
    return terminals


def _read_parts(stem: str, told: list[dict[str, Any]]) -> dict[str, Part]:
    known = {one.name for one in fields(Part)}
    parts: dict[str, Part] = {}
    for one in told:
        if one["ref"] in parts or not set(one) <= known:
            odd = sorted(set(one) - known)
            raise BoardError(f"{stem}: part {one['ref']} is there twice, or has odd keys: {odd}")
        frozen = {key: _freeze(value) for key, value in one.items()}
        parts[one["ref"]] = Part(**frozen)
    return parts


def _freeze(value: Any) -> Any:
    return tuple(_freeze(one) for one in value) if isinstance(value, list) else value


def _begin_at_module(told: dict[str, Any], parts: dict[str, Part]) -> dict[str, list[str]]:
    module = told["module"]
    if module["part"] not in parts:
        raise BoardError(f"{told['name']}: the module {module['part']} is not among the parts")
    nets = {net: list(terminals) for net, terminals in told["nets"].items()}
    for pin, gpio in told["pins"].items():
        if pin in nets:
            nets[pin].insert(0, f"{module['part']}.{name_terminal(module, gpio)}")
    return nets


def _read_cable(stem: str, told: dict[str, Any], nets: dict[str, list[str]]) -> Cable:
    start, end = told["from"], told["to"]
    if "wires" in told:
        pairs = [(f"{start}.{a}", f"{end}.{b}") for a, b in told["wires"]]
    else:
        pairs = [
            (_first(stem, nets, net, start), terminal)
            for net in told["nets"]
            for terminal in nets[net]
            if terminal.startswith(f"{end}.")
        ]
    of = {terminal: net for net, terminals in nets.items() for terminal in terminals}
    missing = [a for a, _ in pairs if a not in of]
    if missing:
        raise BoardError(f"{stem}: cable {told['name']} begins at {missing[0]}, which has no net")
    return Cable(
        name=told["name"],
        start=start,
        end=end,
        length_mm=told["length_mm"],
        gauge_mm2=told["gauge_mm2"],
        note=told["note"],
        wires=tuple(Wire(of[a], a, b) for a, b in pairs),
    )


def _first(stem: str, nets: dict[str, list[str]], net: str, ref: str) -> str:
    for terminal in nets[net]:
        if terminal.startswith(f"{ref}."):
            return terminal
    raise BoardError(f"{stem}: {ref} has no terminal on {net}")


def _join_cables(nets: dict[str, list[str]], cables: tuple[Cable, ...]) -> dict[str, list[str]]:
    joined = {net: list(terminals) for net, terminals in nets.items()}
    for wire in (wire for cable in cables for wire in cable.wires):
        if wire.end not in joined[wire.net]:
            joined[wire.net].append(wire.end)
    return joined
