"""Runs a node with fake sensors on a clock that jumps; prints its pages in hex.

For MicroPython: arguments are the epoch year of the board and the number of beats.
"""

import sys
from binascii import hexlify

from firmware.main import run
from firmware.sensors.fake import make_sensors

START = 1795435200  # 2026-11-23T12:00:00Z
EPOCH_2000 = 946684800


class JumpingTime:
    """A time module of a port with the given epoch; sleeping costs no time."""

    def __init__(self, epoch):
        self._epoch = epoch
        self._now = START - (EPOCH_2000 if epoch == 2000 else 0)

    def time(self):
        return self._now

    def sleep(self, seconds):
        self._now += seconds

    def gmtime(self, seconds):
        assert seconds == 0
        return (self._epoch, 1, 1, 0, 0, 0, 0, 1)


def write_page(page):
    print(hexlify(page).decode())


if __name__ == "__main__":
    run(JumpingTime(int(sys.argv[1])), make_sensors(), write_page, 7, beats=int(sys.argv[2]))
