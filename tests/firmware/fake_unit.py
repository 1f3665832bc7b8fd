"""Runs a node with fake sensors in virtual time; prints its pages in hex.

For MicroPython, with firmware/simulated in front of what is built in. Arguments are the epoch year
of the board and the number of beats.
"""

# pyright: reportAttributeAccessIssue=false, reportMissingImports=false
# it runs on MicroPython, whose modules have more, and others in front of them

import sys
import time
from binascii import hexlify

import loop
from clocks import BoardTime
from fake_sensors import make_sensors

from firmware.clock import Clock, unix
from firmware.main import live
from firmware.sampler import Sampler

START = 1795435200  # 2026-11-23T12:00:00Z


def write_page(page):
    print(hexlify(page).decode())


if __name__ == "__main__":
    time.make_virtual()
    board = BoardTime(time.passed_ms, int(sys.argv[1]), START)
    clock = Clock(board)
    clock.set(unix(board))
    sensors = make_sensors(board)
    numbers = iter(range(1000))
    sampler = Sampler(1, sensors, write_page, 7, lambda: next(numbers), board)
    loop.run(live(sensors, sampler, clock, 60, lambda: None, beats=int(sys.argv[2])))
