import calendar
import time as real_time

import pytest

from firmware.clock import unix

EPOCHS = {year: calendar.timegm((year, 1, 1, 0, 0, 0)) for year in (1970, 2000)}
NOON = calendar.timegm((2026, 11, 23, 12, 0, 0))


class Board:
    """Time module of a board."""

    def __init__(self, epoch, now):
        self.epoch, self.now = epoch, now

    def time(self):
        return self.now - EPOCHS[self.epoch]

    def gmtime(self, seconds):
        assert seconds == 0
        return (self.epoch, 1, 1, 0, 0, 0, 0, 1)


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
