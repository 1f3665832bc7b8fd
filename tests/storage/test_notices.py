"""Subscriptions and notices in the database: queued with the change, taken once, never doubled."""

from datetime import UTC, datetime, timedelta

import pytest

from lokaalmeten.errors import StorageError
from storage import crowd, handing, notices
from storage.crowd import Happened
from storage.pool import connect

from .test_crowd import SAID, square

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)  # when everything is due
RED, YELLOW = 3, 1


@pytest.fixture
def connection(database):
    with connect(database) as opened:
        crowd.add_place(opened, square())
        yield opened


def happen(connection, what, level, minute=0, *, reach=None, gauge="zone/a"):
    """One change of an alert, as a round writes it."""
    at = NOON + timedelta(minutes=minute)
    said = {"reach": level if reach is None else reach, "gauge": gauge, "minute": minute}
    change = Happened(at, what, gauge, level)
    crowd.write_situation(connection, "square", at, SAID, [change], [said])


def states(connection):
    rows = notices.read_notices(connection, "square", NOON - timedelta(days=1), LATER)
    return [(row.what, row.channel, row.state) for row in rows]


def test_who_wants_to_know_of_a_level_is_told_of_it_and_of_its_end(connection):
    notices.subscribe(connection, "square", "email", "all@example.org", YELLOW, "nl")
    notices.subscribe(connection, "square", "webhook", "https://example.org/red", RED, "en")
    happen(connection, "raised", 2)
    assert states(connection) == [("raised", "email", "waiting")]
    happen(connection, "raised", 3, minute=15)
    happen(connection, "lowered", 0, minute=30, reach=3)
    found = states(connection)
    assert found.count(("lowered", "webhook", "waiting")) == 1
    assert len(found) == 5


def test_the_same_moment_written_again_doubles_nothing(connection):
    notices.subscribe(connection, "square", "email", "all@example.org", YELLOW, "nl")
    for _ in range(3):
        happen(connection, "raised", 2)
    assert states(connection) == [("raised", "email", "waiting")]


def test_a_notice_is_taken_once_and_the_earlier_of_a_gauge_goes_first(connection):
    notices.subscribe(connection, "square", "webhook", "https://example.org", YELLOW, "en")
    happen(connection, "raised", 2)
    happen(connection, "lowered", 0, minute=30, reach=2)
    first = notices.take(connection, "square", "webhook", LATER)
    assert (first.said["minute"], first.tries, first.target) == (0, 1, "https://example.org")
    assert notices.take(connection, "square", "webhook", LATER) is None  # it waits for the first
    again = LATER + timedelta(minutes=1)
    handing.settle(connection, "crowd_notice", first.number, "waiting", LATER, again, "no answer")
    assert notices.take(connection, "square", "webhook", LATER) is None
    repeated = notices.take(connection, "square", "webhook", again)
    assert (repeated.number, repeated.tries) == (first.number, 2)
    handing.settle(connection, "crowd_notice", first.number, "sent", again, again)
    assert notices.take(connection, "square", "webhook", again).said["minute"] == 30
    assert notices.take(connection, "square", "email", again) is None


def test_a_program_that_died_leaves_its_notice_to_the_next_after_the_lease(connection):
    notices.subscribe(connection, "square", "webhook", "https://example.org", YELLOW, "en")
    happen(connection, "raised", 2)
    taken = notices.take(connection, "square", "webhook", LATER)
    after = LATER + notices.LEASE
    assert notices.take(connection, "square", "webhook", after).number == taken.number


def test_mail_that_was_being_handed_over_is_not_sent_a_second_time(connection):
    notices.subscribe(connection, "square", "email", "all@example.org", YELLOW, "nl")
    happen(connection, "raised", 2)
    taken = notices.take(connection, "square", "email", LATER)
    handing.hand(connection, "crowd_notice", taken.number, LATER)
    assert notices.take(connection, "square", "email", LATER + notices.LEASE) is None
    assert states(connection) == [("raised", "email", "unsure")]


def test_of_a_state_only_the_newest_goes_to_mqtt(connection):
    notices.subscribe(connection, "square", "mqtt", "", YELLOW, "en")
    happen(connection, "raised", 2)
    happen(connection, "lowered", 0, minute=30, reach=2)
    assert notices.take(connection, "square", "mqtt", LATER).said["minute"] == 30
    assert states(connection)[1] == ("raised", "mqtt", "overtaken")


def test_subscriptions_are_changed_listed_and_ended(connection):
    number = notices.subscribe(connection, "square", "email", "all@example.org", YELLOW, "nl")
    assert notices.subscribe(connection, "square", "email", "all@example.org", RED, "en") == number
    (found,) = notices.read_subscriptions(connection, "square")
    assert (found.level, found.language) == (RED, "en")
    assert "example.org" not in repr(found)  # addresses stay out of logs
    notices.unsubscribe(connection, "square", number)
    assert notices.read_subscriptions(connection, "square") == []
    with pytest.raises(StorageError, match=f"'square' has no subscription {number}"):
        notices.unsubscribe(connection, "square", number)
    with pytest.raises(StorageError, match="no place called 'plaza'"):
        notices.subscribe(connection, "plaza", "mqtt", "", RED, "nl")
