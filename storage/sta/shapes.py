"""Geometry of a filter: which cells are in, on or near a shape; of places the public knows centres.

All places are centres of H3 cells, of which even a large network has a few thousand. They are
compared at once with the shape that was asked for, in degrees (CRS84), and the statement gets the
cells that fit.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from lokaalmeten.geo import to_centres

from .faults import BadQueryError

MOST_CORNERS = 10_000
Shape = Any  # a geometry of shapely, which has no types
PREDICATES: dict[str, Callable[[Any, Any], Any]] = {
    "geo_intersects": shapely.intersects,
    "st_intersects": shapely.intersects,
    "st_equals": shapely.equals,
    "st_disjoint": shapely.disjoint,
    "st_touches": shapely.touches,
    "st_within": shapely.within,
    "st_overlaps": shapely.overlaps,
    "st_crosses": shapely.crosses,
    "st_contains": shapely.contains,
}


def read_shape(text: str) -> Shape:
    """Geometry of Well-Known Text. Raises BadQueryError."""
    plain = text.split(";", 1)[1] if text.upper().startswith("SRID=4326;") else text
    try:
        shape = shapely.from_wkt(plain)
    except shapely.errors.GEOSException as error:
        raise BadQueryError(f"$filter: {text[:60]!r} is no Well-Known Text.") from error
    if shapely.get_num_coordinates(shape) > MOST_CORNERS:
        raise BadQueryError(f"$filter: a shape has at most {MOST_CORNERS} corners.")
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise BadQueryError("$filter: a shape has corners at numbers.")
    return shape


def to_points(cells: NDArray[np.int64]) -> NDArray[Any]:
    """Points at the centres of cells."""
    lat, lon = to_centres(cells)
    return np.asarray(shapely.points(lon, lat))


def find_fitting(
    name: str, shape: Shape, cells: NDArray[np.int64], *, swapped: bool, pattern: str = ""
) -> list[int]:
    """Cells for which ``name(cell, shape)`` holds, or ``name(shape, cell)`` when swapped."""
    points = to_points(cells)
    pair = (shape, points) if swapped else (points, shape)
    try:
        if name == "st_relate":
            held = shapely.relate_pattern(*pair, pattern)
        else:
            held = PREDICATES[name](*pair)
    except (shapely.errors.GEOSException, ValueError) as error:
        raise BadQueryError(f"$filter: {name} cannot be told of this shape.") from error
    return cells[np.asarray(held, np.bool_)].tolist()


def measure_distances(shape: Shape, cells: NDArray[np.int64]) -> list[float]:
    """Distances of cells to a shape, degrees."""
    return np.asarray(shapely.distance(to_points(cells), shape), np.float64).tolist()


def measure_length(shape: Shape) -> float:
    """Length of a shape, degrees."""
    return float(shapely.length(shape))
