"""Maps: hexagons and nodes with outlines of zones, a scale and a legend; no map of the world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.geo import METRES_PER_DEGREE, to_boundaries, to_centres

from ..classes import Classes, class_text
from ..hexagons import WIDTH_M
from ..words import Words
from .charts import Key, add_legend, measure_legend
from .drawing import GROUND, INK, PAPER, SOFT, WIDTH, Drawing

LOWEST, HIGHEST = 220.0, 380.0  # of the map in a picture
EDGE = 14.0  # left free around the hexagons
ACROSS = 60  # hexagons beside each other that can be told apart on a sheet
SMALL = 0.5  # of a hexagon that rests on too little
MARGIN_M = 150.0  # around what is drawn, so that one hexagon is no whole picture
SCALES_M = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Place:
    """How degrees become points of a picture: flat, which a region is."""

    west: float  # degrees
    north: float  # degrees
    per_lon: float  # units per degree
    per_lat: float  # units per degree
    shift: float  # units from the left
    height: float  # units

    def to_points(self, corners: Floats) -> list[tuple[float, float]]:
        """Points of corners (m, 2), latitude and longitude."""
        x = self.shift + (corners[:, 1] - self.west) * self.per_lon
        y = EDGE + (self.north - corners[:, 0]) * self.per_lat
        return list(zip(x.tolist(), y.tolist(), strict=True))


def choose_resolution(cells: NDArray[np.int64]) -> int:
    """H3 resolution at which the hexagons of these cells can be told apart on a sheet."""
    if len(cells) < 2:
        return 9
    lat, lon = to_centres(cells)
    width_m = np.ptp(lon) * METRES_PER_DEGREE * np.cos(np.radians(lat.mean()))
    height_m = np.ptp(lat) * METRES_PER_DEGREE
    length_m = max(width_m, height_m)
    return next((r for r in (9, 8) if length_m <= ACROSS * WIDTH_M[r]), 7)


def draw_map(
    words: Words,
    cells: NDArray[np.int64],
    values: Floats,
    classes: Classes,
    *,
    outlines: Sequence[Mapping[str, Any]] = (),
    hollow: Sequence[bool] = (),
    legend: Sequence[Key] = (),
) -> str:
    """Hexagons in the colours of their classes, small in hollow ones that rest on too little."""
    boundaries = to_boundaries(cells)
    rings = [ring for outline in outlines for ring in read_rings(outline)]
    place = to_place(boundaries)
    used = classes.of(values)
    keys = [*to_keys(words, classes, used), *legend]
    drawing = Drawing(place.height + measure_legend(keys))
    drawing.rectangle((0, 0), WIDTH, place.height, GROUND)
    for number, whole in enumerate(boundaries):
        boundary = whole
        colour = classes.colours[used[number]]
        if hollow and hollow[number]:
            middle = boundary.mean(axis=0)
            drawing.polygon(place.to_points(boundary), PAPER, SOFT, 0.4)
            boundary = middle + SMALL * (boundary - middle)
        drawing.polygon(place.to_points(boundary), colour, SOFT, 0.4)
    for ring in rings:
        drawing.polygon(place.to_points(ring), "none", INK, 1.2)
    frame_map(drawing, place.height)
    add_scale(words, drawing, place)
    add_legend(drawing, place.height, keys)
    return drawing.to_svg()


def to_place(boundaries: Sequence[Floats]) -> Place:
    """Fit cells into a picture, with some room around."""
    corners = np.concatenate(boundaries)
    per_m = 1 / METRES_PER_DEGREE
    shrink = float(np.cos(np.radians(corners[:, 0].mean())))
    (south, west), (north, east) = corners.min(axis=0), corners.max(axis=0)
    south, north = south - MARGIN_M * per_m, north + MARGIN_M * per_m
    west, east = west - MARGIN_M * per_m / shrink, east + MARGIN_M * per_m / shrink
    wide, high = (east - west) * shrink, north - south
    unit = min((WIDTH - 2 * EDGE) / wide, (HIGHEST - 2 * EDGE) / high)
    height = max(LOWEST, high * unit + 2 * EDGE)
    shift = (WIDTH - wide * unit) / 2
    return Place(west, north, unit * shrink, unit, shift, height)


def to_keys(words: Words, classes: Classes, used: NDArray[np.intp]) -> list[Key]:
    """Classes from the lowest to the highest on the map."""
    if len(used) == 0:
        return []
    shown = range(int(used.min()), int(used.max()) + 1)
    return [Key(classes.colours[n], class_text(words, classes, n)) for n in shown]


def read_rings(outline: Mapping[str, Any]) -> list[Floats]:
    """Rings (m, 2), latitude and longitude, of a GeoJSON Polygon or MultiPolygon."""
    given = outline["coordinates"]
    polygons = [given] if outline["type"] == "Polygon" else given
    return [
        np.array([(y, x) for x, y, *_ in ring], np.float64) for rings in polygons for ring in rings
    ]


def frame_map(drawing: Drawing, height: float) -> None:
    """Cut off with paper what an outline draws beyond the map."""
    drawing.rectangle((0, height), WIDTH, drawing.height - height, PAPER)
    drawing.rectangle((0.5, 0.5), WIDTH - 1, height - 1, "none", "#7d8b97")


def add_scale(words: Words, drawing: Drawing, place: Place) -> None:
    """Bar of a round length, at most a quarter of the map."""
    per_m = place.per_lat / METRES_PER_DEGREE
    length = max((m for m in SCALES_M if m * per_m <= WIDTH / 4), default=SCALES_M[0])
    x, y = 12.0, place.height - 12
    said = f"{words.number(length / 1000)} km" if length >= 1000 else f"{length} m"
    drawing.rectangle((x - 4, y - 20), length * per_m + 8, 26, PAPER)
    drawing.line((x, y), (x + length * per_m, y), INK, width=2)
    drawing.text((x, y - 6), said)
    drawing.rectangle((WIDTH - 48, 6), 42, 22, PAPER)
    drawing.text((WIDTH - 14, 22), "N ↑", "end", SOFT)
