"""What a node on a cell may spend: levels of its battery, rails of its sensors, ways to sleep."""

from micropython import const

from firmware.pins import SWITCHES

FULL, LOW, EMPTY = 2, 1, 0
SUPPLY = "supply"
_RECOVERY_MV = const(
    100
)  # a cell that is relieved rises by as much: it must be charged, not only rested

_DEEPEST_PIN = const(
    21
)  # of the ESP32-S3: GPIO 0 to 21 wake it from deep sleep (datasheet, RTC IO)


class Supply:
    """FULL; LOW: it measures, but its radio stays off; EMPTY: it sleeps until it is charged.

    The level outlives a deep sleep, or a cell that recovers a little would be emptied for good.
    """

    def __init__(self, levels, store):
        """``levels`` are (warn, stop) in mV, of the board; None for one on mains power."""
        self._levels = levels
        self._store = store
        level = store.read(SUPPLY)
        self.level = level if levels and level in (LOW, EMPTY) else FULL

    def look(self, millivolt):
        """Take a reading, None when there is none, and return the level."""
        if self._levels is None or millivolt is None:
            return self.level
        level = judge(millivolt, self.level, *self._levels)
        if level != self.level:
            self.level = level
            self._store.write(SUPPLY, level)
        return level


def judge(millivolt, level, warn, stop):
    """Level of a cell that was at ``level``: down at once, up only when it has recovered."""
    if millivolt < stop or (level == EMPTY and millivolt < stop + _RECOVERY_MV):
        return EMPTY
    if millivolt < warn or (level != FULL and millivolt < warn + _RECOVERY_MV):
        return LOW
    return FULL


class Rails:
    """Sensors that measure only when they have to, and the power of those that have a switch."""

    def __init__(self, pins, machine, sensors, pmu=None):
        """``sensors`` that rest, ``pmu`` is an Axp2101 or None."""
        self._sensors = sensors
        self._pmu = pmu
        self._switches = [
            machine.Pin(pins[name], machine.Pin.OUT) for name in SWITCHES if name in pins
        ]
        self.on = None

    def switch(self, on):
        """Power first and then the sensors, or the other way round: they are told to stop."""
        if on == self.on:
            return
        self.on = on
        if not on:
            for sensor in self._sensors:
                sensor.rest()
        for switch in self._switches:
            switch.value(1 if on else 0)
        if self._pmu is not None:
            self._pmu.switch_receiver(on)
        if on:
            for sensor in self._sensors:
                sensor.wake()


class Sleep:
    """Ways to sleep of a board."""

    def __init__(self, machine, wake_on_ext0, pins):
        """``wake_on_ext0(pin, level)`` is of module esp32, 1 for a pin that goes high."""
        self._machine = machine
        self._wake_on_ext0 = wake_on_ext0
        self._motion = pins.get("motion")

    @property
    def is_deep(self):
        """Tell whether movement wakes the board from deep sleep."""
        return self._motion is not None and self._motion <= _DEEPEST_PIN

    def ended_by_movement(self):
        """Tell whether this start is the end of a deep sleep, and movement the reason."""
        return self._machine.wake_reason() == self._machine.PIN_WAKE

    def deep(self, seconds, by_movement):
        """Sleep and start anew, after so many seconds, or None, or when it moves."""
        pin = self._machine.Pin(self._motion, self._machine.Pin.IN) if by_movement else None
        self._wake_on_ext0(pin, 1)
        if seconds is None:
            self._machine.deepsleep()
        else:
            self._machine.deepsleep(1000 * seconds)

    def light(self, milliseconds):
        """Sleep and go on; the radio is off, the chip's ticks go on."""
        self._machine.lightsleep(milliseconds)
