"""A fan that need not run all the time: half a minute to warm up, half a minute to read.

What a box says every five minutes is then the mean of thirty readings, for a fifth of the power
and five times the life of the laser.
"""

from micropython import const

_WARM_UP_S = const(30)  # SPS30 and SEN55 throw as much away
READ_S = 30
AHEAD_S = _WARM_UP_S + READ_S + 5  # before the beat: starting takes a moment, too


class Duty:
    """One sensor between two beats; its counts are the means of what it read since it was woken."""

    def __init__(self, sensor):
        """``sensor`` measures by itself while it is awake."""
        self.sensor = sensor
        self._sums = [0 for _ in sensor.keys]
        self._counts = [0 for _ in sensor.keys]

    def begin(self):
        """Wake it."""
        for index in range(len(self._sums)):
            self._sums[index] = self._counts[index] = 0
        self.sensor.wake()

    def gather(self, ticks):
        """Add its latest reading; to be called once a second."""
        if not self.sensor.fresh(ticks):
            return
        for index, count in enumerate(self.sensor.counts):
            if count is not None:
                self._sums[index] += count
                self._counts[index] += 1

    def end(self):
        """Let it rest, with the means as its reading; without a reading it stays as it is."""
        state = self.sensor.state
        self.sensor.rest()
        if not any(self._counts):
            self.sensor.state = state
            return
        for index, count in enumerate(self._counts):
            self.sensor.counts[index] = mean(self._sums[index], count)
        self.sensor.well()


def mean(total, count):
    """Rounded mean, None of nothing."""
    return (2 * total + count) // (2 * count) if count else None
