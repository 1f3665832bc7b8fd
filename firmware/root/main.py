"""What the board runs after power-on; it lies in the root of the board's file system.

Until all is put together it measures nothing: fake sensors, pages in hex on the serial line.
"""

import asyncio
import os
import sys
import time
from binascii import hexlify

from firmware.beat import Beat, Uptime
from firmware.clock import unix
from firmware.main import live
from firmware.sampler import Sampler
from firmware.sensors.fake import make_sensors

BEAT_S = 60
BOX = 1  # schema of a fixed box, see lokaalmeten.wire


def write_page(page):
    """One page, one line."""
    sys.stdout.write(hexlify(page).decode() + "\n")


def run(boot, numbers):
    """Live with fake sensors."""
    sensors = make_sensors(time)
    sampler = Sampler(BOX, sensors, write_page, boot, lambda: next(numbers), time)
    beat = Beat(lambda: unix(time), Uptime(time).seconds, BEAT_S)
    asyncio.run(live(sensors, sampler, beat, lambda: None))


run(int.from_bytes(os.urandom(4), "little"), iter(range(1 << 30)))
