"""Time under asyncio that passes as fast as the tasks can take it.

asyncio's queue waits in `wait_io_event`; here it moves the clock on instead. Its native half stamps
tasks that may run at once with the real ticks, so the clock begins at the real ticks: those are
then never in the future.
"""

import asyncio.core as core  # noqa: PLR0402 - MicroPython knows the module by this name only
import time

EPOCH_2000 = 946684800
PERIOD = 1 << 30


class JumpingQueue(core.IOQueue):
    """Never waits."""

    def __init__(self, owner):
        super().__init__()
        self._owner = owner

    def wait_io_event(self, dt):
        super().wait_io_event(0)
        if dt > 0:
            self._owner.ms += dt


class JumpingTime:
    """Time module of a port with the given epoch, moved on by asyncio's waiting."""

    def __init__(self, epoch, unix, started_ms=0):
        self._epoch = epoch
        self._unix = unix
        self._started = started_ms
        self._begun = time.ticks_ms()
        self.ms = 0
        core._io_queue = JumpingQueue(self)
        core.ticks = lambda: self._begun + self.ms

    def time(self):
        now = 0 if self._unix is None else self._unix
        return now + self.ms // 1000 - (EPOCH_2000 if self._unix and self._epoch == 2000 else 0)

    def gmtime(self, seconds):
        assert seconds == 0
        return (self._epoch, 1, 1, 0, 0, 0, 0, 1)

    def set_unix(self, unix):
        self._unix = unix - self.ms // 1000

    def ticks_ms(self):
        return (self._started + self.ms) % PERIOD

    def ticks_diff(self, end, start):
        half = PERIOD // 2
        return (end - start + half) % PERIOD - half

    def sleep_ms(self, ms):
        self.ms += ms
