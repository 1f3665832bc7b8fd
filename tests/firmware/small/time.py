"""Stands in front of the time module of a MicroPython with 32 bits, so that a day is a moment.

Ticks come round after 2**30 ms as on a chip. The virtual ones lie ahead of those of the machine,
which the C part of asyncio gives to tasks that are to run at once.
"""

# ruff: noqa: F401 - the rest of the module is as it is
from utime import gmtime, localtime, mktime, sleep_us, ticks_add, ticks_diff, ticks_us
from utime import ticks_ms as _ticks_ms
from utime import time as _time

TURN = 1 << 30
AHEAD_MS = 1 << 20

_virtual = [0, 0]  # ms passed, ticks at the start
_virtual[1] = _ticks_ms() + AHEAD_MS
state = _virtual  # what loop.py looks at: its first is never None, time is always virtual here


def pass_ms(ms):
    _virtual[0] += ms


def passed_ms():
    return _virtual[0]


def ticks_ms():
    return (_virtual[1] + _virtual[0]) % TURN


def sleep_ms(ms):
    pass_ms(ms)


def time():
    return _time() + _virtual[0] // 1000
