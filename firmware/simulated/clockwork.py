"""A board's time that passes only when it is told to."""

from firmware.simulated.clocks import BoardTime


class Clockwork(BoardTime):
    """`ms` is how long it runs."""

    def __init__(self, unix=None, started_ms=0, epoch=2000):
        """As `BoardTime`; ``started_ms`` is where the ticks stand at the start."""
        self.ms = 0
        super().__init__(lambda: self.ms, epoch, unix, started_ms)

    def advance(self, ms):
        """Let time pass."""
        self.ms += ms

    sleep_ms = advance
