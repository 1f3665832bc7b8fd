"""Where everything in Meetstad is: districts, boxes on house fronts, bikes, counters."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lokaalmeten.geo import METRES_PER_DEGREE

from .streets import RING_ROAD, RINGS_M, SPOKES, Streets, corner, plan_streets

Float = NDArray[np.float64]

CENTRE = (52.145, 4.975)  # in the polder north-west of Utrecht, where there is no town
METRES_PER_DEGREE_EAST = METRES_PER_DEGREE * np.cos(np.radians(CENTRE[0]))
BOXES, BIKES = 60, 25
CANDIDATES = 40  # places looked at for each box: the one farthest from the others is taken
WORK_AWAY_M = (1300, 2600)  # shortest way from a home to work

# Clockwise from the north; between ring road and outer ring one each, the market in the middle.
DISTRICTS = (
    *("Molenwijk", "Noordpark", "Oosterhof", "Waterrand"),
    *("Stationsbuurt", "Houtkwartier", "De Weide", "Lindenbuurt"),
)
INNER = "Binnenstad"
STOVES = 5  # Houtkwartier: many wood stoves
STATION = corner(RING_ROAD, 8)
SQUARES = (
    ("Markt", 0),
    ("Kerkplein", corner(0, 2)),
    ("Visbrug", corner(0, 6)),
    ("Stadhuisplein", corner(0, 10)),
    ("Theaterplein", corner(0, 14)),
    ("Noordpoort", corner(1, 0)),
    ("Zuidpoort", corner(1, 8)),
    ("Stationsplein", STATION),
)


class VirtualNode(NamedTuple):
    """One node of the town; ``lat`` and ``lon`` are None for a bike."""

    name: str  # "box-001"
    kind: str  # "box", "bike" or "counter"
    lat: float | None  # degrees, WGS84
    lon: float | None
    label: str  # for people
    home: int = -1  # corner where a bike lives
    work: int = -1  # corner where it is taken on working days


@dataclass(frozen=True)
class City:
    """Everything that does not change with time; the same seed is the same town."""

    seed: int = 1

    @cached_property
    def streets(self) -> Streets:
        """The street plan in metres round the market."""
        return plan_streets(self.seed)

    @cached_property
    def boxes(self) -> list[VirtualNode]:
        """Boxes on house fronts, spread over the town."""
        rng = np.random.default_rng([self.seed, 2])
        places = _spread(_house_fronts(self.streets, rng), rng)
        return [
            VirtualNode(f"box-{n:03d}", "box", *_to_place(x, y), f"{district_name(x, y)} {n}")
            for n, (x, y) in enumerate(places, 1)
        ]

    @cached_property
    def bikes(self) -> list[VirtualNode]:
        """Bikes; each has a home in a quiet street and a place of work across the town."""
        rng = np.random.default_rng([self.seed, 3])
        pairs = _homes_and_works(self.streets, rng)
        return [
            VirtualNode(f"bike-{n:03d}", "bike", None, None, f"Fiets {n}", home, work)
            for n, (home, work) in enumerate(pairs, 1)
        ]

    @cached_property
    def counters(self) -> list[VirtualNode]:
        """Crowd counters on the squares."""
        x, y = self.streets.x, self.streets.y
        return [
            VirtualNode(f"counter-{n:03d}", "counter", *_to_place(x[at], y[at]), name)
            for n, (name, at) in enumerate(SQUARES, 1)
        ]

    @property
    def nodes(self) -> list[VirtualNode]:
        """All nodes, in the order of their names within each kind."""
        return [*self.boxes, *self.bikes, *self.counters]


def to_degrees(x: ArrayLike, y: ArrayLike) -> tuple[Float, Float]:
    """Latitude and longitude of metres east and north of the market; any shape."""
    lat = CENTRE[0] + np.asarray(y, np.float64) / METRES_PER_DEGREE
    return lat, CENTRE[1] + np.asarray(x, np.float64) / METRES_PER_DEGREE_EAST


def to_metres(lat: ArrayLike, lon: ArrayLike) -> tuple[Float, Float]:
    """Metres east and north of the market; the inverse of ``to_degrees``."""
    y = (np.asarray(lat, np.float64) - CENTRE[0]) * METRES_PER_DEGREE
    return (np.asarray(lon, np.float64) - CENTRE[1]) * METRES_PER_DEGREE_EAST, y


def district_centre(district: int) -> tuple[float, float]:
    """Metres east and north of the middle of a district."""
    angle = 2 * np.pi * (2 * district + 1) / SPOKES
    return float(1050 * np.sin(angle)), float(1050 * np.cos(angle))


def district_name(x: float, y: float) -> str:
    """Name of the district in which a place lies."""
    if np.hypot(x, y) < RINGS_M[1]:
        return INNER
    share = np.arctan2(x, y) / (2 * np.pi) % 1
    return DISTRICTS[int(share * len(DISTRICTS)) % len(DISTRICTS)]


def _to_place(x: float, y: float) -> tuple[float, float]:
    lat, lon = to_degrees(x, y)
    return float(lat), float(lon)


def _house_fronts(streets: Streets, rng: np.random.Generator) -> Iterator[tuple[float, float]]:
    """Endless places beside the streets, longer streets more often."""
    a, b = streets.edges.T
    share = streets.length / streets.length.sum()
    while True:
        at = rng.choice(len(share), p=share)
        along, aside = rng.uniform(), rng.choice([-1, 1]) * rng.uniform(6, 14)
        dx = streets.x[b[at]] - streets.x[a[at]]
        dy = streets.y[b[at]] - streets.y[a[at]]
        away = aside / streets.length[at]
        yield (
            float(streets.x[a[at]] + along * dx - away * dy),
            float(streets.y[a[at]] + along * dy + away * dx),
        )


def _spread(
    fronts: Iterator[tuple[float, float]], rng: np.random.Generator
) -> list[tuple[float, float]]:
    """Places that keep their distance (Mitchell's best candidate)."""
    chosen = [next(fronts)]
    while len(chosen) < BOXES:
        candidates = np.array([next(fronts) for _ in range(CANDIDATES)])
        apart = candidates[:, None] - np.array(chosen)[None]
        best = int(np.hypot(apart[..., 0], apart[..., 1]).min(axis=1).argmax())
        chosen.append((float(candidates[best, 0]), float(candidates[best, 1])))
    order = rng.permutation(BOXES)  # or the first numbers would all lie far apart
    return [chosen[at] for at in order]


def _homes_and_works(streets: Streets, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Pairs of corners: home within a grid, work anywhere at a cycling distance."""
    first = corner(RING_ROAD + 2, 0) + SPOKES // 2
    homes = rng.choice(np.arange(first, len(streets.x)), BIKES, replace=False)
    pairs = []
    for home in homes:
        ways = np.array([streets.distance(int(home), at) for at in range(len(streets.x))])
        works = np.flatnonzero((ways > WORK_AWAY_M[0]) & (ways < WORK_AWAY_M[1]))
        pairs.append((int(home), int(rng.choice(works))))
    return pairs
