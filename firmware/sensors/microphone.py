"""Sound level by a digital microphone on I2S, such as INMP441 or ICS-43434.

    LAeq   the A-weighted energy of all frames since the sample before
    LAmax  the loudest block of 125 ms among them, near to the time weighting "fast"

A sine of full scale is 120 dB: -26 dBFS at 94 dB and 1 kHz (INMP441 datasheet, table 2).
"""

from array import array

from micropython import const

from firmware.sensors import Sensor
from firmware.sensors.loudness import BITS, centibel, make_states, sum_squares, weigh

FRAMES = 1000  # in a buffer: 31.25 ms at 32,000 a second
_BUFFERS_A_BLOCK = const(4)
_POLL_MS = const(10)
_SILENT_MS = const(1000)
_SETTLING = const(8)  # buffers until the filters have forgotten what they began with
_FULL_SCALE = const(12_000)  # 0.01 dB
SINE = 2 * (BITS - 1) - 1  # a sine of full scale has the mean square 2 ** SINE
_WEIGHTING_AT_1_KHZ = const(-276)  # what the filter does at 1 kHz, where A-weighting does nothing
_GREATEST = const(1023)  # 1000 squares of it still are a small integer on the chip


class Microphone(Sensor):
    """Listens all the time, in two buffers by turns."""

    fresh_ms = 3000
    has_window = True

    def __init__(self, i2s, time, full_scale=_FULL_SCALE):
        """``i2s`` of 32 bits, mono, 32,000 frames a second."""
        super().__init__("microphone", ("sound_laeq", "sound_lamax"), time)
        self._i2s = i2s
        self._full_scale = full_scale
        self._buffers = [array("I", bytes(4 * FRAMES)) for _ in range(2)]
        self._full = False
        self._skip = 0
        self._forget()

    def measure(self):
        """Weigh each buffer while the other one fills."""
        self._states = make_states()
        self._skip = _SETTLING
        self._i2s.irq(self._filled)
        self._listen()
        heard = self._time.ticks_ms()
        while True:
            yield _POLL_MS
            now = self._time.ticks_ms()
            if self._full:
                heard = now
                self._buffers[0], self._buffers[1] = self._buffers[1], self._buffers[0]
                self._listen()
                self._add(self._buffers[1])
            elif self._time.ticks_diff(now, heard) > _SILENT_MS:
                raise OSError("no sound for %d s" % (_SILENT_MS // 1000))

    def close_window(self):
        """Move what was heard since the last sample into `counts`."""
        known = self._buffers_heard > 0
        self.counts[0] = self._level(self._energy, self._buffers_heard) if known else None
        self.counts[1] = self._level(self._loudest, _BUFFERS_A_BLOCK) if self._loudest else None
        self._forget()

    def _forget(self):
        self._energy = self._block = self._loudest = 0
        self._buffers_heard = self._buffers_in_block = 0

    def _listen(self):
        self._full = False
        self._i2s.readinto(self._buffers[0])

    def _filled(self, _i2s):
        self._full = True

    def _add(self, buffer):
        """Add a buffer's energy to the window and to its block."""
        peak = weigh(buffer, FRAMES, self._states)  # pyright: ignore[reportCallIssue]
        if peak < 0:
            raise ValueError("the same word over and over")
        if self._skip:
            self._skip -= 1
            return
        shift = 0
        while peak >> shift >= _GREATEST:
            shift += 1
        energy = sum_squares(buffer, FRAMES, shift)  # pyright: ignore[reportCallIssue]
        energy <<= 2 * shift
        self._energy += energy
        self._buffers_heard += 1
        self._block += energy
        self._buffers_in_block += 1
        if self._buffers_in_block == _BUFFERS_A_BLOCK:
            self._loudest = max(self._loudest, self._block)
            self._block = self._buffers_in_block = 0
        self.well()

    def _level(self, energy, buffers):
        """Hundredths of dB(A)."""
        mean = centibel(max(energy, 1)) - centibel(FRAMES * buffers)
        return self._full_scale + mean - SINE * 30_103 // 100 - _WEIGHTING_AT_1_KHZ


def make(part):
    """Driver of a board's part."""
    return Microphone(part.bus, part.around.time)
