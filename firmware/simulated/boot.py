"""Starts a simulated node: `meten node sim` runs this on MicroPython's unix port.

One argument, a file of JSON: ``files``, the folder that is its file system; ``flash``, the file
that is its outbox; ``without``, names of devices that are not connected. It is a fixed box F1,
whose sensors answer byte for byte and measure one and the same day. What becomes of it is told on
the standard output as JSON, a line every few seconds. When the chip starts anew this ends with
RESTART: whoever started it starts it again.
"""

import asyncio
import json
import os
import random
import socket
import ssl
import sys
import time

import machine
import network

import firmware
from firmware.root.boot import start
from firmware.simulated.board import Board, Watchdog
from firmware.simulated.devices import Air
from firmware.simulated.devices.bme280 import Bme280
from firmware.simulated.devices.sen5x import Sen5x
from firmware.simulated.file_flash import open_flash

with open(sys.argv[1]) as _file:
    SETTINGS = json.load(_file)
FILES = SETTINGS["files"]

# Devices and chip stay as they are; the software is of the folder that the board would run.
folder = start(FILES + "/slots.json")
if folder:
    firmware.__path__ = FILES + "/" + folder + "/firmware"
    sys.path.insert(0, FILES + "/" + folder)

from firmware.boards import f1  # noqa: E402
from firmware.chip import Chip  # noqa: E402
from firmware.clock import unix  # noqa: E402
from firmware.files import Files  # noqa: E402
from firmware.node import Node  # noqa: E402
from firmware.start import run  # noqa: E402

RESTART = 3
SECTORS = 256  # a megabyte
TELL_MS = 5000
PAGE_S = 15  # a page so often, so that something is seen
MEMORY = "rtc.memory"  # what the chip keeps over a restart
SOFT_RESET = machine.SOFT_RESET


class RealTime:
    """Time of the devices."""

    def __init__(self):
        self._begin = time.ticks_ms()

    @property
    def ms(self):
        """Milliseconds since the start."""
        return time.ticks_diff(time.ticks_ms(), self._begin)


def tell(**facts):
    """Say something to who started us."""
    print(json.dumps(facts))  # noqa: T201 - its one way to say something


def make_board():
    """F1 with its devices, on a Wi-Fi that is always there."""
    board = Board(RealTime()).put_in_place()
    wire = board.i2c(f1.PINS["i2c_sda"], f1.PINS["i2c_scl"])
    air = Air()
    for name, device in (("SEN55", Sen5x(air)), ("BME280", Bme280(air))):
        wire.add(device).absent = name in SETTINGS["without"]
    network.air.points = {"home": ("secret-home", -60, 500)}
    return board


async def ask():
    """The machine knows the time."""
    return unix(time), time.ticks_ms()


def make_chip():
    """The simulated chip."""
    return Chip(
        machine=machine,
        network=network,
        time=time,
        socket=socket,
        ssl=ssl,
        os=os,
        flash=open_flash(SETTINGS["flash"], SECTORS),
        urandom=os.urandom,
        random=random.randrange,
        wake_on_ext0=None,
        ask=ask,
        serial=None,
        write=None,
        say=lambda line: tell(log=line),
        interrupt=None,
    )


class Watched(Node):
    """A node that tells how it is."""

    def __init__(self, chip, board, files, crashes):
        super().__init__(chip, board, files, crashes, PAGE_S)
        self._samples = 0
        note_sample = self.sampler.note_sample

        def count():
            self._samples += 1
            note_sample()

        self.sampler.note_sample = count

    async def live(self):
        """Live, and tell."""
        self._telling = asyncio.create_task(self._tell())
        await super().live()

    async def _tell(self):
        while True:
            uplink, outbox = self.uplink, self.outbox
            tell(
                online=uplink.online, samples=self._samples, sent=uplink.sent, kept=outbox.kept,
                dropped=outbox.dropped, boot=outbox.boot,
            )  # fmt: skip
            for _ in range(TELL_MS // 500):
                simulated.look()
                await asyncio.sleep_ms(500)


simulated = make_board()
files = Files(os, FILES)
simulated.memory = files.read(MEMORY) or b""
if files.exists(MEMORY):
    simulated.cause = SOFT_RESET
    files.remove(MEMORY)
try:
    run(make_chip(), f1, files, Watched)
except (machine.Reset, Watchdog):
    files.write(MEMORY, simulated.memory)
    sys.exit(RESTART)
