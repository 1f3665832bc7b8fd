"""The hexagons with both ways through them, as SVG; each hexagon is a link that chooses it.

The links are for a pointer: by keyboard one types a place, or takes one of the list.
"""

from collections.abc import Callable
from html import escape

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.geo import METRES_PER_DEGREE, to_boundaries, to_centres

from ..classes import Classes
from ..words import Words
from .cells import Cells
from .finding import Way

Float = NDArray[np.float64]
WIDE, MOST_HIGH, EDGE = 640.0, 640.0, 14.0
DRAWN = 2500  # hexagons that a picture has; those with most values
LABELS = 12  # numbers along a way, about


class Sheet:
    """Where places lie on a picture, north up, equal scales in both directions."""

    def __init__(self, lat: Float, lon: Float) -> None:
        self.west, self.north = float(lon.min()), float(lat.max())
        self.squeeze = float(np.cos(np.radians(lat.mean())))
        wide = max(float(np.ptp(lon)) * self.squeeze, 1e-6)
        high = max(float(np.ptp(lat)), 1e-6)
        self.scale = min((WIDE - 2 * EDGE) / wide, (MOST_HIGH - 2 * EDGE) / high)
        self.left = (WIDE - wide * self.scale) / 2
        self.high = high * self.scale + 2 * EDGE

    def place(self, lat: Float, lon: Float) -> tuple[Float, Float]:
        """Distances from the left and the top."""
        x = self.left + (lon - self.west) * self.squeeze * self.scale
        return x, EDGE + (self.north - lat) * self.scale

    @property
    def metre(self) -> float:
        """Length of a metre."""
        return self.scale / METRES_PER_DEGREE


def draw(
    words: Words,
    cells: Cells,
    classes: Classes,
    ways: tuple[Way, Way] | None,
    ends: list[int],
    link: Callable[[int], str],
    label: str,
) -> str:
    """Picture of the hexagons; ``ends`` are rows that are chosen, ``link`` where a row leads."""
    rows = choose_rows(cells, ways, ends)
    corners = to_boundaries(cells.cell[rows])
    every = np.concatenate(corners)
    sheet = Sheet(every[:, 0], every[:, 1])
    kinds = classes.of(cells.mean[rows])
    hexagons = []
    for row, ring, kind in zip(rows.tolist(), corners, kinds.tolist(), strict=True):
        said = words("route.cell", number=kind + 1, count=words.number(int(cells.count[row])))
        hexagons.append(
            f'<a href="{escape(link(row))}" tabindex="-1" rel="nofollow"'
            f' aria-label="{escape(said)}"><polygon class="hexagon" fill="{classes.colours[kind]}"'
            f' points="{to_points(sheet, ring[:, 0], ring[:, 1])}"/></a>'
        )
    lines = "" if ways is None else draw_ways(sheet, cells, ways)
    marks = "".join(
        draw_mark(sheet, cells, row, name) for row, name in zip(ends, "AB", strict=False)
    )
    return (
        f'<svg class="still" viewBox="0 0 {WIDE:g} {sheet.high:.0f}" role="group"'
        f' aria-label="{escape(label)}">{"".join(hexagons)}{lines}{marks}</svg>'
    )


def choose_rows(cells: Cells, ways: tuple[Way, Way] | None, ends: list[int]) -> NDArray[np.int64]:
    """Rows that are drawn: the ways, then those with most values."""
    kept = {*ends, *(row for way in ways or () for row in way.rows)}
    busiest = np.argsort(-cells.count, kind="stable").tolist()
    rest = [row for row in busiest if row not in kept]
    return np.array(sorted([*kept, *rest[: max(0, DRAWN - len(kept))]]), np.int64)


def draw_ways(sheet: Sheet, cells: Cells, ways: tuple[Way, Way]) -> str:
    """The shortest dashed, the cleanest whole with numbers along it."""
    cleanest, shortest = ways
    parts = []
    for way, kind in ((shortest, "way way-short"), (cleanest, "way")):
        points = to_points(sheet, *to_centres(cells.cell[way.rows]))
        parts.append(f'<polyline class="{kind} way-edge" points="{points}"/>')
        parts.append(f'<polyline class="{kind}" points="{points}"/>')
    step = max(1, round(len(cleanest.rows) / LABELS))
    x, y = sheet.place(*to_centres(cells.cell[cleanest.rows]))
    parts += [
        f'<circle class="track-end" cx="{x[number]:.1f}" cy="{y[number]:.1f}" r="8"/>'
        f'<text class="track-word" x="{x[number]:.1f}" y="{y[number] + 4:.1f}"'
        f' text-anchor="middle">{number + 1}</text>'
        for number in range(step, len(cleanest.rows) - 1, step)
    ]
    return "".join(parts)


def draw_mark(sheet: Sheet, cells: Cells, row: int, name: str) -> str:
    """A chosen hexagon by its letter."""
    x, y = sheet.place(*to_centres(cells.cell[[row]]))
    return (
        f'<circle class="track-end" cx="{x[0]:.1f}" cy="{y[0]:.1f}" r="10"/>'
        f'<text class="track-word" x="{x[0]:.1f}" y="{y[0] + 4:.1f}" text-anchor="middle">{name}'
        "</text>"
    )


def to_points(sheet: Sheet, lat: Float, lon: Float) -> str:
    """Corners of a shape."""
    x, y = sheet.place(lat, lon)
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))
