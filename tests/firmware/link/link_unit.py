# type: ignore - MicroPython has modules and names that CPython has not
"""Uplinks that a test watches from the other end; for MicroPython, in virtual time.

Arguments: host, port, pages to keep at first, virtual seconds to live, CA file or "", host name of
the certificate, and whether the time is known (1) or not (0). It prints what it logs and what
commands it hears, each with the virtual second; at the end how many pages are kept.
"""

import asyncio
import os
import random
import socket
import ssl
import sys
import time
from binascii import hexlify

import loop
import utime
from clocks import BoardTime
from flash import Flash

from firmware.clock import Clock
from firmware.link.backoff import Backoff
from firmware.link.tls import Door
from firmware.link.uplink import Uplink
from firmware.outbox import Outbox
from lokaalmeten.wire import PageWriter

NOW = 1795435200  # 2026-11-23T12:00:00Z


class Broker:
    user = password = ca = None
    tls = False


def say(*words):
    print(time.passed_ms() // 1000, *words)


class Named:
    """Sockets whose names are looked up as the test wants: every host is this machine."""

    def __init__(self, host):
        self.host = host
        self.socket = socket.socket
        self.SOCK_STREAM = socket.SOCK_STREAM

    def getaddrinfo(self, host, port, *rest):
        return socket.getaddrinfo(self.host, port, *rest)


def keep_pages(outbox, count):
    writer = PageWriter(1)
    for _ in range(count):
        sequence = outbox.take_sequence()
        writer.begin(outbox.boot, sequence, NOW + 3600 * sequence)
        for sample in range(60):
            writer.add(NOW + 3600 * sequence + 60 * sample, 0, *[sequence] * 13)
        outbox.keep(writer.seal())


async def wait_for_network():
    pass


def main(host, port, pages, seconds, ca="", name="", known="1"):
    random.seed(1)
    time.make_virtual()
    broker = Broker()
    broker.host, broker.port, broker.tls = name or host, int(port), bool(ca)
    if ca:
        with open(ca) as file:  # noqa: PTH123 - MicroPython has no pathlib
            broker.ca = file.read()
    board = BoardTime(time.ticks_ms, 2000, ticks=(1 << 30) - 20_000)  # they turn after 20 s
    clock = Clock(board, board)
    if known == "1":
        clock.set(NOW)
    outbox = Outbox(Flash(64), os.urandom)
    keep_pages(outbox, int(pages))
    pause = Backoff(random.randrange)

    def on_command(payload):
        say("cmd", len(payload), hexlify(payload[:20]).decode())

    uplink = Uplink("box-1", outbox, clock, board, pause, on_command)
    loop.limit(lambda: loop.SPEED if uplink.asks else 0)
    door = Door(Named(host), ssl, broker, clock)

    async def live():
        uplink.publish_status(b'{"online":true}')
        running = uplink.run(door.open, broker, wait_for_network, lambda text: say("log", text))
        task = asyncio.create_task(running)
        for second in range(int(seconds)):
            utime.sleep_ms(10 if second < 60 else 0)  # the other end is a real program
            await asyncio.sleep_ms(1000)
        task.cancel()

    loop.run(live())
    say("kept", outbox.kept, "sent", uplink.sent)


main(*sys.argv[1:])
