"""asyncio whose waiting costs no time: sockets are real, sleeps are not.

While an answer from a real program is due, virtual time runs no faster than GRAIN_MS per REAL_MS:
else the deadlines of a node would pass before a broker could say a word.
"""

import asyncio
import time

core = asyncio.core
GRAIN_MS = 1000
REAL_MS = 40


class VirtualQueue(core.IOQueue):
    """Waits for sockets without waiting, and lets the time pass instead."""

    def wait_io_event(self, dt):
        """``dt`` ms until the next task is due; -1 when only a socket can wake one."""
        if dt == 0:
            return  # sockets are looked at before the time passes
        before = self._waiting()
        super().wait_io_event(0)
        if self._waiting() != before:
            return
        if dt < 0 or is_expecting():
            super().wait_io_event(REAL_MS)
            if self._waiting() != before:
                return
            dt = min(dt, GRAIN_MS) if dt >= 0 else 0
        time.pass_ms(dt)

    def _waiting(self):
        count = 0
        for reads, writes, _ in self.map.values():
            count += (reads is not None) + (writes is not None)
        return count


_expecting = [lambda: False]


def is_expecting():
    """Tell whether somebody waits for an answer of a real program."""
    return _expecting[0]()


def expect(function):
    """``function()`` tells whether an answer of a real program is due."""
    _expecting[0] = function


def run(main):
    """Run a coroutine in a new loop in virtual time."""
    core.IOQueue = VirtualQueue
    asyncio.new_event_loop()
    return asyncio.run(main)
