# type: ignore - MicroPython has modules and names that CPython has not
"""Heap of outbox and link, time of a page; for MicroPython. Arguments: host, port, pages."""

# ruff: noqa: E402, I001 - what is imported after the first measurement is measured
import gc

import asyncio
import os
import random
import socket
import sys
import time

from lokaalmeten.wire import PageWriter


BLANK = bytearray(b"\xff" * 4096)


class Memory:
    """Flash that costs no heap beyond its own."""

    def __init__(self, sectors):
        self.data = memoryview(bytearray(b"\xff" * (4096 * sectors)))

    def readblocks(self, block, buffer, offset=0):
        memoryview(buffer)[:] = self.data[
            block * 4096 + offset : block * 4096 + offset + len(buffer)
        ]

    def writeblocks(self, block, buffer, offset):
        self.data[block * 4096 + offset : block * 4096 + offset + len(buffer)] = memoryview(buffer)

    def ioctl(self, operation, block):
        if operation == 6:
            self.data[block * 4096 : block * 4096 + 4096] = BLANK
        return len(self.data) // 4096


flash, writer = Memory(150), PageWriter(1)


async def nothing():
    pass


asyncio.run(nothing())
gc.collect()
before = gc.mem_alloc()

from firmware.clock import Clock
from firmware.link.backoff import Backoff
from firmware.link.tls import open_stream
from firmware.link.uplink import Uplink
from firmware.outbox import Outbox

gc.collect()
code = gc.mem_alloc() - before
outbox = Outbox(flash, os.urandom)
pause = Backoff(random.randrange)
uplink = Uplink("box-1", outbox, Clock(time), time, pause, lambda payload: None)
gc.collect()
objects = gc.mem_alloc() - before - code


class Broker:
    user = password = None


def keep(sequence):
    writer.begin(outbox.boot, sequence, 1795435200 + 3600 * sequence)
    for sample in range(60):
        writer.add(1795435200 + 3600 * sequence + 60 * sample, 0, *[sequence % 1000] * 13)
    page = writer.seal()
    gc.disable()
    used = gc.mem_alloc()
    start = time.ticks_us()
    outbox.keep(page)
    took = time.ticks_us() - start
    found = took, gc.mem_alloc() - used, len(page)
    gc.enable()
    return found


async def main(host, port, pages):
    kept = [keep(sequence) for sequence in range(pages)]
    middle = sorted(kept)[pages // 2]
    del kept
    running = uplink.run(lambda: open_stream(socket, host, port), Broker, nothing, print)
    start = time.ticks_us()
    task = asyncio.create_task(running)
    while uplink.sent < pages or uplink.asks:
        await asyncio.sleep_ms(1)
    sent = time.ticks_us() - start
    gc.collect()
    alive = gc.mem_alloc() - before - code - objects
    task.cancel()
    print("code", code, "objects", objects, "session", alive)
    print("keep_us", middle[0], "keep_allocates", middle[1])
    print("publish_us", sent // pages, "bytes_per_page", middle[2])


asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
