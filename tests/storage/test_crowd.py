"""Places, counts and situations in the database."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from lokaalmeten.errors import StorageError
from lokaalmeten.observations import to_observations
from storage import crowd
from storage.crowd import KEPT, Happened, Registered
from storage.pool import connect
from storage.registry import add_node
from storage.writer import write

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
SAID = {
    "gauges": ["zone/a", "passage/b"],
    "people": np.array([12.0, np.nan]),
    "value": np.array([0.5, np.nan]),
    "signal": np.array([0, -1]),
    "counters": ["c"],
    "judged": np.array([2]),
    "ahead_s": np.array([900]),
    "levels": np.array([0.1, 0.9]),
    "quantiles": np.arange(4.0).reshape(1, 2, 2),
    "chance": np.zeros((2, 3, 1)),
    "alerts": {"zone/a": {"level": 0}},
}


@pytest.fixture
def connection(database):
    with connect(database) as opened:
        yield opened


def square(**changed):
    facts = {"plan": {"type": "FeatureCollection"}, "step_s": 900, "empty_hour": 5, "open": False}
    return Registered("square", **(facts | changed))


def passed(node, times):
    """Two people in at each time, and as many out as there were times before."""
    number = len(times)
    counts = np.stack([np.full(number, 2), np.arange(number)]).astype(np.int32)
    keys = ("count_in", "count_out")
    return to_observations(np.full(number, node, np.int32), times.astype(np.int64), keys, counts)


def test_a_place_comes_back_as_it_was_given_and_is_replaced(connection):
    crowd.add_place(connection, square())
    assert crowd.read_place(connection, "square") == square()
    crowd.add_place(connection, square(step_s=300, open=True))
    assert crowd.read_place(connection, "square") == square(step_s=300, open=True)
    assert crowd.read_places(connection)["name"].tolist() == ["square"]


def test_what_does_not_exist_or_cannot_be_is_a_sentence(connection):
    for ask in (
        lambda: crowd.read_place(connection, "square"),
        lambda: crowd.remove_place(connection, "square"),
        lambda: crowd.note(connection, "square", Happened(NOON, "measure", None, None)),
    ):
        with pytest.raises(StorageError, match="no place called 'square'"):
            ask()
    with pytest.raises(StorageError, match="place name 'The Square' is not possible"):
        crowd.add_place(connection, Registered("The Square", {}, 900, 5, False))


def test_counts_are_added_up_by_interval_and_a_sample_at_its_end_belongs_to_it(connection):
    node = add_node(connection, "gate", "counter", lat=52.0, lon=5.0)
    other = add_node(connection, "other", "counter", lat=52.0, lon=5.0)
    start = int(NOON.timestamp())
    for each, number in ((node, 31), (other, 1)):
        write(connection, [passed(each.id, start + 60 * np.arange(number))])
    found = crowd.read_counts(connection, ["gate"], NOON, NOON + 2 * QUARTER, 900)
    found = found.sort_values("step").to_dict("list")
    first = start // 900
    # 12:00 belongs to the quarter before; 12:01 to 12:15 is one, 12:16 to 12:30 the next
    assert found["step"] == [first - 1, first, first + 1]
    assert found["samples"] == [1, 15, 15]
    assert found["count_in"] == [2, 30, 30]
    assert found["count_out"] == [0, sum(range(1, 16)), sum(range(16, 31))]
    assert set(found["node"]) == {"gate"}
    assert not any(found["below_zero"])


def test_an_interval_says_so_when_some_sample_in_it_counted_fewer_than_nobody(connection):
    node = add_node(connection, "gate", "counter", lat=52.0, lon=5.0)
    rows = passed(node.id, int(NOON.timestamp()) + 60 * np.arange(1, 31))
    rows.counts[rows.keys.index("count_out"), 20] = -9  # the sum of the quarter stays above
    write(connection, [rows])
    found = crowd.read_counts(connection, ["gate"], NOON, NOON + 2 * QUARTER, 900)
    found = found.sort_values("step").to_dict("list")
    assert found["below_zero"] == [False, True]
    assert min(found["count_out"]) > 0


def test_a_situation_and_its_events_are_there_together_or_not_at_all(connection):
    crowd.add_place(connection, square())
    raised = Happened(NOON, "raised", "zone/a", 2)
    with pytest.raises(StorageError):
        crowd.write_situation(
            connection, "square", NOON, SAID, [raised, Happened(NOON, "?", None, 1)]
        )
    assert crowd.read_latest(connection, "square", NOON) is None
    crowd.write_situation(connection, "square", NOON, SAID, [raised])
    found = crowd.read_latest(connection, "square", NOON)
    assert found["time"] == NOON
    assert found["gauges"] == SAID["gauges"]
    assert found["quantiles"] == [0, 1, 2, 3]
    assert np.isnan(found["people"][1])
    assert found["alerts"] == SAID["alerts"]
    day = timedelta(days=1)
    assert crowd.read_events(connection, "square", NOON - day, NOON) == [raised]


def test_the_same_moment_is_replaced_and_old_ones_are_forgotten(connection):
    crowd.add_place(connection, square())
    for at in (NOON - KEPT - QUARTER, NOON, NOON):
        crowd.write_situation(connection, "square", at, SAID, [Happened(at, "raised", "zone/a", 1)])
    (count,) = connection.execute("SELECT count(*) FROM private.crowd_state").fetchone()
    assert count == 1
    assert crowd.read_latest(connection, "square", NOON - QUARTER) is None
    # what happened at one moment is noted once, however often a round is repeated
    assert len(crowd.read_events(connection, "square", NOON - 2 * KEPT, NOON)) == 2


def test_only_what_is_open_is_public(connection):
    crowd.add_place(connection, square())
    crowd.write_situation(connection, "square", NOON, SAID, [])
    rows = "SELECT gauge, value, signal FROM public.crowd_state ORDER BY gauge"
    assert connection.execute(rows).fetchall() == []
    crowd.add_place(connection, square(open=True))
    (passage, zone) = connection.execute(rows).fetchall()
    assert zone == ("zone/a", 0.5, 0)
    assert passage[2] == -1


def test_a_removed_place_takes_its_situations_along(connection):
    crowd.add_place(connection, square())
    crowd.write_situation(connection, "square", NOON, SAID, [Happened(NOON, "seen", None, None)])
    crowd.remove_place(connection, "square")
    for table in ("crowd_place", "crowd_state", "crowd_event"):
        assert connection.execute(f"SELECT count(*) FROM private.{table}").fetchone() == (0,)
