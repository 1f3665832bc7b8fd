"""Sensors that need no hardware: repeatable readings within the valid spans, integers only."""

from firmware.sensors import Sensor
from lokaalmeten.wire import BIT_CLIMATE_ERROR, BIT_PM_ERROR


class FakeSensor(Sensor):
    """Wanders about a middle value of each key; every ``fails_every``-th reading fails."""

    def __init__(self, middles, time, period_ms=1000, fault=0, fails_every=0):
        """``middles`` is {key: whole steps}; with ``fails_every`` 0 it never fails."""
        super().__init__("fake", tuple(middles), time)
        self.fault = fault
        self.fresh_ms = 2 * period_ms
        self._middles = [middles[key] for key in self.keys]
        self._period_ms = period_ms
        self._fails_every = fails_every
        self._readings = 0
        self._state = 1

    def measure(self):
        """Read, and again after a period."""
        while True:
            self.read()
            yield self._period_ms

    def read(self):
        """Next reading: each value within an eightieth of its middle."""
        self._readings += 1
        if self._fails_every and self._readings % self._fails_every == 0:
            raise OSError("no answer on the bus")
        for index, middle in enumerate(self._middles):
            self._state = (self._state * 1103515245 + 12345) & 0x7FFFFFFF
            wander = (self._state >> 8) % 251 - 125
            self.counts[index] = middle + middle * wander // 10000
        self.well()


def make_sensors(time):
    """Sensors of a fixed box: the particle sensor drops out now and then."""
    masses = {"pm1": 540, "pm25": 820, "pm4": 1060, "pm10": 1370}
    climate = {"temperature": 1480, "humidity": 7200, "pressure": 101500}
    return [
        FakeSensor(masses, time, fault=BIT_PM_ERROR, fails_every=17),
        FakeSensor(climate, time, fault=BIT_CLIMATE_ERROR),
        FakeSensor({"voc_raw": 30200, "nox_raw": 15600, "co2": 430}, time),
        FakeSensor({"sound_laeq": 4800, "sound_lamax": 6100}, time),
    ]
