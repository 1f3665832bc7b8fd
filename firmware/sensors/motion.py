"""Movement by an accelerometer, whichever it is.

What counts is how far an axis lies from its own slow mean: so it does not matter how the unit is
mounted. A ride begins and ends by `moved_within`.
"""

from micropython import const

from firmware.sensors import Sensor

_PERIOD_MS = const(100)
_MOVED_MG = const(60)  # a bike that stands in the wind stays below, one that is ridden above
_LEAST_MG = const(200)  # a bus that reads as zeros or ones knows no gravity
_SLOWNESS = const(5)  # of the mean, as a power of two: 32 readings or three seconds
_STUCK = const(3000)  # five minutes: in low power mode a parked one gives few different numbers
_HOUR_MS = const(3_600_000)
_STANDING_MS = const(600_000)  # a unit that did not move for so long is not on a ride


class Motion(Sensor):
    """Measures nothing that is sent; tells whether the unit moves.

    A driver gives `first`, the register of the low byte of X, `range_g` and `set_up`.
    """

    first = 0
    range_g = 2

    def __init__(self, name, registers, time):
        """``registers`` as in `firmware.sensors.registers`."""
        super().__init__(name, (), time)
        self._registers = registers
        self._data = bytearray(6)
        self._before = bytearray(6)
        self._means = [None, None, None]
        self._moved_at = None

    def moved_within(self, milliseconds):
        """Tell whether it moved that lately; None when the sensor cannot say."""
        now = self._time.ticks_ms()
        if not self.fresh(now):
            return None
        moved_at = self._moved_at
        return moved_at is not None and self._time.ticks_diff(now, moved_at) <= milliseconds

    def moves(self):
        """Tell whether the unit is on its way; None when the sensor cannot say."""
        return self.moved_within(_STANDING_MS)

    def measure(self):
        """Set it up, then read ten times a second."""
        self.set_up(self._registers)
        self._means = [None, None, None]
        while True:
            yield _PERIOD_MS
            self.read_or_skip()

    def set_up(self, registers):
        """Check who it is and have it measure."""
        raise NotImplementedError

    def read(self):
        """Read three axes and compare each with its mean."""
        self._data, self._before = self._before, self._data
        data = self._data
        self._registers.read(self.first, data)
        self.stands_still(data == self._before, _STUCK)
        moved, gravity = False, 0
        for axis in range(3):
            count = data[2 * axis] | data[2 * axis + 1] << 8
            milli_g = (count - (65_536 if count & 0x8000 else 0)) * self.range_g * 125 >> 12
            gravity += abs(milli_g)
            mean = self._means[axis]
            mean = milli_g << _SLOWNESS if mean is None else mean
            mean += milli_g - (mean >> _SLOWNESS)
            self._means[axis] = mean
            moved = moved or abs(milli_g - (mean >> _SLOWNESS)) > _MOVED_MG
        if gravity < _LEAST_MG:
            raise ValueError("no gravity: %d mg" % gravity)
        self.well()
        self._remember(moved)

    def _remember(self, moved):
        """Forget after an hour, long before ticks come round."""
        now, moved_at = self._read_at, self._moved_at
        if moved:
            self._moved_at = now
        elif moved_at is not None and self._time.ticks_diff(now, moved_at) > _HOUR_MS:
            self._moved_at = None

    def identify(self, register, expected):
        """Refuse a device that says it is another one."""
        found = bytearray(1)
        self._registers.read(register, found)
        if found[0] != expected:
            raise ValueError("identity %02x, not %02x" % (found[0], expected))
