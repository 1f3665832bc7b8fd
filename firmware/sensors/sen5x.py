"""SEN54 and SEN55, the box's all in one (Sensirion, datasheet version 2, September 2022).

    00 21  start measuring, fan on
    02 02  is there a new value?  one word, 0 or 1; once a second
    03 c4  eight words: PM1, PM2.5, PM4, PM10 in 0.1 ug/m3, humidity in 0.01 % (signed),
           temperature in 1/200 C (signed), VOC index, NOx index
    03 d2  four words: humidity, temperature, then VOC and NOx as raw ticks
    d2 06  device status, two words: bit 4 fan, 5 laser, 7 gas, 6 humidity, 21 fan speed
    01 04  stop

What it does not know is ff ff in an unsigned and 7f ff in a signed word. It keeps the week of its
own fan cleaning: a box is always on power.
"""

from micropython import const

from firmware.sensors import Sensor
from firmware.sensors.sensirion import Words
from lokaalmeten.wire import BIT_PM_ERROR

_ADDRESS = const(0x69)
_WARM_UP_S = const(30)  # "less than 30 s" above 200 particles/cm3, section 1.1
_SILENT_S = const(5)
_ANSWER_MS = const(20)  # until an answer can be read, section 6.1
_STUCK = const(300)
MASSES = ("pm1", "pm25", "pm4", "pm10")
GASES = ("voc_raw", "nox_raw")
_UNKNOWN = const(0xFFFF)
_UNKNOWN_SIGNED = const(0x7FFF)


class Sen5x(Sensor):
    """Measures all the time."""

    fault = BIT_PM_ERROR

    def __init__(self, bus, time, keys):
        """``keys`` of masses, temperature, humidity, voc_raw and nox_raw."""
        super().__init__("SEN5x", keys, time)
        self._bus = bus
        self._answer = Words(bus, _ADDRESS, 8)
        self._raw = Words(bus, _ADDRESS, 4)
        self._ready = Words(bus, _ADDRESS, 1)
        self._status = Words(bus, _ADDRESS, 2)
        self._warm = False
        self._silent = 0
        self._trouble = None
        self._questions = [(b"\x02\x02", self._ready), (b"\xd2\x06", self._status)]
        self._questions.append((b"\x03\xc4", self._answer))
        if any(key in GASES for key in keys):
            self._questions.append((b"\x03\xd2", self._raw))

    def measure(self):
        """Start, throw half a minute away, then read every second."""
        self._bus.writeto(_ADDRESS, b"\x01\x04")
        yield 200
        self._bus.writeto(_ADDRESS, b"\x00\x21")
        yield 50
        seconds, self._silent = 0, 0
        while True:
            yield 1000
            seconds += 1
            self._warm = seconds >= _WARM_UP_S
            self._trouble = None
            for command, answer in self._questions:
                self._try_to(self._ask, command)
                yield _ANSWER_MS
                self._try_to(self._hear, answer)
                if answer is self._ready and not self._has_value():
                    break
            self.read_or_skip()

    def read(self):
        """Use what was answered, if there were new values."""
        if self._trouble is not None:
            raise self._trouble
        self._silent = 0 if self._has_value() else self._silent + 1
        if self._silent > _SILENT_S:
            raise ValueError("no value for %d s" % self._silent)
        if self._silent:
            return
        self._check()
        self.stands_still(self._answer.same, _STUCK)
        for index in range(len(self.keys)):
            key = self.keys[index]
            self.counts[index] = self._count(key)
        if self._warm:
            self.well()
        else:
            self.warming()

    def stop(self):
        """Fan and laser off."""
        self._bus.writeto(_ADDRESS, b"\x01\x04")

    def _try_to(self, act, what):
        """Do a part of a reading; `read` tells of the first that failed."""
        try:
            act(what)
        except (OSError, ValueError) as error:
            self._trouble = self._trouble or error

    def _ask(self, command):
        self._bus.writeto(_ADDRESS, command)

    def _hear(self, answer):
        answer.receive()

    def _has_value(self):
        return self._ready.word(0) & 1

    def _count(self, key):
        """Steps of lokaalmeten.quantities."""
        if key in MASSES:
            word = self._answer.word(MASSES.index(key))
            return None if word == _UNKNOWN else 10 * word
        if key in GASES:
            word = self._raw.word(2 + GASES.index(key))
            return None if word == _UNKNOWN else word
        if key == "humidity":
            word = self._answer.signed(4)
            return None if word == _UNKNOWN_SIGNED else word
        word = self._answer.signed(5)  # 1/200 C
        return None if word == _UNKNOWN_SIGNED else (word + 1) >> 1

    def _check(self):
        """Refuse values while the device says that a part of it fails."""
        high, low = self._status.word(0), self._status.word(1)
        if high & 0x20 or low & 0x30:
            raise OSError("fan or laser: status %04x%04x" % (high, low))


def make(part):
    """Driver of a board's part."""
    return Sen5x(part.bus, part.around.time, part.keys)
