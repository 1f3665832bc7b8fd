"""Place and time from a receiver: UBX NAV-PVT where it speaks that, NMEA from any other.

A receiver that has just been switched on may tell the date of its own clock, or one from 1024
weeks ago. So a time is passed on only when the receiver calls it valid, when it is not before
this software was made, and when two fixes lie as far apart as the chip's own ticks.
"""

from micropython import const

from firmware.clock import EARLIEST
from firmware.loading import forget
from firmware.sensors import WARMING, WELL, Sensor
from firmware.sensors.ubx import (
    HEAD_BYTES,
    NAV_PVT,
    PVT_BYTES,
    checksum,
    make_setting,
    read_pvt,
)
from lokaalmeten.wire import BIT_NO_FIX

KEYS = ("lat", "lon", "accuracy")
_POLL_MS = const(100)
_SILENT_MS = const(5000)
_AGREE_MS = const(500)
_STUCK = const(10)  # fixes with the same time
_ASK_EVERY = const(10)  # sentences: one that was just given power does not listen yet
LONGEST = HEAD_BYTES + PVT_BYTES + 2
_DOLLAR = const(0x24)
_LINE_FEED = const(0x0A)
_SYNC_1 = const(0xB5)
_SYNC_2 = const(0x62)


class Fix:
    """What one message says; made once."""

    has_place = has_date = False
    lat = lon = accuracy = speed = None
    year = month = day = second_of_day = 0

    def unix(self):
        """Unix seconds, or None when the date cannot be one."""
        if not (1 <= self.month <= 12 and 1 <= self.day <= 31 and self.second_of_day <= 86_400):
            return None
        return 86_400 * days_since_1970(self.year, self.month, self.day) + self.second_of_day


def days_since_1970(year, month, day):
    """Days of the Gregorian calendar; the year is taken to begin in March, the leap day ends it."""
    if month <= 2:
        year, month = year - 1, month + 12
    leaps = year // 4 - year // 100 + year // 400
    return 365 * year + leaps + (153 * (month - 3) + 2) // 5 + day - 719_469


class Gnss(Sensor):
    """Place of the latest fix; time to ``on_time(unix, ticks)``."""

    fresh_ms = 3000

    def __init__(self, uart, time, on_time, earliest=EARLIEST):
        """``earliest`` is a time that this software cannot have seen."""
        super().__init__("GNSS", KEYS, time)
        self._uart = uart
        self._on_time = on_time
        self._earliest = earliest
        self._fix = Fix()
        self._chunk = bytearray(64)
        self._message = bytearray(LONGEST)
        self._length = 0
        self._heard = 0
        self._setting = make_setting()
        self._sentences = 0
        self._spoke = False  # in sentences
        self._before = None  # time of the fix before
        self._before_ticks = 0

    def bits(self):
        """No position, whatever the reason."""
        return 0 if self.state == WELL else BIT_NO_FIX

    def speed(self):
        """Millimetres a second over ground, None when it does not know."""
        return self._fix.speed if self.fresh(self._time.ticks_ms()) else None

    def measure(self):
        """Ask for NAV-PVT, then take what comes; say so when nothing comes."""
        while self._uart.any():
            self._uart.readinto(self._chunk)  # where it was during the back-off is of no use
        self._length = 0
        self._uart.write(self._setting)
        self._heard = self._time.ticks_ms()
        while True:
            yield _POLL_MS
            while self._uart.any():
                count = self._uart.readinto(self._chunk) or 0
                for index in range(count):
                    self._take(self._chunk[index])
            if self._time.ticks_diff(self._time.ticks_ms(), self._heard) > _SILENT_MS:
                raise OSError("no word for %d s" % (_SILENT_MS // 1000))

    def _take(self, byte):
        """Append a byte to the message that is coming in, or begin one."""
        message = self._message
        if self._length == LONGEST:
            self._length = 0  # longer than anything that is read here
        if self._length == 0 and byte not in (_DOLLAR, _SYNC_1):
            return
        message[self._length] = byte
        self._length += 1
        if message[0] == _DOLLAR:
            if byte == _LINE_FEED:
                self._end(self._take_sentence)
            elif byte == _DOLLAR and self._length > 1:
                self._length = 1
        elif self._length == 2 and byte != _SYNC_2:
            self._length = 0
        elif self._length > HEAD_BYTES and self._length == HEAD_BYTES + message[4] + 2:
            self._end(self._take_ubx)

    def _end(self, take):
        length, self._length = self._length, 0
        try:
            take(length)
            self._heard = self._time.ticks_ms()
        except (ValueError, IndexError) as error:
            self._note(error)

    def _take_sentence(self, length):
        from firmware.sensors.nmea import is_kind, is_whole, read_gga, read_rmc

        self._spoke = True
        line = self._message
        while length and line[length - 1] in b"\r\n":
            length -= 1
        if not is_whole(line, length):
            raise ValueError("checksum of a sentence")
        if is_kind(line, b"GGA"):
            read_gga(line, length, self._fix)
        elif is_kind(line, b"RMC"):
            read_rmc(line, length, self._fix)
            self._sentences += 1
            if self._sentences % _ASK_EVERY == 0:
                self._uart.write(self._setting)
            self._use()

    def _take_ubx(self, length):
        message = self._message
        end = length - 2
        if checksum(message, 2, end) != message[end] | message[end + 1] << 8:
            raise ValueError("checksum of a message")
        if message[2] | message[3] << 8 == NAV_PVT and message[4] == PVT_BYTES:
            if self._spoke:  # from now on there are none, until it loses power
                self._spoke = False
                forget("firmware.sensors.nmea")
            read_pvt(message, self._fix)
            self._use()

    def _use(self):
        """Take place and time of a fix."""
        fix = self._fix
        unix = fix.unix() if fix.has_date else None
        if unix is not None:
            self.stands_still(unix == self._before, _STUCK)
            self._offer(unix)
        if fix.has_place:
            self.counts[0], self.counts[1], self.counts[2] = fix.lat, fix.lon, fix.accuracy
            self.well()
        else:
            self.state = WARMING

    def _offer(self, unix):
        """Pass a time on when it agrees with the one before."""
        ticks = self._time.ticks_ms()
        before, self._before = self._before, unix
        apart_ms = self._time.ticks_diff(ticks, self._before_ticks)
        self._before_ticks = ticks
        if unix < self._earliest or before is None or not 0 < unix - before < 60:
            return
        if abs(1000 * (unix - before) - apart_ms) <= _AGREE_MS:
            self._on_time(unix, ticks)


def make(part):
    """Driver of a board's part."""
    return Gnss(part.bus, part.around.time, part.around.on_time)
