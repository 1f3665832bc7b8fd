"""SDS011, particulate matter by laser (Nova Fitness, protocol version 1.3).

    aa c0  PM2.5 (0.1 ug/m3, little-endian)  PM10  id id  checksum  ab       once a second
    aa b4 06 01 mm ...  ff ff  checksum  ab       mm = 1 work, 0 sleep

The checksum is the sum of the six bytes between. Its laser is given 8000 hours: so it works 20 s
of every five minutes, of which the first 15 are thrown away and the rest make one mean.
"""

from micropython import const

from firmware.sensors import RESTING, Sensor
from firmware.sensors.frames import Frames
from lokaalmeten.wire import BIT_PM_ERROR

_SIZE = const(10)
_WARM_UP_S = const(15)
_READING_S = const(5)
_CYCLE_S = const(300)
_STUCK = const(36)  # means that are the same to a tenth of a step, three hours long


def is_whole(frame):
    """Tell whether kind, checksum and tail are right."""
    if frame[1] != 0xC0 or frame[9] != 0xAB:
        return False
    total = 0
    for index in range(2, 8):
        total += frame[index]
    return total & 0xFF == frame[8]


def make_command(work):
    """Command that has it work (1) or sleep (0)."""
    body = bytes([0x06, 0x01, work]) + bytes(10) + b"\xff\xff"
    return b"\xaa\xb4" + body + bytes([sum(body) & 0xFF, 0xAB])


class Sds011(Sensor):
    """Works for a while, gives one reading, sleeps."""

    fault = BIT_PM_ERROR
    fresh_ms = 65_000  # of one beat of a box

    def __init__(self, uart, time, keys):
        """``keys`` of pm25 and pm10; ``uart`` at 9600 baud."""
        super().__init__("SDS011", keys, time)
        self._uart = uart
        self._frames = Frames(uart, _SIZE, 0xAA)
        self._sums = [0, 0]
        self._before = [0, 0]
        self._frames_read = 0

    def measure(self):
        """Wake it, wait, read, let it sleep."""
        while True:
            self._frames.forget()
            self._uart.write(make_command(1))
            for second in range(_WARM_UP_S + _READING_S):
                yield 1000
                if second == _WARM_UP_S:
                    self._frames_read = self._sums[0] = self._sums[1] = 0
                if self._listen() and second < _WARM_UP_S:
                    self.warming()
            self.read()
            self._uart.write(make_command(0))
            yield self.fresh_ms
            self.state = RESTING
            yield 1000 * (_CYCLE_S - _WARM_UP_S - _READING_S) - self.fresh_ms

    def read(self):
        """Take the mean of what was heard."""
        heard = self._frames_read
        if heard == 0:
            raise OSError("no frame in %d s" % _READING_S)
        self.stands_still(self._sums == self._before, _STUCK)
        self._before[0], self._before[1] = self._sums
        for index in range(len(self.keys)):
            key = self.keys[index]
            tenths = self._sums[0 if key == "pm25" else 1]
            self.counts[index] = (20 * tenths + heard) // (2 * heard)
        self.well()

    def stop(self):
        """Fan and laser off."""
        self._uart.write(make_command(0))

    def _listen(self):
        """Add the frames that came; tell whether there were any."""
        before = self._frames_read
        while self._frames.next(is_whole):
            frame = self._frames.frame
            self._sums[0] += frame[2] | frame[3] << 8
            self._sums[1] += frame[4] | frame[5] << 8
            self._frames_read += 1
        return self._frames_read > before


def make(part):
    """Driver of a board's part."""
    return Sds011(part.bus, part.around.time, part.keys)
