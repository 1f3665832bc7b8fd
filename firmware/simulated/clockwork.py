"""A time module of the ESP32 whose time passes only when it is told to."""

PERIOD = 1 << 30  # ticks come round after 12.4 days
EPOCH_2000 = 946_684_800


class Clockwork:
    """Behaves as the chip's `time`; `ms` is how long it runs, `unix` what its clock shows."""

    def __init__(self, unix=None, started_ms=0):
        """``unix`` seconds of the clock at the start, None for a clock that was never set."""
        self.ms = 0
        self._ticks = started_ms
        self._offset = 0 if unix is None else unix - EPOCH_2000

    def advance(self, ms):
        """Let time pass."""
        self.ms += ms

    def set_unix(self, unix):
        """Set the clock."""
        self._offset = unix - EPOCH_2000 - self.ms // 1000

    def ticks_ms(self):
        """Milliseconds, coming round."""
        return (self._ticks + self.ms) % PERIOD

    def ticks_us(self):
        """Microseconds, coming round."""
        return 1000 * (self._ticks + self.ms) % PERIOD

    def ticks_diff(self, end, start):
        """Difference of two ticks, right within half a period."""
        half = PERIOD // 2
        return (end - start + half) % PERIOD - half

    def ticks_add(self, ticks, delta):
        """Ticks that much later."""
        return (ticks + delta) % PERIOD

    def time(self):
        """Seconds since 2000, as on the chip."""
        return self._offset + self.ms // 1000

    def gmtime(self, seconds):
        """Only asked for the epoch."""
        assert seconds == 0
        return (2000, 1, 1, 0, 0, 0, 5, 1)

    def sleep_ms(self, ms):
        """Wait."""
        self.ms += ms

    def sleep(self, seconds):
        """Wait."""
        self.ms += int(seconds * 1000)
