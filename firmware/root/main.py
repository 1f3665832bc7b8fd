"""What the board runs after power-on; it lies in the root of the board's file system.

Until all is put together it measures nothing: fake sensors, pages in hex on the serial line.
"""

import asyncio
import os
import sys
import time
from binascii import hexlify

from firmware.clock import Clock, unix
from firmware.main import live
from firmware.sampler import Sampler
from firmware.sensors.fake import make_sensors

BEAT_S = 60
BOX = 1  # schema of a fixed box, see lokaalmeten.wire


def write_page(page):
    """One page, one line."""
    sys.stdout.write(hexlify(page).decode() + "\n")


def run(boot, numbers):
    """Live with fake sensors, by the clock of the board if it was set."""
    clock = Clock(time)
    known = unix(time)
    if known is not None:
        clock.set(known)
    sensors = make_sensors(time)
    sampler = Sampler(BOX, sensors, write_page, boot, lambda: next(numbers), time)
    asyncio.run(live(sensors, sampler, clock, BEAT_S, lambda: None))


run(int.from_bytes(os.urandom(4), "little"), iter(range(1 << 30)))
