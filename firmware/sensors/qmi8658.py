"""QMI8658, accelerometer (QST, datasheet revision A)."""

from firmware.sensors.motion import Motion
from firmware.sensors.registers import SpiRegisters


class Qmi8658(Motion):
    """QMI8658, on the SPI bus of the T-Beam Supreme; its pin cannot wake the chip there."""

    first = 0x35
    range_g = 2

    def set_up(self, registers):
        """31 Hz, 2 g, accelerometer only."""
        self.identify(0x00, 0x05)
        registers.write(0x02, 0x40)  # CTRL1: addresses walk on, little-endian
        registers.write(0x03, 0x08)  # CTRL2: 2 g, 31.25 Hz
        registers.write(0x08, 0x01)  # CTRL7: accelerometer on


def make(part):
    """Driver of a board's part."""
    machine = part.around.machine
    select = machine.Pin(part.pins["motion_select"], machine.Pin.OUT, value=1)
    return Qmi8658("QMI8658", SpiRegisters(part.bus, select), part.around.time)
