"""An I2C bus that several sensors share, and that is set free when a device holds it.

A device that lost count in the middle of a byte holds SDA low and waits for clocks. Nine of them
end any byte and its acknowledgement; a stop then tells all devices to begin anew (NXP UM10204,
section 3.1.16 "Bus clear").
"""

from micropython import const

STUCK = (110, 116)  # ETIMEDOUT on Linux, on the ESP32
_CLOCKS = const(9)
_HARDWARE_I2C = const(2)  # peripherals of the ESP32-S3


class Bus:
    """Passes transfers on; after one that timed out the bus is cleared before the next."""

    def __init__(self, machine, number, rate, sda, scl):
        """The ``number``-th bus of a board, of ``rate`` bits a second, on two pins.

        The chip has _HARDWARE_I2C of them; a further one is done by pins alone.
        """
        self._machine = machine
        self._number = number
        self._rate = rate
        self._sda = sda
        self._scl = scl
        self._i2c = self._make()
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
            self._drive(self._sda, 1)
            for _ in range(_CLOCKS):
                self._drive(self._scl, 0)
                self._drive(self._scl, 1)
            self._drive(self._sda, 0)
            self._drive(self._sda, 1)  # SDA rises while SCL is high: stop
            self._i2c = self._make()

    def _make(self):
        machine = self._machine
        sda, scl = machine.Pin(self._sda), machine.Pin(self._scl)
        if self._number < _HARDWARE_I2C:
            return machine.I2C(self._number, sda=sda, scl=scl, freq=self._rate)
        return machine.SoftI2C(sda=sda, scl=scl, freq=self._rate)

    def _drive(self, pin, value):
        """Pull a line down, or let it go."""
        self._machine.Pin(pin, self._machine.Pin.OPEN_DRAIN, value=value)
