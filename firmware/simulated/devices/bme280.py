"""BME280 on I2C: from the air to register values, by inverting Bosch's formulas.

The formulas are those in floating point (BST-BME280-DS001, section 8.1), the trimming is of our
own choosing within what real parts show. A driver must land on what the air was set to.
"""

import struct

from firmware.simulated.devices import Device

T1, T2, T3 = 27_504, 26_435, -1000
P = (36_477, -10_685, 3024, 2855, 140, -7, 15_500, -14_600, 6000)
H1, H2, H3, H4, H5, H6 = 75, 362, 0, 313, 50, 30
MEASURING_MS = 10


def fine_of(raw):
    """``t_fine`` of a raw temperature."""
    first = (raw / 16_384 - T1 / 1024) * T2
    second = (raw / 131_072 - T1 / 8192) ** 2 * T3
    return first + second


def celsius_of(raw):
    """Temperature of a raw value."""
    return fine_of(raw) / 5120


def pascal_of(raw, fine):
    """Pressure of a raw value."""
    p1, p2, p3, p4, p5, p6, p7, p8, p9 = P
    first = fine / 2 - 64_000
    second = first * first * p6 / 32_768 + first * p5 * 2
    second = second / 4 + p4 * 65_536
    first = (p3 * first * first / 524_288 + p2 * first) / 524_288
    first = (1 + first / 32_768) * p1
    found = (1_048_576 - raw - second / 4096) * 6250 / first
    first = p9 * found * found / 2_147_483_648
    second = found * p8 / 32_768
    return found + (first + second + p7) / 16


def percent_of(raw, fine):
    """Relative humidity of a raw value."""
    warm = fine - 76_800
    found = (raw - (H4 * 64 + H5 / 16_384 * warm)) * (
        H2 / 65_536 * (1 + H6 / 67_108_864 * warm * (1 + H3 / 67_108_864 * warm))
    )
    return min(max(found * (1 - H1 * found / 524_288), 0), 100)


def invert(formula, wanted, bits, *, falling=False):
    """Raw value at which a monotonous formula comes nearest to what is wanted."""
    low, high = 0, (1 << bits) - 1
    while low < high:
        middle = (low + high) // 2
        if (formula(middle) > wanted) == falling:
            low = middle + 1
        else:
            high = middle
    before = max(low - 1, 0)
    return low if abs(formula(low) - wanted) <= abs(formula(before) - wanted) else before


def trimming():
    """Registers 88 to A1 and E1 to E7."""
    low = struct.pack("<HhhH8h", T1, T2, T3, *P) + bytes([0, H1])
    shared = (H4 & 0x0F) | (H5 & 0x0F) << 4
    high = struct.pack("<hB", H2, H3) + bytes([H4 >> 4 & 0xFF, shared, H5 >> 4 & 0xFF, H6 & 0xFF])
    return low, high


def raw_of(celsius, pascal, percent):
    """Raw temperature, pressure and humidity of an air."""
    temperature = invert(celsius_of, celsius, 20)
    fine = fine_of(temperature)
    pressure = invert(lambda raw: pascal_of(raw, fine), pascal, 20, falling=True)
    humidity = invert(lambda raw: percent_of(raw, fine), percent, 16)
    return temperature, pressure, humidity


class Bme280(Device):
    """Measures once when it is told to, with noise in the last bits."""

    fastest_hertz = 3_400_000

    def __init__(self, air, address=0x76):
        """``air`` is what it measures."""
        super().__init__()
        self.air = air
        self.address = address
        self._wanted = self._raw = None
        self.power_on()

    def power_on(self):
        """Registers as after power-on."""
        self._bytes = bytearray(256)
        low, high = trimming()
        self._bytes[0x88 : 0x88 + len(low)] = low
        self._bytes[0xE1 : 0xE1 + len(high)] = high
        self._bytes[0xD0] = 0x60
        self._bytes[0xF7:0xFF] = b"\x80\x00\x00\x80\x00\x00\x80\x00"
        self._at = 0
        self._done_ms = None

    def write(self, data):
        """A register, or registers and values by turns."""
        self._at = data[0]
        for at in range(0, len(data) - 1, 2):
            register, value = data[at], data[at + 1]
            self._bytes[register] = value
            if register == 0xF4 and value & 3 in (1, 2):
                self._done_ms = self.time.ms + MEASURING_MS

    def read(self, count):
        """From that register on; broken wires read as ones."""
        if self._done_ms is not None and self.time.ms >= self._done_ms:
            self._done_ms = None
            if not self.frozen:
                self._measure()
        if self.corrupt:
            return b"\xff" * count
        return bytes(self._bytes[self._at : self._at + count])

    def _measure(self):
        air = self.air
        wanted = (air.temperature, air.pressure, air.humidity)
        if wanted != self._wanted:
            self._wanted, self._raw = wanted, raw_of(*wanted)
        temperature, pressure, humidity = self._raw
        pressure += self.time.ms // 1000 * 7919 % 3 - 1
        self._bytes[0xF7:0xFA] = (pressure << 4).to_bytes(3, "big")
        self._bytes[0xFA:0xFD] = (temperature << 4).to_bytes(3, "big")
        if self._bytes[0xF2] & 7:
            self._bytes[0xFD:0xFF] = humidity.to_bytes(2, "big")
