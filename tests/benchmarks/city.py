"""A city that measures: boxes with a sample a minute, and bikes that ride every third hour.

Its values are smooth days with noise, in whole numbers from beginning to end and the noise drawn
once, so that making a row takes a twentieth of writing it. The samples of a box fall at a second
of the hour of its own, and so do its pages: most of them touch two hours, as those of real boxes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from h3.api import basic_int as h3
from numpy.typing import NDArray

from lokaalmeten import wire
from lokaalmeten.geo import PER_DEGREE, to_cells
from lokaalmeten.observations import Observations, to_observations
from lokaalmeten.quality import Flag
from storage.failures import Connection
from storage.privacy import set_publication
from storage.reader import FIXED_RESOLUTION
from storage.registry import add_node
from storage.zones import add_zone
from tests.benchmarks.bench_write import HOUR_S, KEYS, START

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

DAY_S, MINUTE_S, HALF_MINUTE_S = 86_400, 60, 30
BIKE_KEYS = wire.SCHEMAS[2][2]
USUAL = {  # quantity: level, how far a day swings it, difference between nodes, noise; in steps
    "pm1": (900, 250, 60, 40),
    "pm25": (1200, 350, 80, 50),
    "pm4": (1400, 380, 90, 60),
    "pm10": (1800, 450, 120, 80),
    "temperature": (1400, 450, 80, 10),
    "humidity": (7000, 1200, 200, 40),
    "pressure": (101_500, 200, 30, 5),
    "voc_raw": (31_000, 400, 300, 60),
    "nox_raw": (16_000, 200, 150, 40),
    "co2": (430, 30, 10, 5),
    "sound_laeq": (5000, 700, 300, 250),
    "sound_lamax": (7400, 800, 300, 500),
    "battery": (3900, 100, 40, 10),
}
NOISE = 1 << 18  # rows of noise; each batch begins somewhere in them
SUSPECT = 0.03  # share of the rows whose particulate matter is suspect, as in a fog

ZONE = "municipality"  # that all boxes stand in
MARGIN = 0.01  # degrees around them, more than a cell
CENTRE = (51.92, 4.48)  # degrees; of a city of the size of Rotterdam
RIDES_EVERY = 3  # hours
RIDE_SAMPLES, RIDE_STEP_S = wire.SAMPLES, 15  # a quarter of an hour
STEP_M = 62.5  # 15 km/h
INNER_M = 2100  # bikes start within so far of the centre, for 3,000 cells an hour
METRES_PER_DEGREE = 111_195.0  # of latitude


@dataclass(frozen=True)
class City:
    """Boxes with node ids from 1 on, bikes after them; arrays by node lie at id - 1."""

    boxes: int
    bikes: int
    cell: Int64  # (boxes,) at geo.RESOLUTION, each box in another cell of resolution 9
    place: NDArray[np.float64]  # (boxes, 2) degrees
    offset: Int64  # (boxes,) second of the hour at which the pages of a box begin
    curve: Int32  # (quantities, minutes of a day)
    spread: Int32  # (quantities, boxes + bikes)
    noise: Int32  # (quantities, NOISE)
    suspect: NDArray[np.bool_]  # (NOISE,)

    @classmethod
    def make(cls, boxes: int, bikes: int) -> Self:
        """Make a city; the same one each time."""
        random = np.random.default_rng(1)
        place = make_places(boxes)
        level, swing, difference, noise = np.array([USUAL[key] for key in KEYS]).T[:, :, None]
        turn = 2 * np.pi * (np.arange(1440) / 1440 + random.random((len(KEYS), 1)))
        nodes = (len(KEYS), boxes + bikes)
        return cls(
            boxes=boxes,
            bikes=bikes,
            cell=to_cells(*np.round(place * PER_DEGREE).astype(np.int32).T),
            place=place,
            offset=random.integers(0, HOUR_S, boxes),
            curve=to_int32(level + swing * np.cos(turn)),
            spread=to_int32(difference * random.uniform(-1, 1, nodes)),
            noise=to_int32(noise * random.uniform(-1, 1, (len(KEYS), NOISE))),
            suspect=random.random(NOISE) < SUSPECT,
        )

    @property
    def names(self) -> list[str]:
        """Names of the boxes."""
        return [f"box-{number:04}" for number in range(1, self.boxes + 1)]

    def register(self, connection: Connection) -> None:
        """Make the nodes and their municipality known to an empty database."""
        with connection.transaction():
            for name, (lat, lon) in zip(self.names, self.place, strict=True):
                add_node(connection, name, "box", lat=lat, lon=lon)
            for number in range(1, self.bikes + 1):
                add_node(connection, f"bike-{number:04}", "bike")
            add_zone(connection, ZONE, "municipality", "The city", self.outline)
            set_publication(connection, delay_s=0, fewest_nodes=1)  # its bikes meet nowhere

    @property
    def outline(self) -> dict[str, Any]:
        """A box around all boxes, as GeoJSON."""
        south, west = (self.place.min(axis=0) - MARGIN).tolist()
        north, east = (self.place.max(axis=0) + MARGIN).tolist()
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        return {"type": "Polygon", "coordinates": [ring]}

    def make_pages(self, node: Int64, hour: int) -> Observations:
        """One page of each of these boxes, begun in an hour that is counted from START."""
        first = START + hour * HOUR_S + self.offset[node - 1]
        time = first[:, None] + MINUTE_S * np.arange(wire.SAMPLES)
        return self.observe(np.repeat(node, wire.SAMPLES), time.ravel())

    def make_samples(self, node: Int64, hour: Int64, random: np.random.Generator) -> Observations:
        """One sample of each of these boxes, between two of a page begun in its hour."""
        minute = random.integers(0, wire.SAMPLES, len(node))
        first = START + hour * HOUR_S + self.offset[node - 1]
        return self.observe(node, first + MINUTE_S * minute + HALF_MINUTE_S)

    def observe(self, node: Int64, time: Int64) -> Observations:
        """What boxes measure at these times (Unix seconds)."""
        counts, flags = self.measure(node, time, KEYS)
        made = to_observations(node.astype(np.int32), time, KEYS, counts)
        return replace(made, flags=flags)

    def measure(
        self, node: Int64, time: Int64, keys: Sequence[str]
    ) -> tuple[Int32, NDArray[np.uint8]]:
        """Counts and flags, (quantities, n) each."""
        slots = [KEYS.index(key) for key in keys]
        begin = int(time[0] + node[0]) % (NOISE - len(time))
        rows = slice(begin, begin + len(time))
        minute = time % DAY_S // MINUTE_S
        counts = np.empty((len(keys), len(time)), np.int32)
        for row, slot in enumerate(slots):
            counts[row] = self.curve[slot, minute] + self.spread[slot, node - 1]
            counts[row] += self.noise[slot, rows]
        flags = np.full(counts.shape, Flag.GOOD, np.uint8)
        matter = np.array([key.startswith("pm") for key in keys])
        flags[matter[:, None] & self.suspect[rows]] = Flag.SUSPECT
        return counts, flags

    def make_rides(self, hour: int) -> Observations:
        """One ride of every bike that lies in an hour, a page of samples each, in order."""
        random = np.random.default_rng([hour, 2])
        node = np.arange(self.boxes + 1, self.boxes + self.bikes + 1)
        latest = HOUR_S - RIDE_SAMPLES * RIDE_STEP_S
        first = START + hour * HOUR_S + random.integers(0, latest, self.bikes)
        time = (first[:, None] + RIDE_STEP_S * np.arange(RIDE_SAMPLES)).ravel()
        node = np.repeat(node, RIDE_SAMPLES)
        lat, lon = make_ways(self.bikes, random)
        counts, flags = self.measure(node, time, BIKE_KEYS)
        made = to_observations(
            node.astype(np.int32), time, BIKE_KEYS, counts,
            lat=lat, lon=lon, horizontal=np.full(len(time), 3000, np.int32),
            cell=to_cells(lat, lon),
        )  # fmt: skip
        return replace(made, flags=flags)


def make_places(boxes: int) -> NDArray[np.float64]:
    """Positions (boxes, 2) in degrees, from the centre outwards, each the centre of a cell."""
    centre = h3.latlng_to_cell(*CENTRE, FIXED_RESOLUTION)
    rings, cells = 0, [centre]
    while len(cells) < boxes:
        rings += 1
        cells += h3.grid_ring(centre, rings)
    return np.array([h3.cell_to_latlng(cell) for cell in cells[:boxes]])


def make_ways(bikes: int, random: np.random.Generator) -> tuple[Int32, Int32]:
    """Latitudes and longitudes (bikes * RIDE_SAMPLES,) in 1e-7 degree of ways that wind."""
    start = random.uniform(0, 2 * np.pi, (bikes, 1))
    away_m = INNER_M * np.sqrt(random.random((bikes, 1)))
    bend = random.normal(0, 0.15, (bikes, RIDE_SAMPLES))
    heading = random.uniform(0, 2 * np.pi, (bikes, 1)) + np.cumsum(bend, axis=1)
    north = away_m * np.cos(start) + STEP_M * np.cumsum(np.cos(heading), axis=1)
    east = away_m * np.sin(start) + STEP_M * np.cumsum(np.sin(heading), axis=1)
    lat = CENTRE[0] + north / METRES_PER_DEGREE
    lon = CENTRE[1] + east / METRES_PER_DEGREE / np.cos(np.radians(CENTRE[0]))
    return to_int32(lat.ravel() * PER_DEGREE), to_int32(lon.ravel() * PER_DEGREE)


def to_int32(values: NDArray[np.float64]) -> Int32:
    """Nearest whole numbers."""
    return np.round(values).astype(np.int32)
