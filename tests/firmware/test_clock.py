import calendar
import time as real_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.clock import unix, wait_for_beat

EPOCHS = {year: calendar.timegm((year, 1, 1, 0, 0, 0)) for year in (1970, 2000)}
NOON = calendar.timegm((2026, 11, 23, 12, 0, 0))


class Board:
    """Time module of a board; ``steps`` are put on its clock, one at each sleep."""

    def __init__(self, epoch, now, steps=()):
        self.epoch, self.now, self.steps, self.slept = epoch, now, list(steps), 0

    def time(self):
        return self.now - EPOCHS[self.epoch]

    def gmtime(self, seconds):
        assert seconds == 0
        return (self.epoch, 1, 1, 0, 0, 0, 0, 1)

    def sleep(self, seconds):
        assert seconds > 0
        self.slept += seconds
        self.now += seconds + (self.steps.pop(0) if self.steps else 0)


@pytest.mark.parametrize("epoch", EPOCHS)
def test_seconds_are_unix_whatever_the_epoch(epoch):
    assert unix(Board(epoch, NOON)) == NOON


@pytest.mark.parametrize("epoch", EPOCHS)
def test_clock_that_was_never_set_is_no_time(epoch):
    assert unix(Board(epoch, EPOCHS[epoch] + 1000)) is None


def test_clock_of_this_machine_is_unix():
    now = unix(real_time)
    assert now is not None
    assert abs(now - real_time.time()) <= 1


@given(
    st.sampled_from(sorted(EPOCHS)),
    st.integers(NOON, NOON + 10**8),
    st.sampled_from([1, 5, 60, 180, 3600]),
)
def test_beat_is_the_next_whole_multiple(epoch, now, beat):
    board = Board(epoch, now)
    reached = wait_for_beat(board, beat)
    assert reached % beat == 0
    assert now < reached <= now + beat
    assert board.slept == reached - now


def test_node_waits_until_its_clock_is_set():
    board = Board(2000, EPOCHS[2000] + 5, steps=[0, 0, NOON - EPOCHS[2000]])
    assert wait_for_beat(board, 60) % 60 == 0
    assert board.now > NOON


def test_clock_that_is_put_back_does_not_stop_the_beat():
    board = Board(1970, NOON + 10, steps=[0, -7200])
    reached = wait_for_beat(board, 60)
    assert reached % 60 == 0
    assert board.slept < 125


def test_clock_that_is_put_forward_gives_the_beat_at_once():
    board = Board(1970, NOON + 10, steps=[86_400 * 3])
    assert wait_for_beat(board, 60) == NOON + 11 + 86_400 * 3
