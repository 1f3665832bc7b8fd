"""Pictures of solids, drawn here: a depth for every point, light from the upper left, dark edges.

OpenSCAD draws its own pictures by a graphics card that a server does not have.
"""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .case import Triangles, find_normals

WIDTH, HEIGHT = 720, 520
FINER = 2  # drawn so much larger, then reduced: smooth edges
MARGIN = 0.06
LIGHT = np.array([-0.4, 0.55, 0.75])
PAPER, INK = 255, 60
AROUND, ABOVE = 28.0, 24.0  # degrees from which one looks, by default

Colour = tuple[int, int, int]
BODY: Colour = (150, 165, 175)
LID: Colour = (205, 212, 216)
PALETTE: dict[str, Colour] = {
    "U": (88, 140, 105),
    "B": (196, 132, 60),
    "P": (60, 120, 90),
    "S": (180, 70, 70),
}


@dataclass(frozen=True)
class Solid:
    """Triangles in mm and their colour."""

    triangles: Triangles
    colour: Colour

    def moved(self, x: float, y: float, z: float) -> "Solid":
        """Return it elsewhere."""
        return Solid(self.triangles + np.array([x, y, z]), self.colour)


def to_box(at: tuple[float, float, float], size: tuple[float, float, float]) -> Triangles:
    """Return the twelve triangles of a box."""
    corners = np.array([[i & 1, i >> 1 & 1, i >> 2 & 1] for i in range(8)], dtype=float)
    faces = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    ends = [(a, b, c) for a, b, c, _ in faces] + [(a, c, d) for a, _, c, d in faces]
    return (corners * size + at)[np.array(ends)]


def to_cylinder(start: NDArray[np.float64], end: NDArray[np.float64], radius: float) -> Triangles:
    """Return a rod between two points, open at its ends; it must not stand along y."""
    along = (end - start) / np.linalg.norm(end - start)
    side = np.cross(along, [0.0, 1.0, 0.0])
    side /= np.linalg.norm(side)
    angles = np.linspace(0, 2 * np.pi, 33)
    ring = radius * (
        np.cos(angles)[:, None] * side + np.sin(angles)[:, None] * np.cross(along, side)
    )
    a, b = start + ring, end + ring
    return np.concatenate(
        [np.stack([a[:-1], a[1:], b[:-1]], 1), np.stack([a[1:], b[1:], b[:-1]], 1)]
    )


def draw(solids: list[Solid], around: float = AROUND, above: float = ABOVE) -> bytes:
    """Return a PNG of solids, seen from ``around`` and ``above`` (degrees)."""
    view = _turn(around, above)
    triangles = np.concatenate([solid.triangles for solid in solids]) @ view.T
    colours = np.concatenate(
        [np.tile(np.array(solid.colour, float), (len(solid.triangles), 1)) for solid in solids]
    )
    shade = np.clip(find_normals(triangles) @ (LIGHT / np.linalg.norm(LIGHT)), 0, 1)
    fitted = _fit(triangles)
    depth, owner = _raster(fitted)
    image = np.full((*depth.shape, 3), float(PAPER))
    seen = owner >= 0
    image[seen] = colours[owner[seen]] * (0.55 + 0.45 * shade[owner[seen]])[:, None]
    image[_find_edges(depth, find_normals(triangles), owner)] = INK
    picture = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8)[::-1])
    small = picture.resize((WIDTH, HEIGHT), Image.Resampling.BOX).quantize(48)
    content = io.BytesIO()
    small.save(content, "PNG", optimize=True)
    return content.getvalue()


def _turn(around: float, above: float) -> NDArray[np.float64]:
    """The unit hangs: x right, y up, z towards who looks."""
    a, b = np.radians([around, above])
    round_y = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
    round_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    return round_x @ round_y


def _fit(triangles: Triangles) -> Triangles:
    low, high = triangles.reshape(-1, 3).min(axis=0), triangles.reshape(-1, 3).max(axis=0)
    size = np.array([WIDTH, HEIGHT]) * FINER
    scale = float(((1 - 2 * MARGIN) * size / (high - low)[:2]).min())
    middle = (low + high) / 2
    moved = (triangles - middle) * scale
    moved[:, :, :2] += size / 2
    return moved


def _raster(triangles: Triangles) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return depth and nearest triangle of each point, (rows, columns); -1 where there is none."""
    rows, columns = HEIGHT * FINER, WIDTH * FINER
    depth = np.full((rows, columns), -np.inf)
    owner = np.full((rows, columns), -1)
    for number, (a, b, c) in enumerate(triangles):
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if area <= 1e-9:  # it looks away, or is seen from its edge
            continue
        low = np.maximum(np.floor(np.min([a, b, c], axis=0)[:2]), 0).astype(int)
        high = np.minimum(np.ceil(np.max([a, b, c], axis=0)[:2]) + 1, (columns, rows)).astype(int)
        x = np.arange(low[0], high[0])[None, :] + 0.5
        y = np.arange(low[1], high[1])[:, None] + 0.5
        u = ((b[0] - x) * (c[1] - y) - (b[1] - y) * (c[0] - x)) / area
        v = ((c[0] - x) * (a[1] - y) - (c[1] - y) * (a[0] - x)) / area
        z = u * a[2] + v * b[2] + (1 - u - v) * c[2]
        here = (slice(low[1], high[1]), slice(low[0], high[0]))
        nearer = (u >= -1e-9) & (v >= -1e-9) & (u + v <= 1 + 1e-9) & (z > depth[here])
        depth[here] = np.where(nearer, z, depth[here])
        owner[here] = np.where(nearer, number, owner[here])
    return depth, owner


def _find_edges(
    depth: NDArray[np.float64], normals: NDArray[np.float64], owner: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Points where the direction of the surface or the depth jumps."""
    facing = np.where(owner[..., None] >= 0, normals[owner], 0.0)
    far = np.where(np.isfinite(depth), depth, -1e4)
    edges = np.zeros(depth.shape, dtype=bool)
    for axis in (0, 1):
        bend = (facing * np.roll(facing, 1, axis)).sum(axis=-1) < 0.8
        jump = np.abs(far - np.roll(far, 1, axis)) > 14
        both = (owner >= 0) | (np.roll(owner, 1, axis) >= 0)
        edges |= (bend | jump) & both & (owner != np.roll(owner, 1, axis))
    return edges
