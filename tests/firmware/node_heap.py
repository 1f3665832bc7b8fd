"""For MicroPython: the heap that a whole node takes, and how the largest free piece stands.

    node_heap.py BOARD     bytes of heap once it has taken samples; the simulation is left out

The chip is inert: every device fails, and nothing of it costs heap that a chip would not spend.
"""

# pyright: reportAttributeAccessIssue=false, reportMissingImports=false
# it runs on MicroPython, whose modules have more

import asyncio
import gc
import os
import sys
import time


class Inert:
    """A part of `machine` without a board behind it."""

    OPEN_DRAIN = OUT = IN = PULL_UP = ATTN_11DB = 0

    def __init__(self, *arguments, **settings):
        pass

    def __call__(self, *arguments, **settings):
        return self

    def value(self, *arguments):
        return 1

    def any(self):
        return 0

    def write(self, data):
        return len(data)

    def read_uv(self):
        return 4_000_000

    def datetime(self, fields):
        pass

    def memory(self, *data):
        return b""

    def feed(self):
        fed.append(1)

    def fails(self, *arguments):
        raise OSError(19)

    writeto = readfrom_into = readfrom_mem_into = readinto = fails


class Machine:
    Pin = I2C = SoftI2C = SPI = UART = ADC = RTC = WDT = Inert
    PIN_WAKE = 2

    @staticmethod
    def wake_reason():
        return 0

    @staticmethod
    def bitstream(*arguments):
        pass

    @staticmethod
    def unique_id():
        return bytes(6)

    @staticmethod
    def reset_cause():
        return 1


class Network:
    STA_IF = 0

    class WLAN:
        def __init__(self, interface):
            pass

        def active(self, on):
            pass

        def scan(self):
            return []

        def disconnect(self):
            pass

        def connect(self, name, password):
            raise OSError("no radio")

        def isconnected(self):
            return False


class Files:
    """A folder in memory, with what an owner wrote."""

    def __init__(self):
        self.kept = {"config.json": WANTED}
        self.open = self.refuse

    def refuse(self, *arguments):
        raise OSError(30)

    def path(self, name):
        return name

    def read(self, name, most=0):
        return self.kept.get(name)

    def exists(self, name):
        return name in self.kept

    def write(self, name, content):
        self.kept[name] = content

    def remove(self, name):
        self.kept.pop(name, None)


class Blank:
    """Flash of which nothing can be written."""

    def ioctl(self, operation, argument):
        return 16 if operation == 4 else 4096 if operation == 5 else 0

    def readblocks(self, block, buffer, offset=0):
        for place in range(len(buffer)):
            buffer[place] = 255

    def writeblocks(self, block, buffer, offset=None):
        pass


async def ask():
    return 1795435200, time.ticks_ms()


WANTED = b"""{"node": "box-7", "networks": [{"ssid": "home", "password": "secret-home"}],
"broker": {"host": "127.0.0.1", "tls": false}, "interval_s": 1}"""
fed = []
gc.threshold(16_384)  # as root/main.py
gc.collect()
before = gc.mem_alloc()

from firmware.chip import Chip  # noqa: E402
from firmware.crash import Crashes  # noqa: E402
from firmware.node import Node  # noqa: E402


async def live():
    chip = Chip(
        machine=Machine, network=Network, time=time, socket=None, ssl=None, os=os, flash=Blank(),
        urandom=os.urandom, random=lambda limit: 0, wake_on_ext0=None, ask=ask, serial=None,
        write=None, say=lambda line: None, interrupt=None,
    )  # fmt: skip
    files = Files()
    board = __import__("firmware.boards." + sys.argv[1], None, None, ("NAME",))
    node = Node(chip, board, files, Crashes(lambda *data: b"", files))
    task = asyncio.create_task(node.live())
    while len(fed) < 3:
        await asyncio.sleep_ms(100)
    gc.collect()
    print(gc.mem_alloc() - before)
    task.cancel()


asyncio.run(live())
