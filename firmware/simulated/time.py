"""Stands in front of MicroPython's time, so that asyncio's hours can pass in a moment.

As long as nobody calls ``make_virtual`` it is the time of the machine.
"""

# ruff: noqa: F401 - the rest of the module is as it is
from utime import gmtime, localtime, mktime, sleep_us, ticks_add, ticks_cpu, ticks_diff, ticks_us
from utime import sleep_ms as _sleep_ms
from utime import ticks_ms as _ticks_ms
from utime import time as _time  # of the unix port in fractions of a second

# Tasks that are to run at once get the ticks of the machine, in C. The virtual ticks must lie
# ahead of those, or the loop waits until they have caught up.
AHEAD_MS = 1 << 40


# ticks now or None, ticks at the start, Unix seconds there, and what was added to the machine's
# ticks since, so that none is earlier than one before
state = [None, 0, 0, 0]


def make_virtual(unix=None):
    """From now on only ``pass_ms`` moves the time; it begins at ``unix``, or now."""
    begin = _ticks_ms() + AHEAD_MS
    state[:3] = [begin, begin, int(_time()) if unix is None else unix]


def pass_ms(ms):
    """Let virtual time pass."""
    state[0] += ms


def passed_ms():
    """Virtual time since the start."""
    return state[0] - state[1]


def ticks_ms():
    """Milliseconds of the machine, or virtual ones."""
    return _ticks_ms() + state[3] if state[0] is None else state[0]


def sleep_ms(ms):
    """Wait, or let virtual time pass."""
    if state[0] is None:
        _sleep_ms(ms)
    else:
        pass_ms(ms)


def sleep(seconds):
    """As sleep_ms."""
    sleep_ms(int(seconds * 1000))


def time():
    """Whole seconds since 1970."""
    return int(_time()) if state[0] is None else state[2] + passed_ms() // 1000
