"""Heap of outbox and link, time of a page; for MicroPython. Arguments: host, port, pages."""

import gc

gc.collect()
before = gc.mem_alloc()

import asyncio  # noqa: E402 - what it takes is not ours, but what follows is
import os  # noqa: E402
import random  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

from firmware.simulated.flash import Flash  # noqa: E402
from lokaalmeten.wire import PageWriter  # noqa: E402

flash, writer = Flash(256), PageWriter(1)
asyncio.run(asyncio.sleep_ms(0))
gc.collect()
before = gc.mem_alloc()

from firmware.clock import Clock  # noqa: E402
from firmware.link.backoff import Backoff  # noqa: E402
from firmware.link.tls import open_stream  # noqa: E402
from firmware.link.uplink import Uplink  # noqa: E402
from firmware.outbox import Outbox  # noqa: E402

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
    start, used = time.ticks_us(), gc.mem_alloc()
    outbox.keep(page)
    found = time.ticks_us() - start, gc.mem_alloc() - used, len(page)
    gc.enable()
    return found


async def nothing():
    pass


async def main(host, port, pages):
    kept = [keep(sequence) for sequence in range(pages)]
    running = uplink.run(
        lambda: open_stream(socket, host, port), Broker, nothing, lambda text: print(text)
    )
    start = time.ticks_us()
    task = asyncio.create_task(running)
    while uplink.sent < pages or uplink.asks:
        await asyncio.sleep_ms(1)
    sent = time.ticks_us() - start
    gc.collect()
    alive = gc.mem_alloc() - before - code - objects
    task.cancel()
    middle = sorted(kept)[pages // 2]
    print("code", code, "objects", objects, "session", alive)
    print("keep_us", middle[0], "keep_allocates", sorted(k[1] for k in kept)[pages // 2])
    print("publish_us", sent // pages, "bytes_per_page", kept[0][2])


asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
