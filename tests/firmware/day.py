# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""A day of a unit on a cell, in virtual time on MicroPython; through every deep sleep.

    day.py bike BOARD HOURS      from seven in the morning, as `World` has it
    day.py box f1 HOURS

Prints, one line each:

    P page            it arrived: it was found on flash, sent and acknowledged
    K page            it is on flash at the end
    F bytes           the flash at the end, sector by sector, those that were never used left out
    S seconds what    so long this was on (see `Meter`)
    N text            anything that went wrong
"""

import asyncio
import random
import sys
import time
from binascii import hexlify

import loop
import network
from clocks import BoardTime
from flash import Flash

from firmware.boards import Surroundings, make_sensors
from firmware.clock import Clock
from firmware.link.backoff import Backoff
from firmware.lives import make_bike, make_box
from firmware.outbox import Outbox
from firmware.radio import Radio
from firmware.simulated import machine
from firmware.simulated.board import Board
from firmware.simulated.devices import Air
from firmware.timekeeper import Timekeeper
from tests.firmware.units import b1, b2, connect, f1
from tests.firmware.worlds import BOX_S, START, TRIMS, ZONES, World

BOARDS = {"b1": b1, "b2": b2, "f1": f1}
BOOT_MS = 1500
SECTORS = 32


class Midnight(BaseException):
    """The day is over."""


class Ticking:
    """Time of the devices, which needs milliseconds that do not come round."""

    @property
    def ms(self):
        return time.passed_ms()


class Chip(BoardTime):
    def sleep_ms(self, ms):
        time.pass_ms(ms)


class Store:
    def __init__(self):
        self.numbers = {"sps30_cleaned": START - 8 * 86_400}

    def read(self, name):
        return self.numbers.get(name)

    def write(self, name, number):
        self.numbers[name] = number


class Meter:
    """Seconds that something was on, by what really was, not by what the firmware believes."""

    def __init__(self):
        self.ms = {}

    def add(self, what, ms):
        self.ms[what] = self.ms.get(what, 0) + ms


class Naps:
    """`machine`, whose light sleep passes."""

    Pin = machine.Pin

    def __init__(self, meter, woken_by_pin):
        self.meter, self.woken_by_pin = meter, woken_by_pin

    def lightsleep(self, ms):
        self.meter.add("light sleep", ms)
        time.pass_ms(ms)

    def deepsleep(self, ms=None):
        raise machine.DeepSleep(ms)

    def wake_reason(self):
        return machine.PIN_WAKE if self.woken_by_pin else 0

    def __getattr__(self, name):
        return getattr(machine, name)


class Unit:
    """From one start to the next sleep."""

    def __init__(self, kind, module, world, flash, store, meter, rtc, woken):
        self.world, self.meter, self.module = world, meter, module
        self.chip = Chip(time.passed_ms, 2000, rtc)
        self.board = Board(Ticking()).put_in_place()
        self.devices = connect(module, self.board, Air())
        if "GNSS" in self.devices:
            self.devices["GNSS"].unix = START
        self.wakes = False
        self.outbox = Outbox(
            flash, lambda count: bytes([random.getrandbits(8) for _ in range(count)])
        )
        self.clock = Clock(self.chip, self.chip)
        self.wlan = network.WLAN(network.STA_IF)
        around = Surroundings(
            Naps(meter, woken), self.chip, store, self.clock.unix, self.on_time, self.wake_on_ext0
        )
        self.sensors = make_sensors(module, around)
        radio = Radio(self.wlan, (self.send, self.keep_time), self.note)
        if kind == "bike":
            secrets = (lambda count: bytes(range(count)), random.randrange)
            self.life = make_bike(
                module, around, self.sensors, self.clock, self.outbox, radio, secrets, ZONES, TRIMS
            )
        else:
            self.life = make_box(module, around, self.sensors, self.clock, self.outbox, radio)
        self.keeper = Timekeeper(self.clock, self.chip, self.outbox, self.life.sampler.close)

    def wake_on_ext0(self, pin, level):
        self.wakes = pin is not None

    def on_time(self, unix, ticks):
        self.keeper.on_gnss(unix, ticks)

    def note(self, text):
        print("N", text)

    async def send(self):
        """A network and an ingest that acknowledges, where there is one."""
        self.wlan.active(True)
        await asyncio.sleep_ms(8000)
        page = memoryview(bytearray(4000))
        while True:
            await asyncio.sleep_ms(200)
            at = self.outbox.find(0)
            if self.world.has_network(now()) and at is not None:
                print("P", hexlify(page[: self.outbox.read(at, page)]).decode())
                self.outbox.find(at)
                self.outbox.acknowledge([(self.outbox.page_boot, self.outbox.page_sequence, ())])

    async def ask(self):
        """A time server, where there is a network."""
        await asyncio.sleep_ms(3000)
        if not self.world.has_network(now()):
            raise OSError("no network")
        return START + time.passed_ms() // 1000, self.chip.ticks_ms()

    async def keep_time(self):
        await self.keeper.run(self.ask, Backoff(random.randrange), asyncio.sleep_ms)

    async def happen(self):
        """The world goes on, ten times a second; what has no power says nothing."""
        last = time.passed_ms()
        while True:
            self.world.touch(self.module, self.devices, self.board, now())
            ms, last = time.passed_ms() - last, time.passed_ms()
            self.board.look()
            self.measure(ms)
            if now() >= self.world.end:
                raise Midnight
            await asyncio.sleep_ms(100)

    def measure(self, ms):
        self.meter.add("on", ms)
        if self.wlan.active():
            self.meter.add("radio", ms)
        for name in ("SPS30", "SEN5x"):
            device = self.devices.get(name)
            if device is not None and not device.absent and is_measuring(device):
                self.meter.add(name, ms)
        receiver = self.devices.get("GNSS")
        if receiver is not None and not receiver.absent:
            self.meter.add("GNSS", ms)

    async def live(self):
        self.happening = asyncio.create_task(self.happen())
        interval = BOX_S if self.world.is_box else 1
        await self.life.live(interval, lambda: None, self.note)


def is_measuring(device):
    return getattr(device, "mode", None) == 1 or (
        not hasattr(device, "mode") and device._started is not None
    )


def now():
    return START + time.passed_ms() // 1000


def sleep_through(unit, ms, world, meter):
    """Let a deep sleep pass."""
    due = world.end if ms is None else now() + ms // 1000
    moves = world.next_movement(now()) if unit.wakes else world.end
    woken = moves < due
    due = min(due, moves)
    slept = max(due - now(), 0) * 1000
    meter.add("deep sleep", slept)
    time.pass_ms(slept)
    return woken


def run(kind, name, hours):
    random.seed(5)
    time.make_virtual()
    world, flash, store, meter = World(kind, int(hours)), Flash(SECTORS), Store(), Meter()
    rtc, woken, unit = None, False, None
    while now() < world.end:
        unit = Unit(kind, BOARDS[name], world, flash, store, meter, rtc, woken)
        try:
            loop.run(unit.live())
        except machine.DeepSleep as sleep:
            woken = sleep_through(unit, sleep.ms, world, meter)
        except Midnight:
            break
        rtc = 946684800 + unit.chip.time()
        time.pass_ms(BOOT_MS)
        meter.add("on", BOOT_MS)
    tell(unit.outbox, flash, store, meter)


def tell(outbox, flash, store, meter):
    page, at = memoryview(bytearray(4000)), outbox.find(0)
    while at is not None:
        print("K", hexlify(page[: outbox.read(at, page)]).decode())
        at = outbox.find(outbox.after(at))
    for sector in range(SECTORS):
        used = bytes(flash.data[4096 * sector : 4096 * sector + 4096])
        if used != b"\xff" * 4096:
            print("F", hexlify(used).decode())
    for what in sorted(meter.ms):
        print("S", meter.ms[what] // 1000, what)
    print("S", store.numbers["sps30_cleaned"], "cleaned")


run(*sys.argv[1:])
