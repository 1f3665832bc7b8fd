"""Runs a node with fake sensors on a clock that jumps; prints its pages in hex.

For MicroPython: arguments are the epoch year of the board and the number of beats.
"""

import asyncio
import sys
from binascii import hexlify

from firmware.beat import Beat, Uptime
from firmware.clock import unix
from firmware.main import live
from firmware.sampler import Sampler
from firmware.sensors.fake import make_sensors
from tests.firmware.jumping import JumpingTime

START = 1795435200  # 2026-11-23T12:00:00Z


def write_page(page):
    print(hexlify(page).decode())


if __name__ == "__main__":
    time = JumpingTime(int(sys.argv[1]), START)
    sensors = make_sensors(time)
    numbers = iter(range(1000))
    sampler = Sampler(1, sensors, write_page, 7, lambda: next(numbers), time)
    beat = Beat(lambda: unix(time), Uptime(time).seconds, 60)
    asyncio.run(live(sensors, sampler, beat, lambda: None, beats=int(sys.argv[2])))
