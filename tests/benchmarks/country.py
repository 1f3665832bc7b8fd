"""A country that measures: 20,000 boxes, each in a hexagon of its own, for a day and a bit.

The hexagons are the coarsest that the map draws, so that all of them are drawn at once: 2.4 km
wide, 100,000 km2 together. A box has a sample every half hour, which makes as many hours as if it
had one a minute.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from h3.api import basic_int as h3

from lokaalmeten.geo import PER_DEGREE, to_cells
from lokaalmeten.observations import Observations, to_observations
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY
from storage.failures import Connection
from storage.privacy import set_publication
from storage.registry import add_node
from storage.writer import write
from tests.benchmarks.bench_write import HOUR_S, START
from tests.benchmarks.city import Int64
from tests.benchmarks.filling import roll_all

CENTRE = (52.1, 5.3)  # degrees
RESOLUTION = 7  # of the hexagons
HOURS = 26
STEP_S = HOUR_S // 2
USUAL = {"pm25": (14.0, 9.0), "pm10": (22.0, 12.0), "temperature": (15.0, 6.0)}  # mean, swing


def fill(connection: Connection, boxes: int, told: Callable[[int], None] = lambda _: None) -> int:
    """Write all of it into an empty database and add it up; rows that were written."""
    places = make_places(boxes)
    with connection.transaction():
        for number, (lat, lon) in enumerate(places.tolist(), 1):
            add_node(connection, f"box-{number:05}", "box", lat=lat, lon=lon)
        set_publication(connection, delay_s=0, fewest_nodes=1)
    rows = 0
    for hour in range(HOURS):
        rows += write(connection, [make_hour(places, hour)]).inserted
        told(hour + 1)
    roll_all(connection)
    connection.execute("VACUUM ANALYZE")
    return rows


def make_places(boxes: int) -> np.ndarray:
    """Centres (boxes, 2) in degrees of hexagons around the middle of the country."""
    centre = h3.latlng_to_cell(*CENTRE, RESOLUTION)
    rings, cells = 0, [centre]
    while len(cells) < boxes:
        rings += 1
        cells += h3.grid_ring(centre, rings)
    return np.array([h3.cell_to_latlng(cell) for cell in cells[:boxes]])


def make_hour(places: np.ndarray, hour: int) -> Observations:
    """Samples of all boxes in an hour: waves over country and day."""
    node = np.repeat(np.arange(1, len(places) + 1, dtype=np.int32), HOUR_S // STEP_S)
    time: Int64 = (
        START
        + hour * HOUR_S
        + STEP_S * np.tile(np.arange(HOUR_S // STEP_S, dtype=np.int64), len(places))
    )
    north, east = (places[node - 1] - places.mean(axis=0)).T
    wave = np.sin(3 * north + hour / 4) * np.cos(2 * east - hour / 5)
    steps = [(level + swing * wave) * BY_KEY[key].per for key, (level, swing) in USUAL.items()]
    lat, lon = np.round(places * PER_DEGREE).astype(np.int32)[node - 1].T
    made = to_observations(
        node, time, tuple(USUAL), np.round(steps).astype(np.int32),
        cell=to_cells(lat.copy(), lon.copy()),
    )  # fmt: skip
    return replace(made, flags=np.full(made.counts.shape, Flag.GOOD, np.uint8))
