"""Enclosure of a build: what OpenSCAD must know of it, and how its solids are written.

OpenSCAD lists the triangles of a solid in an order of its own; here they are sorted, so that a
solid that did not change is a file that did not change.
"""

import numpy as np
from numpy.typing import NDArray

from .board import Board

BREATHES = ("SPS30", "SEN55")  # the sensor whose air the labyrinth leads
CORE_OF_M2_5 = 2.1
SOLIDS = ("body", "lid")
Triangles = NDArray[np.float64]  # (n, 3, 3): triangle, corner, mm


def to_parts(board: Board) -> str:
    """Return the definitions that a build's drawing includes, in OpenSCAD's language."""
    case = board.case
    sensor = next(part for part in board.parts.values() if part.name in BREATHES)
    if sensor.at is None or sensor.size is None:
        raise ValueError(f"{board.stem}: {sensor.name} has no size and place")
    lines = [
        f"// Written by `make hardware` from hardware/boards/{board.stem}.toml.",
        f"inner = {_say(case['inner'])};",
        f"sensor = {_say((sensor.at[0], sensor.at[1], sensor.size[0]))}; // x, y, width",
        f'opening = "{case["opening"]}";',
        f'fixing = "{case["fixing"]}";',
        f"button = {case.get('button', 0):g}; // hole, 0 where the module's own button is used",
        f"posts_under = [{', '.join(_say(post) for post in find_posts(board))}];",
        "parts = [ // place, size",
        *(
            f"    [{_say(part.at)}, {_say(part.size)}], // {part.ref} {part.name}"
            for part in board.parts.values()
            if part.at and part.size
        ),
        "];",
    ]
    return "\n".join([*lines, ""])


def find_posts(board: Board) -> list[tuple[float, float, float, float]]:
    """Return x, y, height and hole of the posts under the carrier."""
    carrier = next((p for p in board.parts.values() if p.name == "carrier"), None)
    if carrier is None or carrier.at is None:
        return []
    x, y, z = carrier.at
    # the holes are told from the upper left corner, a unit's places from the lower left one
    height = board.carrier["size"][1]
    return [(x + a, y + height - b, z, CORE_OF_M2_5) for a, b in board.carrier["holes"]]


def to_drawing(board: Board) -> str:
    """Return the drawing of a build: `solid` chooses what is made."""
    return f"""// Written by `make hardware`: openscad -D 'solid="lid"' -o lid.stl {board.stem}.scad
include <{board.stem}-parts.scad>
use <case.scad>
include <variables.scad>

solid = "body"; // body, lid, or clash: where a part stands in the body, which is nowhere

module whole_body() body(inner, sensor[0], sensor[1], sensor[2], opening, fixing, button,
    posts_under);

if (solid == "body") whole_body();
if (solid == "lid") lid(inner);
if (solid == "clash") intersection() {{
    whole_body();
    translate([wall, wall, floor_thick]) for (part = parts)
        translate(part[0] + [0.05, 0.05, 0.05]) cube(part[1] - [0.1, 0.1, 0.1]);
}}
"""


def read_stl(text: str) -> Triangles:
    """Return the triangles of an STL in letters."""
    numbers = [line.split()[1:] for line in text.splitlines() if line.lstrip().startswith("vertex")]
    return np.array(numbers, dtype=float).reshape(-1, 3, 3)


def to_stl(triangles: Triangles, name: str) -> bytes:
    """Return a binary STL whose triangles are sorted by their corners, in 0.001 mm."""
    fine = np.round(triangles, 3) + 0.0  # no negative zero
    turned = np.stack([np.roll(t, -_lowest(t), axis=0) for t in fine])
    order = np.lexsort(turned.reshape(len(turned), 9).T[::-1])
    ordered = turned[order]
    record = np.zeros(
        len(ordered), dtype=[("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("rest", "<u2")]
    )
    record["corners"] = ordered
    record["normal"] = find_normals(ordered)
    header = f"lokaalmeten {name}".encode().ljust(80)
    return header + np.uint32(len(ordered)).tobytes() + record.tobytes()


def read_binary_stl(content: bytes) -> Triangles:
    """Return the triangles of a binary STL."""
    record = np.frombuffer(
        content[84:], dtype=[("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("rest", "<u2")]
    )
    return record["corners"].astype(float)


def find_normals(triangles: Triangles) -> NDArray[np.float64]:
    """Return the outward unit normal of each triangle, (n, 3); 0 where it has no area."""
    across = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    length = np.linalg.norm(across, axis=1, keepdims=True)
    return np.divide(across, length, out=np.zeros_like(across), where=length > 0)


def _lowest(corners: NDArray[np.float64]) -> int:
    return min(range(3), key=lambda corner: tuple(corners[corner]))


def _say(values: tuple[float, ...] | list[float] | None) -> str:
    return "[" + ", ".join(f"{value:g}" for value in values or ()) + "]"
