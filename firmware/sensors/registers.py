"""Registers of a device on I2C or SPI, read and written the same way."""


class I2cRegisters:
    """A device on an I2C bus; ``increment`` is the bit that has the LIS3DH walk on."""

    def __init__(self, bus, address, increment=0):
        """``bus`` as in `firmware.sensors.bus`."""
        self._bus = bus
        self._address = address
        self._increment = increment

    def read(self, register, buffer):
        """Fill a buffer from a register on."""
        several = self._increment if len(buffer) > 1 else 0
        self._bus.readfrom_mem_into(self._address, register | several, buffer)

    def write(self, register, value):
        """Set one register."""
        self._bus.writeto(self._address, bytes((register, value)))


class SpiRegisters:
    """A device on SPI: the first bit of a transfer says read, the next ones which register."""

    def __init__(self, spi, select):
        """``select(0)`` chooses the device."""
        self._spi = spi
        self._select = select
        self._register = bytearray(1)

    def read(self, register, buffer):
        """Fill a buffer from a register on."""
        self._register[0] = register | 0x80
        self._select(0)
        try:
            self._spi.write(self._register)
            self._spi.readinto(buffer)
        finally:
            self._select(1)

    def write(self, register, value):
        """Set one register."""
        self._select(0)
        try:
            self._spi.write(bytes((register, value)))
        finally:
            self._select(1)
