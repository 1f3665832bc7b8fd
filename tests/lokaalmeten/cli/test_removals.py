"""Owners, projects, removal and retention as a person meets them."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.pool import connect
from storage.registry import read_nodes
from storage.removal import begin_removal, find_nodes
from storage.rollups import roll_up
from storage.writer import write
from tests.services.meten import meten
from tests.services.samples import START, make_samples


def done(*words, **settings):
    """What a command said that did its work."""
    result = meten(*words, **settings)
    assert result.returncode == 0, (result.stdout, result.stderr)
    return result.stdout


def refused(*words, **settings):
    """The sentence of one that could not."""
    result = meten(*words, **settings)
    assert result.returncode == 2, (result.stdout, result.stderr)
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.fixture
def street(postgres_database):
    """DSN of a database with a project, an owner and two boxes of which one is theirs."""
    dsn = postgres_database
    done("owner", "add", "library", "--label", "The library", "--email", "it@example.org", dsn=dsn)
    done("project", "add", "street", "--label-en", "Our street", "--keep-raw", "30", dsn=dsn)
    place = ["--owner", "library", "--project", "street", "--sensor", "sps30:pm1,pm25"]
    done("node", "add", "box-1", *place, dsn=dsn)
    done("node", "add", "box-2", dsn=dsn)
    with connect(dsn) as connection:
        for node in (1, 2):
            write(connection, [make_samples(node, 100)])
        while roll_up(connection):
            pass
    return dsn


def test_owners_and_projects_are_listed_with_their_nodes(street):
    assert "library  The library  it@example.org  1" in done("owner", "list", dsn=street)
    listed = done("project", "list", dsn=street).split()
    assert listed[-5:] == ["street", "Our", "street", "1", "30"]
    done("project", "set", "street", "--keep-raw", "0", dsn=street)
    assert done("project", "list", dsn=street).split()[-1] == "1"
    done("project", "remove", "street", dsn=street)
    assert "no project is registered yet" in done("project", "list", dsn=street)


def test_a_node_with_something_wrong_is_not_registered_at_all(street):
    for words, said in (
        (["--owner", "me"], "there is no owner me; see: meten owner list"),
        (["--project", "road"], "there is no project road; see: meten project list"),
        (["--sensor", "x:ozone"], "there is no quantity 'ozone'"),
    ):
        assert said in refused("node", "add", "box-9", *words, dsn=street)
    with connect(street) as connection:
        assert sorted(read_nodes(connection)) == ["box-1", "box-2"]


def test_a_removal_asks_says_what_goes_and_proves_it(street):
    asked = meten("node", "remove", "box-1", dsn=street)
    assert asked.returncode == 1
    assert "samples         100" in asked.stdout
    with connect(street) as connection:
        assert sorted(read_nodes(connection)) == ["box-1", "box-2"]
    said = done("node", "remove", "box-1", "--yes", dsn=street)
    assert "0 rows left" in said
    assert "mosquitto_pub -r -n -t lm/1/box-1/ack" in said
    assert "there is no node box-1" in refused("node", "remove", "box-1", "--yes", dsn=street)
    with connect(street) as connection:
        assert sorted(read_nodes(connection)) == ["box-2"]
        samples = "SELECT count(*) FROM private.observation"
        assert connection.execute(samples).fetchone() == (100,)


def test_an_owner_goes_with_the_nodes(street):
    said = done("owner", "remove", "library", "--yes", dsn=street)
    assert "owner library with box-1" in said
    assert "node box-1: removed" in said
    assert "no owner is registered yet" in done("owner", "list", dsn=street)
    done("owner", "add", "me", dsn=street)
    assert "owner me: removed; there was no node" in done(
        "owner", "remove", "me", "--yes", dsn=street
    )
    assert "there is no owner me" in refused("owner", "remove", "me", "--yes", dsn=street)


def test_a_removal_that_was_interrupted_is_finished_by_the_same_words(street):
    with connect(street) as connection:
        begin_removal(connection, find_nodes(connection, node="box-1"))
    assert "node box-1: removed" in done("node", "remove", "box-1", "--yes", dsn=street)
    with connect(street) as connection:
        begin_removal(connection, find_nodes(connection, node="box-2"))
    assert "node box-2: removed" in done("db", "retain", dsn=street)
    assert "there is no node box-2" in refused("node", "remove", "box-2", "--yes", dsn=street)


def test_retention_says_what_would_go_and_what_went(street):
    now = datetime.now(UTC)
    with connect(street) as connection:
        days = (now - datetime.fromtimestamp(START, UTC)) / timedelta(days=1)
    assert days > 31
    would = done("db", "retain", "--dry-run", dsn=street)
    assert would.split() == ["would", "go:", "samples", "100"]
    assert done("db", "retain", dsn=street).split() == ["went:", "samples", "100"]
    assert done("db", "retain", dsn=street).split() == ["went:", "nothing"]
    with connect(street) as connection:
        hours = "SELECT count(DISTINCT node_id) FROM private.rollup_hour"
        assert connection.execute(hours).fetchone() == (2,)
