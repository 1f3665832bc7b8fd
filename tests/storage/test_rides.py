from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pytest

from lokaalmeten.errors import StorageError
from lokaalmeten.observations import MISSING
from storage.pool import connect
from storage.registry import add_node
from storage.rides import read_track, write_rides
from storage.writer import write
from tests.services.samples import START, make_samples


@dataclass(frozen=True)
class Ride:
    start: int
    stop: int
    public_start: int | None = None
    public_stop: int | None = None
    samples: int = 10
    distance_m: float = 1234.5
    due: int | None = None


@pytest.fixture
def bike(connection):
    return add_node(connection, "bike-1", "bike").id


def read_rides(connection):
    rows = connection.execute(
        "SELECT start, stop, public_start, public_stop, public_id FROM private.ride ORDER BY start"
    )
    return [
        (*[None if t is None else int(t.timestamp()) - START for t in times], name)
        for *times, name in rows
    ]


def ride(start, stop, *public):
    return Ride(START + start, START + stop, *[START + moment for moment in public])


def spans(connection):
    return [row[:2] for row in read_rides(connection)]


def test_a_track_is_what_was_written_with_both_ends_in(connection, bike):
    samples = make_samples(bike, 100, schema=2, moving=True, step=10)
    samples.lat[7] = samples.lon[7] = samples.horizontal[8] = MISSING
    write(connection, [samples.take(np.arange(100)[::-1]), make_samples(bike + 1, 50)])
    track = read_track(connection, bike, START + 50, START + 200)
    assert track.time.tolist() == list(range(START + 50, START + 201, 10))
    part = slice(5, 21)
    for name, dtype in (("lat", np.int32), ("lon", np.int32), ("horizontal", np.int32)):
        column = getattr(track, name)
        assert column.dtype == dtype
        assert column.tolist() == getattr(samples, name)[part].tolist()
    assert track.time.dtype == np.int64


def test_a_node_without_samples_has_an_empty_track(connection, bike):
    track = read_track(connection, bike, 0, START)
    assert (len(track.time), track.time.dtype, track.lat.dtype) == (0, np.int64, np.int32)


def test_rides_come_back_as_written(connection, bike):
    write_rides(connection, bike, START, START + 900, [ride(0, 500, 60, 400), ride(600, 900)])
    assert [row[:4] for row in read_rides(connection)] == [
        (0, 500, 60, 400),
        (600, 900, None, None),
    ]
    assert connection.execute(
        "SELECT samples, distance_m, duration_s, hour FROM private.ride"
        " WHERE public_start IS NOT NULL"
    ).fetchall() == [(10, 1234.5, 340, datetime.fromtimestamp(START // 3600 * 3600, UTC))]


def test_rides_that_overlap_the_span_are_replaced_and_others_stay(connection, bike):
    other = add_node(connection, "bike-2", "bike").id
    before = [ride(0, 100), ride(200, 300), ride(400, 500)]
    write_rides(connection, bike, START, START + 500, before)
    write_rides(connection, other, START, START + 500, [ride(250, 350)])
    write_rides(connection, bike, START + 300, START + 399, [ride(210, 390)])
    assert spans(connection) == [(0, 100), (210, 390), (250, 350), (400, 500)]


def test_a_new_ride_that_reaches_beyond_the_span_replaces_what_it_meets(connection, bike):
    write_rides(connection, bike, START, START + 500, [ride(0, 100), ride(400, 500)])
    write_rides(connection, bike, START + 200, START + 300, [ride(50, 450)])
    assert spans(connection) == [(50, 450)]


def test_an_unchanged_ride_keeps_its_public_name_and_a_changed_one_gets_another(connection, bike):
    write_rides(connection, bike, START, START + 500, [ride(0, 100), ride(200, 300)])
    first, second = (row[-1] for row in read_rides(connection))
    write_rides(connection, bike, START, START + 500, [ride(0, 100, 20, 80), ride(200, 400)])
    kept, changed = read_rides(connection)
    assert kept == (0, 100, 20, 80, first)
    assert changed[-1] != second


def test_writing_no_rides_takes_them_away(connection, bike):
    write_rides(connection, bike, START, START + 500, [ride(0, 100)])
    write_rides(connection, bike, START, START + 500, [])
    assert read_rides(connection) == []


def test_an_impossible_window_is_refused_and_changes_nothing(connection, bike):
    write_rides(connection, bike, START, START + 500, [ride(0, 100)])
    with pytest.raises(StorageError, match="check"):
        write_rides(connection, bike, START, START + 500, [ride(0, 100, 50, 101)])
    assert [row[:4] for row in read_rides(connection)] == [(0, 100, None, None)]


def test_two_that_settle_one_node_leave_one_answer(database, connection, bike):
    def settle(number):
        with connect(database) as own:
            write_rides(own, bike, START, START + 999, [ride(number, 900 + number)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(settle, range(12)))
    assert len(read_rides(connection)) == 1
