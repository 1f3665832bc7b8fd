from collections import deque

from ingest.batch import Limits, gather
from ingest.decode import Message


class Inbox:
    """Messages that arrive at known moments, and the clock that goes with them."""

    def __init__(self, *arrivals):
        self.now = 0.0
        self.arrivals = deque(arrivals)

    def clock(self):
        return self.now

    def take(self, timeout):
        if self.arrivals and self.arrivals[0] <= self.now + timeout:
            self.now = max(self.now, self.arrivals.popleft())
            return Message("t", b"", int(self.now))
        self.now += timeout
        return None


LIMITS = Limits(messages=3, age_s=1.0, wait_s=5.0)


def test_nothing_comes_of_an_empty_inbox_after_the_wait():
    inbox = Inbox()
    assert gather(inbox.take, LIMITS, inbox.clock) == []
    assert inbox.now == 5.0


def test_a_batch_closes_at_its_number():
    inbox = Inbox(0, 0, 0, 0)
    assert len(gather(inbox.take, LIMITS, inbox.clock)) == 3
    assert len(inbox.arrivals) == 1


def test_a_batch_closes_at_its_age_counted_from_the_first_message():
    inbox = Inbox(2.0, 2.9, 3.1)
    assert len(gather(inbox.take, LIMITS, inbox.clock)) == 2
    assert inbox.now == 3.0


def test_a_steady_stream_cannot_hold_a_batch_open():
    inbox = Inbox(*[index * 0.6 for index in range(100)])
    assert len(gather(inbox.take, Limits(1000, 1.0, 5.0), inbox.clock)) == 2
