"""Who wants to find homes: a town of bikes whose homes are known to us, and what can be guessed.

The attacker knows the streets, the shortest ways and the rule by which rides are cut, its numbers
too, but no secret. Places are metres east and north of the middle of the town.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ingest.trimming import SHIFT_M, TRIM_M
from ingest.virtual.city import VirtualNode, to_degrees, to_metres
from ingest.virtual.rides import rides_between
from ingest.virtual.streets import Streets
from lokaalmeten.geo import PER_DEGREE, distance_m, to_cells, to_centres, to_parent

START = 1_760_000_000
DAY = 86_400
NEAR_M = 200  # a guess so near is a home found
NEIGHBOURHOOD_M = 500  # what somebody may know anyway: in which neighbourhood a person lives
HEADING_M = 200  # of a way show in which direction it goes
GRID_M = 50


@dataclass(frozen=True)
class Town:
    """A grid of streets, some missing, where people live everywhere; bikes ride as in Meetstad."""

    seed: int = 1
    side: int = 22
    block_m: float = 150.0
    count: int = 40

    @cached_property
    def streets(self):
        rng = np.random.default_rng([self.seed, 11])
        n = self.side**2
        column, row = np.arange(n) % self.side, np.arange(n) // self.side
        x, y = ((at - self.side / 2) * self.block_m for at in (column, row))
        inward = np.argsort(np.hypot(x, y), kind="stable")  # corner 0 is the market
        number = np.empty(n, int)
        number[inward] = np.arange(n)
        right, up = np.flatnonzero(column < self.side - 1), np.flatnonzero(row < self.side - 1)
        edges = np.concatenate([np.stack([right, right + 1], 1), np.stack([up, up + self.side], 1)])
        edges = number[edges[rng.uniform(size=len(edges)) > 0.1]]
        jitter = rng.normal(0, 20, (2, n))
        streets = Streets(
            x[inward] + jitter[0], y[inward] + jitter[1], edges, np.zeros(len(edges), np.bool_)
        )
        assert np.isfinite(streets._ways[0]).all()
        return streets

    @cached_property
    def bikes(self):
        rng = np.random.default_rng([self.seed, 12])
        ways = self.streets._ways[0]
        homes = rng.choice(len(ways), self.count, replace=False)
        works = [rng.choice(np.flatnonzero((row > 1500) & (row < 4000))) for row in ways[homes]]
        pairs = enumerate(zip(homes.tolist(), works, strict=True), 1)
        return [
            VirtualNode(f"bike-{n:03d}", "bike", None, None, "", home, int(work))
            for n, (home, work) in pairs
        ]

    @property
    def homes(self):
        """East and north (n, 2) of where the bikes live."""
        return self.corners[[bike.home for bike in self.bikes]]

    @property
    def corners(self):
        return np.stack([self.streets.x, self.streets.y], axis=1)


@dataclass(frozen=True)
class Track:
    """A ride as it was: a sample every ten seconds."""

    bike: int  # number of the bike, from 0
    home: tuple[bool, bool]  # whether it begins, and ends, there
    time: np.ndarray
    x: np.ndarray
    y: np.ndarray
    lat: np.ndarray = field(init=False)
    lon: np.ndarray = field(init=False)

    def __post_init__(self):
        lat, lon = to_degrees(self.x, self.y)
        object.__setattr__(self, "lat", lat)
        object.__setattr__(self, "lon", lon)


@dataclass(frozen=True)
class Seen:
    """A ride as the public sees it: the centres of its cells, in order."""

    bike: int  # known to us alone, like the next
    home: tuple[bool, bool]  # whether it begins, and ends, where the bike lives
    x: np.ndarray
    y: np.ndarray


def make_tracks(town, days):
    return [
        Track(number, is_at(ride, town.homes[number]), ride.time[::2], ride.x[::2], ride.y[::2])
        for number, bike in enumerate(town.bikes)
        for ride in rides_between(town, bike, START, START + days * DAY)
    ]


def is_at(ride, place):
    """Whether a ride begins, and ends, at a place."""
    first, last = (np.hypot(ride.x[i] - place[0], ride.y[i] - place[1]) < 50 for i in (0, -1))
    return bool(first), bool(last)


def see(tracks, find_window):
    """What is left of tracks, by a function from a track to its window."""
    seen = []
    for track in tracks:
        if window := find_window(track):
            inside = (track.time >= window[0]) & (track.time <= window[1])
            lat, lon = (
                np.rint(degrees[inside] * PER_DEGREE).astype(np.int32)
                for degrees in (track.lat, track.lon)
            )
            cells = to_parent(to_cells(lat, lon), 10)
            seen.append(Seen(track.bike, track.home, *to_metres(*to_centres(cells))))
    return seen


def cut_nothing(track):
    return track.time[0], track.time[-1]


def cut_circles(track, radius_m=300):
    """What others do: the same circle round the very ends."""
    away = [
        distance_m(track.lat, track.lon, track.lat[end], track.lon[end]) > radius_m
        for end in (0, -1)
    ]
    left = np.flatnonzero(away[0] & away[1])
    return (track.time[left[0]], track.time[left[-1]]) if len(left) > 10 else None


@dataclass(frozen=True)
class Ends:
    """Where rides begin or end to be seen: n ends, two of each ride."""

    at: np.ndarray  # (n, 2)
    back: np.ndarray  # (n, 2) length 1: out of the ride, over its end
    far: np.ndarray  # (n, 2) the other end of the same ride
    bike: np.ndarray  # (n,)
    home: np.ndarray  # (n,) whether the bike lives at this end

    def take(self, which):
        return Ends(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


def find_ends(seen):
    rows = []
    for ride in seen:
        way = np.stack([ride.x, ride.y], axis=1)
        for places, home in zip((way, way[::-1]), ride.home, strict=True):
            away = np.hypot(*(places - places[0]).T)
            beyond = np.flatnonzero(away > HEADING_M)
            back = places[0] - places[beyond[0] if len(beyond) else -1]
            rows.append((places[0], back / max(np.hypot(*back), 1), places[-1], ride.bike, home))
    return Ends(*(np.array(column) for column in zip(*rows, strict=True)))


# What a place scores as a home, each (places, 2), ends -> (places,)


def score_ends(places, ends, _radii):
    """Many rides begin or end here."""
    return np.exp(-((to_distances(places, ends.at) / 100) ** 2)).sum(axis=1)


def score_circle(places, ends, radii, own=None):
    """Many rides begin or end on one circle round here, and nothing of them is seen inside.

    Of all radii the best; ``own`` (m, 2) are the places seen of the rides of one bike.
    """
    away = to_distances(places, ends.at)
    inside = 0 if own is None else to_distances(places, own)
    rings = [
        np.exp(-(((away - radius - 25) / 50) ** 2)).sum(axis=1)
        - (0 if own is None else 0.5 * (inside < radius - 60).sum(axis=1))
        for radius in radii
    ]
    return np.max(rings, axis=0)


def score_headings(places, ends, radii):
    """Many rides come from here when their ends are drawn on along the street."""
    step = places[:, None] - ends.at
    along = (step * ends.back).sum(axis=2)
    aside = np.abs(step[..., 0] * ends.back[:, 1] - step[..., 1] * ends.back[:, 0])
    likely = np.exp(-((aside / 80) ** 2)) / (100 + np.abs(aside))
    return np.where((along > -50) & (along < max(radii) + SHIFT_M), likely, 0).sum(axis=1)


def to_distances(places, others):
    """Metres (n, m) between places (n, 2) and others (m, 2)."""
    return np.hypot(places[:, None, 0] - others[:, 0], places[:, None, 1] - others[:, 1])


def score_ways(town, ends, radii):
    """Of all corners: from how many ends on the shortest way to here passes no detour."""
    ways, corners = town.streets._ways[0], town.corners
    near, far = (to_distances(places, corners).argmin(axis=1) for places in (ends.at, ends.far))
    detour = ways[:, near] + ways[near, far] - ways[:, far]
    away = to_distances(corners, ends.at)
    reached = away < max(radii) + SHIFT_M
    return np.where(reached, np.exp(-np.maximum(detour - 40, 0) / 80), 0).sum(axis=1)


def pick(places, scores, count, apart_m=NEAR_M):
    """The best places that keep apart from one another."""
    chosen = []
    for index in np.argsort(-scores, kind="stable"):
        if all(np.hypot(*(places[index] - other)) >= apart_m for other in chosen):
            chosen.append(places[index])
            if len(chosen) == count:
                break
    return np.array(chosen)


def make_grid(town):
    reach = town.side * town.block_m / 2
    line = np.arange(-reach, reach, GRID_M)
    return np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)


def radii_of(cut):
    """Radii that the attacker tries: those of the rule."""
    if cut == "ours":
        return np.arange(TRIM_M[0], TRIM_M[1] + 1, 30)
    return np.array([300.0]) if cut == "circles" else np.array([0.0])
