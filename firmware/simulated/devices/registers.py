"""Devices of plain registers: LIS3DH, QMI8658, AXP2101."""

import struct

from firmware.simulated.devices import Device


class Registers(Device):
    """Registers in a row; `walks_on` is the bit that has LIS3DH go on to the next one."""

    identity = (0, 0)
    walks_on = 0

    def __init__(self):
        super().__init__()
        self._most = 0xFF ^ self.walks_on
        self.power_on()

    def power_on(self):
        """Zeros, and who it is."""
        self.values = bytearray(256)
        self.values[self.identity[0]] = self.identity[1]
        self._at = 0

    def write(self, data):
        """Register, then values for it."""
        self._at = data[0]
        for byte in data[1:]:
            self.set(self._at & self._most, byte)
            self._at += 1

    def read(self, count):
        """From that register on; broken wires read as ones."""
        at = self._at & self._most
        if count > 1 and self.walks_on and not self._at & self.walks_on:
            return self.registers(at, 1) * count
        return self.registers(at, count)

    def set(self, register, value):
        """Write one."""
        self.values[register] = value

    def registers(self, register, count):
        """Read some."""
        if not self.frozen:
            self.refresh()
        if self.corrupt:
            return b"\xff" * count
        return bytes(self.values[register : register + count])

    def refresh(self):
        """Measure."""


class Accelerometer(Registers):
    """`milli_g` on three axes, with a noise of one step; measures when it is switched on."""

    first = 0
    switch = (0, 0)

    def __init__(self):
        super().__init__()
        self.milli_g = [0, 0, 1000]

    def refresh(self):
        """Measure, in the full 16 bits for 2 g."""
        if self.values[self.switch[0]] & self.switch[1]:
            noise = self.time.ms // 100 * 7919 % 3
            axes = [(axis * 32_768 // 2000) + 16 * noise for axis in self.milli_g]
            self.values[self.first : self.first + 6] = struct.pack("<3h", *axes)


class Lis3dh(Accelerometer):
    """ST; the highest bit of a register's number says that several are read."""

    address = 0x18
    identity = (0x0F, 0x33)
    walks_on = 0x80
    first = 0x28
    switch = (0x20, 0x07)


class Qmi8658(Accelerometer):
    """QST."""

    address = 0x6B
    identity = (0x00, 0x05)
    first = 0x35
    switch = (0x08, 0x01)


class Axp2101(Registers):
    """X-Powers; the cell's voltage is there once its converter is on."""

    address = 0x34
    identity = (0x03, 0x4A)

    def __init__(self):
        super().__init__()
        self.millivolt = 3870

    def refresh(self):
        """Measure."""
        if self.values[0x30] & 1:
            self.values[0x34:0x36] = struct.pack(">H", self.millivolt)
