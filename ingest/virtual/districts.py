"""Outlines of the districts of Meetstad, and of the town, as GeoJSON."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .city import DISTRICTS, INNER, to_degrees
from .streets import END_M, RINGS_M

TOWN = "Meetstad"
EDGE_M = END_M + 100  # beyond the last house
ARC = 13  # corners on the arc of a district


class Outline(NamedTuple):
    """An area of the town."""

    name: str  # "de-weide"
    kind: str  # "municipality" or "neighbourhood"
    label: str  # for people
    shape: dict[str, Any]  # Polygon of GeoJSON


def list_outlines() -> Iterator[Outline]:
    """The town, its inner district and those around it."""
    round_ = np.linspace(0, 2 * np.pi, 8 * (ARC - 1) + 1)
    yield _outline("municipality", TOWN, _arc(EDGE_M, round_))
    yield _outline("neighbourhood", INNER, _arc(RINGS_M[1], round_))
    for number, label in enumerate(DISTRICTS):
        angles = 2 * np.pi * (number + np.linspace(0, 1, ARC)) / len(DISTRICTS)
        sides = [_arc(EDGE_M, angles), _arc(RINGS_M[1], angles[::-1])]
        yield _outline("neighbourhood", label, np.concatenate(sides))


def _arc(radius_m: float, angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres east and north, (n, 2), at angles (n,) from the north, clockwise."""
    return radius_m * np.stack([np.sin(angles), np.cos(angles)], axis=1)


def _outline(kind: str, label: str, corners: NDArray[np.float64]) -> Outline:
    lat, lon = to_degrees(*corners.T)
    ring = np.round(np.stack([lon, lat], axis=1), 6).tolist()
    ring = ring if ring[0] == ring[-1] else [*ring, ring[0]]
    name = label.lower().replace(" ", "-")
    return Outline(name, kind, label, {"type": "Polygon", "coordinates": [ring]})
