"""What time it is on a node, from the moment that somebody tells it.

MicroPython counts from 1970 on some ports and from 2000-01-01 on others, the ESP32 among them, and
its ticks begin again at 0 after 2**30 ms, 12.4 days (docs.micropython.org, module time). The time
module comes in as an argument; nothing else of the firmware knows either of the two.
"""

from micropython import const

_EPOCH_2000 = const(946684800)  # Unix seconds of 2000-01-01T00:00:00Z
EARLIEST = 1767225600  # 2026-01-01T00:00:00Z: a clock that stands before it was never set
_LONGEST_SLEEP_S = const(10)
HOLD_S = 120  # a clock that is this little ahead stands still until the time has caught up


class Clock:
    """Seconds since boot from the first call on, and Unix seconds once ``set`` was called.

    It has to be looked at once in six days, or it misses a turn of the ticks. Its time never runs
    back by less than HOLD_S: a second that comes twice would be one sample for the database.
    """

    def __init__(self, time, rtc=None):
        """``rtc`` is a machine.RTC, set too: the dates of certificates are checked by it."""
        self._time = time
        self._rtc = rtc
        self._ticks = time.ticks_ms()
        self._ms = 0  # of the second that has begun
        self._seconds = 0
        self._offset = None
        self._told = 0
        self.unsure = True  # by the board's own clock, see BIT_CLOCK_UNSURE

    def seconds(self):
        """Whole seconds since boot."""
        now = self._time.ticks_ms()
        self._ms += self._time.ticks_diff(now, self._ticks)
        self._ticks = now
        if self._ms >= 1000:
            self._seconds += self._ms // 1000
            self._ms %= 1000
        return self._seconds

    def unix(self):
        """Unix seconds, or None while nobody has told."""
        if self._offset is None:
            return None
        now = self.seconds() + self._offset
        if now >= self._told or now < self._told - HOLD_S:
            self._told = now
        return self._told

    def set(self, unix, unsure=False):
        """Go on from these Unix seconds; ``unsure`` when they come from the board's own clock."""
        self._offset = unix - self.seconds()
        self.unsure = unsure
        if self._rtc is not None:
            date = self._time.gmtime(unix - epoch(self._time))
            year, month, day, hour, minute, second, weekday = date[:7]  # some ports have 9
            self._rtc.datetime((year, month, day, weekday, hour, minute, second, 0))

    async def beat(self, every_s, sleep_ms):
        """Wait for the next whole multiple of ``every_s``; return (seconds, whether since boot).

        ``sleep_ms`` is asyncio's. Should the time become known meanwhile, beats are of that time.
        """
        last, due = None, 0
        while True:
            known = self.unix()
            now = self.seconds() if known is None else known
            if last is None or now < last[0] or (known is None) != last[1]:
                due = (now // every_s + 1) * every_s
            last = (now, known is None)
            if now >= due:
                return last
            # not longer: the clock may be set while we sleep
            await sleep_ms(min(due - now, _LONGEST_SLEEP_S) * 1000 - self._ms)


def epoch(time):
    """Unix seconds of the moment that the board calls 0."""
    return _EPOCH_2000 if time.gmtime(0)[0] == 2000 else 0


def unix(time):
    """Unix seconds by the board's clock, or None when it was never set."""
    seconds = int(time.time()) + epoch(time)
    return seconds if seconds >= EARLIEST else None
