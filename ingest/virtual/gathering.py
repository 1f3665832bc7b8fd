"""A made-up evening: a square, an alley and a quay that fill for an event and empty after it.

The plan of the place, and what its counters would have counted: two quiet days, then an evening of
which everything is true but the people. Nothing here is measured anywhere.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .city import to_degrees

Int64 = NDArray[np.int64]

NAME = "havenfeest"
TITLE = "Havenfeest (verzonnen)"
STEP_S = 900
DAYS, EVENING = 2, 24  # quiet days, and quarters of the evening: six hours
PEOPLE = 8400  # who come in the evening
UNDER_WAY = 8  # quarters of an evening that is under way: it fills, and is not yet full
BEGINS, ENDS = 10, 20  # quarters of the evening between which there is something to see
MIDDLE_M = (900.0, 600.0)  # metres east and north of the middle of the virtual town
COLUMNS = (
    *("gate-forward", "gate-backward", "alley-forward", "alley-backward"),
    *("steps-forward", "steps-backward"),
)


def make_plan() -> dict[str, Any]:
    """Outside -gate-> square -alley-> quay -steps-> outside, each counted both ways."""
    features = [
        zone("plein", "Plein", (0, 0, 60, 45), area_m2=2400, capacity=5000),
        zone("kade", "Kade", (75, 0, 135, 25), area_m2=1300, capacity=2800),
        passage("gate", "Poort", (-10, 20, 0, 20), None, "plein", 7),
        passage("alley", "Steeg", (60, 12, 75, 12), "plein", "kade", 5),
        passage("steps", "Trappen", (135, 12, 145, 12), "kade", None, 4),
    ]
    for gate, east in (("gate", 0), ("alley", 67), ("steps", 135)):
        for way in ("forward", "backward"):
            said = {"kind": "counter", "id": f"{gate}-{way}", "passage": gate, "direction": way}
            said["node"] = f"{NAME}-{gate}"
            features.append(feature("Point", to_points((east, 15))[0], said))
    return {"type": "FeatureCollection", "name": TITLE, "features": features}


def make_counts(seed: int = 1) -> Int64:
    """People a quarter by counter (t, 6): quiet days, then the evening.

    >>> make_counts().shape
    (216, 6)
    """
    rng = np.random.default_rng(seed)
    quarters = np.arange(DAYS * 96)
    quiet = 35 + 30 * np.sin(2 * np.pi * (quarters - EVENING) / 96)
    evening = np.arange(EVENING)
    come = bell(evening, BEGINS - 2, 3.5) * PEOPLE
    gone = bell(evening, ENDS, 2.0) * PEOPLE
    arriving = np.concatenate([quiet, 35 + come])
    leaving = np.concatenate([quiet, 35 + gone])
    on_quay = 0.35 * np.concatenate([[0], arriving[:-1]])
    from_quay = 0.35 * leaving
    ways = np.stack(
        [arriving, 0.75 * leaving, on_quay, 0.1 * from_quay, 0.9 * from_quay, 0.02 * arriving],
        axis=1,
    )
    ways[:, 1] += 0.1 * from_quay - 0.1 * leaving + 0.02 * arriving
    return rng.poisson(np.maximum(ways, 0))


def bell(quarters: Int64, middle: float, width: float) -> NDArray[np.float64]:
    """Shares of the quarters that add up to one, most of them around the middle."""
    share = np.exp(-(((quarters - middle) / width) ** 2) / 2)
    return share / share.sum()


def zone(name: str, title: str, box: tuple[float, float, float, float], **said: Any) -> dict:
    """A zone between metres west, south, east and north."""
    west, south, east, north = box
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    said = {"kind": "zone", "id": name, "name": title, **said}
    return feature("Polygon", [to_points(*corners)], said)


def passage(
    name: str,
    title: str,
    line: tuple[float, float, float, float],
    start: str | None,
    end: str | None,
    width_m: float,
) -> dict:
    """A passage along a line of metres, from one zone (or outside) to another."""
    said = {"kind": "passage", "id": name, "name": title, "from": start, "to": end}
    return feature("LineString", to_points(line[:2], line[2:]), {**said, "width_m": width_m})


def feature(kind: str, coordinates: Any, said: Mapping[str, Any]) -> dict:
    """A feature of GeoJSON."""
    shape = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": shape, "properties": dict(said)}


def to_points(*metres: tuple[float, float]) -> list[list[float]]:
    """Longitudes and latitudes of metres east and north of the place."""
    found = [to_degrees(MIDDLE_M[0] + east, MIDDLE_M[1] + north) for east, north in metres]
    return [[round(float(lon), 7), round(float(lat), 7)] for lat, lon in found]
