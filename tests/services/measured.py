"""A virtual town that measures for months: boxes by the hour, bikes on rides, and its zones.

Known and repeatable, for the tests of reports: all comes from seeds.
"""

from datetime import timedelta

import numpy as np

from ingest.rides import find_rides
from lokaalmeten.geo import PER_DEGREE, to_cells
from lokaalmeten.observations import MISSING, to_observations
from lokaalmeten.quality import Flag
from storage.periods import to_midnight
from storage.privacy import read_privacy
from storage.registry import add_node
from storage.rides import write_rides
from storage.writer import write
from storage.zones import find_zone_cells, write_zone
from tests.services.corrected import correct
from tests.services.outlines import box

CENTRE = (52.09, 5.12)
RIDE_S, STEP_S = 2400, 10
LABELS = ("Basisschool De Esdoorn", "Marktplein", "", "Park <Oost> & West")
BIKES = 3


def add_box(
    connection, name, seed, first, days, *, keys=("pm25", "pm10"), level=9.0, label="", gain=None
):
    """A box with a value an hour: a wave over the year, weather of days, hours and days missing."""
    random = np.random.default_rng(seed)
    lat, lon = (c + random.uniform(-0.03, 0.03) for c in CENTRE)
    node = add_node(connection, name, "box", lat=lat, lon=lon, label=label)
    start = int(to_midnight(first).timestamp())
    time = np.arange(start, start + days * 86_400, 3600, dtype=np.int64)
    day = (time - start) // 86_400
    shared = np.random.default_rng(7).gamma(4, 0.25, 400)[day % 400]  # the weather of all
    season = 1 + 0.3 * np.cos(2 * np.pi * (time - start) / (365 * 86_400))
    pm25 = level * shared * season * random.gamma(20, 0.05, len(time))
    values = {"pm25": pm25, "pm10": 1.6 * pm25 + 2, "no2": 12 + pm25}
    counts = np.round(100 * np.stack([values[key] for key in keys])).astype(np.int32)
    counts[:, random.random(len(time)) < 0.02] = MISSING
    made = to_observations(np.full(len(time), node.id, np.int32), time, keys, counts)
    good = np.where(random.random(counts.shape) < 0.98, Flag.GOOD, Flag.SUSPECT)
    made.flags[...] = np.where(counts == MISSING, Flag.MISSING, good)
    there = ~np.isin(day, random.choice(days, days // 20, replace=False))  # some days silent
    made = made.take(there)
    write(connection, [made if gain is None else correct(connection, made, "pm25", gain)])
    return node


def add_bike(connection, name, seed, first, days, *, rides=20):
    """A bike that rides on the roads of the town, a sample every ten seconds."""
    random = np.random.default_rng(seed)
    node = add_node(connection, name, "bike")
    midnight = to_midnight(first)
    for day in sorted(random.choice(days, rides, replace=False).tolist()):
        hour = int(random.choice([8, 17]))
        begin = int((midnight + timedelta(days=day, hours=hour)).timestamp())
        add_ride(connection, node.id, begin, random)
    return node


def add_ride(connection, node_id, begin, random):
    """A ride along one of six roads through the middle, and the window of it that is public."""
    time = begin + STEP_S * np.arange(RIDE_S // STEP_S, dtype=np.int64)
    share = np.linspace(-1, 1, len(time)) * random.choice([-1, 1])
    angle = np.pi * random.integers(0, 6) / 6
    bend = 0.3 * np.sin(3 * share)
    y = share * np.sin(angle) + bend * np.cos(angle)
    x = share * np.cos(angle) - bend * np.sin(angle)
    lat = np.round((CENTRE[0] + 0.030 * y) * PER_DEGREE).astype(np.int32)
    lon = np.round((CENTRE[1] + 0.045 * x) * PER_DEGREE).astype(np.int32)
    near = np.exp(-((x - 0.3) ** 2 + (y - 0.2) ** 2) * 20)
    pm25 = random.gamma(4, 3) + 25 * near + random.gamma(2, 1, len(time))
    counts = np.round(100 * pm25).astype(np.int32)[None]
    counts[0, random.random(len(time)) < 0.03] = MISSING
    made = to_observations(
        np.full(len(time), node_id, np.int32),
        time,
        ["pm25"],
        counts,
        lat=lat,
        lon=lon,
        cell=to_cells(lat, lon),
    )
    good = np.where(random.random(counts.shape) < 0.95, Flag.GOOD, Flag.FAIL)
    made.flags[...] = np.where(counts == MISSING, Flag.MISSING, good)
    write(connection, [made])
    found = find_rides(time, lat, lon, read_privacy(connection, node_id), begin + 9 * 86_400)
    write_rides(connection, node_id, int(time[0]), int(time[-1]), found)


def add_zone(connection, name, label, west, east):
    """A zone of the town between two longitudes."""
    outline = box(west, CENTRE[0] - 0.04, east, CENTRE[0] + 0.04)
    cells = find_zone_cells(name, "municipality", label, outline)
    write_zone(connection, name, "municipality", label, outline, cells)


def add_town(connection, first, days, *, rides=20):
    """Five boxes, one of them new, in two zones, and three bikes; from a day on, so many days."""
    add_zone(connection, "west", "Westwijk", 5.08, 5.12)
    add_zone(connection, "oost", "Oostwijk", 5.12, 5.17)
    for number, label in enumerate(LABELS):
        keys = ("pm25", "pm10", "no2") if number == 1 else ("pm25", "pm10")
        level = 6.0 + 2.5 * number
        add_box(
            connection,
            f"box-{number}",
            number,
            first,
            days,
            keys=keys,
            level=level,
            label=label,
            gain=0.75 if number == 1 else None,
        )
    begin = first + timedelta(days=days * 3 // 4)
    add_box(connection, "box-new", 9, begin, days // 8, level=8.0)
    for number in range(BIKES):
        add_bike(connection, f"bike-{number}", 20 + number, first, days, rides=rides)
