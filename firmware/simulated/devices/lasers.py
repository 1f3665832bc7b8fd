"""PMS5003 and SDS011: particle sensors that talk by themselves on a serial line."""

import struct

from firmware.simulated.devices import Device


class Laser(Device):
    """Says a frame every second; ``frame()`` makes it."""

    def __init__(self, air):
        """``air`` is what it measures."""
        super().__init__()
        self.air = air
        self.awake = True
        self.heard = b""
        self._said_s = None
        self._last = b""

    def power_on(self):
        """Awake, as after power-on."""
        self.awake = True
        self._said_s = None

    def say(self):
        """What it has said since it was asked last."""
        now = self.time.ms // 1000
        if self._said_s is None:
            self._said_s = now
        said = b""
        while self._said_s < now:
            self._said_s += 1
            if self.awake:
                said += self._one(self._said_s)
        return said

    def _one(self, second):
        if not self.frozen:
            self._last = self.frame(second)
        if not self.corrupt:
            return self._last
        return self._last[:4] + bytes([self._last[4] ^ 0xFF]) + self._last[5:]


class Pms5003(Laser):
    """Plantower, data manual 2.3: 32 bytes with the sum of all before it."""

    def hear(self, data):
        """Sleep or wake up."""
        if data[:4] == b"\x42\x4d\xe4\x00":
            self.awake = data[4] == 1

    def frame(self, second):
        """Frame of that second."""
        masses = [round(self.air.pm[key]) for key in ("pm1", "pm25", "pm10")]
        counts = [100 * mass + second % 7 for mass in masses + masses]
        factory = [2 * mass for mass in masses]
        body = struct.pack(">2sH13H", b"BM", 28, *factory, *masses, *counts, 0)
        return body + struct.pack(">H", sum(body))


class Sds011(Laser):
    """Nova Fitness, protocol 1.3: ten bytes with the sum of the six in the middle."""

    def hear(self, data):
        """Sleep or work."""
        if len(data) == 19 and data[1:4] == b"\xb4\x06\x01" and sum(data[2:17]) & 0xFF == data[17]:
            self.awake = data[4] == 1

    def frame(self, second):
        """Frame of that second."""
        fine, coarse = (round(10 * self.air.pm[key]) for key in ("pm25", "pm10"))
        body = struct.pack("<HHH", fine + second * 7919 % 3, coarse + second % 2, 0xA160)
        return b"\xaa\xc0" + body + bytes([sum(body) & 0xFF, 0xAB])
