"""Copper of a carrier as shapes, and the cells of a grid that lie too near to it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..board import Board
from .footprints import FOOTPRINTS, turn
from .schematic import find_carried, find_nets

FRONT, BACK = 0, 1
STEP = 0.25  # mm, of the grid
CLEARANCE = 0.2
EDGE = 0.5  # copper stays so far from the edge
VIA, VIA_DRILL = 0.7, 0.35
HOLE_ROOM = 3.0  # a screw's head round the middle of a hole
WIDE = ("cell", "cell_in", "supply_5v", "supply_3v3", "gnss_3v3", "boost_switch", "ground")
WIDTH, WIDE_WIDTH = 0.25, 0.5

Point = tuple[float, float]


@dataclass(frozen=True)
class Land:
    """A pad where it lies on the board; ``layers`` is both for one with a hole."""

    ref: str
    number: str
    net: str | None
    at: Point
    half: Point
    layers: tuple[int, ...]


@dataclass(frozen=True)
class Track:
    """A straight piece of copper."""

    net: str
    layer: int
    start: Point
    end: Point
    width: float


@dataclass(frozen=True)
class Via:
    """A hole that joins the layers."""

    net: str
    at: Point


@dataclass
class Copper:
    """All copper beside the plane."""

    lands: list[Land]
    tracks: list[Track] = field(default_factory=list)
    vias: list[Via] = field(default_factory=list)


def find_width(net: str) -> float:
    """Return the width of a net's tracks in mm."""
    return WIDE_WIDTH if net in WIDE else WIDTH


def find_lands(board: Board) -> list[Land]:
    """Return every pad of the carrier."""
    nets, lands = find_nets(board), []
    for part in find_carried(board):
        if part.place is None:
            raise ValueError(f"{board.stem}: {part.ref} has no place on the carrier")
        x, y, degrees = part.place
        for pad in FOOTPRINTS[part.footprint].pads:
            dx, dy = turn(pad.x, pad.y, degrees)
            half = (pad.width / 2, pad.height / 2)
            known = pad.number in part.terminals
            name = pad.number if known else part.terminals[int(pad.number) - 1]
            lands.append(
                Land(
                    part.ref,
                    pad.number,
                    nets.get(f"{part.ref}.{name}"),
                    (x + dx, y + dy),
                    (half[1], half[0]) if degrees % 180 else half,
                    (FRONT, BACK) if pad.drill else (FRONT,),
                )
            )
    return lands


class Grid:
    """Points of the board, (columns, rows), `STEP` apart."""

    def __init__(self, board: Board) -> None:
        """The size and holes of the carrier are those of the board file."""
        self.size = board.carrier["size"]
        self.holes = board.carrier["holes"]
        columns, rows = (round(side / STEP) + 1 for side in self.size)
        self.x = np.arange(columns)[:, None] * STEP
        self.y = np.arange(rows)[None, :] * STEP

    def find_blocked(self, copper: Copper, net: str, width: float) -> NDArray[np.bool_]:
        """Return (2, columns, rows): where the middle of a track of ``net`` must not be."""
        room = width / 2 + CLEARANCE + 0.03  # a slanting track passes a corner between two cells
        blocked = np.stack([self._near_edge(width / 2)] * 2)
        for land in copper.lands:
            if land.net != net:
                for layer in land.layers:
                    blocked[layer] |= self._near_box(land.at, land.half, room)
        for track in copper.tracks:
            if track.net != net:
                near = self._near_line(track.start, track.end, track.width / 2 + room)
                blocked[track.layer] |= near
        for via in copper.vias:
            if via.net != net:
                blocked[:] |= self._near_line(via.at, via.at, VIA / 2 + room)
        return blocked

    def find_no_via(self, copper: Copper, net: str) -> NDArray[np.bool_]:
        """Return (columns, rows): where a via of ``net`` must not be; never in a pad."""
        blocked = self.find_blocked(copper, net, VIA).any(axis=0)
        for land in copper.lands:
            if land.net == net:
                blocked |= self._near_box(land.at, land.half, VIA / 2 + 0.05)
        for via in copper.vias:
            blocked |= self._near_line(via.at, via.at, VIA + CLEARANCE)
        return np.asarray(blocked)

    def _near_edge(self, room: float) -> NDArray[np.bool_]:
        far = EDGE + room
        near = (self.x < far) | (self.x > self.size[0] - far)
        near = near | (self.y < far) | (self.y > self.size[1] - far)
        for x, y in self.holes:
            near = near | self._near_line((x, y), (x, y), HOLE_ROOM + room)
        return np.asarray(near)

    def _near_box(self, at: Point, half: Point, room: float) -> NDArray[np.bool_]:
        dx = np.maximum(np.abs(self.x - at[0]) - half[0], 0)
        dy = np.maximum(np.abs(self.y - at[1]) - half[1], 0)
        return np.asarray(dx**2 + dy**2 < room**2)

    def _near_line(self, start: Point, end: Point, room: float) -> NDArray[np.bool_]:
        along = np.subtract(end, start)
        length = float(along @ along)
        if length:
            part = ((self.x - start[0]) * along[0] + (self.y - start[1]) * along[1]) / length
            part = np.clip(part, 0, 1)
        else:
            part = np.zeros_like(self.x + self.y)
        dx = self.x - start[0] - part * along[0]
        dy = self.y - start[1] - part * along[1]
        return np.asarray(dx**2 + dy**2 < room**2)
