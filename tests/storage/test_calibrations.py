"""Which calibration counts for a node at a moment, against a slow choice among all."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from lokaalmeten.errors import StorageError
from storage import people
from storage.calibrations import add_calibration, read_calibrations
from storage.registry import add_node

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number):
    return START + timedelta(days=number)


@pytest.fixture
def town(connection):
    """Two boxes in a project and one beside it."""
    people.add_project(connection, "street")
    for name in ("box-1", "box-2", "box-3"):
        node = add_node(connection, name, "box").id
        if node < 3:
            people.place_node(connection, node, project="street")
    return connection


def test_versions_count_on_for_each_whom_it_is_for(town):
    add = ("pm25", "linear", {"slope": 0.8}, START)
    assert [add_calibration(town, *add) for _ in range(2)] == [1, 2]
    assert add_calibration(town, *add, node=1) == 1
    assert add_calibration(town, *add, project="street") == 1
    assert add_calibration(town, "no2", *add[1:]) == 1


def test_the_nearest_counts_and_then_the_newest(town):
    random = np.random.default_rng(3)
    made = []
    for number in range(60):
        node, project = [(None, None), (int(random.integers(1, 4)), None), (None, "street")][
            random.integers(3)
        ]
        quantity = str(random.choice(["pm25", "no2"]))
        since = day(int(random.integers(10)))
        until = (
            None if random.random() < 0.3 else since + timedelta(days=int(random.integers(1, 5)))
        )
        applied = bool(random.random() < 0.7)
        version = add_calibration(
            town, quantity, f"method {number}", {"offset": number}, since, until,
            node=node, project=project, applied=applied,
        )  # fmt: skip
        made.append((node, project, quantity, since, until, applied, version, number))
    for at in map(day, range(-1, 15)):
        expected = {}
        for node in (1, 2, 3):
            for quantity in ("pm25", "no2"):
                valid = [
                    (own is not None, project is not None, version, number)
                    for own, project, key, since, until, applied, version, number in made
                    if applied and key == quantity and since <= at and (until is None or at < until)
                    and (own == node if own is not None else project is None or node < 3)
                ]  # fmt: skip
                if valid:
                    expected[node, quantity] = max(valid)[2:]
        found = {
            (one.node_id, one.quantity): (one.version, one.parameters["offset"])
            for one in read_calibrations(town, at)
        }
        assert found == expected


def test_the_public_sees_what_is_applied_to_which_node(town):
    add_calibration(town, "pm25", "tried", {"a": 1}, START)
    add_calibration(town, "pm25", "for all", {"a": 1}, START, applied=True, gain=0.25)
    add_calibration(town, "pm25", "mine", {}, START, day(3), node=2, applied=True)
    add_calibration(town, "pm25", "ours", {}, START, project="street", applied=True)
    rows = town.execute(
        "SELECT node, method, scope, version, since, until, gain FROM public.calibration"
        " ORDER BY node, method"
    ).fetchall()
    assert rows == [
        ("box-1", "for all", "all", 2, START, None, 0.25),
        ("box-1", "ours", "project", 1, START, None, None),
        ("box-2", "for all", "all", 2, START, None, 0.25),
        ("box-2", "mine", "node", 1, START, day(3), None),
        ("box-2", "ours", "project", 1, START, None, None),
        ("box-3", "for all", "all", 2, START, None, 0.25),
    ]


def test_an_impossible_calibration_is_refused(town):
    for given, said in [
        ({"quantity": "o3"}, "no quantity 'o3'"),
        ({"until": START}, "is not after its start"),
        ({"node": 1, "project": "street"}, "not for both"),
        ({"project": "road"}, "no project road"),
    ]:
        values = {"quantity": "pm25", "method": "m", "parameters": {}, "since": START, **given}
        with pytest.raises(StorageError, match=said):
            add_calibration(town, **values)
    assert read_calibrations(town, START) == []
