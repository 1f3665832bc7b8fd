"""When rides are public and where: settled as the ingest does, read as the public does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import numpy as np
import pytest

from ingest.ridebook import RideBook
from lokaalmeten.errors import StorageError
from lokaalmeten.geo import PER_DEGREE, to_cells, to_parent
from lokaalmeten.observations import to_observations
from lokaalmeten.privacy import DELAY_S, FEWEST_NODES, OWN_MARKS
from lokaalmeten.quality import Flag, unpack_flags
from lokaalmeten.quantities import BY_KEY
from storage import people, reader
from storage.pool import connect
from storage.privacy import (
    Publication,
    add_privacy_zone,
    read_privacy,
    read_privacy_zones,
    read_publication,
    remove_privacy_zone,
    set_publication,
)
from storage.registry import add_node
from storage.rides import make_due, take_due
from storage.rollups import roll_up
from storage.store import Store
from storage.writer import write
from tests.services.samples import START

DAY = 86_400
PERIOD = (datetime.fromtimestamp(START - DAY, UTC), datetime.fromtimestamp(START + 9 * DAY, UTC))
LATER = START + 5 * DAY
SAMPLES = 240
CELLS = "SELECT DISTINCT cell FROM public.ride_observation"


def ride_north(node, start=START, east=0.0):
    """Samples of a ride of 12 km due north, with every quantity of a bike."""
    lat = np.rint((52.0 + 50 * np.arange(SAMPLES) / 111_195) * PER_DEGREE).astype(np.int32)
    lon = np.full(SAMPLES, round((5.0 + east) * PER_DEGREE), np.int32)
    keys = ("pm25", "temperature", *OWN_MARKS)
    rows = to_observations(
        np.full(SAMPLES, node, np.int32),
        start + 10 * np.arange(SAMPLES, dtype=np.int64),
        keys,
        np.full((len(keys), SAMPLES), 1000, np.int32),
        lat=lat,
        lon=lon,
        cell=to_cells(lat, lon),
    )
    rows.flags[:] = Flag.GOOD
    return rows


@pytest.fixture
def bikes(database, connection):
    """Numbers of four bikes that rode along one street, and nothing settled yet."""
    connection.execute("DELETE FROM private.publication")
    nodes = [add_node(connection, f"bike-{n}", "bike").id for n in range(4)]
    write(connection, [ride_north(node, START + 60 * node) for node in nodes])
    return nodes


def settle(database, nodes=(), now=LATER):
    """Settle rides of nodes and what is due, as an ingest does."""
    with Store(database) as store:
        book = RideBook(store)
        for node in nodes:
            book.note(node, START, START + DAY)
        while book.settle(now, at_once=True):
            pass


def public_cells(connection):
    return {cell for (cell,) in connection.execute(CELLS)}


def passed(connection, node):
    """Cells of the public stretch of a node's rides, found from its samples one by one."""
    rows = connection.execute(
        "SELECT o.cell FROM private.observation o JOIN private.ride r ON r.node_id = o.node_id"
        " AND o.time BETWEEN r.public_start AND r.public_stop WHERE o.node_id = %s",
        [node],
    ).fetchall()
    return set(to_parent(np.array([cell for (cell,) in rows], np.int64), 10).tolist())


def test_a_cell_is_public_when_enough_bikes_have_passed_it(database, connection, bikes):
    settle(database, bikes[:2])
    assert passed(connection, bikes[0]) & passed(connection, bikes[1])
    assert public_cells(connection) == set()
    assert connection.execute("SELECT count(*) FROM public.ride").fetchone() == (0,)
    settle(database, bikes[2:])
    tracks = [passed(connection, node) for node in bikes]
    counts = {cell: sum(cell in track for track in tracks) for cell in set().union(*tracks)}
    wanted = {cell for cell, count in counts.items() if count >= FEWEST_NODES}
    assert wanted != set(counts)  # each is cut by its own secret
    assert public_cells(connection) == wanted
    assert connection.execute("SELECT count(*) FROM public.ride").fetchone() == (4,)


def test_every_public_aggregate_keeps_to_the_same_cells(database, connection, bikes):
    settle(database, bikes)
    shown = public_cells(connection)
    assert set(reader.hexagons(connection, "pm25", *PERIOD, 10)["cell"]) == shown
    while roll_up(connection):
        pass
    assert set(reader.hexagons(connection, "pm25", *PERIOD, 10)["cell"]) == shown
    for view in ("rollup_source", "rollup_cell"):
        rows = connection.execute(f"SELECT DISTINCT cell FROM public.{view}".encode()).fetchall()
        assert {cell for (cell,) in rows} == shown
    places = connection.execute(
        "SELECT DISTINCT cell FROM public.rollup_place WHERE moving"
    ).fetchall()
    counts = {}
    for node in bikes:
        track = np.array(sorted(passed(connection, node)), np.int64)
        for resolution in range(7, 11):
            for cell in set(to_parent(track, resolution).tolist()):
                counts[cell] = counts.get(cell, 0) + 1
    assert {cell for (cell,) in places} == {c for c, n in counts.items() if n >= FEWEST_NODES}


