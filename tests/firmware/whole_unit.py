"""A whole unit on a simulated board under MicroPython: all sensors, sampler, clock, watchdog.

    whole_unit.py heap BOARD             bytes of heap that the unit takes, the simulation left out
    whole_unit.py live BOARD MINUTES     lives that long in virtual time and prints its pages in hex

With firmware/simulated in front of what is built in.
"""

# pyright: reportAttributeAccessIssue=false, reportMissingImports=false
# it runs on MicroPython, whose modules have more, and others in front of them

import gc
import sys
import time
from binascii import hexlify

from firmware.boards import Surroundings, make_sensors
from firmware.clock import Clock
from firmware.main import live
from firmware.sampler import Sampler

NOON = 1795435200


def load_board(name):
    return __import__("firmware.boards." + name, None, None, ("NAME",))


def write_page(page):
    print(hexlify(page).decode())


class Memory:
    def read(self, name):
        return NOON

    def write(self, name, number):
        pass


class Inert:
    """A `machine` without a board behind it: it costs no heap that a chip would not spend too."""

    OPEN_DRAIN = OUT = ATTN_11DB = 0

    def __init__(self, *arguments, **settings):
        pass

    def __call__(self, *arguments, **settings):
        return self

    def any(self):
        return 0

    def write(self, data):
        return len(data)

    def read_uv(self):
        return 1_935_000

    def fails(self, *arguments):
        raise OSError(19)

    writeto = readfrom_into = readfrom_mem_into = readinto = fails


class InertMachine:
    Pin = I2C = SoftI2C = SPI = UART = ADC = Inert


def measure_heap(name):
    """Everything that a node loads is loaded, each sensor has taken its first steps.

    The buffers come first, while there is room in one piece.
    """
    board = load_board(name)
    clock = Clock(time)
    around = Surroundings(InertMachine, time, Memory(), clock.unix, lambda unix, ticks: None)
    sensors = make_sensors(board, around)
    sampler = Sampler(board.SCHEMA, sensors, write_page, 7, lambda: 0, time)
    life = "box" if name == "f1" else "bike"
    for rest in ("timekeeper", "outbox", "link.wifi", "link.uplink", life):
        gc.collect()
        __import__("firmware." + rest)
    for sensor in sensors:
        sensor.step()
    sampler.sample(NOON)
    gc.collect()
    print(gc.mem_alloc())


def run_live(name, minutes):
    import loop
    from clocks import BoardTime

    from firmware.simulated import machine
    from firmware.simulated.board import Board
    from firmware.simulated.devices import Air
    from tests.firmware.units import b1, b2, connect, f1

    module = {"b1": b1, "b2": b2, "f1": f1}[name]
    time.make_virtual()
    chip = BoardTime(time.passed_ms, 2000, None, (1 << 30) - 60_000)
    wires = Ticking(chip)
    board = Board(wires).put_in_place()
    connect(module, board, Air())
    clock = Clock(chip)
    chip.sleep_ms = time.pass_ms
    told = []

    def on_time(unix, ticks):
        if not told:
            told.append(unix)
            sampler.close()
            clock.set(unix)

    around = Surroundings(machine, chip, Memory(), clock.unix, on_time)
    sensors = make_sensors(module, around)
    numbers = iter(range(1000))
    sampler = Sampler(module.SCHEMA, sensors, write_page, 7, lambda: next(numbers), chip)
    if name == "f1":
        on_time(NOON, 0)
    watchdog = machine.WDT(timeout=5000)
    loop.run(
        live(sensors, sampler, clock, 1, watchdog.feed, (look_after(board),), print, 60 * minutes)
    )
    print("fed", board.feedings)


class Ticking:
    """Time of the devices, which needs milliseconds that do not come round."""

    def __init__(self, chip):
        self._chip = chip

    @property
    def ms(self):
        return time.passed_ms()


def look_after(board):
    """Let the board do what is due, now and then: the watchdog bites here."""
    import asyncio

    async def run():
        while True:
            board.look()
            await asyncio.sleep_ms(500)

    return run


if sys.argv[1] == "heap":
    measure_heap(sys.argv[2])
else:
    run_live(sys.argv[2], int(sys.argv[3]))
