"""`meten licence` as people use it."""

import re

import pytest

from storage import people
from storage.pool import connect
from storage.registry import add_node
from tests.services.meten import meten


@pytest.fixture
def dsn(timescale_database):
    with connect(timescale_database) as connection:
        people.add_owner(connection, "library", label="Never public")
        for name, kind in (("box-7", "box"), ("bike-7", "bike")):
            node = add_node(connection, name, kind)
            people.place_node(connection, node.id, owner="library")
    return timescale_database


def test_a_licence_is_set_told_and_listed_with_its_history(dsn):
    assert "all is CC0-1.0" in meten("licence", "list", dsn=dsn).stdout
    words = ("CC-BY-4.0", "--owner", "library", "--name", "The [red] library", "--institution")
    done = meten("licence", "set", *words, "--since", "2026-01-02", dsn=dsn)
    assert done.returncode == 0, done.stderr
    assert "samples are CC-BY-4.0, naming The [red] library" in done.stdout
    assert "not of 1 moving: rides have no name in public, so they are CC0" in done.stdout
    assert meten("licence", "set", "CC0-1.0", "--node", "box-7", dsn=dsn).returncode == 0
    lines = meten("licence", "list", dsn=dsn).stdout
    assert re.search(
        r"owner\s+library\s+CC-BY-4.0\s+The \[red\] library\s+institutional\s+2026-01-02 00:00",
        lines,
    )
    assert re.search(r"node\s+box-7\s+CC0-1.0\s+20", lines)
    assert "Never public" not in lines


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("MIT", "--node", "box-7"), "a licence is one of CC0-1.0, CC-BY-4.0"),
        (("CC-BY-4.0", "--node", "box-7"), "asks to name somebody"),
        (("CC0-1.0",), "of one node, of one owner or of one project"),
        (("CC0-1.0", "--node", "bike-7"), "moves with a person"),
    ],
)
def test_what_cannot_be_is_a_sentence(dsn, words, says):
    refused = meten("licence", "set", *words, dsn=dsn)
    assert refused.returncode == 2
    assert says in refused.stderr
    assert "Traceback" not in refused.stderr
