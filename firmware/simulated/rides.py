"""A bike that is ridden now and then: where it is at a second, and what its devices notice.

Every forty minutes it is ridden for a quarter of an hour, in a circle from home and back. The way
depends on the time alone: a node that starts anew finds itself where it would be.
"""

import math

PERIOD_S, RIDE_S = 2400, 900
HOME = (520_907_374, 51_214_201)  # 1e-7 degree
RADIUS_M = 700  # of the circle: five metres a second
NORTH, EAST = 90, 146  # steps of 1e-7 degree in a metre, there
SPEED_MM_S = 2000 * math.pi * RADIUS_M / RIDE_S
SHAKES_MG = 150
FIX_S = 25  # from power-on to the first fix, of a receiver that starts cold
SWITCHES = {"gnss_power": "MAX-M10S", "pm_power": "SPS30"}  # pin that is high: device with power
RECEIVER_RAIL = 0x08  # of the AXP2101, see firmware/sensors/axp2101.py


def is_ridden(unix):
    """Tell whether it is ridden at that second."""
    return unix % PERIOD_S < RIDE_S


def next_ride(unix):
    """Second at which it is ridden next, or now."""
    return unix if is_ridden(unix) else (unix // PERIOD_S + 1) * PERIOD_S


def place(unix):
    """(latitude, longitude) at that second, in 1e-7 degree."""
    angle = 2 * math.pi * (unix % PERIOD_S) / RIDE_S if is_ridden(unix) else 0
    north, east = RADIUS_M * math.sin(angle), RADIUS_M * (1 - math.cos(angle))
    return HOME[0] + round(NORTH * north), HOME[1] + round(EAST * east)


class Bike:
    """Devices of a bike, by their names, moved along; what has no power says nothing."""

    def __init__(self, devices, levels, pins):
        """``levels`` of the board's pins by number, which ``pins`` gives by name."""
        self._devices = devices
        self._levels = levels
        self._pins = pins
        self._powered = None  # second at which the receiver got power

    def look(self, unix):
        """Have the devices be where they are at that second."""
        for switch, name in SWITCHES.items():
            if switch in self._pins:
                self._power(name, self._levels.get(self._pins[switch], 0), unix)
        if "AXP2101" in self._devices:
            rails = self._devices["AXP2101"].values[0x90]
            self._power("MAX-M10S", rails & RECEIVER_RAIL, unix)
        self._move(unix)

    def _power(self, name, on, unix):
        device = self._devices[name]
        if bool(on) == device.absent:
            if on:
                device.plug_in()
            else:
                device.unplug()
        if name == "MAX-M10S":
            self._powered = (self._powered or unix) if on else None

    def _move(self, unix):
        ridden = is_ridden(unix)
        receiver = self._devices["MAX-M10S"]
        receiver.lat, receiver.lon = place(unix)
        receiver.speed_mm_s = round(SPEED_MM_S) if ridden else 0
        has_fix = self._powered is not None and unix - self._powered >= FIX_S
        receiver.has_fix = receiver.has_date = has_fix
        motion = self._devices.get("LIS3DH") or self._devices["QMI8658"]
        motion.milli_g[0] = (-motion.milli_g[0] or SHAKES_MG) if ridden else 0
