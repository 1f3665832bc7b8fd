# type: ignore - MicroPython has modules and names that CPython has not
"""A node that lives through days of virtual time; runs on MicroPython.

Arguments: host, port, name of the node, days, power cuts, broker kills, a seed. It says on its
standard output what a test must know, one line each:

    S number time     sample `number` was taken at this true Unix time
    K page            this page was kept: `keep` returned
    U page            the power went while this page was written
    kill, start       asks for the broker to be killed or started; waits for a line
    END figure...     sent pages, dropped pages, flash bytes written, bytes of pages, boots
"""

import asyncio
import gc
import os
import random
import socket
import sys
import time
from binascii import hexlify

import loop
import network
from clocks import BoardTime
from flash import Flash, PowerCut

from firmware.clock import Clock
from firmware.link import ntp
from firmware.link.backoff import Backoff
from firmware.link.tls import open_stream
from firmware.link.uplink import Uplink
from firmware.link.wifi import Wifi
from firmware.outbox import Outbox
from firmware.timekeeper import Timekeeper
from lokaalmeten.wire import BIT_CLOCK_UNSURE, FLAG_TICKS, PageWriter

START = 1788220800  # 2026-09-01T00:00:00Z
DAY = 86400
BEAT_S = 60
SECTORS = 256  # a megabyte: eighteen days of a full page an hour
INGEST_SPEED = 14_400  # virtual ms in a real one while the ingest has to acknowledge
PIECES_H = (120, 60, 30, 20, 12, 8, 6, 5, 4, 3, 3, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1)


class Broker:
    user = password = None


class World:
    """What happens to the node, (second, what) in order, over all its lives."""

    def __init__(self, days, cuts, kills):
        end = days * DAY
        events = [(random.randrange(end), "cut") for _ in range(cuts)]
        for number in range(kills):
            at = end * (number * 2 + 1) // (kills * 2) + random.randrange(3600)
            events += [(at, "kill"), (at + random.randrange(60, 1800), "start")]
        at = share = end * 6 // 10 // (len(PIECES_H) + 1)
        for hours in shuffled(PIECES_H):
            length = hours * 3600 * end * 4 // (10 * 3600 * sum(PIECES_H))
            events += [(at, "away"), (at + length, "back")]
            at += length + share
        self.events = sorted(events) + [(end, "end")]  # noqa: RUF005 - MicroPython
        self.ended = False

    async def run(self, flash):
        while self.events:
            at, what = self.events[0]
            await asyncio.sleep_ms(max(0, at * 1000 - time.passed_ms()))
            if flash.doomed and what in ("cut", "end"):
                raise PowerCut  # nothing was written since the cut before
            self.events.pop(0)
            if what in ("kill", "start"):
                print(what)
                sys.stdin.readline()
            elif what in ("away", "back"):
                network.air.go(what == "away")
            elif what == "end":
                self.ended = True
            elif random.getrandbits(1):
                flash.cut_in(random.randrange(12))
            else:
                raise PowerCut


def shuffled(items):
    items = list(items)
    for place in range(len(items) - 1, 0, -1):
        other = random.randrange(place + 1)
        items[place], items[other] = items[other], items[place]
    return items


class Source:
    """Samples that tell in pm1 the how manieth they are; one page after sixty."""

    taken = 0
    page_bytes = 0

    def __init__(self, outbox):
        self.outbox = outbox
        self.writer = PageWriter(1)
        self.flags = 0
        self.open = False

    def sample(self, now, flags, bits):
        number, Source.taken = Source.taken, Source.taken + 1
        print("S", number, time.time())
        counts = [number] + [number % 7919] * 12
        if not (self.open and flags == self.flags and self.writer.add(now, bits, *counts)):
            self.close()
            self.writer.begin(self.outbox.boot, 0, now, flags)
            self.writer.add(now, bits, *counts)
            self.open, self.flags = True, flags
        if self.writer.full():
            self.close()

    def close(self):
        if not self.open:
            return
        self.open = False
        boot, _, begin = self.writer._head
        self.writer._head = (boot, self.outbox.take_sequence(), begin)
        self.outbox.keep(self.writer.seal())


