"""SGP41, raw signals of VOC and NOx (Sensirion, datasheet version 1, March 2022).

    26 12 80 00 a2 66 66 93        condition the NOx pixel for 10 s, not longer; answers one word
    26 19 hh hh cc tt tt cc        humidity and temperature in; 50 ms later VOC and NOx, two words

    h = RH / 100 % * 65535      t = (T + 45 C) / 175 C * 65535

The index of VOC or NOx needs hours of one-second values and a memory; a unit on a bike is switched
off long before. So the ticks go out as they are.
"""

from micropython import const

from firmware.sensors import Sensor
from firmware.sensors.sensirion import Words, put_word

_ADDRESS = const(0x59)
_CONDITIONING_S = const(10)
_STUCK = const(300)
_HALF = const(0x8000)  # 50 %, what the sensor takes for granted, section 3.2
_ROOM = const(0x6666)  # 25 C


def humidity_ticks(hundredths):
    """Ticks of a relative humidity in 0.01 %."""
    return (min(max(hundredths, 0), 10_000) * 13_107 + 1000) // 2000  # 65535 / 10000, rounded


def temperature_ticks(hundredths):
    """Ticks of a temperature in 0.01 C."""
    return (min(max(hundredths + 4500, 0), 17_500) * 13_107 + 1750) // 3500  # 65535 / 17500


class Sgp41(Sensor):
    """Measures every second."""

    climate = None  # a sensor with temperature and humidity, for compensation

    def __init__(self, bus, time, keys):
        """``keys`` of voc_raw and nox_raw."""
        super().__init__("SGP41", keys, time)
        self._bus = bus
        self._one = Words(bus, _ADDRESS, 1)
        self._two = Words(bus, _ADDRESS, 2)
        self._command = bytearray(b"\x26\x12\0\0\0\0\0\0")

    def measure(self):
        """Condition ten seconds, then read every second."""
        for _ in range(_CONDITIONING_S):
            self._send(0x12, _HALF, _ROOM)
            yield 50
            self._one.receive()
            self.warming()
            yield 950
        while True:
            self._send(0x19, *self._surroundings())
            yield 50
            self.read_or_skip()
            yield 950

    def read(self):
        """Read both signals."""
        self._two.receive()
        self.stands_still(self._two.same, _STUCK)
        for index in range(len(self.keys)):
            key = self.keys[index]
            self.counts[index] = self._two.word(0 if key == "voc_raw" else 1)
        self.well()

    def stop(self):
        """Heater off."""
        self._bus.writeto(_ADDRESS, b"\x36\x15")

    def _send(self, command, humidity, temperature):
        self._command[1] = command
        put_word(self._command, 2, humidity)
        put_word(self._command, 5, temperature)
        self._bus.writeto(_ADDRESS, self._command)

    def _surroundings(self):
        climate = self.climate
        if climate is None or not climate.fresh(self._time.ticks_ms()):
            return _HALF, _ROOM
        humidity = climate.counts[climate.keys.index("humidity")]
        temperature = climate.counts[climate.keys.index("temperature")]
        if humidity is None or temperature is None:
            return _HALF, _ROOM
        return humidity_ticks(humidity), temperature_ticks(temperature)


def make(part):
    """Driver of a board's part."""
    return Sgp41(part.bus, part.around.time, part.keys)
