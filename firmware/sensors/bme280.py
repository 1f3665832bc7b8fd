"""BME280, temperature, humidity and pressure (Bosch, BST-BME280-DS001, revision 1.6).

    d0     identity, 60
    88-a1  trimming T1-T3, P1-P9, H1      e1-e7  trimming H2-H6
    f2     oversampling of humidity       f4     of the others, and the mode: 1 = measure once
    f7-fe  pressure (20 bits), temperature (20 bits), humidity (16 bits)

Trimming registers are little-endian but for H4 and H5, which share a byte. The formulas are those
of section 4.2.3 in whole numbers; pressure with 64 bits, since with 32 it is a pascal off, and
humidity with four bits more than there, which drops the last bit of its raw value.
"""

from struct import unpack_from

from micropython import const

from firmware.sensors import Sensor
from lokaalmeten.wire import BIT_CLIMATE_ERROR

_IDENTITY = const(0x60)
_SKIPPED = const(0x80000)  # what a register shows that was never measured
_SKIPPED_HUMIDITY = const(0x8000)
_STUCK = const(300)
# What it can measure (table 1). It has no checksum: a bus that reads as ones gives 180 C.
_COLDEST = const(-4000)
_HOTTEST = const(8500)
_LOWEST = const(30_000)
_HIGHEST = const(110_000)


def fine_temperature(trim, raw):
    """``t_fine`` of the datasheet: 1/5120 C."""
    t1, t2, t3 = trim[0:3]
    first = (raw >> 3) - (t1 << 1)
    second = (raw >> 4) - t1
    return (first * t2 >> 11) + ((second * second >> 12) * t3 >> 14)


def pressure(trim, raw, fine):
    """Pressure in Pa, rounded; 0 when the trimming makes no sense."""
    p1, p2, p3, p4, p5, p6, p7, p8, p9 = trim[3:12]
    first = fine - 128_000
    second = first * first * p6 + (first * p5 << 17) + (p4 << 35)
    first = (first * first * p3 >> 8) + (first * p2 << 12)
    first = ((1 << 47) + first) * p1 >> 33
    if first == 0:
        return 0
    found = (((1_048_576 - raw) << 31) - second) * 3125 // first
    first = p9 * (found >> 13) * (found >> 13) >> 25
    second = p8 * found >> 19
    return (((found + first + second) >> 8) + (p7 << 4) + 128) >> 8


def humidity(trim, raw, fine):
    """Relative humidity in 0.01 %, rounded, within 0 and 100 %."""
    h1, h2, h3, h4, h5, h6 = trim[12:18]
    warm = fine - 76_800
    scaled = ((raw << 14) - (h4 << 20) - h5 * warm + 1024) >> 11
    slope = (((warm * h6 >> 10) * ((warm * h3 >> 11) + 32_768)) >> 10) + 2_097_152
    found = scaled * ((slope * h2 + 8192) >> 14) >> 4
    found -= ((found >> 15) * (found >> 15) >> 7) * h1 >> 4
    found = min(max(found, 0), 419_430_400)  # 100 % in Q22.10, times 4096
    return ((found >> 12) * 100 + 512) >> 10


class Bme280(Sensor):
    """Measures once a second, and rests in between."""

    fault = BIT_CLIMATE_ERROR

    def __init__(self, bus, time, keys, address):
        """``address`` is 0x76, or 0x77 when SDO is high."""
        super().__init__("BME280", keys, time)
        self._bus = bus
        self._address = address
        self._trim = ()
        self._data = bytearray(8)
        self._before = bytearray(8)

    def measure(self):
        """Read the trimming, then have it measure every second."""
        self._trim = self._read_trim()
        while True:
            self._trigger()
            yield 15  # at most 9.3 ms with oversampling 1, section 9.1
            self.read_or_skip()
            yield 985

    def read(self):
        """Read what was measured."""
        self._data, self._before = self._before, self._data
        data = self._data
        self._bus.readfrom_mem_into(self._address, 0xF7, data)
        raw_pressure = data[0] << 12 | data[1] << 4 | data[2] >> 4
        raw_temperature = data[3] << 12 | data[4] << 4 | data[5] >> 4
        raw_humidity = data[6] << 8 | data[7]
        if _SKIPPED in (raw_temperature, raw_pressure):
            raise ValueError("measured nothing")
        self.stands_still(data == self._before, _STUCK)
        fine = fine_temperature(self._trim, raw_temperature)
        hundredths = (fine * 5 + 128) >> 8
        pascal = pressure(self._trim, raw_pressure, fine)
        if not (_COLDEST <= hundredths <= _HOTTEST and _LOWEST <= pascal <= _HIGHEST):
            raise ValueError("%d/100 C, %d Pa: not of this world" % (hundredths, pascal))
        for index in range(len(self.keys)):
            key = self.keys[index]
            if key == "temperature":
                self.counts[index] = hundredths
            elif key == "pressure":
                self.counts[index] = pascal
            elif raw_humidity == _SKIPPED_HUMIDITY:
                self.counts[index] = None
            else:
                self.counts[index] = humidity(self._trim, raw_humidity, fine)
        self.well()

    def _trigger(self):
        """Set both registers each time: a device whose power failed for a moment has lost them."""
        try:
            self._bus.writeto(self._address, b"\xf2\x01\xf4\x25")
        except OSError:
            pass  # the reading that follows fails, and is counted

    def _read_trim(self):
        found = bytearray(1)
        self._bus.readfrom_mem_into(self._address, 0xD0, found)
        if found[0] != _IDENTITY:
            raise ValueError("identity %02x, not 60" % found[0])
        low, high = bytearray(26), bytearray(7)
        self._bus.readfrom_mem_into(self._address, 0x88, low)
        self._bus.readfrom_mem_into(self._address, 0xE1, high)
        if low[0:2] == b"\0\0" or low[0:2] == b"\xff\xff":
            raise ValueError("no trimming")
        h2, h3 = unpack_from("<hB", high, 0)
        h4 = (high[3] << 4 | high[4] & 0x0F) - (4096 if high[3] & 0x80 else 0)
        h5 = (high[5] << 4 | high[4] >> 4) - (4096 if high[5] & 0x80 else 0)
        h6 = high[6] - (256 if high[6] & 0x80 else 0)
        return unpack_from("<HhhHhhhhhhhh", low, 0) + (low[25], h2, h3, h4, h5, h6)


def make(part):
    """Driver of a board's part."""
    return Bme280(part.bus, part.around.time, part.keys, part.address)
