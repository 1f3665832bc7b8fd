"""Pictures of the steps of a guide, from the solids and the places of the parts."""

from pathlib import Path

import numpy as np

from .board import Board, Part
from .case import BREATHES, read_binary_stl
from .pictures import BODY, LID, PALETTE, Solid, draw, to_box, to_cylinder

# of case/variables.scad, which a test compares
WALL, FLOOR, LID_THICK = 2.4, 2.4, 2.4
MOUNT, TUBE, EAR = (44.0, 44.0, 20.0), 34.0, 18.0
MOUNT_COLOUR, TUBE_COLOUR = (95, 105, 115), (60, 110, 170)


def draw_steps(board: Board, folder: Path) -> dict[str, bytes]:
    """Return PNGs by the name of their step; ``folder`` holds the solids."""
    body = Solid(read_binary_stl((folder / f"{board.stem}-body.stl").read_bytes()), BODY)
    lid = _put_on(board, read_binary_stl((folder / f"{board.stem}-lid.stl").read_bytes()))
    placed = [part for part in board.parts.values() if part.at and part.size]
    first = [part for part in placed if part.name in BREATHES or (part.at and part.at[1] < 30)]
    everything = [to_solid(part) for part in placed]
    pictures = {
        "1-body": draw([body]),
        "2-sensors": draw([body, *map(to_solid, first)]),
        "3-parts": draw([body, *everything]),
        "4-lid": draw([body, *everything, lid.moved(0, 0, 60)]),
        "5-below": draw([body, lid], above=-40),
    }
    if board.case["fixing"] == "strap":
        pictures["6-mount"] = draw([body, lid, *_mounts(board, folder)], around=205)
    return pictures


def to_solid(part: Part) -> Solid:
    """Return a part as a box in its place."""
    if part.at is None or part.size is None:
        raise ValueError(f"{part.ref} has no size and place")
    x, y, z = part.at
    return Solid(to_box((x + WALL, y + WALL, z + FLOOR), part.size), PALETTE[part.ref[0]])


def _put_on(board: Board, printed: np.ndarray) -> Solid:
    """Turn the lid, which is printed on its outer side, onto the body."""
    x, _, z = board.case["inner"]
    turned = printed * np.array([-1.0, 1.0, -1.0])
    return Solid(turned + np.array([x + 2 * WALL, 0, z + FLOOR + LID_THICK]), LID)


def _mounts(board: Board, folder: Path) -> list[Solid]:
    """Both saddles under the ears, and the tube of a bike across them."""
    printed = read_binary_stl((folder / "mount.stl").read_bytes())
    saddle = np.stack([printed[..., 2], -printed[..., 1], printed[..., 0]], axis=-1)
    width = board.case["inner"][0] + 2 * WALL
    middle = (board.case["inner"][1] + 2 * WALL) / 2
    found = [
        Solid(saddle + np.array([x - MOUNT[0] / 2, middle + MOUNT[1] / 2, 0]), MOUNT_COLOUR)
        for x in (-EAR / 2, width + EAR / 2)
    ]
    deep = -(MOUNT[2] + TUBE / 4)
    ends = np.array([-90.0, middle, deep]), np.array([width + 90.0, middle, deep])
    return [*found, Solid(to_cylinder(*ends, TUBE / 2 - 1), TUBE_COLOUR)]
