"""Notices of a real database through a channel that works, fails, or is late."""

from datetime import UTC, datetime, timedelta

import pytest

from lokaalmeten.cli.crowd_post import to_outbox
from lokaalmeten.errors import NoticeError, UnsureError
from lokaalmeten.notices.delivery import TOO_LATE, deliver
from storage import crowd, notices
from storage.crowd import Happened, Registered
from storage.store import Store
from tests.storage.test_crowd import SAID

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TARGET = "https://example.org/secret"


@pytest.fixture
def store(timescale_database):
    with Store(timescale_database) as opened:
        opened.ask(crowd.add_place, Registered("square", {}, 900, 5, False))
        yield opened


class Channel:
    """A channel that fails as often as it is told to, and a clock."""

    def __init__(self, store, name="webhook", failures=()):
        self.name, self.failures, self.sent, self.now = name, list(failures), [], NOON
        self.outbox, self.log = to_outbox(store, "square", name), []
        store.ask(notices.subscribe, "square", name, TARGET, 1, "nl")

    def send(self, due, hand):
        hand()
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(due.said["minute"])

    def run(self, minutes=0.0):
        # the database notes when a notice was queued: the clock goes on from there
        self.now = datetime.now(UTC) + timedelta(minutes=minutes)
        say = lambda due, state, failure: self.log.append((due.tries, state, failure))  # noqa: E731
        deliver(self.name, self.outbox, self.send, lambda: self.now, say)


def happen(store, minute=0, level=2, time=None):
    at = (time or datetime.now(UTC)) + timedelta(minutes=minute)
    said = {"reach": 2, "minute": minute}
    change = Happened(at, "raised", "zone/a", level)
    store.ask(crowd.write_situation, "square", at, SAID, [change], [said])


def test_what_fails_is_tried_again_later_and_sent_once(store):
    channel = Channel(store, failures=[NoticeError(f"no answer from {TARGET}")] * 2)
    happen(store)
    for minutes in (0, 0, 0.2, 0.2, 1, 2, 3):
        channel.run(minutes)
    assert channel.sent == [0]
    assert channel.log == [
        (1, "waiting", "no answer from (receiver)"),
        (2, "waiting", "no answer from (receiver)"),
        (3, "sent", ""),
    ]


def test_a_new_program_sends_nothing_that_was_sent(store):
    first = Channel(store)
    happen(store)
    first.run()
    second = Channel(store)
    second.run(1)
    assert (first.sent, second.sent) == ([0], [])


def test_one_whose_outcome_nobody_knows_is_not_sent_again(store):
    channel = Channel(store, failures=[UnsureError("the line broke")])
    happen(store)
    channel.run()
    channel.run(10)
    assert (channel.sent, channel.log) == ([], [(1, "unsure", "the line broke")])


def test_what_is_hours_late_is_given_up_but_a_state_never_is(store):
    long_ago = datetime.now(UTC) - TOO_LATE
    channels = [Channel(store, name, [NoticeError("no")] * 2) for name in ("webhook", "mqtt")]
    happen(store, time=long_ago)
    for channel in channels:
        for minutes in (0, 10, 20):
            channel.run(minutes)
    assert [channel.log[-1][1] for channel in channels] == ["failed", "sent"]


def test_a_mistake_of_one_notice_leaves_the_others(store):
    channel = Channel(store, failures=[NoticeError("no")])
    happen(store)
    happen(store, minute=1, level=3)
    channel.run(2)  # the first fails, and the second waits for it
    channel.run(3)
    assert channel.sent == [0, 1]
