"""A day of a whole node on a MicroPython with 32 bits: what it takes of its heap meanwhile.

    node_day.py BOARD SECONDS

A bike is ridden half an hour in six, a box measures; pages go to a broker, and commands come.
Prints a line a look, and one at the start and the end:

    bytes of heap that are held, what happened last

The tables of names are left out of the bytes (they double, see docs/firmware/memory.md); how many
names there are is told by MicroPython, before and after.

Chip, network and broker are as small as can be, are loaded before the node and left out. The
devices on the wires answer nothing: their drivers and buffers are all there, and readings are put
where they are (see `hot_path.py`) without taking anything.
"""

# pyright: reportAttributeAccessIssue=false, reportMissingImports=false
# it runs on MicroPython, whose modules have more

import asyncio
import gc
import io
import json
import os
import sys
import time

import loop
import micropython

NOON = 1795435200
POLL, READABLE, WRITABLE = 3, 1, 4


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
        return 2_000_000

    def datetime(self, fields):
        pass

    def memory(self, *data):
        return b""

    def feed(self):
        pass

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

    @staticmethod
    def lightsleep(ms):
        time.pass_ms(ms)

    @staticmethod
    def deepsleep(ms=None):
        time.pass_ms(60_000 if ms is None else ms)


class Network:
    STA_IF = 0

    class WLAN:
        def __init__(self, interface):
            self.joined = False

        def active(self, on):
            pass

        def scan(self):
            return [(b"home", b"", 1, -60, 3, 0)]

        def disconnect(self):
            self.joined = False

        def connect(self, name, password):
            self.joined = True

        def isconnected(self):
            return self.joined


class Files:
    """A folder in memory, with what an owner wrote."""

    def __init__(self):
        self.kept = {"config.json": WANTED, "release.pub": b"00" * 64}

    def open(self, path, mode="r"):
        if "w" not in mode:
            raise OSError(2)
        return io.StringIO()

    def path(self, name):
        return name

    def read(self, name, most=0):
        return self.kept.get(name)

    def exists(self, name):
        return name in self.kept

    def write(self, name, content):
        if name in self.kept or len(content) < 200:
            self.kept[name] = bytes(content)[:200] if name == "commands.json" else content

    def remove(self, name):
        self.kept.pop(name, None)

    def free(self):
        return 1 << 20


class Os:
    @staticmethod
    def rename(old, new):
        pass


class Flash:
    """A partition of eight sectors in memory."""

    def __init__(self):
        self.data = bytearray(b"\xff" * 8 * 4096)

    def ioctl(self, operation, argument):
        if operation == 6:
            for place in range(4096 * argument, 4096 * argument + 4096):
                self.data[place] = 255
        return 8 if operation == 4 else 4096 if operation == 5 else 0

    def readblocks(self, block, buffer, offset=0):
        begin = 4096 * block + offset
        for place in range(len(buffer)):
            buffer[place] = self.data[begin + place]

    def writeblocks(self, block, buffer, offset=None):
        begin = 4096 * block + (offset or 0)
        for place in range(len(buffer)):
            self.data[begin + place] &= buffer[place]


class Line(io.IOBase):
    """The other end of it is a broker that acknowledges, and an ingest that has committed."""

    def __init__(self, *kind):
        self.told = bytearray(8192)
        self.begin = self.end = 0
        self.buffer = bytearray(6000)
        self.filled = 0
        self.gone = False
        lines.append(self)

    def setblocking(self, on):
        pass

    def setsockopt(self, *option):
        pass

    def connect(self, place):
        pass

    def close(self):
        self.gone = True

    def ioctl(self, request, argument):
        if request != POLL:
            return -22
        return (WRITABLE | (READABLE if self.gone or self.end > self.begin else 0)) & argument

    def readinto(self, buffer):
        if self.gone:
            return 0
        count = min(len(buffer), self.end - self.begin)
        buffer[:count] = self.told[self.begin : self.begin + count]
        self.begin += count
        if self.begin == self.end:
            self.begin = self.end = 0
        return count or None

    def write(self, data):
        self.buffer[self.filled : self.filled + len(data)] = data
        self.filled += len(data)
        while self.take():
            pass
        return len(data)

    def say(self, data):
        self.told[self.end : self.end + len(data)] = data
        self.end += len(data)

    def take(self):
        """Answer the first packet that is whole."""
        length = shift = 0
        at = 1
        while True:
            if at >= self.filled:
                return False
            length |= (self.buffer[at] & 127) << shift
            at += 1
            if self.buffer[at - 1] < 128:
                break
            shift += 7
        if at + length > self.filled:
            return False
        self.answer(self.buffer[0], at)
        rest = self.filled - at - length
        self.buffer[:rest] = self.buffer[at + length : self.filled]
        self.filled = rest
        return True

    def answer(self, first, at):
        kind = first >> 4
        if kind == 1:
            self.say(b"\x20\x02\x00\x00")
        elif kind == 8:
            self.say(b"\x90\x04" + self.buffer[at : at + 2] + b"\x01\x01")
        elif kind == 12:
            self.say(b"\xd0\x00")
        elif kind == 3:
            begin = at + 2 + (self.buffer[at] << 8 | self.buffer[at + 1])
            self.say(b"\x40\x02" + self.buffer[begin : begin + 2])
            page = self.buffer[begin + 2 : begin + 22]
            if page[:2] == b"LM":
                pages[0] += 1
                boot = int.from_bytes(page[4:8], "little")
                self.publish(
                    b"ack",
                    b'{"boot": %d, "high": %d, "gaps": []}'
                    % (boot, int.from_bytes(page[8:12], "little")),
                )

    def publish(self, topic, payload):
        topic = b"lm/1/box-7/" + topic
        body = bytes([0, len(topic)]) + topic + b"\0\1" + payload
        length = bytes([len(body) & 127 | 128, len(body) >> 7])
        self.say(b"\x32" + length + body)


