"""SPS30 on I2C (Sensirion, datasheet 1.0 of March 2020): one value a second, in either format."""

import struct

from firmware.simulated.board import ENODEV
from firmware.simulated.devices.sensirion import Sensirion

IDLE, MEASURING, ASLEEP, WAKING = range(4)
FLOAT, INTEGER = 3, 5
STARTING_S = 12  # 8 to 30 by concentration
CLEANING_S = 10


class Sps30(Sensirion):
    """Asleep it does not acknowledge; the first wake-up only wakes its interface."""

    address = 0x69

    def __init__(self, air):
        """``air`` is what it measures."""
        super().__init__()
        self.air = air
        self.cleanings = []
        self.status = 0
        self.power_on()

    def power_on(self):
        """Idle, as after power-on."""
        self.mode = IDLE
        self.format = FLOAT
        self._started = self._read_ms = self._cleaned = None

    def write(self, data):
        """Asleep it acknowledges nothing; the command is lost, but one to wake up is noticed."""
        if self.mode == ASLEEP:
            self.mode = WAKING if data[:2] == b"\x11\x03" else ASLEEP
            raise OSError(ENODEV)
        if self.mode == WAKING and data[:2] != b"\x11\x03":
            raise OSError(ENODEV)
        super().write(data)

    def obey(self, command, words):
        """Do as the command says."""
        if command == 0x1103:
            self.mode = IDLE if self.mode == WAKING else self.mode
        elif command == 0x0010 and self.mode == IDLE:
            self.mode, self.format = MEASURING, words[0]
            self._started, self._read_ms = self.time.ms, self.time.ms
        elif command == 0x0104:
            self.mode = IDLE
        elif command == 0x1001 and self.mode == IDLE:
            self.mode = ASLEEP
        elif command == 0x5607 and self.mode == MEASURING:
            self._cleaned = self.time.ms
            self.cleanings.append(self.time.ms)
        elif command == 0x0202:
            self.reply(command, struct.pack(">H", self._has_value()))
        elif command == 0xD206:
            self.reply(command, struct.pack(">I", self.status))
        elif command == 0x0300:
            self._read_ms = self.time.ms
            self.reply(command, self._values())

    def _has_value(self):
        if self.mode != MEASURING or self._is_cleaning():
            return 0
        return int(self.time.ms - self._read_ms >= 990 or self.frozen)

    def _is_cleaning(self):
        return self._cleaned is not None and self.time.ms - self._cleaned < 1000 * CLEANING_S

    def _values(self):
        """Ten values; while the fan runs up they are too low."""
        if self._started is None:
            return bytes(40)
        share = min((self.time.ms - self._started) / (1000 * STARTING_S), 1)
        masses = [share * self.air.pm[key] for key in ("pm1", "pm25", "pm4", "pm10")]
        size = 0.5 + (self.time.ms // 1000 * 7919 % 1000) / 10_000  # never twice the same
        values = masses + [7 * mass for mass in masses] + [8 * masses[0], size]
        if self.format == INTEGER:
            return struct.pack(">10H", *[round(value) for value in values[:9]], round(1000 * size))
        return struct.pack(">10f", *values)
