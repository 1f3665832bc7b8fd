"""The beat: whole multiples of so many seconds, by Unix time or, while that is unknown, since boot.

Near the beat the clock is looked at ten times a second: with whole seconds of sleep a node that
samples every second would now and then miss one.
"""

from lokaalmeten.wire import FLAG_TICKS

LOOK_MS = 100


class Beat:
    """When the next sample is due; `now` and `flags` are those of the one that just was."""

    def __init__(self, unix, since_boot, beat_s):
        """``unix()`` gives seconds or None, ``since_boot()`` seconds."""
        self._unix = unix
        self._since_boot = since_boot
        self._beat_s = beat_s
        self.now = 0
        self.flags = 0

    async def wait(self, sleep_ms):
        """Sleep until the beat; ``sleep_ms`` is asyncio's.

        A clock that is set, or put back, while this sleeps begins a new count: the next beat is
        the first one of the new time.
        """
        self._look()
        before, flags = self.now, self.flags
        due = self._next(before)
        while self.now < due:
            await sleep_ms(LOOK_MS if due - self.now <= 1 else 1000)
            self._look()
            if self.now < before or self.flags != flags:
                due = self._next(self.now)
            before, flags = self.now, self.flags

    def _look(self):
        unix = self._unix()
        self.now = self._since_boot() if unix is None else unix
        self.flags = FLAG_TICKS if unix is None else 0

    def _next(self, now):
        return (now // self._beat_s + 1) * self._beat_s


class Uptime:
    """Seconds since boot, counted on over the 12 days after which ticks come round."""

    def __init__(self, time):
        """Counts from now."""
        self._time = time
        self._last = time.ticks_ms()
        self._ms = 0
        self._seconds = 0

    def seconds(self):
        """Seconds since boot; to be asked once in six days at least."""
        now = self._time.ticks_ms()
        self._ms += self._time.ticks_diff(now, self._last)
        self._last = now
        self._seconds += self._ms // 1000
        self._ms %= 1000
        return self._seconds
