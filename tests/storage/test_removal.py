"""What was removed is nowhere any more, what belongs to others is as it was."""

import threading
from datetime import UTC, datetime
from itertools import pairwise

import psycopg
import pytest

from lokaalmeten.anchor import Anchor
from lokaalmeten.errors import StorageError
from lokaalmeten.notices.letters import Letter
from lokaalmeten.notices.troubles import Changes, Found
from lokaalmeten.rejected import Rejected
from lokaalmeten.words import Log, Status
from storage import people, troubles
from storage.agreements import say_agreement
from storage.calibrations import add_calibration
from storage.node_status import write_words
from storage.pool import connect
from storage.registry import add_node
from storage.removal import (
    begin_removal,
    count_removal,
    find_nodes,
    finish_removal,
    read_unfinished,
)
from storage.review import Review
from storage.rides import write_rides
from storage.rollups import at_one_moment, note_added, roll_hours, roll_up
from storage.writer import Writer, write
from tests.services.everything import WEEK, make_finding
from tests.services.issued import issue_beside
from tests.services.samples import START, make_samples
from tests.services.slow_sums import expect_places, read_places, shorten
from tests.storage.town import Ride

MONTH = 31 * 86_400
HARDWARE = "352753090012345"
OWNED = """
SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'private'::regnamespace AND c.relkind IN ('r', 'p')
    AND NOT c.relispartition AND a.attname IN ('node_id', 'node') AND NOT a.attisdropped
    AND a.attnum > 0 AND c.relname <> 'event'
"""
TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'private'::regnamespace AND c.relkind IN ('r', 'p')
    AND NOT c.relispartition ORDER BY 1
