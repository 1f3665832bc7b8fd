"""The voltage of the cell, through a divider, by the chip's own converter.

A reading is the median of sixteen: the converter is noisy while the radio sends. The first one is
taken at once, before the radio is on.
"""

from micropython import const

from firmware.sensors import Sensor

READINGS = 16
_EVERY_MS = const(60_000)
_DIVIDER = const(2)  # the pin sees half the voltage of the cell
_LOWEST_MV = const(2000)  # otherwise there is no cell and the pin hangs free
_HIGHEST_MV = const(5000)


class Battery(Sensor):
    """Reads once a minute."""

    fresh_ms = 3 * _EVERY_MS

    def __init__(self, read_uv, time, divider):
        """``read_uv()`` gives microvolts at the pin, a ``divider``-th of the cell's."""
        super().__init__("battery", ("battery",), time)
        self._read_uv = read_uv
        self._divider = divider
        self._sorted = [0 for _ in range(READINGS)]

    def measure(self):
        """Read, and again in a minute."""
        while True:
            self.read_or_skip()
            yield _EVERY_MS

    def read(self):
        """Take the median of sixteen readings."""
        for count in range(READINGS):
            self._insert(self._read_uv(), count)
        middle = self._sorted[READINGS // 2 - 1] + self._sorted[READINGS // 2]
        millivolt = (middle * self._divider + 1000) // 2000
        if not _LOWEST_MV <= millivolt <= _HIGHEST_MV:
            raise ValueError("%d mV at the pin of the battery" % millivolt)
        self.counts[0] = millivolt
        self.well()

    def _insert(self, value, count):
        """Put a value where it belongs among the first ``count``."""
        found = self._sorted
        while count > 0 and found[count - 1] > value:
            found[count] = found[count - 1]
            count -= 1
        found[count] = value


def make(part):
    """Driver of a board's part."""
    machine = part.around.machine
    pin = machine.Pin(part.pins["battery"])
    converter = machine.ADC(pin, atten=machine.ADC.ATTN_11DB)  # without, it ends at 0.95 V
    return Battery(converter.read_uv, part.around.time, _DIVIDER)
