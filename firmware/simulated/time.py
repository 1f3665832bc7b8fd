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


class _Virtual:
    """``ticks`` now, None while it is the machine's time; where they and Unix seconds began."""

    ticks = None
    begin = unix = 0
    offset = 0  # of the machine's ticks, so that none is earlier than one before


def make_virtual(unix=None):
    """From now on only ``pass_ms`` moves the time; it begins at ``unix``, or now."""
    _Virtual.ticks = _Virtual.begin = _ticks_ms() + AHEAD_MS
    _Virtual.unix = int(_time()) if unix is None else unix


def make_real():
    """From now on the time is the machine's again; the ticks go on from where they are."""
    _Virtual.offset = _Virtual.ticks - _ticks_ms()
    _Virtual.ticks = None


def is_virtual():
    """Tell whether only ``pass_ms`` moves the time."""
    return _Virtual.ticks is not None


def pass_ms(ms):
    """Let virtual time pass."""
    _Virtual.ticks += ms


def passed_ms():
    """Virtual time since the start."""
    return _Virtual.ticks - _Virtual.begin


def behind_s():
    """How many seconds virtual time is behind that of the machine."""
    return int(_time()) - time()


def ticks_ms():
    """Milliseconds of the machine, or virtual ones."""
    return _ticks_ms() + _Virtual.offset if _Virtual.ticks is None else _Virtual.ticks


def sleep_ms(ms):
    """Wait, or let virtual time pass."""
    if _Virtual.ticks is None:
        _sleep_ms(ms)
    else:
        pass_ms(ms)


def sleep(seconds):
    """As sleep_ms."""
    sleep_ms(int(seconds * 1000))


def time():
    """Whole seconds since 1970."""
    return int(_time()) if _Virtual.ticks is None else _Virtual.unix + passed_ms() // 1000
