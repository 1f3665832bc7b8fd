"""Messages of u-blox receivers (interface description of the M10, UBX-21035062).

    b5 62  class  id  length (little-endian)  payload  ck_a ck_b

    01 07  NAV-PVT, 92 bytes: position, velocity, time
        4 year u2    6 month, day, hour, minute, second   11 valid: bit 0 date, 1 time, 2 resolved
       12 time accuracy u4 ns    20 fix: 2 or 3 dimensions    21 flags: bit 0 good
       24 longitude i4, 28 latitude i4 (1e-7 degree)    40 horizontal accuracy u4 mm
       60 speed over ground i4 mm/s
    06 8a  CFG-VALSET: version 0, layers (1 = RAM), two zeros, then keys of four bytes with values

The checksum is Fletcher's, over all between the sync bytes and itself.
"""

from struct import pack, unpack_from

from micropython import const

NAV_PVT = 0x0701
PVT_BYTES = 92
_CFG_VALSET = const(0x8A06)
_PVT_ON_UART1 = const(0x20910007)  # messages per fix
_NMEA_ON_UART1 = const(0x10740002)
HEAD_BYTES = 6


def checksum(data, begin, end):
    """Both bytes of the checksum of data[begin:end], ck_b high."""
    a = b = 0
    for index in range(begin, end):
        a = (a + data[index]) & 0xFF
        b = (b + a) & 0xFF
    return b << 8 | a


def make_message(kind, payload):
    """A whole message."""
    body = pack("<HH", kind, len(payload)) + payload
    return b"\xb5\x62" + body + pack("<H", checksum(body, 0, len(body)))


def make_setting():
    """Message that asks for NAV-PVT and for no NMEA, until the receiver loses power."""
    values = pack("<IBIB", _PVT_ON_UART1, 1, _NMEA_ON_UART1, 0)
    return make_message(_CFG_VALSET, b"\x00\x01\x00\x00" + values)


def read_pvt(buffer, fix):
    """Put what a message says into ``fix`` (`Fix` of gnss)."""
    at = HEAD_BYTES
    valid, quality, good = buffer[at + 11], buffer[at + 20], buffer[at + 21] & 1
    (nanoseconds,) = unpack_from("<I", buffer, at + 12)
    fix.has_date = valid & 7 == 7 and nanoseconds < 1_000_000_000
    fix.year = buffer[at + 4] | buffer[at + 5] << 8
    fix.month, fix.day = buffer[at + 6], buffer[at + 7]
    fix.second_of_day = 3600 * buffer[at + 8] + 60 * buffer[at + 9] + buffer[at + 10]
    fix.has_place = good == 1 and quality in (2, 3, 4)
    (fix.lon, fix.lat) = unpack_from("<ii", buffer, at + 24)
    fix.accuracy = (unpack_from("<I", buffer, at + 40)[0] + 5) // 10
    fix.speed = unpack_from("<i", buffer, at + 60)[0]
