"""Sentences of any receiver (NMEA 0183, as u-blox writes them: UBX-21035062, chapter 2).

    $GNRMC,hhmmss.ss,A,ddmm.mmmmm,N,dddmm.mmmmm,E,knots,course,ddmmyy,...*hh
    $GNGGA,hhmmss.ss,ddmm.mmmmm,N,dddmm.mmmmm,E,quality,satellites,HDOP,...*hh

``hh`` is the exclusive or of all bytes between $ and *. RMC alone has the date. NMEA gives no
accuracy but a dilution of precision: it is taken times three metres, what a receiver in the
open makes of it.
"""

from micropython import const

_ERROR_CM = const(300)  # of a range to a satellite
_METRES_OF_A_MILE = const(1852)  # a knot is one of them an hour


def is_whole(line, length):
    """Tell whether ``$...*hh`` has the right checksum."""
    if length < 9 or line[length - 3] != 0x2A:
        return False
    found = 0
    for index in range(1, length - 3):
        found ^= line[index]
    return _hex(line[length - 2]) << 4 | _hex(line[length - 1]) == found


def is_kind(line, kind):
    """Tell whether a sentence is of a kind such as ``b"RMC"``, whichever system it is of."""
    return line[3] == kind[0] and line[4] == kind[1] and line[5] == kind[2]


def read_rmc(line, length, fix):
    """Put what a sentence says into ``fix`` (`Fix` of gnss); ValueError when it makes no sense."""
    fields = bytes(memoryview(line)[:length]).split(b",")
    fix.has_place = fields[2] == b"A"
    fix.has_date = fix.has_place and len(fields[9]) == 6
    if fix.has_place:
        fix.lat = to_place(fields[3], 2, fields[4] == b"S")
        fix.lon = to_place(fields[5], 3, fields[6] == b"W")
        fix.speed = to_speed(fields[7])
    if fix.has_date:
        time = int(fields[1][:6])
        fix.second_of_day = 3600 * (time // 10_000) + 60 * (time // 100 % 100) + time % 100
        fix.day, fix.month = int(fields[9][:2]), int(fields[9][2:4])
        fix.year = 2000 + int(fields[9][4:])


def read_gga(line, length, fix):
    """Put the accuracy into ``fix``."""
    fields = bytes(memoryview(line)[:length]).split(b",")
    whole, _, part = fields[8].partition(b".")
    fix.accuracy = (
        (int(whole) * 100 + int((part + b"00")[:2])) * _ERROR_CM // 100 if whole else None
    )


def to_place(text, digits, negative):
    """Place in 1e-7 degree from degrees of so many ``digits``, minutes and their decimals."""
    degrees = int(text[:digits])
    whole, _, part = text[digits:].partition(b".")
    minutes = int(whole) * 10_000_000 + int((part + b"0000000")[:7])
    if minutes >= 600_000_000 or degrees > 180:
        raise ValueError("no place: " + text.decode())
    found = degrees * 10_000_000 + (minutes + 30) // 60
    return -found if negative else found


def to_speed(knots):
    """Millimetres a second from knots with decimals, None when there are none."""
    whole, _, part = knots.partition(b".")
    if not whole:
        return None
    return (int(whole) * 1000 + int((part + b"000")[:3])) * _METRES_OF_A_MILE // 3600


def _hex(byte):
    if 0x30 <= byte <= 0x39:
        return byte - 0x30
    if 0x41 <= byte <= 0x46:
        return byte - 0x37
    return 256
