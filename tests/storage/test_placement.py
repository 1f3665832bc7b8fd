"""Where fixed nodes stand and stood."""

from datetime import UTC, datetime

import h3.api.basic_int as h3

from storage import reader
from storage.registry import add_node
from storage.rollups import roll_up
from storage.writer import write
from tests.services.samples import START, make_samples

HOME, MOVED = (52.09, 5.12), (52.35, 4.90)


def to_cell(place):
    return h3.latlng_to_cell(place[0], place[1], 9)


def read_cells(connection, view="observation"):
    rows = connection.execute(f"SELECT DISTINCT cell FROM public.{view} ORDER BY cell".encode())
    return [cell for (cell,) in rows]


def move(connection, moment):
    """Give box-1 another place, as if it had been done at a moment."""
    add_node(connection, "box-1", "box", lat=MOVED[0], lon=MOVED[1])
    connection.execute(
        "UPDATE private.placement SET until = to_timestamp(%(at)s) WHERE until < 'infinity'",
        {"at": moment},
    )
    connection.execute(
        "UPDATE private.placement SET since = to_timestamp(%(at)s) WHERE until = 'infinity'",
        {"at": moment},
    )


def test_a_sample_lies_where_its_node_is_registered(connection):
    box = add_node(connection, "box-1", "box", lat=HOME[0], lon=HOME[1])
    write(connection, [make_samples(box.id, 3)])
    assert read_cells(connection) == read_cells(connection, "latest") == [to_cell(HOME)]


def test_a_node_that_is_given_a_place_later_stood_there_all_along(connection):
    box = add_node(connection, "box-1", "box")
    write(connection, [make_samples(box.id, 3)])
    assert read_cells(connection) == [0]
    add_node(connection, "box-1", "box", lat=HOME[0], lon=HOME[1])
    assert read_cells(connection) == [to_cell(HOME)]


def test_of_a_node_that_moved_every_sample_stays_where_it_was_taken(connection):
    box = add_node(connection, "box-1", "box", lat=HOME[0], lon=HOME[1])
    move(connection, START + 3600)
    write(connection, [make_samples(box.id, 120)])  # late, or not: its time decides
    rows = connection.execute(
        "SELECT extract(epoch FROM min(time))::bigint, cell FROM public.observation GROUP BY cell"
    ).fetchall()
    assert dict(rows) == {START: to_cell(HOME), START + 3600: to_cell(MOVED)}
    while roll_up(connection):
        pass
    start, stop = (datetime.fromtimestamp(START + hour * 3600, UTC) for hour in (0, 2))
    found = reader.hexagons(connection, "pm25", start, stop, 9)
    assert set(found["cell"]) == {to_cell(HOME), to_cell(MOVED)}


def test_a_move_is_noted_as_of_now_and_twice_in_one_moment_only_the_last_counts(connection):
    with connection.transaction():
        add_node(connection, "box-1", "box", lat=HOME[0], lon=HOME[1])
        add_node(connection, "box-1", "box", lat=MOVED[0], lon=MOVED[1])
        add_node(connection, "box-1", "box", lat=HOME[0], lon=HOME[1])
    rows = connection.execute(
        "SELECT since = '-infinity', until = 'infinity', lat FROM private.placement ORDER BY since"
    ).fetchall()
    assert rows == [(True, False, 520_900_000), (False, True, 520_900_000)]


def test_labels_alone_move_nothing_and_a_bike_has_no_place(connection):
    add_node(connection, "box-1", "box", lat=HOME[0], lon=HOME[1])
    add_node(connection, "box-1", "box", label="Dom", lat=HOME[0], lon=HOME[1])
    add_node(connection, "bike-1", "bike")
    assert connection.execute("SELECT count(*) FROM private.placement").fetchone() == (1,)
