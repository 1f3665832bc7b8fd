"""What a plan draws: zones as polygons, passages as lines, counters as points.

Lengths and areas are those of a flat piece of earth around what is drawn, which a place is.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lokaalmeten.errors import FormatError
from lokaalmeten.geo import METRES_PER_DEGREE, check_outers, read_outers

from .place import Float

ROUNDING = 1e-9  # of the square that a ring fills: a point so near to a side is on it
MOST_CORNERS = 1000  # of a ring or line: each side is compared with each other one


def check_shape(feature: Mapping[str, Any]) -> None:
    """Refuse, with a FormatError, a shape that cannot be drawn, or whose sides cross.

    The kind of the feature and the type of its geometry have been looked at.
    """
    said, shape = feature["properties"], feature["geometry"]
    name, given = f"{said['kind']} {said.get('id')!r:.60}", shape.get("coordinates")
    if shape["type"] == "Point":
        read_corners(name, [given])
    elif shape["type"] == "LineString":
        line = read_corners(name, given)
        if (line == line[0]).all():
            raise FormatError(f"{name} is a line between two places or more")
    else:
        for polygon in [given] if shape["type"] == "Polygon" else read_list(name, given):
            for ring in read_list(name, polygon):
                if crosses_itself(read_corners(name, ring)):
                    raise FormatError(f"{name}: its outline crosses itself")


def measure_area(name: str, outline: Mapping[str, Any]) -> float:
    """Area of a polygon in square metres; holes are taken out (shoelace on a local plane)."""
    try:
        outers = read_outers(outline)
        check_outers(outers)
        given = outline["coordinates"]
        polygons = [given] if outline["type"] == "Polygon" else given
        rings = [[np.array(ring, np.float64)[:, :2] for ring in polygon] for polygon in polygons]
    except (ValueError, TypeError, IndexError) as error:
        raise FormatError(f"zone {name!r}: {error}") from error
    area = sum(measure_ring(rest[0]) - sum(map(measure_ring, rest[1:])) for rest in rings)
    if area < 1:
        raise FormatError(f"zone {name!r} has an area of {area:.2f} m2: nobody can stand there")
    return area


def read_list(name: str, given: object) -> list[Any]:
    """A list with something in it; FormatError for anything else."""
    if not isinstance(given, list) or not given:
        raise FormatError(f"{name} is drawn with one outline or more")
    return given


def read_corners(name: str, corners: object) -> Float:
    """Longitudes and latitudes (n, 2) of positions; FormatError for what is none on earth."""
    if not isinstance(corners, list | tuple) or not 1 <= len(corners) <= MOST_CORNERS:
        raise FormatError(f"{name} is drawn with 1 to {MOST_CORNERS:,} corners")
    for corner in corners:
        if not is_position(corner):
            raise FormatError(
                f"{name}: a corner is a longitude and latitude in degrees (WGS84), not"
                f" {corner!s:.60}"
            )
    return np.array([corner[:2] for corner in corners], np.float64)


def is_position(corner: object) -> bool:
    """Whether a value of JSON is a place on earth: longitude, latitude, maybe a height."""
    if not isinstance(corner, list | tuple) or not 2 <= len(corner) <= 3:
        return False
    if not all(isinstance(part, int | float) and not isinstance(part, bool) for part in corner):
        return False
    return abs(corner[0]) <= 180 and abs(corner[1]) <= 90


def crosses_itself(ring: Float) -> bool:
    """Whether two sides of a ring (n, 2) pass through each other; sides that touch do not.

    Two segments cross when the ends of each lie on both sides of the other.

    >>> square = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])
    >>> crosses_itself(square), crosses_itself(square[[0, 2, 1, 3]])
    (False, True)
    """
    start = ring - ring.mean(axis=0)
    stop = np.roll(start, -1, axis=0)
    first, last = (find_side(start, stop, ends) for ends in (start, stop))  # (side, end)
    apart = first * last < 0
    return bool((apart & apart.T).any())


def find_side(start: Float, stop: Float, points: Float) -> Float:
    """On which side (n, m) of each segment (n) each point (m) lies: -1, 0 on it, or 1."""
    along = (stop - start)[:, None, :]
    to = points[None, :, :] - start[:, None, :]
    area = along[..., 0] * to[..., 1] - along[..., 1] * to[..., 0]
    return np.sign(np.where(np.abs(area) < ROUNDING * np.ptp(start) ** 2, 0.0, area))


def measure_ring(ring: Float) -> float:
    """Area within a ring of longitudes and latitudes (n, 2), square metres."""
    middle = ring.mean(axis=0)
    metres = (ring - middle) * METRES_PER_DEGREE * (math.cos(math.radians(middle[1])), 1)
    x, y = metres.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
