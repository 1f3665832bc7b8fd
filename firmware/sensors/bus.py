"""An I2C bus that several sensors share, and that is set free when a device holds it.

A device that lost count in the middle of a byte holds SDA low and waits for clocks. Nine of them
end any byte and its acknowledgement; a stop then tells all devices to begin anew (NXP UM10204,
section 3.1.16 "Bus clear").
"""

STUCK = (110, 116)  # ETIMEDOUT on Linux, on the ESP32
CLOCKS = 9


class Bus:
    """Passes transfers on; after one that timed out the bus is cleared before the next."""

    def __init__(self, make, sda, scl):
        """``make()`` sets up the I2C peripheral; ``sda(value)``, ``scl(value)`` let go or pull."""
        self._make = make
        self._sda = sda
        self._scl = scl
        self._i2c = make()
        self.cleared = 0

    def writeto(self, address, data):
        """Write bytes to a device."""
        try:
            self._i2c.writeto(address, data)
        except OSError as error:
            self._clear_if_stuck(error)
            raise

    def readfrom_into(self, address, buffer):
        """Fill a buffer from a device."""
        try:
            self._i2c.readfrom_into(address, buffer)
        except OSError as error:
            self._clear_if_stuck(error)
            raise

    def readfrom_mem_into(self, address, register, buffer):
        """Fill a buffer from a device's registers."""
        try:
            self._i2c.readfrom_mem_into(address, register, buffer)
        except OSError as error:
            self._clear_if_stuck(error)
            raise

    def _clear_if_stuck(self, error):
        if error.args and error.args[0] in STUCK:
            self.cleared += 1
            self._sda(1)
            for _ in range(CLOCKS):
                self._scl(0)
                self._scl(1)
            self._sda(0)
            self._sda(1)  # SDA rises while SCL is high: stop
            self._i2c = self._make()
