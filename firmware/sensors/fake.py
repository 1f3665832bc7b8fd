"""Sensors that need no hardware: repeatable readings within the valid spans, integers only."""

from lokaalmeten.wire import BIT_CLIMATE_ERROR, BIT_PM_ERROR


class FakeSensor:
    """Wanders about a middle value of each key; every ``fails_every``-th reading fails."""

    def __init__(self, middles, fault=0, fails_every=0):
        """``middles`` is {key: whole steps}; with ``fails_every`` 0 it never fails."""
        self.fault = fault
        self._middles = middles
        self._fails_every = fails_every
        self._readings = 0
        self._state = 1

    def read(self):
        """Next reading: each value within an eightieth of its middle."""
        self._readings += 1
        if self._fails_every and self._readings % self._fails_every == 0:
            raise OSError("no answer on the bus")
        reading = {}
        for key, middle in self._middles.items():
            self._state = (self._state * 1103515245 + 12345) & 0x7FFFFFFF
            reading[key] = middle + middle * ((self._state >> 8) % 251 - 125) // 10000
        return reading


def make_sensors():
    """Sensors of a fixed box: the particle sensor drops out now and then."""
    return [
        FakeSensor({"pm1": 540, "pm25": 820, "pm4": 1060, "pm10": 1370}, BIT_PM_ERROR, 17),
        FakeSensor({"temperature": 1480, "humidity": 7200, "pressure": 101500}, BIT_CLIMATE_ERROR),
        FakeSensor({"voc_raw": 30200, "nox_raw": 15600, "co2": 430}),
        FakeSensor({"sound_laeq": 4800, "sound_lamax": 6100}),
    ]
