"""Owners, projects and sensors."""

from datetime import UTC, datetime

import pytest

from lokaalmeten.errors import StorageError
from storage import people
from storage.people import Owner
from storage.registry import add_node

SINCE = datetime(2026, 1, 2, 3, tzinfo=UTC)


def test_an_owner_is_registered_once_and_keeps_what_is_not_given_anew(connection):
    first = people.add_owner(connection, "library", label="The library", email="it@example.org")
    assert people.add_owner(connection, "library", label="Library") == first
    add_node(connection, "box-1", "box")
    people.place_node(connection, 1, owner="library")
    assert people.read_owners(connection) == [
        Owner(first, "library", "Library", "it@example.org", 1)
    ]


@pytest.mark.parametrize("name", ["", "-a", "The Library", "a" * 64])
def test_an_impossible_name_is_refused(connection, name):
    with pytest.raises(StorageError, match=r"owner name .* is not possible"):
        people.add_owner(connection, name)
    with pytest.raises(StorageError, match=r"project name .* is not possible"):
        people.add_project(connection, name)


@pytest.mark.parametrize("email", ["nobody", "@", "a@", "@b"])
def test_an_address_without_a_name_or_a_place_is_refused(connection, email):
    with pytest.raises(StorageError, match="is not an e-mail address"):
        people.add_owner(connection, "library", email=email)
    assert people.read_owners(connection) == []


def test_a_project_is_changed_where_something_is_given(connection):
    people.add_project(connection, "street", label_nl="Straat", url="https://example.org")
    people.set_project(connection, "street", label_en="Street", keep_raw_days=30)
    (found,) = people.read_projects(connection)
    assert (found.label_nl, found.label_en, found.url) == (
        "Straat",
        "Street",
        "https://example.org",
    )
    assert (found.keep_raw_days, found.keep_rejected_days) == (30, None)
    people.set_project(connection, "street", keep_raw_days=0)
    assert people.read_projects(connection)[0].keep_raw_days is None


def test_what_cannot_be_a_project_is_refused_and_changes_nothing(connection):
    people.add_project(connection, "street")
    for question, said in [
        (lambda: people.add_project(connection, "street"), "street is there already"),
        (lambda: people.set_project(connection, "road", url="http://a"), "no project road"),
        (lambda: people.set_project(connection, "street", url="ftp://a"), "not an address"),
        (lambda: people.set_project(connection, "street", keep_raw_days=-1), "less than a day"),
        (lambda: people.add_project(connection, "road", url="a"), "not an address"),
        (lambda: people.remove_project(connection, "road"), "no project road"),
        (lambda: people.place_node(connection, 1, project="road"), "no project road"),
        (lambda: people.place_node(connection, 1, owner="me"), "no owner me"),
    ]:
        with pytest.raises(StorageError, match=said):
            question()
    assert [project.name for project in people.read_projects(connection)] == ["street"]


def test_the_public_knows_projects_and_their_nodes_and_no_owner(connection):
    people.add_owner(connection, "library", label="The library")
    people.add_project(connection, "street", label_nl="Straat", description="Ours", keep_raw_days=9)
    for name in ("box-1", "box-2"):
        node = add_node(connection, name, "box")
        people.place_node(connection, node.id, owner="library")
    people.place_node(connection, node.id, project="street")
    nodes = connection.execute("SELECT name, project FROM public.node ORDER BY name").fetchall()
    assert nodes == [("box-1", None), ("box-2", "street")]
    rows = connection.execute("SELECT * FROM public.project").fetchall()
    assert rows == [("street", "Straat", "", "Ours", "", 1)]
    assert connection.execute("SELECT count(owner_id) FROM private.node").fetchone() == (2,)


def test_a_removed_project_leaves_its_nodes(connection):
    people.add_project(connection, "street")
    node = add_node(connection, "box-1", "box")
    people.place_node(connection, node.id, project="street")
    people.remove_project(connection, "street")
    assert connection.execute("SELECT name, project FROM public.node").fetchall() == [
        ("box-1", None)
    ]


def test_a_sensor_that_is_in_already_stays_as_it_is(connection):
    node = add_node(connection, "box-1", "box").id
    for since in (SINCE, datetime(2026, 2, 2, tzinfo=UTC)):
        people.add_sensor(connection, node, "sps30", since, quantities=["pm1", "pm25"])
    people.add_sensor(connection, node, "sps30", SINCE, serial="7")
    rows = connection.execute(
        "SELECT node_id, model, serial, quantities, since, until FROM private.sensor ORDER BY id"
    ).fetchall()
    assert rows == [
        (node, "sps30", "", ["pm1", "pm25"], SINCE, None),
        (node, "sps30", "7", [], SINCE, None),
    ]
    with pytest.raises(StorageError, match="no quantity 'ozone'"):
        people.add_sensor(connection, node, "x", SINCE, quantities=["ozone"])
