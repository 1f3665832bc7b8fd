"""SEN55 on I2C (Sensirion, datasheet 2 of September 2022)."""

import struct

from firmware.simulated.devices.sensirion import Sensirion

STARTING_S = 12


class Sen5x(Sensirion):
    """One value a second while it measures."""

    address = 0x69

    def __init__(self, air):
        """``air`` is what it measures."""
        super().__init__()
        self.air = air
        self.status = 0
        self.power_on()

    def power_on(self):
        """Idle, as after power-on."""
        self._started = None
        self._read_ms = 0

    def obey(self, command, words):
        """Do as the command says."""
        if command == 0x0021:
            self._started = self._read_ms = self.time.ms
        elif command == 0x0104:
            self._started = None
        elif command == 0x0202:
            due = self._started is not None and self.time.ms - self._read_ms >= 990
            self.reply(command, struct.pack(">H", int(due or self.frozen)), 20)
        elif command == 0xD206:
            self.reply(command, struct.pack(">I", self.status), 20)
        elif command == 0x03C4:
            self._read_ms = self.time.ms
            self.reply(command, self._values(), 20)
        elif command == 0x03D2:
            self.reply(command, self._raw(), 20)

    def _values(self):
        if self._started is None:
            return b"\xff\xff" * 4 + b"\x7f\xff" * 4
        share = min((self.time.ms - self._started) / (1000 * STARTING_S), 1)
        masses = [round(10 * share * self.air.pm[key]) for key in ("pm1", "pm25", "pm4", "pm10")]
        climate = [round(100 * self.air.humidity), round(200 * self.air.temperature)]
        indices = [1000 + self.time.ms // 1000 * 7919 % 100, 10]
        return struct.pack(">4H4h", *masses, *climate, *indices)

    def _raw(self):
        if self._started is None:
            return b"\x7f\xff" * 2 + b"\xff\xff" * 2
        climate = [round(100 * self.air.humidity), round(200 * self.air.temperature)]
        return struct.pack(">2h2H", *climate, self.air.voc, self.air.nox)
