"""Starts a simulated node: `meten node sim` runs this on MicroPython's unix port.

One argument, a file of JSON:

    board    module of firmware/boards: f1, b1 or b2
    files    folder that is its file system; while there is a file `button` in it, that is held
    flash    file that is its outbox
    without  names of devices that are not connected
    begin    Unix second at which its life begins, null for now; it lives faster until it is now
    ports    port of this machine by one that it opens on its own network, see socket.py

What becomes of it is told on the standard output as JSON, a line every few seconds. When the chip
starts anew this ends with RESTART: whoever started it starts it again, and its time goes on.
"""

import asyncio
import json
import os
import random
import socket
import ssl
import sys
import time

import loop
import machine
import network

import firmware
from firmware.root.boot import start
from firmware.simulated.board import Board, Watchdog
from firmware.simulated.built import connect
from firmware.simulated.devices import Air
from firmware.simulated.file_flash import open_flash
from firmware.simulated.rides import Bike, next_ride
from firmware.simulated.rtc import read_left, write_left

with open(sys.argv[1]) as _file:
    SETTINGS = json.load(_file)
FILES = SETTINGS["files"]
left = read_left(FILES, SETTINGS["begin"])
if left.unix is not None:
    time.make_virtual(left.unix)
    loop.prepare()

# Devices and chip stay as they are; the software is of the folder that the board would run.
folder = start(FILES + "/slots.json", left.cause == machine.DEEPSLEEP_RESET)
if folder:
    firmware.__path__ = FILES + "/" + folder + "/firmware"
    sys.path.insert(0, FILES + "/" + folder)

from firmware.chip import Chip  # noqa: E402
from firmware.files import Files  # noqa: E402
from firmware.link import ntp  # noqa: E402
from firmware.node import Node  # noqa: E402
from firmware.start import run  # noqa: E402

WRONG_USE, RESTART = 2, 3
SECTORS = 256  # a megabyte
TELL_MS, TELL_VIRTUAL_MS = 5000, 60_000
LOOK_MS = 100
PAGE_S = 15  # a page of a box so often, so that something is seen
TIME_SERVER = "pool.ntp.org"
BUTTON = FILES + "/button"


class Ticking:
    """Time of the devices."""

    def __init__(self):
        self._begin = time.ticks_ms()

    @property
    def ms(self):
        """Milliseconds since the start."""
        return time.ticks_diff(time.ticks_ms(), self._begin)


class Machine:
    """`machine`, whose light sleep passes, and which knows what ended a deep one."""

    def __getattr__(self, name):
        return getattr(machine, name)

    def lightsleep(self, ms):
        """Sleep and go on."""
        time.sleep_ms(ms)

    def wake_reason(self):
        """PIN_WAKE when it was movement."""
        return machine.PIN_WAKE if left.by_pin else 0


class World:
    """The board with its devices, and what goes on around it."""

    def __init__(self, module):
        """``module`` of firmware/boards."""
        self.board = Board(Ticking()).put_in_place()
        self.board.cause, self.board.memory = left.cause, left.memory
        self._button = module.PINS["button"]
        devices = connect(module, self.board, Air(), int(time.time()))
        for name in SETTINGS["without"]:
            if name not in devices:
                here = ", ".join(sorted(devices))
                print("%s has no %s; it has %s" % (module.NAME, name, here))  # noqa: T201
                sys.exit(WRONG_USE)
            devices[name].absent = True
        moving = "MAX-M10S" in devices
        self._bike = Bike(devices, self.board.levels, module.PINS) if moving else None
        network.air.points = {"home": ("secret-home", -60, 500)}
        self.wakes_by_pin = False

    def wake_on_ext0(self, pin, level):
        """Have movement end the next deep sleep, or not."""
        self.wakes_by_pin = pin is not None

    def look(self):
        """Let happen what is due; time that has caught up is the machine's from now on."""
        self.board.drive(self._button, 0 if is_there(BUTTON) else 1)
        if self._bike is not None:
            self._bike.look(time.time())
        self.board.look()
        if loop.is_virtual() and loop.behind_s() <= 0:
            loop.make_real()

    async def go_on(self):
        """Look, for ever."""
        while True:
            self.look()
            await asyncio.sleep_ms(LOOK_MS)

    def sleep(self, ms):
        """Let a deep sleep pass; tell whether movement ended it."""
        now = time.time()
        due = None if ms is None else now + ms // 1000
        ride = next_ride(now) if self.wakes_by_pin and self._bike is not None else None
        ends = [end for end in (due, ride) if end is not None]
        while not ends or time.time() < min(ends):
            if loop.is_virtual() and loop.behind_s() <= 0:
                loop.make_real()
            rest = 3600 if not ends else min(ends) - time.time()
            if loop.is_virtual():
                rest = min(rest, loop.behind_s())
            time.sleep(min(rest, 3600))
        return ride is not None and ride == min(ends)


def is_there(path):
    """Tell whether there is a file."""
    try:
        os.stat(path)
    except OSError:
        return False
    return True


def tell(**facts):
    """Say something to who started us."""
    print(json.dumps(facts))  # noqa: T201 - its one way to say something


def load_board(name):
    """Module of a board."""
    return __import__("firmware.boards." + name, None, None, ("NAME",))


def make_chip(world):
    """The simulated chip."""
    return Chip(
        machine=Machine(),
        network=network,
        time=time,
        socket=socket,
        ssl=ssl,
        os=os,
        flash=open_flash(SETTINGS["flash"], SECTORS),
        urandom=os.urandom,
        random=random.randrange,
        wake_on_ext0=world.wake_on_ext0,
        ask=lambda: ntp.ask(socket, TIME_SERVER, time, os.urandom, asyncio.sleep_ms),
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
        loop.limit(self._to_speed)

    async def live(self):
        """Live in a world, and tell."""
        self._beside = [asyncio.create_task(work()) for work in (world.go_on, self._tell)]
        await super().live()

    def _to_speed(self):
        """How fast time may pass: programs at the other end are real."""
        return loop.SPEED if self.wifi.online else 0

    async def _tell(self):
        while True:
            uplink, outbox = self.uplink, self.outbox
            tell(
                online=uplink.online, samples=self._samples, sent=uplink.sent, kept=outbox.kept,
                dropped=outbox.dropped, boot=outbox.boot,
            )  # fmt: skip
            await asyncio.sleep_ms(TELL_VIRTUAL_MS if loop.is_virtual() else TELL_MS)


socket.ports.update({int(port): here for port, here in SETTINGS["ports"].items()})
board = load_board(SETTINGS["board"])
world = World(board)
try:
    run(make_chip(world), board, Files(os, FILES), Watched)
except machine.DeepSleep as sleep:
    by_pin = world.sleep(sleep.ms)
    write_left(FILES, world.board.memory, machine.DEEPSLEEP_RESET, by_pin)
    sys.exit(RESTART)
except (machine.Reset, Watchdog):
    write_left(FILES, world.board.memory, machine.SOFT_RESET, False)
    sys.exit(RESTART)
