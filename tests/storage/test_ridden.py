"""Samples of rides against what was written and what the public may see of it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pytest

from lokaalmeten.errors import StorageError
from lokaalmeten.geo import PER_DEGREE
from lokaalmeten.quality import Flag
from storage.registry import add_node
from storage.ridden import read_own_rides, read_public_samples, read_ride_samples
from storage.rides import write_rides
from storage.writer import write
from tests.services.samples import START, make_samples

EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)
SAMPLES = 360


@dataclass(frozen=True)
class Ride:
    start: int
    stop: int
    public_start: int | None = None
    public_stop: int | None = None
    samples: int = 10
    distance_m: float = 1234.5
    due: int | None = None


def moment(second):
    return datetime.fromtimestamp(START + second, UTC)


@pytest.fixture
def bikes(connection):
    """Three bikes with an hour of samples and a ride each, the third one's not public."""
    made = {}
    for number in (1, 2, 3):
        node = add_node(connection, f"bike-{number}", "bike").id
        rows = make_samples(node, SAMPLES, schema=2, moving=True, step=10)
        rows = replace(rows, cell=np.where(np.arange(SAMPLES) % 10 == 3, 0, rows.cell))
        write(connection, [rows])
        public = (START + 900, START + 1500) if number < 3 else (None, None)
        ride = Ride(START + 300, START + 3000, *public)
        write_rides(connection, node, START, START + 3600, [ride])
        made[node] = rows
    return made


def slow_public(bikes, key="pm25"):
    """(node, time, lat, lon, value) of everything public that has a place, one by one."""
    found = []
    for node, rows in list(bikes.items())[:2]:
        at = rows.keys.index(key)
        for index in range(len(rows)):
            second = rows.time[index] - START
            if 900 <= second <= 1500 and rows.cell[index] != 0:
                good = rows.flags[at, index] == Flag.GOOD
                value = rows.counts[at, index] / 100 if good else None
                place = rows.lat[index] / PER_DEGREE, rows.lon[index] / PER_DEGREE
                found.append((node, int(rows.time[index]), *place, value))
    return sorted(found)


def read_public(connection, box=EVERYWHERE, **given):
    found = read_public_samples(connection, moment(0), moment(3600), "pm25", box, **given)
    columns = found[["node", "time", "lat", "lon", "value"]].itertuples(index=False)
    return [(*row[:4], None if np.isnan(row[4]) else row[4]) for row in columns], found


def test_public_samples_are_those_in_the_public_window_with_their_exact_place(connection, bikes):
    rows, found = read_public(connection)
    expected = slow_public(bikes)
    assert rows == expected
    assert len(rows) > 100
    assert any(row[-1] is None for row in rows)
    assert any(row[-1] is not None for row in rows)
    assert found.groupby("ride")["node"].nunique().tolist() == [1, 1]


def test_a_box_cuts_exactly(connection, bikes):
    expected = slow_public(bikes)
    lats, lons = sorted(r[2] for r in expected), sorted(r[3] for r in expected)
    west, east = lons[len(lons) // 4], lons[len(lons) * 3 // 4]
    south, north = lats[len(lats) // 4], lats[len(lats) * 3 // 4]
    rows, _ = read_public(connection, (west, south, east, north))
    inside = [r for r in expected if south <= r[2] <= north and west <= r[3] <= east]
    assert rows == inside
    assert 0 < len(inside) < len(expected)


def test_a_ride_counts_in_the_hour_in_which_its_public_part_starts(connection, bikes):
    found = read_public_samples(connection, moment(3600), moment(7200), "pm25", EVERYWHERE)
    assert len(found) == 0
    assert found.columns.tolist() == ["ride", "node", "time", "lat", "lon", "value"]


def test_what_the_public_sees_no_more_is_not_read(connection, bikes):
    first = min(bikes)
    connection.execute("DELETE FROM private.ride WHERE node_id = %s", [first])
    rows, _ = read_public(connection)
    assert {row[0] for row in rows} == {first + 1}
    connection.execute("UPDATE private.ride SET public_stop = public_start + INTERVAL '5 minutes'")
    rows, _ = read_public(connection)
    assert len(rows) > 0
    assert all(row[1] <= START + 1200 for row in rows)


def test_corrected_values_are_those_of_their_own_column(connection, bikes):
    node = min(bikes)
    connection.execute(
        "UPDATE private.observation SET pm25_corrected = pm25 + 100 WHERE node_id = %s", [node]
    )
    raw, _ = read_public(connection)
    corrected, _ = read_public(connection, corrected=True)
    for before, after in zip(raw, corrected, strict=True):
        there = before[0] == node and before[-1] is not None
        assert after[-1] == (pytest.approx(before[-1] + 1) if there else None)


def test_a_quantity_that_is_not_there_or_not_corrected_is_refused(connection):
    given = (moment(0), moment(1))
    with pytest.raises(StorageError, match="there is no quantity 'soot'"):
        read_public_samples(connection, *given, "soot", EVERYWHERE)
    with pytest.raises(StorageError, match="pressure is not corrected; these are: pm25"):
        read_public_samples(connection, *given, "pressure", EVERYWHERE, corrected=True)


def test_own_rides_are_whole_and_say_whether_they_are_public(connection, bikes):
    found = read_own_rides(connection, moment(0), moment(3600))
    assert found["node"].tolist() == ["bike-1", "bike-2", "bike-3"]
    assert found["public"].tolist() == [True, True, False]
    assert [int(t.timestamp()) - START for t in found["start"]] == [300] * 3
    assert len(read_own_rides(connection, moment(301), moment(3600))) == 0
    assert read_own_rides(connection, moment(0), moment(3600), ["bike-2"])["node"].tolist() == [
        "bike-2"
    ]
    with pytest.raises(StorageError, match="no moving node called 'bike-9'"):
        read_own_rides(connection, moment(0), moment(3600), ["bike-9"])


def test_samples_of_a_ride_have_a_place_only_where_the_receiver_had_one(connection, bikes):
    node, rows = min(bikes), bikes[min(bikes)]
    found = read_ride_samples(connection, node, moment(300), moment(3000), "pm25")
    part = slice(30, 301)
    assert found["time"].tolist() == rows.time[part].tolist()
    placed = rows.cell[part] != 0
    assert np.isfinite(found["lat"]).tolist() == placed.tolist()
    assert np.allclose(found["lat"][placed], rows.lat[part][placed] / PER_DEGREE, atol=1e-9)
    at = rows.keys.index("pm25")
    good = rows.flags[at, part] == Flag.GOOD
    assert np.isfinite(found["value"]).tolist() == good.tolist()
    assert np.allclose(found["value"][good], rows.counts[at, part][good] / 100)