class Socket:
    AF_INET = SOCK_STREAM = SOCK_DGRAM = 0
    socket = Line

    @staticmethod
    def getaddrinfo(host, port, *kind):
        return [(0, 0, 0, "", ("127.0.0.1", port))]


async def ask():
    return NOON + time.passed_ms() // 1000, time.ticks_ms()


WANTED = b"""{"node": "box-7", "networks": [{"ssid": "home", "password": "secret-home"}],
"broker": {"host": "127.0.0.1", "tls": false, "user": "box-7", "password": "secret-box"},
"zones": [[520907374, 51214201, 300]]}"""
COMMANDS = (
    {"do": "report"},
    {"do": "locate", "seconds": 60},
    {"do": "selftest"},
    {"do": "configure", "config": {"interval_s": 0}},
)
lines, pages, flash_bytes = [], [0], [0]
for number in range(2600):  # the next table of names has room: what those take is told apart
    getattr(Inert, f"name{number}", None)
micropython.qstr_info()
gc.threshold(16_384)  # as root/main.py
gc.collect()
before = gc.mem_alloc()

from firmware.chip import Chip  # noqa: E402
from firmware.crash import Crashes  # noqa: E402
from firmware.node import Node  # noqa: E402


def tell(what):
    del lines[:-1]
    gc.collect()
    held = 14_192 * len(lines)
    print(gc.mem_alloc() - before - held - flash_bytes[0], what)


def is_ridden():
    return 3600 < time.passed_ms() // 1000 % 21_600 < 5400


def answer(sensor):
    """Have a sensor give a reading that costs nothing."""
    sensor.step()
    for place in range(len(sensor.counts)):
        sensor.counts[place] = 3950
    sensor.state = 2
    sensor.step = lambda: 1000
    sensor.fresh = lambda ticks: True
    if sensor.name == "GNSS":
        sensor.speed = lambda: 5000 if is_ridden() else 0
    if hasattr(sensor, "moves"):
        sensor.moved_within = lambda ms: is_ridden()


async def command(number):
    if not lines or lines[-1].gone:
        return "nothing"
    said = dict(COMMANDS[number % len(COMMANDS)])
    said["id"] = f"c{number}"
    lines[-1].publish(b"cmd", json.dumps(said).encode())
    for _ in range(20):
        await asyncio.sleep_ms(250)
    return said["do"]


async def live(name, seconds):
    files, flash = Files(), Flash()
    chip = Chip(
        machine=Machine, network=Network, time=time, socket=Socket, ssl=None, os=Os, flash=flash,
        urandom=os.urandom, random=lambda limit: 0, wake_on_ext0=lambda pin, level: None, ask=ask,
        serial=None, write=None, say=lambda line: None, interrupt=None,
    )  # fmt: skip
    board = __import__("firmware.boards." + name, None, None, ("NAME",))
    flash_bytes[0] = 8 * 4096 + 256  # which is none of the node's
    node = Node(chip, board, files, Crashes(lambda *data: b"", files))
    for sensor in node.sensors:
        answer(sensor)
    tell("made")
    node_life = asyncio.create_task(node.live())
    number = 0
    while time.passed_ms() < 1000 * seconds:
        await asyncio.sleep_ms(600_000)
        what = await command(number)
        number += 1
        tell(what)
    node_life.cancel()
    micropython.qstr_info()
    tell(f"{pages[0]} pages")


loop.run(live(sys.argv[1], int(sys.argv[2])))
