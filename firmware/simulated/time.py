"""Stands in front of MicroPython's time, so that asyncio's hours can pass in a moment.

As long as nobody calls ``make_virtual`` it is the time of the machine.
"""

# ruff: noqa: F401 - the rest of the module is as it is
from utime import gmtime, localtime, mktime, sleep_us, ticks_add, ticks_cpu, ticks_diff, ticks_us
from utime import sleep_ms as _sleep_ms
from utime import ticks_ms as _ticks_ms
from utime import time as _time

# Tasks that are to run at once get the ticks of the machine, in C. The virtual ticks must lie
# ahead of those, or the loop waits until they have caught up.
AHEAD_MS = 1 << 40

_virtual = [None, 0]  # ticks now or None, ticks at the start


def make_virtual():
    """From now on only ``pass_ms`` moves the time."""
    _virtual[0] = _virtual[1] = _ticks_ms() + AHEAD_MS


def pass_ms(ms):
    """Let virtual time pass."""
    _virtual[0] += ms


def passed_ms():
    """Virtual time since the start."""
    return _virtual[0] - _virtual[1]


def ticks_ms():
    """Milliseconds of the machine, or virtual ones."""
    return _ticks_ms() if _virtual[0] is None else _virtual[0]


def sleep_ms(ms):
    """Wait, or let virtual time pass."""
    if _virtual[0] is None:
        _sleep_ms(ms)
    else:
        pass_ms(ms)


def sleep(seconds):
    """As sleep_ms."""
    sleep_ms(int(seconds * 1000))


def time():
    """Seconds since 1970."""
    return _time() if _virtual[0] is None else _time() + passed_ms() // 1000