"""
LOGS = {"event", "removal", "migration"}
PLACES = {"rollup_place", "touched_place"}  # sums over several nodes, which are made again


def tell(connection, node):
    """Note that a node is silent, and tell its owner, who agreed to that."""
    say_agreement(connection, node.name, "mail", given=True)
    since = datetime.fromtimestamp(START, UTC)
    changes = Changes([Found(node.id, "silent", "", since, {})], [], [], [])
    troubles.write_changes(connection, changes, since)
    (number,) = connection.execute("SELECT max(id) FROM private.owner").fetchone()
    lasting = [one for one in troubles.read_lasting(connection) if one.node == node.name]
    letter = Letter("begun", "silent", False, lasting)
    troubles.queue(connection, troubles.Receiver(None, number), letter, since)


def add_pair(connection, names, owner, lat):
    """A box and a bike of an owner, with something in every table that knows nodes."""
    people.add_owner(connection, owner, label=f"label of {owner}", email=f"{owner}@example.org")
    box = add_node(connection, names[0], "box", lat=lat, lon=5.1234567)
    bike = add_node(connection, names[1], "bike")
    since = datetime.fromtimestamp(START, UTC)
    for node in (box, bike):
        connection.execute(
            "UPDATE private.node SET hardware = %s WHERE id = %s", [HARDWARE + node.name, node.id]
        )
        people.place_node(connection, node.id, owner=owner, project="street")
        people.add_sensor(connection, node.id, "sps30", since, serial=f"serial-{node.name}")
        add_calibration(connection, "pm25", "linear", {"a": 1}, since, node=node.id)
        said = "INSERT INTO private.consent (node_id, license) VALUES (%s, 'CC0-1.0')"
        connection.execute(said, [node.id])
        tell(connection, node)
        login = "INSERT INTO private.broker_login (node_id, login) VALUES (%s, '$7$1$YQ==$Yg==')"
        connection.execute(login, [node.id])
        topic = f"lm/1/{node.name}/page"
        refused = [
            Rejected(node.name, topic, "crc", b"\1", START),
            Rejected("", f"elsewhere/{node.name}", "unknown topic", b"\2", START),
            Rejected("", "elsewhere", "unknown topic", f"a {HARDWARE}{node.name}".encode(), START),
        ]
        Review(connection).write_findings([make_finding(node.id)], *WEEK, [node.id])
        words = f'{{"node": "{node.name}"}}'
        write_words(
            connection, [Status(node.name, START, True, words)], [Log(node.name, START, words)]
        )
        anchors = [Anchor(node.id, 7, START, 9, False)]
        Writer(connection).write([], refused, arrivals={(node.id, 7): [0, 2]}, anchors=anchors)
    issue_beside(connection, box.name, since)
    for month in range(3):
        start = START + month * MONTH
        parts = [make_samples(box.id, 50, start=start, cell=box.cell)]
        parts.append(make_samples(bike.id, 100, start=start, step=10, schema=2, moving=True))
        write(connection, parts)
        ride = Ride(start, start + 990, start + 300, start + 690)
        write_rides(connection, bike.id, start, start + 990, [ride])
        if month < 2:  # the last waits
            while roll_up(connection):
                pass
    for hour in range(2):  # a day waits, then what is added to another hour
        write(connection, [make_samples(box.id, 50, start=START + MONTH * 3 + hour * 3600)])
        if not hour:
            with at_one_moment(connection):
                roll_hours(connection, 1000)
    touched = datetime.fromtimestamp(START + MONTH, UTC)  # an hour waits, too
    connection.execute("SELECT private.touch(%s, %s, %s)", [box.id, touched, touched])
    return box, bike


def dump(connection):
    """Every private table as sorted lines of text."""
    tables = [name for (name,) in connection.execute(TABLES)]
    found = {}
    for table in tables:
        with connection.cursor().copy(f"COPY (SELECT * FROM private.{table}) TO STDOUT") as copy:
            found[table] = sorted(bytes(line).decode() for line in copy)
    return found


def without_logs(found):
    return {table: lines for table, lines in found.items() if table not in LOGS | PLACES}


@pytest.fixture
def town(connection):
    """Others with data in every table."""
    people.add_project(connection, "street")
    add_pair(connection, ("box-1", "bike-1"), "others", 52.0907374)
    while roll_up(connection):
        pass
    return connection


@pytest.fixture
def leaving(town):
    """An owner who leaves, and what the database was without; numbers that nothing else has."""
    before = without_logs(dump(town))
    town.execute("ALTER TABLE private.node ALTER id RESTART WITH 424241")
    add_pair(town, ("box-2", "bike-2"), "leaver", 52.7654321)
    write(town, [make_samples(1, 9, start=START + 4 * MONTH)])  # waits while the others leave
    note_added(town)
    waiting = without_logs(dump(town))
    write(town, [make_samples(424241, 9, start=START + 4 * MONTH)])
    for table in ("observation", "rollup_hour", "touched_day"):
        before[table] = [line for line in waiting[table] if "\t42424" not in line]
    return before


def remove(connection, **whose):
    nodes = find_nodes(connection, **whose)
    begin_removal(connection, nodes, owner=whose.get("owner"))
    return [finish_removal(connection, node) for node in read_unfinished(connection)]


def read_marks(connection):
    """All by which the leaving nodes could be known, as text."""
    rows = connection.execute(
        "SELECT id::text, name, hardware, secret::text, lat::text, NULL FROM private.node"
        " WHERE id > 424240"
        " UNION ALL SELECT DISTINCT public_id::text, node_id::text, 'leaver', 'serial-box-2',"
        " 'serial-bike-2', 'label of leaver' FROM private.ride WHERE node_id > 424240"
        " UNION ALL SELECT lat || ' ' || lon, NULL, NULL, NULL, NULL, NULL FROM"
        " private.observation WHERE node_id > 424240 AND lat IS NOT NULL"
    ).fetchall()
    marks = {mark for row in rows for mark in row if mark}
    assert len(marks) > 100
    return marks


def test_every_table_that_knows_nodes_is_filled_here(town, leaving):
    empty = []
    for table, column in town.execute(OWNED).fetchall():
        values = ["box-2", "bike-2"] if column == "node" else [424241, 424242]
        query = f"SELECT count(*) FROM private.{table} WHERE {column} = ANY(%s)"
        if town.execute(query.encode(), [values]).fetchone() == (0,):
            empty.append((table, column))
    assert empty == []


def test_an_owner_leaves_no_trace_and_others_are_as_they_were(town, leaving):
    marks = read_marks(town)
    counted = count_removal(town, find_nodes(town, owner="leaver"))
    removed = remove(town, owner="leaver")
    assert [one.name for one in removed] == ["box-2", "bike-2"]
    after = dump(town)
    assert without_logs(after) == leaving
    for table, lines in after.items():
        fields = [line.rstrip("\n").split("\t") for line in lines]
        tokens = {token for line in fields for token in line}
        tokens |= {" ".join(pair) for line in fields for pair in pairwise(line)}
        allowed = {"424241", "424242"} if table in ("event", "removal") else set()
        assert tokens & marks <= allowed, table
        assert not any(mark in line for line in lines for mark in ("box-2", "bike-2", "leaver"))
    for table in ("observation", "rollup_hour", "rollup_day", "rejected", "delivery", "anchor"):
        assert sum(one.rows[table] for one in removed) == counted[table] > 0


def test_places_are_added_up_without_those_who_left(town, leaving):
    others = dump(town)["rollup_place"]
    remove(town, owner="leaver")
    left = dump(town)["rollup_place"]
    assert set(left) < set(others)  # what waits is not there at all
    while roll_up(town):
        pass
    with_others = read_places(town)
    assert with_others == shorten(expect_places(town))
    assert len(with_others) > len(left)


def test_one_node_of_an_owner_goes_and_the_other_stays(town, leaving):
    bike = town.execute("SELECT o FROM private.observation o WHERE node_id = 424242").fetchall()
    (removed,) = remove(town, node="box-2")
    assert removed.rows["observation"] == 259
    assert removed.searched >= 12
    assert (
        town.execute("SELECT o FROM private.observation o WHERE node_id = 424242").fetchall()
        == bike
    )
    assert [owner.nodes for owner in people.read_owners(town)] == [1, 2]


def test_from_the_first_moment_the_public_sees_nothing(town, leaving):
    views = town.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE"
        " table_schema = 'public' AND column_name IN ('node', 'ride', 'source')"
        " UNION ALL SELECT 'node', 'name'"
    ).fetchall()
    rides = town.execute("SELECT public_id::text FROM private.ride WHERE node_id = 424242")
    names = ["box-2", "bike-2", *(ride for (ride,) in rides)]
    query = "SELECT count(*) FROM public.{} WHERE {}::text = ANY(%s)"
    seen = {
        view: town.execute(query.format(view, column).encode(), [names]).fetchone()[0]
        for view, column in views
    }
    assert sum(count > 0 for count in seen.values()) >= 9
    begin_removal(town, find_nodes(town, owner="leaver"), owner="leaver")
    for view, column in views:
        assert town.execute(query.format(view, column).encode(), [names]).fetchone() == (0,), view
    assert [node.name for node in read_unfinished(town)] == ["box-2", "bike-2"]
    assert town.execute(
        "SELECT count(*) FROM private.observation WHERE node_id > 424240"
    ).fetchone() == (559,)


class Dying:
    """A connection that the server ends before its statement number ``last``."""

    def __init__(self, dsn, last):
        self.dsn, self.left, self.connection = dsn, last, connect(dsn)
        self.execute, self.connection.execute = self.connection.execute, self.count

    def count(self, *args, **kwargs):
        if not self.left:
            with connect(self.dsn) as other:
                other.execute(
                    "SELECT pg_terminate_backend(%s, 5000)", [self.connection.info.backend_pid]
                )
        self.left -= 1
        return self.execute(*args, **kwargs)


def test_a_removal_that_fails_anywhere_is_finished_by_the_next(town, leaving, database):
    def removed_by(last):
        dying = Dying(database, last)
        with dying.connection:
            unfinished = read_unfinished(dying.connection)
            if not unfinished:
                nodes = find_nodes(dying.connection, owner="leaver")
                begin_removal(dying.connection, nodes, owner="leaver")
            for node in read_unfinished(dying.connection):
                finish_removal(dying.connection, node)

    died = 0
    for last in range(1000):
        try:
            removed_by(last)
        except (StorageError, psycopg.OperationalError):
            died += 1
            (shown,) = town.execute("SELECT count(*) FROM public.node").fetchone()
            owners = [owner.name for owner in people.read_owners(town)]
            assert (shown, owners) in [(4, ["leaver", "others"]), (2, ["others"])]
        else:
            break
    assert died > 30
    assert without_logs(dump(town)) == leaving
    assert read_unfinished(town) == []


def test_what_is_not_there_cannot_be_removed(town):
    with pytest.raises(StorageError, match="there is no node box-9"):
        find_nodes(town, node="box-9")
    with pytest.raises(StorageError, match="there is no owner me; see: meten owner list"):
        find_nodes(town, owner="me")


def test_an_ingest_that_still_knows_the_node_keeps_nothing_of_it(town, leaving):
    remove(town, owner="leaver")
    before = without_logs(dump(town))
    late = [
        make_samples(424241, 60, seed=9, start=START + 9 * MONTH),
        make_samples(1, 10, seed=9, start=START + 9 * MONTH),
    ]
    write(town, late)
    after = without_logs(dump(town))
    assert [line for line in after["observation"] if "\t424241\t" in line] == []
    assert len(after["observation"]) == len(before["observation"]) + 10
    assert [line for line in after["touched"] if "\t424241" in line] == []


def test_a_batch_that_was_under_way_is_waited_for(town, leaving, database):
    with connect(database) as writing, connect(database) as removing:
        done = threading.Event()

        def run():
            remove(removing, owner="leaver")
            done.set()

        thread = threading.Thread(target=run)
        with writing.transaction():
            write(writing, [make_samples(424241, 60, seed=9, start=START + 9 * MONTH)])
            thread.start()
            assert not done.wait(0.5)
        thread.join(30)
        assert done.is_set()
    assert without_logs(dump(town)) == leaving


def test_a_roll_up_under_way_leaves_no_hours(town, leaving, database):
    """Its sums of a node that is gone meanwhile are deleted after it is done."""
    with connect(database) as rolling, connect(database) as removing:
        thread = threading.Thread(target=lambda: remove(removing, owner="leaver"))
        with at_one_moment(rolling):
            assert roll_hours(rolling, 1000)
            thread.start()
            thread.join(0.5)
            assert thread.is_alive()
        thread.join(30)
    assert not thread.is_alive()
    kept = without_logs(dump(town))
    for table in ("touched", "rollup_hour", "rollup_day"):
        assert not any("42424" in line for line in kept[table]), table


def test_something_that_stays_is_told(town, leaving):
    town.execute(
        "CREATE FUNCTION private.stay() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NULL; END';"
        "CREATE TRIGGER stay BEFORE DELETE ON private.sensor FOR EACH ROW"
        " EXECUTE FUNCTION private.stay()"
    )
    try:
        begin_removal(town, nodes := find_nodes(town, node="box-2"))
        with pytest.raises(StorageError, match="of node box-2 rows are left: 1 in sensor"):
            finish_removal(town, nodes[0])
        assert read_unfinished(town) == nodes
    finally:
        town.execute("DROP FUNCTION private.stay CASCADE")
    finish_removal(town, nodes[0])
