"""SGP41 on I2C (Sensirion, datasheet 1 of March 2022)."""

import struct

from firmware.simulated.devices.sensirion import Sensirion


class Sgp41(Sensirion):
    """Remembers which humidity and temperature it was told, and how long it was conditioned."""

    address = 0x59
    fastest_hertz = 400_000

    def __init__(self, air):
        """``air`` is what it measures."""
        super().__init__()
        self.air = air
        self.told = None
        self.conditioned = 0

    def obey(self, command, words):
        """Do as the command says."""
        noise = self.time.ms // 1000 * 7919 % 11 - 5
        voc = struct.pack(">H", self.air.voc + noise)
        if command == 0x2612:
            self.conditioned += 1
            self.reply(command, voc, 50)
        elif command == 0x2619:
            self.told = struct.unpack(">HxHx", words)
            self.reply(command, voc + struct.pack(">H", self.air.nox + noise), 50)
