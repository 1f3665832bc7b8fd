"""A microphone on I2S, and a counter of passers-by on a serial line."""

import math

from firmware.simulated.devices import Device

FULL_SCALE_DB = 120  # of a sine: -26 dBFS at 94 dB, INMP441 datasheet
GREATEST = (1 << 23) - 1


class Microphone(Device):
    """Hears one tone of `hertz` at `decibel`; unplugged, its line stays low."""

    def __init__(self, decibel=60.0, hertz=1000.0):
        super().__init__()
        self.decibel, self.hertz = decibel, hertz
        self._frame = 0

    def fill(self, buffer, rate):
        """Fill words with frames, 24 bits in their high end; False when its clock is still."""
        if self.stuck:
            return False
        silent = self.absent or self.frozen
        amplitude = 0 if silent else GREATEST * 10 ** ((self.decibel - FULL_SCALE_DB) / 20)
        turn = 2 * math.pi * self.hertz / rate
        for index in range(len(buffer)):
            frame = round(amplitude * math.sin(turn * self._frame))
            buffer[index] = frame << 8 & 0xFFFFFFFF
            self._frame += 1
        return True


class LineCounter(Device):
    """Writes how many passed, every ten seconds."""

    def __init__(self):
        super().__init__()
        self.passed = [0, 0]
        self._said_ms = 0

    def hear(self, data):
        """Nothing is said to it."""

    def say(self):
        """Lines since it was asked last."""
        if self.frozen or self.time.ms - self._said_ms < 10_000:
            return b""
        self._said_ms = self.time.ms
        passed, self.passed = self.passed, [0, 0]
        text = "%d,%d" % tuple(passed)
        return (text.replace(",", ";") if self.corrupt else text).encode() + b"\r\n"
