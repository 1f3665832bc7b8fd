"""The time module of a board: its epoch, its ticks that begin again at 0, its clock.

Runs under CPython and MicroPython; ``ticks_ms`` of whatever counts the real milliseconds comes in.
"""

TURN = 1 << 30  # ms after which the ticks of the ESP32 begin again (docs.micropython.org, time)
EPOCHS = {1970: 0, 2000: 946684800}
DAYS = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


class BoardTime:
    """What a board has as ``time``; as ``rtc`` it has this object too.

    Without ``unix`` the clock begins at its epoch, as after a power-off. ``ticks`` is where the
    counter stands at the start.
    """

    def __init__(self, ticks_ms, epoch=2000, unix=None, ticks=0):
        """``ticks_ms`` counts without a turn."""
        self._ms = ticks_ms
        self._begin = ticks_ms() - ticks
        self._epoch = epoch
        self._set_at = ticks_ms()
        self._seconds = 0 if unix is None else unix - EPOCHS[epoch]

    def ticks_ms(self):
        """Masked, as on the chip."""
        return (self._ms() - self._begin) % TURN

    def ticks_diff(self, end, start):
        """Signed distance on the ring, -TURN/2 to TURN/2 - 1."""
        return (end - start + TURN // 2) % TURN - TURN // 2

    def ticks_add(self, ticks, delta):
        """Ticks later."""
        return (ticks + delta) % TURN

    def time(self):
        """Seconds since the board's epoch."""
        return self._seconds + (self._ms() - self._set_at) // 1000

    def gmtime(self, seconds):
        """(year, month, day, hour, minute, second, weekday, day of the year)."""
        days, rest = divmod(seconds + EPOCHS[self._epoch], 86400)
        year = 1970
        while days >= 365 + is_leap(year):
            days -= 365 + is_leap(year)
            year += 1
        month = 12
        while month > 1 and days < DAYS[month - 1] + (month > 2 and is_leap(year)):
            month -= 1
        day = days - DAYS[month - 1] - (month > 2 and is_leap(year)) + 1
        weekday = ((seconds + EPOCHS[self._epoch]) // 86400 + 3) % 7
        return year, month, day, rest // 3600, rest // 60 % 60, rest % 60, weekday, days + 1

    def datetime(self, fields):
        """As machine.RTC: (year, month, day, weekday, hour, minute, second, ...)."""
        year, month, day, _, hour, minute, second, _ = fields
        days = 365 * (year - 1970) + (year - 1969) // 4 + DAYS[month - 1] + day - 1
        days += month > 2 and is_leap(year)
        seconds = days * 86400 + hour * 3600 + minute * 60 + second
        self._seconds = seconds - EPOCHS[self._epoch]
        self._set_at = self._ms()


def is_leap(year):
    """Of the years that matter here, 1970 to 2099."""
    return year % 4 == 0
