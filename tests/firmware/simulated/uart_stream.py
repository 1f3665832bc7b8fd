"""asyncio's own stream over a simulated serial line, in virtual time; for MicroPython."""

# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportMissingImports=false
# it runs on MicroPython, whose modules have more, and others in front of them

import asyncio
import time
from binascii import hexlify

import loop
from clocks import BoardTime

from firmware.simulated import machine
from firmware.simulated.board import Board
from firmware.simulated.devices import Air, lasers


class Wires(BoardTime):
    @property
    def ms(self):
        return time.passed_ms()


async def read_frames():
    uart = machine.UART(1, tx=machine.Pin(7), rx=machine.Pin(8), rxbuf=256)
    reader = asyncio.StreamReader(uart)
    passing = asyncio.create_task(pass_time())
    for _ in range(3):
        print(time.passed_ms() // 1000, hexlify(await reader.readexactly(32)).decode())
    passing.cancel()


async def pass_time():
    while True:
        await asyncio.sleep_ms(100)


time.make_virtual()
board = Board(Wires(time.passed_ms)).put_in_place()
board.uart(rx=8).add(lasers.Pms5003(Air()))
loop.run(read_frames())