def test_rides_of_one_bike_again_and_again_open_no_cell(database, connection, bikes):
    write(connection, [ride_north(bikes[0], START + 7200 * turn) for turn in range(1, 6)])
    settle(database, bikes[:1])
    assert connection.execute(
        "SELECT max(rides), count(*) > 0 FROM private.ride_cell"
    ).fetchone() == (
        6,
        True,
    )
    assert public_cells(connection) == set()


def test_what_closes_a_cell_counts_at_once(database, connection, bikes):
    settle(database, bikes[:3])
    assert public_cells(connection)
    connection.execute("DELETE FROM private.node WHERE id = %s", [bikes[0]])
    assert public_cells(connection) == set()
    connection.execute("DELETE FROM private.node WHERE moving")
    for table in ("ride_cell", "shared_cell"):
        assert connection.execute(f"SELECT count(*) FROM private.{table}".encode()).fetchone() == (
            0,
        )


def test_no_value_tells_which_unit_it_was(database, connection, bikes):
    settle(database, bikes)
    marks = ", ".join(f"count({key})" for key in OWN_MARKS)
    row = connection.execute(
        f"SELECT {marks}, count(pm25) > 0 FROM public.ride_observation".encode()
    )
    assert row.fetchone() == (*[0] * len(OWN_MARKS), True)
    (flags,) = connection.execute("SELECT DISTINCT flags FROM public.ride_observation").fetchone()
    told = {key for key in BY_KEY if unpack_flags(key, np.array([flags]))[0] not in (0, 9)}
    assert not told & set(OWN_MARKS)
    assert {"pm25", "temperature"} <= told
    while roll_up(connection):
        pass
    for view in ("rollup_source", "rollup_place"):
        rows = connection.execute(
            f"SELECT DISTINCT quantity FROM public.{view}".encode()
        ).fetchall()
        assert {quantity for (quantity,) in rows} == {"pm25", "temperature"}


def test_a_ride_waits_for_its_time_and_nobody_need_think_of_it(database, connection, bikes):
    set_publication(connection, fewest_nodes=1)
    ended = START + 4 * 60 + 10 * SAMPLES
    settle(database, bikes, ended + 3600)
    assert connection.execute(
        "SELECT count(*), count(public_start) FROM private.ride"
    ).fetchone() == (
        4,
        0,
    )
    assert public_cells(connection) == set()
    settle(database, now=START + 10 * SAMPLES + DELAY_S)
    assert public_cells(connection) == set()
    settle(database, now=ended + 2 * DELAY_S)  # another ingest, that heard of none of them
    assert connection.execute("SELECT count(*) FROM public.ride").fetchone() == (4,)
    assert take_due(connection, ended + 9 * DAY) == []


def test_who_takes_what_is_due_and_dies_leaves_it_for_another_hour(database, connection, bikes):
    settle(database, bikes)
    assert make_due(connection) == 4
    now = int(datetime.now(UTC).timestamp()) + 10
    assert sorted(due.node_id for due in take_due(connection, now)) == bikes
    assert take_due(connection, now + 60) == []
    assert len(take_due(connection, now + 3601)) == 4


def test_a_new_zone_hides_at_once_and_what_is_cut_anew_stays_out_of_it(database, connection, bikes):
    set_publication(connection, fewest_nodes=1)
    people.add_owner(connection, "ann")
    people.place_node(connection, bikes[0], owner="ann")
    settle(database, bikes[:1], int(datetime.now(UTC).timestamp()) + 60)
    before = connection.execute("SELECT ride FROM public.ride").fetchall()
    assert len(before) == 1
    middle = (52.0 + 50 * 120 / 111_195, 5.0)
    add_privacy_zone(connection, "ann", "clinic", [middle], 400)
    assert public_cells(connection) == set()
    assert connection.execute("SELECT count(*) FROM public.ride").fetchone() == (0,)
    settle(database, now=int(datetime.now(UTC).timestamp()) + 60)
    after = connection.execute("SELECT ride FROM public.ride").fetchall()
    assert len(after) == 1
    assert after != before  # by its name nobody lays the two beside each other
    (near,) = connection.execute(
        "SELECT count(*) FROM private.observation o JOIN private.ride r ON r.node_id = o.node_id"
        " AND o.time BETWEEN r.public_start AND r.public_stop"
        " WHERE abs(o.lat - %s) < %s",
        [round(middle[0] * PER_DEGREE), round(400 / 111_195 * PER_DEGREE)],
    ).fetchone()
    assert near == 0
    remove_privacy_zone(connection, "ann", "clinic")
    assert public_cells(connection) == set()


def test_what_a_zone_hid_altogether_is_shown_again_without_it(database, connection, bikes):
    set_publication(connection, fewest_nodes=1)
    people.add_owner(connection, "ann")
    people.place_node(connection, bikes[0], owner="ann")
    now = int(datetime.now(UTC).timestamp()) + 60
    settle(database, bikes[:1], now)
    add_privacy_zone(connection, "ann", "all", [(52.05, 5.0)], 40_000)
    settle(database, now=now)
    assert connection.execute("SELECT public_start, due FROM private.ride").fetchone() == (
        None,
        None,
    )
    remove_privacy_zone(connection, "ann", "all")
    settle(database, now=now)
    assert public_cells(connection)


