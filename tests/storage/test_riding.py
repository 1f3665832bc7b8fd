"""What rides add up to, against a slow answer over the public rows one by one."""

import math
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ingest.rides import find_rides
from lokaalmeten.errors import StorageError
from lokaalmeten.geo import to_cells, to_parent
from lokaalmeten.observations import MISSING, to_observations
from lokaalmeten.privacy import FEWEST_NODES
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import SLOT
from storage import reader, riding
from storage.pool import connect
from storage.privacy import read_privacy
from storage.registry import add_node
from storage.rides import write_rides
from storage.riding import riders
from storage.roles import make_roles
from storage.writer import write
from tests.services.observed import CLOCK

START = datetime(2025, 3, 28, 22, tzinfo=UTC)
STOP = START + timedelta(days=4)
EDGES = (0, 1, 2, 5, 10, 20, 50, 100)
BIKES = 3


def ride(connection, node, number):
    """A ride of an hour over 15 km, its way its own for the greater part."""
    random = np.random.default_rng([node, number])
    begin = int((START + timedelta(hours=9 * number + node)).timestamp())
    time = begin + 10 * np.arange(360, dtype=np.int64)
    along = np.linspace(0, 15_000, 360)
    bearing = random.choice([0.2, 0.9, 1.6]) if number else 2.2 + 0.4 * node  # one alone
    lat = np.round(1e7 * (52.05 + along * np.cos(bearing) / 111_195)).astype(np.int32)
    lon = np.round(1e7 * (5.05 + along * np.sin(bearing) / 68_300)).astype(np.int32)
    counts = random.integers(0, 3_000, (1, 360)).astype(np.int32)
    counts[random.random(counts.shape) < 0.1] = MISSING
    made = to_observations(
        np.full(360, node, np.int32),
        time,
        ["pm25"],
        counts,
        lat=lat,
        lon=lon,
        cell=to_cells(lat, lon),
    )
    judged = np.where(random.random(counts.shape) < 0.8, Flag.GOOD, Flag.FAIL)
    made.flags[...] = np.where(counts == MISSING, Flag.MISSING, judged)
    write(connection, [made])
    found = find_rides(time, lat, lon, read_privacy(connection, node), begin + 9 * 86_400)
    write_rides(connection, node, int(time[0]), int(time[-1]), found)


@pytest.fixture
def ridden(connection):
    """A connection to a database with some days of rides."""
    bikes = [add_node(connection, f"bike-{n}", "bike") for n in range(BIKES)]
    for bike in bikes:
        for number in range(6):
            ride(connection, bike.id, number)
    return connection


def read_rows(connection):
    """(ride, hour, day, cell, flag, value) of every public sample of a ride."""
    found = connection.execute(
        "SELECT ride, hour, (hour AT TIME ZONE %s)::date, cell, flags, pm25"
        " FROM public.ride_observation WHERE hour >= %s AND hour < %s",
        [CLOCK, START, STOP],
    ).fetchall()
    for name, hour, day, cell, flags, value in found:
        flag = 9 if value is None else flags >> 3 * SLOT["pm25"] & 7
        yield name, hour, str(day), cell, flag, value


def test_days_add_up_the_public_rides(ridden):
    slow = defaultdict(list)
    for row in reader.rides(ridden, START, STOP, limit=1000).to_dict("records"):
        day = row["start"].tz_convert(CLOCK).strftime("%Y-%m-%d")
        slow[day].append((row["duration_s"], row["distance_m"]))
    assert len(slow) > 2
    found = reader.ride_days(ridden, START, STOP)
    assert found["day"].dt.strftime("%Y-%m-%d").tolist() == sorted(slow)
    for row, day in zip(found.to_dict("records"), sorted(slow), strict=True):
        seconds, metres = zip(*slow[day], strict=True)
        assert row["rides"] == len(seconds)
        assert (row["duration_s"], row["longest_s"]) == (sum(seconds), max(seconds))
        assert row["distance_m"] == pytest.approx(sum(metres))
        assert row["longest_m"] == max(metres)


def test_values_are_counted_by_day_flag_and_class(ridden):
    slow = defaultdict(list)
    for _, _, day, _, flag, value in read_rows(ridden):
        place = len(EDGES) if value is None else sum(edge <= value for edge in EDGES)
        slow[day, flag, place].append(math.nan if value is None else value)
    found = reader.ride_values(ridden, "pm25", START, STOP, EDGES)
    keys = zip(found["day"].dt.strftime("%Y-%m-%d"), found["flag"], found["class"], strict=True)
    assert list(keys) == sorted(slow)
    assert {flag for _, flag, _ in slow} == {Flag.GOOD, Flag.FAIL, Flag.MISSING}
    wanted = [slow[key] for key in sorted(slow)]
    assert found["count"].tolist() == [len(values) for values in wanted]
    totals = [pytest.approx(sum(values), nan_ok=True) for values in wanted]
    assert found["total"].tolist() == totals


@pytest.mark.parametrize("resolution", [8, 9, 15])
def test_a_cell_of_few_rides_is_counted_and_not_shown(ridden, resolution, monkeypatch):
    slow = defaultdict(list)
    for name, _, _, cell, flag, value in read_rows(ridden):
        if flag == Flag.GOOD and cell:
            parent = to_parent(np.array([cell]), min(resolution, 10))[0]
            slow[int(parent)].append((name, value))
    rides = {cell: len({name for name, _ in rows}) for cell, rows in slow.items()}
    assert riding.FEWEST_NODES == FEWEST_NODES
    for fewest in (FEWEST_NODES, min(rides.values()) + 1):
        monkeypatch.setattr(riding, "FEWEST_NODES", fewest)
        shown = sorted(cell for cell, count in rides.items() if count >= fewest)
        found, left_out = reader.ride_cells(ridden, "pm25", START, STOP, resolution)
        assert found["cell"].tolist() == shown != []
        assert left_out == len(slow) - len(shown)
        assert found["rides"].tolist() == [rides[cell] for cell in shown]
        assert found["count"].tolist() == [len(slow[cell]) for cell in shown]
        means = [pytest.approx(np.mean([value for _, value in slow[cell]])) for cell in shown]
        assert found["mean"].tolist() == means
    assert left_out > 0


def test_who_rode_is_a_number_that_only_an_administrator_may_ask(ridden, database):
    assert riders(ridden, START, STOP) == BIKES
    assert riders(ridden, STOP, STOP + timedelta(days=9)) == 0
    make_roles(ridden)
    with connect(database) as reading:
        reading.execute("SET ROLE lokaalmeten_reader")
        assert riders(reading, START, STOP) is None
        assert len(reader.ride_days(reading, START, STOP)) > 2
        assert len(reader.ride_cells(reading, "pm25", START, STOP, 8).cells) > 0


def test_nothing_is_no_rows(connection):
    assert reader.ride_days(connection, START, STOP).empty
    assert reader.ride_values(connection, "pm25", START, STOP, EDGES).empty
    found, left_out = reader.ride_cells(connection, "pm25", START, STOP, 9)
    assert found.empty
    assert left_out == 0
    with pytest.raises(StorageError, match="there is no quantity 'soot'"):
        reader.ride_cells(connection, "soot", START, STOP, 9)
