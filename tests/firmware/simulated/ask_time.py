# type: ignore - MicroPython has modules and names that CPython has not
"""Asks the simulated time server before there is a network, with one, and when it is away.

Runs on MicroPython in virtual time. Prints Unix seconds and how many virtual ms had passed by the
ticks that came with them, or why there is no answer.
"""

import asyncio
import os
import socket
import time

import loop
import network

from firmware.link import ntp

START = 1788220800  # 2026-09-01T00:00:00Z
time.make_virtual(START)
BEGIN = time.ticks_ms()


async def ask():
    try:
        unix, ticks = await ntp.ask(socket, "pool", time, os.urandom, asyncio.sleep_ms)
        passed = time.ticks_diff(ticks, BEGIN)
        print(unix, passed // 1000 * 1000)
    except OSError as error:
        print("OSError:", error)


async def main():
    network.air.points = {"home": ("secret", -60, 500)}
    station = network.WLAN(network.STA_IF)
    await ask()
    station.active(True)
    station.connect("home", "secret")
    time.pass_ms(5000 - time.passed_ms())
    await ask()
    network.air.go(True)
    await ask()


loop.run(main())
