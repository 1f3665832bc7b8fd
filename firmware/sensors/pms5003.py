"""PMS5003, particulate matter by laser (Plantower, data manual 2016, version 2.3).

    42 4d  00 1c  thirteen words, big-endian  checksum
    words 4, 5, 6: PM1, PM2.5, PM10 in ug/m3 "under atmospheric environment"
    checksum: the sum of the 30 bytes before it

It sends by itself, every 0.2 to 2.3 s. "Stable data should be got at least 30 seconds after the
sensor wakeup from the sleep mode."
"""

from micropython import const

from firmware.sensors import Sensor
from firmware.sensors.frames import Frames
from lokaalmeten.wire import BIT_PM_ERROR

_SIZE = const(32)
_WARM_UP_MS = const(30_000)
_SILENT_MS = const(10_000)
_POLL_MS = const(200)
_STUCK = const(600)
PLACES = {"pm1": 10, "pm25": 12, "pm10": 14}


def is_whole(frame):
    """Tell whether length and checksum are right."""
    if frame[1] != 0x4D or frame[2] != 0 or frame[3] != _SIZE - 4:
        return False
    total = 0
    for index in range(_SIZE - 2):
        total += frame[index]
    return total == frame[_SIZE - 2] << 8 | frame[_SIZE - 1]


class Pms5003(Sensor):
    """Listens."""

    fault = BIT_PM_ERROR

    def __init__(self, uart, time, keys):
        """``uart`` at 9600 baud."""
        super().__init__("PMS5003", keys, time)
        self._uart = uart
        self._frames = Frames(uart, _SIZE, 0x42)
        self._before = bytearray(_SIZE)
        self._heard = 0
        self._begun = None
        self._warm = False

    def measure(self):
        """Take frames as they come; say so when none comes."""
        self._frames.forget()
        self._uart.write(b"\x42\x4d\xe4\x00\x01\x01\x74")  # wake up
        self._begun, self._warm, self._heard = None, False, self._time.ticks_ms()
        while True:
            yield _POLL_MS
            while self._frames.next(is_whole):
                self.read()
            if self._time.ticks_diff(self._time.ticks_ms(), self._heard) > _SILENT_MS:
                raise OSError("no frame for %d s" % (_SILENT_MS // 1000))

    def read(self):
        """Read the frame that was cut out."""
        self._heard = now = self._time.ticks_ms()
        frame = self._frames.frame
        self.stands_still(frame == self._before, _STUCK)
        for index in range(_SIZE):
            self._before[index] = frame[index]
        for index in range(len(self.keys)):
            key = self.keys[index]
            place = PLACES[key]
            self.counts[index] = 100 * (frame[place] << 8 | frame[place + 1])
        if self._begun is None:
            self._begun = now
        self._warm = self._warm or self._time.ticks_diff(now, self._begun) >= _WARM_UP_MS
        if self._warm:
            self.well()
        else:
            self.warming()

    def stop(self):
        """Fan and laser off."""
        self._uart.write(b"\x42\x4d\xe4\x00\x00\x01\x73")


def make(part):
    """Driver of a board's part."""
    return Pms5003(part.bus, part.around.time, part.keys)
