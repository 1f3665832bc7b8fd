"""A small repeatable city for the tests of API and pages, written as ingest would write it.

Three boxes and a counter measure every minute for three days, two bikes ride twelve times in
the last of them. Known numbers, for the tests: see the constants.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from h3.api import basic_int as h3

from ingest.rides import find_rides
from lokaalmeten.air_map import RESOLUTION, AirMap
from lokaalmeten.forecasts import (
    HORIZON_H,
    INDEX,
    PARTS,
    SILENT,
    YOUNG,
    Chances,
    DayScores,
    IndexRound,
    Kept,
    Scores,
    Series,
    Weathered,
)
from lokaalmeten.geo import PER_DEGREE, to_cells
from lokaalmeten.limits import WHO, find_limits
from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY
from storage.air_maps import write_map
from storage.chance_scores import write_day_scores
from storage.fits import write_fit
from storage.forecasts import number_series
from storage.outlook import write_index
from storage.pool import connect
from storage.privacy import read_privacy, set_publication
from storage.registry import add_node
from storage.rides import write_rides
from storage.scores import write_scores
from storage.writer import write
from storage.zones import add_zone
from tests.services.corrected import correct
from tests.services.issued import issue
from tests.services.outlines import box

LAST = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)  # of every box; 20:00 in the Netherlands
DAYS = 3
MINUTES = DAYS * 24 * 60
STOP = int(LAST.timestamp())
TIMES = STOP - 60 * np.arange(MINUTES)[::-1].astype(np.int64)
CENTRE = (52.0907, 5.1214)
BOXES = {
    "box-school": ("Basisschool De Esdoorn", 52.0951, 5.1101, 8.0),
    "box-markt": ("Marktplein", 52.0890, 5.1240, 16.0),
    "box-haven": ("", 52.0832, 5.1370, 31.0),
}
CORRECTED = {"box-haven": ("humidity", 0.5)}  # quantity and gain
COUNTER = "teller-brug"
NEW = "box-nieuw"
BIKES = ("fiets-1", "fiets-2")
RIDES_PER_BIKE = 6
FAILED_MINUTES = 30  # of box-school, the newest, flagged fail
CELL = f"{h3.latlng_to_cell(52.0890, 5.1240, 9):x}"  # in which box-markt stands
STEADY = "box-markt"  # its pm25 is 16.00 in all samples of the last hour
ZONES = {  # name: kind, label, west, south, east, north
    "binnenstad": ("neighbourhood", "Binnenstad", 5.10, 52.08, 5.128, 52.105),
    "havenkwartier": ("neighbourhood", "Havenkwartier", 5.13, 52.07, 5.16, 52.095),
    "weide": ("neighbourhood", "Weide", 5.16, 52.07, 5.19, 52.095),  # no node stands in it
}
SCORED_DAYS = 10  # before that of LAST, of which forecasts of STEADY are scored


@dataclass(frozen=True)
class City:
    """Where it is stored."""

    dsn: str


def build(dsn: str) -> City:
    """Write the city into a migrated database."""
    with connect(dsn) as connection:
        set_publication(connection, delay_s=0, fewest_nodes=1)
        for name, (label, lat, lon, level) in BOXES.items():
            node = add_node(connection, name, "box", lat=lat, lon=lon, label=label)
            made = _box(node.id, name, level)
            write(
                connection,
                [correct(connection, made, *CORRECTED[name])] if name in CORRECTED else [made],
            )
        counter = add_node(connection, COUNTER, "counter", lat=52.0868, lon=5.1180, label="Brug")
        write(connection, [_counter(counter.id)])
        add_node(connection, NEW, "box", lat=52.0990, lon=5.1300, label="Nieuw meetpunt")
        for name, (kind, label, *edges) in ZONES.items():
            add_zone(connection, name, kind, label, box(*edges))
        for number, name in enumerate(BIKES):
            _ride(connection, add_node(connection, name, "bike").id, number)
        _forecast(connection)
        _air_map(connection)
    return City(dsn)


def _air_map(connection):
    """PM2.5 of the latest hour around two boxes: what they said there, and between them 20."""
    homes = [h3.latlng_to_cell(lat, lon, RESOLUTION) for _, lat, lon, _ in list(BOXES.values())[1:]]
    cells = sorted(set(h3.grid_path_cells(*homes)) | set(h3.grid_disk(homes[0], 1)))
    median = [{homes[0]: 16.0, homes[1]: 31.0}.get(cell, 20.0) for cell in cells]
    middle = np.array(median, np.float32)
    drawn = AirMap(
        quantity="pm25",
        hour=LAST - timedelta(hours=1),
        corrected=False,
        sensors=5,
        error=2.34,
        error_of_mean=3.45,
        inside80=0.81,
        nugget_share=0.72,
        cells=np.array(cells, np.int64),
        low=(middle / 2).astype(np.float32),
        median=middle,
        high=middle * 2,
        measured=np.isin(cells, homes).astype(np.int16),
    )
    write_map(connection, drawn)


def _observations(node, times, columns, flags=None, lat=None, lon=None):
    steps = [np.round(np.asarray(values) * BY_KEY[key].per) for key, values in columns.items()]
    batch = to_observations(
        np.full(len(times), node, np.int32),
        times,
        tuple(columns),
        np.array(steps, np.int32),
        lat=lat,
        lon=lon,
        cell=None if lat is None or lon is None else to_cells(lat, lon),
    )
    batch.flags[:] = Flag.GOOD if flags is None else flags
    return batch


def _box(node, name, level):
    """PM2.5 with a daily wave around ``level``; constant in the last hour."""
    hour = TIMES / 3600 % 24
    pm25 = level + 0.2 * level * np.sin(2 * np.pi * hour / 24)
    pm25[-60:] = level
    columns = {
        "pm25": pm25,
        "pm10": pm25 * 1.6,
        "temperature": 14 + 5 * np.sin(2 * np.pi * (hour - 9) / 24),
        "humidity": 70 - 15 * np.sin(2 * np.pi * (hour - 9) / 24),
        "pressure": np.full(MINUTES, 101_325),
        "sound_laeq": 48 + 8 * np.cos(2 * np.pi * (hour - 15) / 24),
    }
    flags = np.full((len(columns), MINUTES), Flag.GOOD, np.uint8)
    if name == "box-school":
        flags[0, -FAILED_MINUTES:] = Flag.FAIL
    return _observations(node, TIMES, columns, flags)


def _counter(node):
    hour = TIMES / 3600 % 24
    people = np.round(40 + 35 * np.sin(2 * np.pi * (hour - 8) / 24))
    return _observations(node, TIMES, {"count_in": people, "count_out": people[::-1]})


def _ride(connection, node, number):
    """Rides of 40 minutes that cross the city along a curve, a sample every ten seconds."""
    for turn in range(RIDES_PER_BIKE):
        start = STOP - 3600 * (3 * turn + number + 1)
        times = start + 10 * np.arange(240, dtype=np.int64)
        share = np.linspace(-1, 1, 240)
        angle = np.pi * (turn / RIDES_PER_BIKE + number / 2)
        x = share * np.cos(angle) - 0.4 * np.sin(3 * share) * np.sin(angle)
        y = share * np.sin(angle) + 0.4 * np.sin(3 * share) * np.cos(angle)
        lat = np.round((CENTRE[0] + 0.018 * y) * PER_DEGREE).astype(np.int32)
        lon = np.round((CENTRE[1] + 0.030 * x) * PER_DEGREE).astype(np.int32)
        columns = {
            "pm25": 14 + 10 * x + 25 * np.exp(-((share - 0.2) ** 2) * 60) + turn,
            "temperature": np.full(240, 15.5),
        }
        write(connection, [_observations(node, times, columns, lat=lat, lon=lon)])
        rides = find_rides(times, lat, lon, read_privacy(connection, node), STOP + 86400)
        write_rides(connection, node, int(times[0]), int(times[-1]), rides)


def _forecast(connection):
    """The next 72 hours of the market, why the others have none, and ten days of scores."""
    hours = [(LAST + timedelta(hours=step)).hour for step in range(HORIZON_H)]
    middle = 16 + 3 * np.sin(2 * np.pi * np.array(hours) / 24)
    table = middle[:, None, None] + np.array([-6, -4, -2, 0, 3, 6, 9])
    reasons = ["", SILENT, YOUNG]
    nodes = [STEADY, "box-school", NEW]
    history = np.array([900, 700, 5], np.int32)
    facts = {"reasons": reasons, "history": history, "issue_time": LAST}
    facts |= {"chances": _chances(len(nodes)), "weather": Weathered("part", 48)}
    made = issue(connection, nodes, LAST, table, **facts)
    _index(connection)
    write_fit(connection, "pm25", "node", Kept(LAST, None, "test 1", made.series, b"\0"), "first")
    for back in range(1, SCORED_DAYS + 1):
        _score(connection, int(made.series[0]), STOP - 18 * 3600 - back * 86_400)


def _chances(places):
    """Tomorrow is above 15 with a chance of 0.62 and above 25 with 0.08, never the day after."""
    days = tuple(LAST.date() + timedelta(days=ahead) for ahead in range(4))
    limits = tuple(each for each in find_limits("pm25") if each.period == "day")
    table = np.array([[0.4, 0.1], [0.62, 0.08], [0.0025, 0.0025], [0.3, 0.2]], np.float32)
    return Chances(days, limits, np.repeat(table[..., None], places, axis=2))


def _index(connection):
    """Of STEADY: today surely 3, tomorrow 4, between 3 and 6."""
    numbers = number_series(connection, [Series("node", STEADY, INDEX)])
    days = np.array([[3, 3, 3], [3, 4, 6], [3, 4, 7], [2, 4, 8]], np.int16)[:, None]
    classes = np.repeat([[[0.4, 0.5, 0.1, 0, 0]]], 4, axis=0).astype(np.float32)
    hours = np.repeat([[[2, 3, 4]]], HORIZON_H, axis=0).astype(np.int16)
    made = ("pm25", "pm10")
    write_index(
        connection, IndexRound(LAST, LAST, LAST.date(), numbers, (made,), hours, days, classes)
    )


def _score_day(connection, series, midnight):
    """24 chances of a day before of 0.3 that the day is above 15, which it was; usually 0.1."""
    count = np.array([[0, 24, 0, 0]], np.int32)
    scores = DayScores(
        WHO,
        15,
        series,
        np.full(1, 16, np.float32),
        np.ones(1, np.bool_),
        count,
        count * np.int64(490_000),
        count * np.int64(810_000),
    )
    write_day_scores(connection, datetime.fromtimestamp(midnight, UTC).date(), [scores], series)


def _score(connection, number, midnight):
    """A day of scores: of 144 forecasts at each distance 72, 120 and 138 were inside."""
    hour = midnight + 3600 * np.arange(24, dtype=np.int64)
    each = np.ones((24, PARTS), np.int32)
    far = np.arange(1, PARTS + 1, dtype=np.int32)
    tallies = {"forecasts": 6 * each, "inside50": 3 * each, "inside80": 5 * each}
    tallies["inside95"] = np.where(np.arange(24)[:, None] % 4, 6, 5).astype(np.int32) * each
    tallies |= {"loss": 6 * 200 * far * each, "missed": 6 * 300 * far * each}
    tallies["naive"] = 6 * 500 * far * each
    series = np.full(24, number, np.int32)
    scores = Scores(series, hour, np.full(24, 16, np.float32), tallies)
    day = datetime.fromtimestamp(midnight, UTC).date()
    write_scores(connection, day, scores, (series[:0], hour[:0]))
    _score_day(connection, series[:1], midnight)
