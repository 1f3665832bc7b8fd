"""asyncio whose waiting costs no time: sockets are real, sleeps are not.

While an answer of a real program is due, virtual time runs only so fast: else the deadlines of a
node would pass before that program could say a word.
"""

import asyncio
import time

import utime

core = asyncio.core
SPEED = 25  # virtual ms in a real one while a broker has to answer, within 15 s
REAL_MS = 40  # when only a socket can wake a task
LEAST_MS = 2  # shorter waits are put together


class VirtualQueue(core.IOQueue):
    """Waits for sockets without waiting, and lets the time pass instead."""

    _owed_us = 0  # real time that has to pass for what went by in virtual time

    def wait_io_event(self, dt):
        """``dt`` ms until the next task is due; -1 when only a socket can wake one."""
        if not is_virtual():
            super().wait_io_event(dt)
            return
        if dt == 0:
            return  # sockets are looked at before the time passes
        if self._is_woken(0):
            return
        if dt < 0:
            super().wait_io_event(REAL_MS)
            return
        speed = to_speed()
        if speed:
            self._owed_us += dt * 1000 // speed
            if self._owed_us >= LEAST_MS * 1000:
                wait_ms, self._owed_us = self._owed_us // 1000, self._owed_us % 1000
                if self._is_woken(wait_ms):
                    return
        time.pass_ms(dt)

    def _is_woken(self, ms):
        """Wait for a socket, and tell whether one woke a task."""
        if not self.map and not ms:
            return False
        before = self._waiting()
        super().wait_io_event(ms)
        return self._waiting() != before

    def _waiting(self):
        count = 0
        for reads, writes, _ in self.map.values():
            count += (reads is not None) + (writes is not None)
        return count


_speed = [lambda: 0]


def to_speed():
    """How many virtual milliseconds may pass in a real one; 0 is any number."""
    return _speed[0]()


def limit(function):
    """``function()`` gives the speed; 0 when no answer of a real program is due."""
    _speed[0] = function


def is_virtual():
    """Tell whether time is virtual."""
    return time.state[0] is not None


def behind_s():
    """How many seconds virtual time is behind that of the machine."""
    return int(utime.time()) - time.time()


def make_real():
    """From now on the time is the machine's again; its ticks go on from where they are."""
    time.state[3] = time.state[0] - utime.ticks_ms()
    time.state[0] = None


def prepare():
    """Have the next loop run in virtual time."""
    core.IOQueue = VirtualQueue
    asyncio.new_event_loop()


def run(main):
    """Run a coroutine in a new loop in virtual time."""
    prepare()
    return asyncio.run(main)
