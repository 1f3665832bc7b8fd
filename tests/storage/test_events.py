"""The log of what was done: by whom it is written, and what it must not hold."""

from datetime import UTC, datetime

from storage import people
from storage.events import note
from storage.registry import add_node

SINCE = datetime(2026, 1, 2, 3, tzinfo=UTC)


def events(connection):
    rows = connection.execute(
        "SELECT what, node, project, owner, detail FROM private.event ORDER BY id"
    )
    return rows.fetchall()


def test_the_log_says_what_was_done_by_whom_and_names_nobody(connection):
    owner = people.add_owner(connection, "library", label="The library", email="it@example.org")
    project = people.add_project(connection, "street", keep_raw_days=30)
    node = add_node(connection, "box-1", "box").id
    people.place_node(connection, node, owner="library", project="street")
    people.add_sensor(connection, node, "sps30", SINCE, serial="7")
    assert events(connection) == [
        ("owner added or changed", None, None, owner, {}),
        ("project added or changed", None, project, None, {"keep_raw_days": 30}),
        ("node registered or changed", node, project, owner, {}),
        ("sensor added", node, None, None, {"model": "sps30"}),
    ]
    actors = "SELECT DISTINCT actor = session_user, program FROM private.event"
    assert connection.execute(actors).fetchall() == [(True, "lokaalmeten")]


def test_what_was_undone_is_not_in_the_log(connection):
    with connection.transaction(force_rollback=True):
        note(connection, "something")
    assert events(connection) == []
