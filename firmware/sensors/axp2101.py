"""AXP2101, power of the T-Beam Supreme (X-Powers, datasheet version 1.0).

    03  identity: 47 or 4a by version           30  converter: bit 0 measures the cell
    34  voltage of the cell in mV, 14 bits, high byte first
    90  rails on: bit 0 ALDO1 ... bit 3 ALDO4  92-95  their volts: 500 mV + 100 mV a step

ALDO1 feeds the sensors, ALDO4 the receiver (LilyGO's pin table of the board).
"""

from micropython import const

from firmware.sensors import Sensor
from firmware.sensors.registers import I2cRegisters

IDENTITIES = b"\x47\x4a"
SENSORS, RECEIVER = 0x01, 0x08  # ALDO1, ALDO4
_VOLT_3_3 = const(28)
_EVERY_MS = const(60_000)
LOWEST_MV, HIGHEST_MV = 2000, 5000  # otherwise there is no cell, or no converter


class Axp2101(Sensor):
    """Switches on what the other sensors need, then reads the cell once a minute."""

    fresh_ms = 3 * _EVERY_MS

    def __init__(self, registers, time):
        """``registers`` as in `firmware.sensors.registers`."""
        super().__init__("AXP2101", ("battery",), time)
        self._registers = registers
        self._byte = bytearray(1)
        self._two = bytearray(2)
        self._wanted = RECEIVER

    def switch_receiver(self, on):
        """Give the receiver power, or take it."""
        self._wanted = RECEIVER if on else 0
        try:
            self._set_rails()
        except OSError as error:
            self._note(error)  # when it answers again it is begun anew, by what is wanted then

    def measure(self):
        """Rails on, converter on, read."""
        self._registers.read(0x03, self._byte)
        if self._byte[0] not in IDENTITIES:
            raise ValueError("identity %02x" % self._byte[0])
        self._registers.write(0x92, _VOLT_3_3)
        self._registers.write(0x95, _VOLT_3_3)
        self._set_rails()
        self._registers.read(0x30, self._byte)
        self._registers.write(0x30, self._byte[0] | 0x01)
        yield 100
        while True:
            self.read_or_skip()
            yield _EVERY_MS

    def read(self):
        """Read the voltage."""
        self._registers.read(0x34, self._two)
        millivolt = (self._two[0] & 0x3F) << 8 | self._two[1]
        if not LOWEST_MV <= millivolt <= HIGHEST_MV:
            raise ValueError("%d mV: no cell" % millivolt)
        self.counts[0] = millivolt
        self.well()

    def _set_rails(self):
        self._registers.read(0x90, self._byte)
        self._registers.write(0x90, self._byte[0] & ~RECEIVER | SENSORS | self._wanted)


def make(part):
    """Driver of a board's part."""
    return Axp2101(I2cRegisters(part.bus, part.address), part.around.time)
