"""What the board runs after power-on; it lies in the root of the board's file system.

`boot.py` has set the path: from here on everything is of the release that it chose. Which board
this is stands in board.json, {"board": "b2"}, written when it was flashed.
"""

import asyncio
import gc
import json
import os
import random
import socket
import ssl
import sys
import time

import esp32
import machine
import micropython
import network

# Swept often, what is loaded comes to lie close together: it fits into 220 KB where it took 400.
gc.threshold(16_384)

from firmware.chip import Chip  # noqa: E402
from firmware.files import Files  # noqa: E402
from firmware.loading import forget  # noqa: E402
from firmware.start import run  # noqa: E402

OUTBOX = "slog"  # name of the partition
TIME_SERVER = "pool.ntp.org"
BOARDS = ("f1", "b1", "b2")


def load_board(files):
    """Module of this board; the fixed box when nothing says which it is."""
    try:
        name = json.loads(files.read("board.json") or b"{}").get("board")
    except (ValueError, AttributeError):
        name = None
    name = name if name in BOARDS else BOARDS[0]
    return __import__("firmware.boards." + name, None, None, ("NAME",))


def find_flash():
    """Partition of the outbox."""
    found = esp32.Partition.find(esp32.Partition.TYPE_DATA, label=OUTBOX)
    if not found:
        raise OSError("the flash has no partition %s: flash this board anew" % OUTBOX)
    return found[0]


async def ask():
    """Ask the time server; what that takes is loaded for it."""
    from firmware.link import ntp

    try:
        return await ntp.ask(socket, TIME_SERVER, time, os.urandom, asyncio.sleep_ms)
    finally:
        forget("firmware.link.ntp")


def make_chip():
    """The chip that this runs on."""
    return Chip(
        machine=machine,
        network=network,
        time=time,
        socket=socket,
        ssl=ssl,
        os=os,
        flash=find_flash(),
        urandom=os.urandom,
        random=random.randrange,
        wake_on_ext0=esp32.wake_on_ext0,
        ask=ask,
        serial=asyncio.StreamReader(sys.stdin.buffer),
        write=sys.stdout.buffer.write,
        say=lambda line: sys.stdout.write(line + "\n"),
        interrupt=micropython.kbd_intr,
    )


files = Files(os)
run(make_chip(), load_board(files), files)
