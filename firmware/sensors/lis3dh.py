"""LIS3DH, accelerometer (ST, DocID17530, revision 2)."""

from micropython import const

from firmware.sensors.motion import Motion
from firmware.sensors.registers import I2cRegisters

_SEVERAL = const(0x80)  # bit of a register's number that has reading walk on


class Lis3dh(Motion):
    """LIS3DH; its interrupt 1 wakes the chip from deep sleep."""

    first = 0x28
    range_g = 2

    def set_up(self, registers):
        """10 Hz, low power, 2 g; interrupt 1 above 64 mg on any axis, past the high-pass filter."""
        self.identify(0x0F, 0x33)
        for register, value in (
            (0x20, 0x2F),  # CTRL_REG1: 10 Hz, low power, three axes
            (0x21, 0x01),  # CTRL_REG2: high-pass for interrupt 1
            (0x22, 0x40),  # CTRL_REG3: that interrupt on pin INT1
            (0x23, 0x80),  # CTRL_REG4: no half-written values, 2 g
            (0x32, 0x04),  # INT1_THS: 16 mg a step at 2 g
            (0x33, 0x00),  # INT1_DURATION: at once
            (0x30, 0x2A),  # INT1_CFG: any of X, Y, Z high
        ):
            registers.write(register, value)


def make(part):
    """Driver of a board's part."""
    registers = I2cRegisters(part.bus, part.address, _SEVERAL)
    return Lis3dh("LIS3DH", registers, part.around.time)
