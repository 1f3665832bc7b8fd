"""How nodes are, of real tables: how complete, what they said, what was refused."""

from datetime import UTC, datetime, timedelta

import pytest

from lokaalmeten.rejected import Rejected
from storage.health import read_health
from storage.registry import add_node
from storage.rollups import roll_up
from storage.store import Store
from storage.writer import write
from tests.services.samples import make_samples

NOON = datetime(2026, 6, 8, 12, tzinfo=UTC)
DAY_S = 86_400


@pytest.fixture
def street(connection):
    """A box with two whole days and half a one, one that is long silent, one that never was."""
    stop = int(NOON.timestamp())
    for name, first, after in (
        ("box-well", stop - 2 * DAY_S - DAY_S // 2, stop),
        ("box-old", stop - 90 * DAY_S, stop - 80 * DAY_S),
    ):
        node = add_node(connection, name, "box", lat=52.0, lon=5.0)
        write(connection, [make_samples(node.id, (after - first) // 600, step=600, start=first)])
    add_node(connection, "box-never", "box")
    while roll_up(connection):
        pass
    return connection


def read(connection, at=NOON):
    return {health.name: health for health in read_health(connection, at)}


def test_completeness_is_of_the_hours_that_are_over(street):
    found = read(street)
    assert found["box-well"].day == 1
    # whole days by the clock of Amsterdam: the 6th from 02:00 on, and the 7th; a tenth is missing
    assert 0.8 * (22 + 24) / 168 < found["box-well"].week < (22 + 24) / 168
    assert (found["box-old"].day, found["box-old"].week) == (0, 0)
    assert found["box-never"].last is None


def test_a_moment_of_the_past_knows_only_the_hours_before_it(street):
    found = read(street, NOON - timedelta(days=2))
    assert found["box-well"].day == pytest.approx(12 / 24, abs=1 / 24)


def test_the_latest_refusal_of_a_week_is_told(street, database):
    late, stop = NOON - timedelta(days=1), NOON
    with Store(database) as store:
        for reason, at in (("crc", late), ("future", stop)):
            refused = Rejected("box-never", "t", reason, reason.encode(), int(at.timestamp()))
            store.write([], [refused])
    assert read(street)["box-never"].refused == "future"
    assert read(street, NOON + timedelta(days=30))["box-never"].refused is None
