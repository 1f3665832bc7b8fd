"""A GNSS receiver of u-blox: NMEA until it is asked for UBX NAV-PVT."""

import struct

from firmware.simulated.devices import Device

MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def civil(unix):
    """Year, month, day, hour, minute, second; day by day, so that no formula can be wrong."""
    days, rest = divmod(unix, 86_400)
    year = 1970
    while days >= 365 + is_leap(year):
        days -= 365 + is_leap(year)
        year += 1
    month = 0
    while days >= MONTHS[month] + (month == 1 and is_leap(year)):
        days -= MONTHS[month] + (month == 1 and is_leap(year))
        month += 1
    return year, month + 1, days + 1, rest // 3600, rest // 60 % 60, rest % 60


def is_leap(year):
    """Tell whether a year of the Gregorian calendar has 366 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def fletcher(data):
    """Checksum of UBX."""
    a = b = 0
    for byte in data:
        a = (a + byte) & 0xFF
        b = (b + a) & 0xFF
    return bytes([a, b])


def sentence(text):
    """A sentence of NMEA with its checksum."""
    found = 0
    for byte in text.encode():
        found ^= byte
    return f"${text}*{found:02X}\r\n".encode()


def minutes(place, digits):
    """Degrees and minutes with five decimals of a place in 1e-7 degree."""
    hundred_thousandths = (abs(place) * 60 + 50) // 100
    degrees, rest = divmod(hundred_thousandths, 6_000_000)
    whole = ("%02d" if digits == 2 else "%03d") % degrees
    return whole + "%02d.%05d" % (rest // 100_000, rest % 100_000)


class Receiver(Device):
    """Says where it is once a second; ``unix`` is what it takes for the time at power-on."""

    def __init__(self, unix, lat=520_907_374, lon=51_214_201, speaks_ubx=True):
        """``lat`` and ``lon`` in 1e-7 degree; one that does not speak UBX ignores it."""
        super().__init__()
        self.unix, self.lat, self.lon = unix, lat, lon
        self.accuracy_mm = 1850
        self.speed_mm_s = 0
        self.has_fix = self.has_date = True
        self.speaks_ubx = speaks_ubx
        self.power_on()

    def power_on(self):
        """NMEA, as after power-on."""
        self.ubx = False
        self._said_s = None
        self._last = b""

    def hear(self, data):
        """Obey CFG-VALSET for NAV-PVT."""
        good = data[:4] == b"\xb5\x62\x06\x8a" and fletcher(data[2:-2]) == data[-2:]
        if good and self.speaks_ubx and struct.pack("<IB", 0x20910007, 1) in data:
            self.ubx = True

    def say(self):
        """What it has said since it was asked last."""
        now = self.time.ms // 1000
        if self._said_s is None:
            self._said_s = now
        said = b""
        while self._said_s < now:
            self._said_s += 1
            if not self.frozen:
                self._last = self._fix(self.unix + self._said_s)
            last = self._last
            said += last[:-4] + bytes([last[-4] ^ 1]) + last[-3:] if self.corrupt else last
        return said

    def _fix(self, unix):
        return self._pvt(unix) if self.ubx else self._nmea(unix)

    def _pvt(self, unix):
        year, month, day, hour, minute, second = civil(unix)
        payload = struct.pack("<IHBBBBB", 0, year, month, day, hour, minute, second)
        payload += struct.pack("<BIi", 7 if self.has_date else 0, 20, 0)
        payload += bytes([3 if self.has_fix else 0, 1 if self.has_fix else 0, 0, 11])
        payload += struct.pack("<iiiiII", self.lon, self.lat, 0, 0, 0, 0)[:24]
        payload = payload[:40] + struct.pack("<I", self.accuracy_mm)
        payload += bytes(60 - len(payload)) + struct.pack("<i", self.speed_mm_s)
        payload += bytes(92 - len(payload))
        body = struct.pack("<HH", 0x0701, 92) + payload
        return b"\xb5\x62" + body + fletcher(body)

    def _nmea(self, unix):
        year, month, day, hour, minute, second = civil(unix)
        time = f"{hour:02d}{minute:02d}{second:02d}.00"
        date = f"{day:02d}{month:02d}{year % 100:02d}" if self.has_date else ""
        lat = f"{minutes(self.lat, 2)},{'S' if self.lat < 0 else 'N'}"
        lon = f"{minutes(self.lon, 3)},{'W' if self.lon < 0 else 'E'}"
        place = f"{lat},{lon}" if self.has_fix else ",,,"
        hdop = f"{self.accuracy_mm / 3000:.2f}"
        gga = f"GNGGA,{time},{place},{int(self.has_fix)},11,{hdop},1.0,M,46.0,M,,"
        status = "A" if self.has_fix else "V"
        knots = f"{self.speed_mm_s * 3600 / 1_852_000:.3f}"
        rmc = f"GNRMC,{time},{status},{place},{knots},,{date},,,A,V"
        return sentence(gga) + sentence("GPGSV,1,1,00,0") + sentence(rmc)
