"""What is whose, and how observations go."""

from datetime import UTC, datetime

import pytest

from storage.deletion import Named, count_rows, delete_observations, delete_rows, read_tables
from storage.registry import add_node
from storage.writer import write
from tests.services.samples import START, make_samples

MONTH = 31 * 86_400


@pytest.fixture
def boxes(connection):
    """Two boxes with 50 samples in each of three months."""
    for name in ("box-1", "box-2"):
        node = add_node(connection, name, "box").id
        for month in range(3):
            write(connection, [make_samples(node, 50, start=START + month * MONTH)])
    return connection


def times(connection, node):
    query = "SELECT extract(epoch FROM time)::bigint FROM private.observation WHERE node_id = %s"
    return sorted(time for (time,) in connection.execute(query, [node]))


def test_observations_go_by_month_and_only_those_of_the_node(boxes):
    assert list(delete_observations(boxes, 1)) == [50, 50, 50]
    assert list(delete_observations(boxes, 1)) == []
    assert len(times(boxes, 2)) == 150


def test_observations_before_a_moment_go_and_that_moment_stays(boxes):
    cut = START + MONTH + 10 * 60
    expected = [time for time in times(boxes, 2) if time >= cut]
    moment = datetime.fromtimestamp(cut, UTC)
    assert list(delete_observations(boxes, 2, moment)) == [50, 10]
    assert times(boxes, 2) == expected
    assert list(delete_observations(boxes, 2, moment)) == []
    assert len(times(boxes, 1)) == 150


def test_a_table_that_comes_later_is_found_by_its_columns(boxes):
    before = read_tables(boxes)
    boxes.execute(
        "CREATE TABLE private.later (node_id integer); CREATE TABLE private.latest (node text);"
        "CREATE TABLE private.other (node integer, name text);"
        "INSERT INTO private.later VALUES (1), (1), (2);"
        "INSERT INTO private.latest VALUES ('box-1'), ('box-2')"
    )
    try:
        found = set(read_tables(boxes)) - set(before)
        assert found == {("later", "node_id"), ("latest", "node")}
        box = Named(1, "box-1", None)
        counts = count_rows(boxes, box)
        assert (counts["later"], counts["latest"], counts["observation"]) == (2, 1, 150)
        gone = delete_rows(boxes, box)
        assert (gone["later"], gone["latest"], gone["observation"]) == (2, 1, 0)
        assert boxes.execute("SELECT * FROM private.latest").fetchall() == [("box-2",)]
    finally:
        boxes.execute("DROP TABLE private.later, private.latest, private.other")
