"""What everybody may read of crowd safety, and nothing else."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from storage import crowd, crowd_reading
from storage.crowd_events import Ahead, Planned, add_planned, write_ahead
from storage.pool import connect
from tests.storage.test_crowd import NOON, QUARTER, SAID, square

LONG_AGO, LATER = datetime(2020, 1, 1, tzinfo=UTC), NOON + timedelta(days=1)


@pytest.fixture
def connection(database):
    with connect(database) as opened:
        yield opened


def test_an_open_place_is_read_as_arrays(connection):
    crowd.add_place(connection, square(open=True))
    crowd.write_situation(connection, "square", NOON, SAID, [])
    place = crowd_reading.read_open_place(connection, "square")
    assert (place.name, place.step_s) == ("square", 900)
    assert json.loads(place.plan) == square().plan
    said = crowd_reading.read_now(connection, "square", NOON)
    assert said["quantiles"].dtype == np.float32
    assert said["quantiles"].tolist() == [0, 1, 2, 3]
    assert np.isnan(said["value"]).tolist() == [False, True]
    assert crowd_reading.read_now(connection, "square", NOON - QUARTER) is None
    listed = crowd_reading.read_open_places(connection)
    assert [(each["place"], each["time"], each["signal"]) for each in listed] == [
        ("square", NOON, [0, -1])
    ]


def test_arrays_may_be_empty(connection):
    crowd.add_place(connection, square(open=True))
    nothing = SAID | {"quantiles": np.empty(0), "chance": np.empty(0), "ahead_s": np.empty(0, int)}
    crowd.write_situation(connection, "square", NOON, nothing, [])
    assert crowd_reading.read_now(connection, "square", NOON)["quantiles"].shape == (0,)


def test_the_course_is_what_was_after_a_moment_up_to_another(connection):
    crowd.add_place(connection, square(open=True))
    for number in range(4):
        crowd.write_situation(connection, "square", NOON + number * QUARTER, SAID, [])
    span = NOON, NOON + 2 * QUARTER
    course = crowd_reading.read_course(connection, "square", *span)
    assert [row["time"] for row in course] == [NOON + QUARTER, NOON + 2 * QUARTER]
    expected = crowd_reading.read_expected(connection, "square", *span)
    assert [row["time"] for row in expected] == [NOON, NOON + QUARTER]


def test_of_a_place_that_is_not_open_nothing_is_told(connection):
    crowd.add_place(connection, square())
    happened = [crowd.Happened(NOON, "measure", None, None, "gate closed")]
    crowd.write_situation(connection, "square", NOON, SAID, happened)
    planned = Planned(0, "Feast", "feast", NOON, LATER, 100)
    add_planned(connection, "square", planned, beside=False)
    span = LONG_AGO, LATER
    assert crowd_reading.read_open_places(connection) == []
    assert crowd_reading.read_open_place(connection, "square") is None
    assert crowd_reading.read_now(connection, "square", LATER) is None
    assert crowd_reading.read_course(connection, "square", *span) == []
    assert crowd_reading.read_expected(connection, "square", *span) == []
    assert crowd_reading.read_opened(connection, "square", LATER) == {}
    assert crowd_reading.read_happened(connection, "square", *span) == []
    assert crowd_reading.read_planned(connection, "square", *span) == []


def test_what_was_written_when_an_alert_was_seen_stays_with_the_organisers(connection):
    crowd.add_place(connection, square(open=True))
    crowd.note(connection, "square", crowd.Happened(NOON, "measure", None, None, "gate closed"))
    seen = crowd.Happened(NOON + QUARTER, "seen", "zone/a", None, "call the steward")
    crowd.note(connection, "square", seen)
    told = crowd_reading.read_happened(connection, "square", LONG_AGO, LATER)
    assert [(each.what, each.gauge, each.note) for each in told] == [
        ("seen", "zone/a", ""), ("measure", None, "gate closed"),
    ]  # fmt: skip


def test_alerts_are_told_as_the_newest_situation_before_left_them(connection):
    crowd.add_place(connection, square(open=True))
    for number, level in enumerate((1, 3)):
        said = SAID | {"alerts": {"zone/a": {"level": level}}}
        crowd.write_situation(connection, "square", NOON + number * QUARTER, said, [])
    before = NOON + QUARTER
    assert crowd_reading.read_opened(connection, "square", before) == {"zone/a": 1}


def test_days_ahead_and_events_come_back_with_the_highest_alert_of_each(connection):
    crowd.add_place(connection, square(open=True))
    raised = [
        crowd.Happened(NOON + number * QUARTER, "raised", "zone/a", level)
        for number, level in ((1, 1), (2, 2), (9, 3))
    ]
    crowd.write_situation(connection, "square", NOON, SAID, raised)
    feast = Planned(0, "Feast", "feast", NOON, NOON + 4 * QUARTER, 100)
    number = add_planned(connection, "square", feast, beside=False)
    assert crowd_reading.read_planned(connection, "square", LONG_AGO, LATER)[0].number == number
    assert crowd_reading.read_highest(connection, "square") == {number: 2}
    people, chance = np.arange(6.0).reshape(2, 3), np.zeros((1, 3, 2))
    levels, quantiles = np.array([0.1, 0.5, 0.9]), np.ones((2, 1, 3))
    basis = ["core", "like days"]
    said = Ahead(NOON, NOON, ["zone/a"], basis, 9, levels, quantiles, people, chance)
    write_ahead(connection, "square", said)
    back = crowd_reading.read_ahead(connection, "square", NOON)
    assert (back.basis, back.known_days) == (basis, 9)
    assert back.people.tolist() == people.tolist()
    assert back.quantiles.shape == (2, 1, 3)
    assert back.chance.shape == (1, 3, 2)
    assert crowd_reading.read_ahead(connection, "square", NOON - QUARTER) is None
