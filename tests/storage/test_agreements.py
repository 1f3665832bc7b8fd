"""A node that was withdrawn is in nothing public: as if it had been removed, until it is given."""

import re
import shutil
import time
from collections import Counter

import pytest

from ingest.ridebook import RideBook
from lokaalmeten.errors import StorageError
from storage import people
from storage.agreements import read_agreed, say_agreement
from storage.migrate import MIGRATIONS, migrate
from storage.pool import connect
from storage.registry import add_node
from storage.removal import begin_removal, find_nodes, finish_removal
from storage.rollups import roll_up
from storage.store import Store
from tests.dashboard import city
from tests.services.samples import make_samples

BIKE = city.BIKES[0]
VIEWS = """
SELECT c.relname::text FROM pg_class c
WHERE relnamespace = 'public'::regnamespace AND relkind = 'v' ORDER BY 1
"""
# by the statistics of the server; and of what was measured, but drawn between sensors before
LEFT_OUT = ("sample_estimate", "air_map")
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read_views(connection):
    return [name for (name,) in connection.execute(VIEWS.encode()) if name not in LEFT_OUT]


def read_view(connection, name):
    """Rows as text; a ride by another name is the same."""
    rows = connection.execute(f"SELECT t::text FROM public.{name} t".encode())
    return [UUID.sub("RIDE", text) for (text,) in rows]


def see(connection):
    """Every row that the public sees, by view, when all is added up."""
    while roll_up(connection):
        pass
    return {name: Counter(read_view(connection, name)) for name in read_views(connection)}


def differ(one, other):
    """Names of the views that differ."""
    return [name for name in one if one[name] != other[name]]


@pytest.fixture
def town(timescale_database):
    """The city with a connection to it."""
    city.build(timescale_database)
    with connect(timescale_database) as connection:
        yield connection, timescale_database


def settle(dsn):
    """Cut the rides that are due, as an ingest does."""
    with Store(dsn) as store:
        while RideBook(store).settle(int(time.time()) + 1, at_once=True):
            pass


def remove(connection, name):
    nodes = find_nodes(connection, node=name)
    begin_removal(connection, nodes)
    finish_removal(connection, nodes[0])


@pytest.mark.parametrize(("node", "purpose"), [(city.STEADY, "publish"), (BIKE, "rides")])
def test_a_withdrawn_node_is_as_one_that_was_removed_and_comes_back_whole(town, node, purpose):
    connection, dsn = town
    before = see(connection)
    say_agreement(connection, node, purpose, given=False)
    for view in read_views(connection):  # at once, before anything is added up again
        assert not [text for text in read_view(connection, view) if node in text], view
    settle(dsn)  # an ingest that goes on shows nothing of it again
    withdrawn = see(connection)
    say_agreement(connection, node, purpose, given=True)
    settle(dsn)
    assert differ(before, see(connection)) == []
    remove(connection, node)
    assert differ(withdrawn, see(connection)) == []
    assert differ(before, withdrawn)


def test_all_that_the_public_reads_is_of_open_nodes(connection):
    """A view or function of a later version that reads all nodes is noticed."""
    views = connection.execute(
        "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'v'"
        " AND relnamespace = 'public'::regnamespace"
        r" AND pg_get_viewdef(c.oid) ~ '\mprivate\.node\M'"
    ).fetchall()
    functions = connection.execute(
        "SELECT p.oid::regproc::text FROM pg_proc p"
        " WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'"
        r" AND pg_get_functiondef(p.oid) ~ '\mprivate\.node\M'"
        " AND NOT 'session' = ANY(coalesce(p.proargnames, '{}'))"
    ).fetchall()
    assert (views, functions) == ([], [])


def test_what_arrives_while_a_node_is_withdrawn_is_kept_and_not_shown(town):
    connection, dsn = town
    say_agreement(connection, city.STEADY, "publish", given=False)
    number = connection.execute(
        "SELECT id FROM private.node WHERE name = %s", [city.STEADY]
    ).fetchone()[0]
    with Store(dsn) as store:
        store.write([make_samples(number, 60, start=city.STOP + 3600)], [])
    assert not any(city.STEADY in text for view in see(connection).values() for text in view)
    say_agreement(connection, city.STEADY, "publish", given=True)
    query = "SELECT last FROM public.node WHERE name = %s"
    (last,) = connection.execute(query, [city.STEADY]).fetchone()
    assert last > city.LAST


def test_each_word_is_kept_and_the_latest_counts(connection):
    add_node(connection, "box-1", "box")
    assert read_agreed(connection, "box-1") == [
        ("publish", True, None, None),
        ("mail", False, None, None),
    ]
    for given in (False, True, False):
        say_agreement(connection, "box-1", "publish", given=given)
    publish, _ = read_agreed(connection, "box-1")
    assert (publish.given, publish.how) == (False, "command")
    query = "SELECT given FROM private.agreement ORDER BY id"
    assert connection.execute(query).fetchall() == [(False,), (True,), (False,)]
    what = "SELECT what FROM private.event WHERE what LIKE 'purpose%' ORDER BY id"
    assert [row for (row,) in connection.execute(what)] == [
        "purpose withdrawn",
        "purpose agreed to",
        "purpose withdrawn",
    ]


def test_mail_is_agreed_to_by_an_owner(connection):
    node = add_node(connection, "box-1", "box")
    with pytest.raises(StorageError, match="box-1 has no owner who could be mailed"):
        say_agreement(connection, "box-1", "mail", given=True)
    people.add_owner(connection, "ann", email="ann@example.org")
    people.place_node(connection, node.id, owner="ann")
    say_agreement(connection, "box-1", "mail", given=True)
    assert read_agreed(connection, "box-1")[1].given


@pytest.mark.parametrize(
    ("name", "purpose", "says"),
    [
        ("box-9", "publish", "there is no node box-9"),
        ("box-1", "rides", "box-1 has no purpose 'rides', only publish and mail"),
        ("bike-1", "publish", "bike-1 has no purpose 'publish', only rides and mail"),
    ],
)
def test_a_purpose_that_a_node_does_not_have_is_refused(connection, name, purpose, says):
    add_node(connection, "box-1", "box")
    add_node(connection, "bike-1", "bike")
    with pytest.raises(StorageError, match=says):
        say_agreement(connection, name, purpose, given=False)


def test_an_upgrade_leaves_public_what_was_and_says_that_nobody_was_asked(empty_database, tmp_path):
    for file in sorted(MIGRATIONS.glob("*.sql"))[:39]:
        shutil.copy(file, tmp_path)
    migrate(empty_database, tmp_path)
    with connect(empty_database) as connection:
        connection.execute(
            "INSERT INTO private.node (name, kind) VALUES ('box-1', 'box'), ('bike-1', 'bike')"
        )
        migrate(empty_database)
        for name, purpose in (("box-1", "publish"), ("bike-1", "rides")):
            first, mail = read_agreed(connection, name)
            assert (first.purpose, first.given, first.how) == (purpose, True, "before")
            assert not mail.given
        assert len(connection.execute("SELECT * FROM public.node").fetchall()) == 2