class Witness(Outbox):
    """An outbox that says what was kept."""

    def keep(self, page):
        Source.page_bytes += len(page)
        try:
            super().keep(page)
        except PowerCut:
            print("U", hexlify(page).decode())
            raise
        print("K", hexlify(page).decode())


class Life:
    """From power-on to power-off."""

    sent = 0
    boots = 0

    def __init__(self, world, flash, host, port, name):
        self.world, self.flash = world, flash
        self.host, self.port = host, port
        battery = random.randrange(5) > 0  # else the clock begins in 2000, and only NTP can help
        now = time.time()
        self.time = BoardTime(time.ticks_ms, 2000, now if battery else None, random.getrandbits(30))
        self.outbox = Witness(flash, os.urandom)
        self.clock = Clock(self.time, self.time)
        self.source = Source(self.outbox)
        self.keeper = Timekeeper(self.clock, self.time, self.outbox, self.source.close)
        pause = [Backoff(random.randrange) for _ in range(3)]
        wlan = network.WLAN(network.STA_IF)
        networks = [("neighbours", "secret"), ("home", "secret")]
        self.wifi = Wifi(wlan, networks, pause[0], asyncio.sleep_ms, lambda text: None)
        self.uplink = Uplink(
            name, self.outbox, self.clock, self.time, pause[1], lambda payload: None
        )
        self.pause = pause[2]
        self.line = None

    async def measure(self):
        while not self.world.ended:
            now, by_ticks = await self.clock.beat(BEAT_S, asyncio.sleep_ms)
            unsure = self.clock.unsure and not by_ticks
            self.source.sample(
                now, FLAG_TICKS if by_ticks else 0, BIT_CLOCK_UNSURE if unsure else 0
            )
        self.source.close()
        until = time.passed_ms() + 30 * DAY * 1000
        while self.outbox.kept and time.passed_ms() < until:
            await asyncio.sleep_ms(60_000)

    async def ask(self):
        return await ntp.ask(socket, "time server", self.time, os.urandom, asyncio.sleep_ms)

    async def open(self):
        stream = await open_stream(socket, self.host, self.port)
        self.line = network.Line(stream, asyncio.sleep_ms)
        return self.line

    def to_speed(self):
        """How fast time may pass: no answer comes over a line that is dead."""
        if self.line is None or self.line.dead:
            return 0
        if self.uplink.asks:
            return loop.SPEED
        return INGEST_SPEED if self.uplink.online and self.outbox.kept else 0

    async def run(self):
        loop.limit(self.to_speed)
        self.tasks = []
        for work in (
            self.world.run(self.flash),
            self.wifi.run(),
            self.keeper.run(self.ask, self.pause, asyncio.sleep_ms),
            self.uplink.run(self.open, Broker, self.wifi.wait, lambda text: None),
        ):
            self.tasks.append(asyncio.create_task(work))
        await self.measure()

    def end(self):
        Life.sent += self.uplink.sent
        if self.line is not None:
            self.line.end()


def main(host, port, name, days, cuts, kills, seed):
    random.seed(int(seed))
    time.make_virtual(START)
    network.air.points = {"home": ("secret", -60, 3000), "neighbours": ("other", -40, 1000)}
    world, flash = World(int(days), int(cuts), int(kills)), Flash(SECTORS, random.randrange)
    while True:
        Life.boots += 1
        gc.collect()
        life = None
        try:
            life = Life(world, flash, host, int(port), name)
            loop.run(life.run())
            break
        except PowerCut:
            flash.cut_in(None)
            if life is not None:
                life.end()
    life.end()
    outbox = life.outbox
    print("END", Life.sent, outbox.dropped, flash.programmed_bytes, Source.page_bytes, Life.boots)


main(*sys.argv[1:])
