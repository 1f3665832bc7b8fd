"""What the board runs after power-on; it lies in the root of the board's file system.

Until there are drivers it measures nothing: fake sensors, pages in hex on the serial line.
"""

import os
import sys
import time
from binascii import hexlify

from firmware.main import run
from firmware.sensors.fake import make_sensors


def write_page(page):
    """One page, one line."""
    sys.stdout.write(hexlify(page).decode() + "\n")


run(time, make_sensors(), write_page, int.from_bytes(os.urandom(4), "little"))