def test_bikes_of_one_owner_are_cut_alike_and_others_otherwise(connection, bikes):
    people.add_owner(connection, "ann")
    before = [read_privacy(connection, node).secret for node in bikes]
    assert len(set(before)) == 4
    for node in bikes[:2]:
        people.place_node(connection, node, owner="ann")
    after = [read_privacy(connection, node).secret for node in bikes]
    assert after[0] == after[1] not in before
    assert after[2:] == before[2:]
    with pytest.raises(StorageError, match="no node with number 99"):
        read_privacy(connection, 99)


def test_another_owner_hides_the_rides_until_they_are_cut_by_its_secret(
    database, connection, bikes
):
    set_publication(connection, fewest_nodes=1)
    settle(database, bikes, int(datetime.now(UTC).timestamp()) + 60)
    people.add_owner(connection, "ann")
    people.place_node(connection, bikes[0], owner="ann")
    assert connection.execute("SELECT count(*) FROM public.ride").fetchone() == (3,)
    people.place_node(connection, bikes[1], project=None)
    assert connection.execute("SELECT count(*) FROM public.ride").fetchone() == (3,)


def test_a_ride_whose_samples_are_gone_is_hidden_for_good(database, connection, bikes):
    set_publication(connection, fewest_nodes=1)
    people.add_owner(connection, "ann")
    settle(database, bikes[:1])
    connection.execute("UPDATE private.node SET kept_from = %s", [PERIOD[1]])
    people.place_node(connection, bikes[0], owner="ann")
    row = connection.execute("SELECT public_start, due FROM private.ride").fetchone()
    assert row == (None, None)
    assert make_due(connection) == 0


def test_the_defaults_are_those_of_the_program_and_can_be_changed(database, connection):
    connection.execute("DELETE FROM private.publication")
    assert read_publication(connection) == Publication(DELAY_S, FEWEST_NODES)
    bound = "SELECT pg_get_viewdef('private.open_cell'::regclass) LIKE %s"
    said = f"%max(publication.fewest_nodes), {FEWEST_NODES})%"
    assert connection.execute(bound, [said]).fetchone() == (True,)
    assert set_publication(connection, delay_s=0) == Publication(0, FEWEST_NODES)
    assert set_publication(connection, fewest_nodes=5) == Publication(0, 5)
    assert read_publication(connection) == Publication(0, 5)
    for wrong in ({"delay_s": -1}, {"delay_s": 10**9}, {"fewest_nodes": 0}):
        with pytest.raises(StorageError):
            set_publication(connection, **wrong)


@pytest.mark.parametrize(
    ("corners", "radius"),
    [
        ([(52.0, 5.0)], 0),
        ([(52.0, 5.0)], -5),
        ([(52.0, 5.0)], 60_000),
        ([(92.0, 5.0)], 100),
        ([(float("nan"), 5.0)], 100),
        ([(52.0, 5.0), (52.1, 5.0)], 100),
        ([], 100),
    ],
)
def test_what_cannot_be_a_zone_is_refused_without_saying_where(connection, corners, radius):
    people.add_owner(connection, "ann")
    with pytest.raises(StorageError, match="privacy zone home: ") as error:
        add_privacy_zone(connection, "ann", "home", corners, radius)
    assert "52.0" not in str(error.value)
    assert read_privacy_zones(connection) == []


def test_zones_come_back_as_drawn_and_belong_to_their_owner(connection):
    people.add_owner(connection, "ann")
    people.add_owner(connection, "bob")
    corners = [(52.0, 5.0), (52.1, 5.0), (52.1, 5.1)]
    add_privacy_zone(connection, "ann", "home", corners, 0)
    add_privacy_zone(connection, "bob", "home", [(52.2, 5.2)], 100)
    node = add_node(connection, "bike-9", "bike").id
    people.place_node(connection, node, owner="ann")
    (zone,) = read_privacy(connection, node).zones
    assert zone.ring.tolist() == [list(corner) for corner in corners]
    assert [one.owner for one in read_privacy_zones(connection)] == ["ann", "bob"]
    assert [one.radius_m for one in read_privacy_zones(connection, "bob")] == [100]
    with pytest.raises(StorageError, match="owner bob has no privacy zone work"):
        remove_privacy_zone(connection, "bob", "work")
    with pytest.raises(StorageError, match="there is no owner eve"):
        add_privacy_zone(connection, "eve", "home", corners, 0)


def test_two_who_count_the_same_cells_at_once_lose_none(database, connection, bikes):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda node: settle(database, [node]), bikes))
    rows = connection.execute(
        "SELECT s.cell, s.nodes, count(c.node_id) FROM private.shared_cell s"
        " LEFT JOIN private.ride_cell c USING (cell) GROUP BY s.cell"
    ).fetchall()
    assert rows
    assert all(nodes == count for _, nodes, count in rows)
    with connect(database) as other:
        (most,) = other.execute("SELECT max(nodes) FROM private.shared_cell").fetchone()
    assert most == 4
