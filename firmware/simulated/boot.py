"""Starts a simulated node: `meten node sim` runs this on MicroPython's unix port.

One argument, a file of JSON: node, flash, interval_s, broker {host, port, user, password, tls, ca}.
What becomes of it is told on the standard output as JSON, one line every few seconds.
"""

import asyncio
import json
import os
import random
import socket
import ssl
import sys
import time

import network

from firmware.clock import Clock, unix
from firmware.link.backoff import Backoff
from firmware.link.tls import Door
from firmware.link.uplink import Uplink
from firmware.link.wifi import Wifi
from firmware.main import live
from firmware.outbox import Outbox
from firmware.sampler import Sampler
from firmware.sensors.fake import make_sensors
from firmware.simulated.file_flash import open_flash
from firmware.timekeeper import Timekeeper

BOX = 1
SECTORS = 256  # a megabyte
TELL_MS = 5000
PAGE_S = 15  # a page so often, so that something is seen


class Settings:
    """What the file says, as attributes; a broker too is one of these."""

    def __init__(self, values):
        for name, value in values.items():
            setattr(self, name, Settings(value) if isinstance(value, dict) else value)


def tell(**facts):
    """Say something to who started us."""
    print(json.dumps(facts))  # noqa: T201 - its one way to say something


async def run(settings):
    """Put a node together and let it live."""
    clock = Clock(time)
    outbox = Outbox(open_flash(settings.flash, SECTORS), os.urandom)
    samples = max(1, min(60, PAGE_S // settings.interval_s))
    sensors = make_sensors(time)
    number = outbox.take_sequence
    sampler = Sampler(BOX, sensors, outbox.keep, outbox.boot, number, time, samples)
    keeper = Timekeeper(clock, time, outbox, sampler.close)
    keeper.on_ntp(unix(time), time.ticks_ms())  # the machine knows the time
    network.air.points = {"home": ("secret", -60, 500)}
    pauses = [Backoff(random.randrange) for _ in range(2)]

    def log(text):
        tell(log=text)

    wlan = network.WLAN(network.STA_IF)
    wifi = Wifi(wlan, [("home", "secret")], pauses[0], asyncio.sleep_ms, log)
    uplink = Uplink(
        settings.node, outbox, clock, time, pauses[1], lambda payload: tell(command=len(payload))
    )
    door = Door(socket, ssl, settings.broker, clock)
    taken = [0]

    def count():
        taken[0] += 1

    works = (
        live(sensors, sampler, clock, settings.interval_s, count, note=lambda e: log(str(e))),
        wifi.run(),
        uplink.run(door.open, settings.broker, wifi.wait, log),
    )
    tasks = [asyncio.create_task(work) for work in works]
    while not any(task.done() for task in tasks):
        tell(
            online=uplink.online, samples=taken[0], sent=uplink.sent, kept=outbox.kept,
            dropped=outbox.dropped, boot=outbox.boot,
        )  # fmt: skip
        await asyncio.sleep_ms(TELL_MS)
    await asyncio.gather(*tasks)


with open(sys.argv[1]) as file:
    asyncio.run(run(Settings(json.load(file))))
