"""Runs a node; when it falls over, why is kept and it starts anew."""

import asyncio
import gc
import io
import sys

from micropython import const

from firmware import crash
from firmware.node import Node
from firmware.version import VERSION

_AFTER_CRASH_MS = const(10_000)  # a node that falls over at once does not wear its flash out


def run(chip, board, files, make=Node):
    """Run the node that ``make(chip, board, files, crashes)`` makes."""
    crashes = crash.Crashes(chip.machine.RTC().memory, files)
    crashes.settle()
    begin = chip.time.ticks_ms()

    def read_facts():
        ms = chip.time.ticks_diff(chip.time.ticks_ms(), begin)
        return {"free_heap": gc.mem_free(), "uptime_s": ms // 1000, "version": VERSION}

    def restart():
        chip.time.sleep_ms(_AFTER_CRASH_MS)
        chip.machine.reset()

    def live():
        asyncio.run(make(chip, board, files, crashes).live())

    def tell(error):
        text = to_text(error)
        chip.say("fell over: %s" % text.strip().split("\n")[-1])
        return text

    crash.run(live, crashes, tell, read_facts, restart)


def to_text(error):
    """Traceback of an exception."""
    text = io.StringIO()
    sys.print_exception(error, text)  # pyright: ignore[reportArgumentType] - the stub's StringIO
    return text.getvalue()  # pyright: ignore[reportAttributeAccessIssue] - knows no more than this
