"""Counters of passers-by: pulses on pins, or lines from a counter on a serial port.

A sample says how many passed since the sample before. Totals only grow and a window is the
difference of two, so that a pulse that comes while a window is closed falls into the next one.
"""

from micropython import const

from firmware.sensors import Sensor

LOCK_MS = 200  # a person takes longer than this through a beam; a bouncing contact does not
_POLL_MS = const(200)
_SILENT_MS = const(60_000)
_LINE_BYTES = const(32)
_PULSE_FRESH_MS = const(3000)


class Windows(Sensor):
    """Totals of in and out, and the window between two samples."""

    has_window = True

    def __init__(self, name, time):
        """Count nothing yet."""
        super().__init__(name, ("count_in", "count_out"), time)
        self.totals = [0, 0]
        self._closed = [0, 0]

    def close_window(self):
        """Move what was counted since the last window into `counts`."""
        for index in (0, 1):
            total = self.totals[index]
            self.counts[index] = (total - self._closed[index]) & 0x3FFFFFFF
            self._closed[index] = total


class PulseCounter(Windows):
    """A pulse per person on a pin each for in and out; a pin that nobody wired counts nothing."""

    fresh_ms = _PULSE_FRESH_MS

    def __init__(self, pins, time, falling):
        """``pins`` of in and out; ``falling`` is the pins' trigger."""
        super().__init__("pulses", time)
        self._last = [None, None]
        self._handlers = (self._pulse_in, self._pulse_out)
        for pin, handler in zip(pins, self._handlers):
            pin.irq(handler=handler, trigger=falling)

    def measure(self):
        """Stay fresh: there is nobody to ask."""
        while True:
            self.well()
            yield 1000

    def _pulse_in(self, _pin):
        self._pulse(0)

    def _pulse_out(self, _pin):
        self._pulse(1)

    def _pulse(self, index):
        """Count; runs as an interrupt, so it allocates nothing."""
        now = self._time.ticks_ms()
        last = self._last[index]
        if last is None or not 0 <= self._time.ticks_diff(now, last) < LOCK_MS:
            self.totals[index] = (self.totals[index] + 1) & 0x3FFFFFFF
            self._last[index] = now


class LineCounter(Windows):
    r"""A counter that writes lines: ``3,1\n`` is three in and one out since its last line.

    It writes ``0,0`` as well when nobody passes, at least once a minute: silence is a fault.
    """

    fresh_ms = _SILENT_MS

    def __init__(self, uart, time):
        """``uart`` of any speed."""
        super().__init__("lines", time)
        self._uart = uart
        self._byte = bytearray(1)
        self._line = bytearray(_LINE_BYTES)
        self._length = 0
        self._heard = 0

    def measure(self):
        """Take lines as they come; say so when none comes."""
        self._heard = self._time.ticks_ms()
        while True:
            yield _POLL_MS
            while self._uart.any():
                self._uart.readinto(self._byte)
                self._take(self._byte[0])
            if self._time.ticks_diff(self._time.ticks_ms(), self._heard) > _SILENT_MS:
                raise OSError("no line for %d s" % (_SILENT_MS // 1000))

    def _take(self, byte):
        if byte == 0x0A:
            self._count()
            self._length = 0
        elif self._length < _LINE_BYTES:
            self._line[self._length] = byte
            self._length += 1

    def _count(self):
        """Add the line that ended; a damaged one is counted as an error and adds nothing."""
        found = [0, 0]
        field, digits = 0, 0
        for index in range(self._length):
            byte = self._line[index]
            if 0x30 <= byte <= 0x39 and digits < 4:
                found[field] = 10 * found[field] + byte - 0x30
                digits += 1
            elif byte == 0x2C and digits and field == 0:
                field, digits = 1, 0
            elif byte != 0x0D or index != self._length - 1:
                digits = 0
                break
        if field != 1 or digits == 0 or self._length == _LINE_BYTES:
            self._note(ValueError("not a line of a counter"))
            return
        for index in (0, 1):
            self.totals[index] = (self.totals[index] + found[index]) & 0x3FFFFFFF
        self._heard = self._time.ticks_ms()
        self.well()


def make(part):
    """Driver of a board's part."""
    machine, time = part.around.machine, part.around.time
    if part.bus is not None:
        return LineCounter(part.bus, time)
    pins = [machine.Pin(part.pins[name], machine.Pin.IN) for name in ("count_in", "count_out")]
    return PulseCounter(pins, time, machine.Pin.IRQ_FALLING)
