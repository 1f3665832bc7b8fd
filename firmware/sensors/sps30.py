"""SPS30, particulate matter by laser (Sensirion, datasheet version 1.0, March 2020).

    11 03  wake up, sent twice: the first only wakes the interface and is not answered
    00 10  start, with 03 00 for values as IEEE 754
    02 02  is there a new value?  one word, 0 or 1; once a second
    03 00  ten values of two words: mass PM1, PM2.5, PM4, PM10 in ug/m3, five numbers, size
    d2 06  device status, two words: bit 21 fan speed, bit 5 laser, bit 4 fan
    56 07  clean the fan: ten seconds at full speed
    01 04  stop;  10 01  sleep

A reading of the first half minute is thrown away: the datasheet gives 8 to 30 s of start-up by
concentration. The sensor cleans itself after a week of measuring but forgets its count when the
power goes, so that a unit on a bike would never be cleaned: the week is kept here.
"""

from micropython import const

from firmware.sensors import Sensor
from firmware.sensors.sensirion import Words, put_word
from lokaalmeten.wire import BIT_PM_ERROR

_ADDRESS = const(0x69)
_WARM_UP_S = const(30)
_SILENT_S = const(5)  # it has a value every second
_CLEANING_MS = const(12_000)
WEEK_S = 7 * 86_400
_CHECK_S = const(30)  # how often the device is asked for its own status, at first before it counts
_STUCK = const(300)  # readings that are the same in all ten values
COLUMNS = {"pm1": 0, "pm25": 1, "pm4": 2, "pm10": 3}
CLEANED = "sps30_cleaned"


def to_hundredths(high, low):
    """Hundredths of an IEEE 754 number of two words, rounded, without a float.

    Twenty of its 24 bits are used, so that times 100 it is still a small integer on the chip.
    """
    exponent = high >> 7 & 0xFF
    if high & 0x8000 or exponent > 127 + 16:
        raise ValueError("no concentration: %04x%04x" % (high, low))
    if exponent < 127 - 10:
        return 0
    hundredths = ((high & 0x7F | 0x80) << 12 | low >> 4) * 100
    right = 127 + 19 - exponent
    return (hundredths + (1 << right >> 1)) >> right


class Sps30(Sensor):
    """Measures all the time; cleans its fan once a week, but not during a ride."""

    fault = BIT_PM_ERROR

    riding = None  # a function that tells whether the unit is on its way

    def __init__(self, bus, time, keys, store, unix):
        """``store`` keeps one number over power-off; ``unix()`` gives seconds or None."""
        super().__init__("SPS30", keys, time)
        self._bus = bus
        self._store = store
        self._unix = unix
        self._warm = False
        self._silent = 0
        self._columns = [COLUMNS[key] for key in keys]
        self._answer = Words(bus, _ADDRESS, 20)
        self._ready = Words(bus, _ADDRESS, 1)
        self._status = Words(bus, _ADDRESS, 2)
        self._start = bytearray(b"\x00\x10\x00\x00\x00")
        put_word(self._start, 2, 0x0300)

    def measure(self):
        """Wake, start, throw half a minute away, then read every second."""
        self._suggest(b"\x11\x03")
        yield 5
        self._bus.writeto(_ADDRESS, b"\x11\x03")
        yield 5
        self._suggest(b"\x01\x04")  # a measuring device refuses to be started
        yield 20
        self._bus.writeto(_ADDRESS, self._start)
        yield 20
        seconds, self._silent = 0, 0
        while True:
            yield 1000
            seconds += 1
            self._warm = seconds >= _WARM_UP_S
            if seconds % _CHECK_S == 0:
                self._check()
            self.read_or_skip()
            if self._warm and self._is_due():
                self._bus.writeto(_ADDRESS, b"\x56\x07")
                self._store.write(CLEANED, self._unix())
                self.warming()
                yield _CLEANING_MS

    def read(self):
        """Read the masses, if there are new ones."""
        self._bus.writeto(_ADDRESS, b"\x02\x02")
        self._ready.receive()
        self._silent = 0 if self._ready.word(0) & 1 else self._silent + 1
        if self._silent > _SILENT_S:
            raise ValueError("no value for %d s" % self._silent)
        if self._silent:
            return
        self._bus.writeto(_ADDRESS, b"\x03\x00")
        answer = self._answer
        answer.receive()
        self.stands_still(answer.same, _STUCK)
        for index in range(len(self._columns)):
            first = 2 * self._columns[index]
            self.counts[index] = to_hundredths(answer.word(first), answer.word(first + 1))
        if self._warm:
            self.well()
        else:
            self.warming()

    def stop(self):
        """Fan and laser off."""
        self._bus.writeto(_ADDRESS, b"\x01\x04")
        self._time.sleep_ms(20)
        self._bus.writeto(_ADDRESS, b"\x10\x01")

    def _suggest(self, command):
        try:
            self._bus.writeto(_ADDRESS, command)
        except OSError:
            pass  # it is asleep, or does not measure; when it is absent the next command says so

    def _check(self):
        try:
            self._bus.writeto(_ADDRESS, b"\xd2\x06")
            self._status.receive()
        except (OSError, ValueError) as error:
            self._note(error)  # the reading that follows finds out whether it is serious
            return
        high, low = self._status.word(0), self._status.word(1)
        if high & 0x20 or low & 0x30:
            raise OSError("fan or laser: status %04x%04x" % (high, low))

    def _is_due(self):
        now = self._unix()
        if now is None or (self.riding is not None and self.riding()):
            return False
        cleaned = self._store.read(CLEANED)
        return cleaned is None or now - cleaned >= WEEK_S or now < cleaned


def make(part):
    """Driver of a board's part."""
    around = part.around
    return Sps30(part.bus, around.time, part.keys, around.store, around.unix)
