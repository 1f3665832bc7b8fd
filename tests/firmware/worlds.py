"""What happens to a unit on a cell in a day; runs under MicroPython and CPython.

A bike, from seven in the morning: to work at eight, back at five, and out once more at nine with
a cell that runs flat on the way; at half past eleven it is charged. Home has a network and a zone,
work has a network too, the way between has none. Ways are straight, so that a place tells the
second.
"""

START = 1_795_417_200  # 2026-11-23T07:00:00Z
HOME = (520_907_374, 51_214_201)
METRES_S = 5
LON_M = 146  # steps of 1e-7 degree in a metre to the east, there
RADIUS_M = 300
ZONES = ((HOME[0], HOME[1], RADIUS_M),)
TRIMS = False
BOX_S = 300
FIX_S = 25  # from power-on to the first fix, of a receiver that starts cold
HOUR = 3600

# (begin, end, from, to) in seconds of the day's START and metres east of home
RIDES = (
    (HOUR, HOUR + 1200, 0, 6000),
    (10 * HOUR, 10 * HOUR + 1200, 6000, 0),
    (14 * HOUR, 14 * HOUR + 1200, 0, 6000),
)
FLAT = 14 * HOUR + 600  # the cell drops below what the unit stops at
CHARGED = 16 * HOUR + 1800
FULL_MV, FLAT_MV = 3950, 3480


class World:
    """Moves the devices of a unit."""

    def __init__(self, kind, hours):
        self.is_box = kind == "box"
        self.end = START + hours * HOUR
        self._powered = {}

    def ride(self, now):
        """The ride that is on, or None."""
        for ride in RIDES:
            if ride[0] <= now - START < ride[1]:
                return ride
        return None

    def metres(self, now):
        """Metres east of home."""
        second, found = now - START, 0
        for begin, end, here, there in RIDES:
            if second >= end:
                found = there
            elif second >= begin:
                found = here + (there - here) * (second - begin) // (end - begin)
        return found

    def place(self, now):
        return HOME[0], HOME[1] + LON_M * self.metres(now)

    def has_network(self, now):
        return self.is_box or self.metres(now) in (0, 6000)

    def next_movement(self, now):
        if self.ride(now):
            return now
        return min([START + ride[0] for ride in RIDES if START + ride[0] > now] + [self.end])

    def millivolt(self, now):
        return FLAT_MV if FLAT <= now - START < CHARGED else FULL_MV

    def touch(self, module, devices, board, now):
        """Have the devices of a unit be where they are now."""
        if self.is_box:
            return
        if "AXP2101" in devices:
            chip = devices["AXP2101"]
            chip.millivolt = self.millivolt(now)
            self._power("GNSS", devices, chip.values[0x90] & 8, now)
        else:
            board.microvolts[module.PINS["battery"]] = self.millivolt(now) * 500
            self._power("SPS30", devices, board.levels.get(module.PINS["pm_power"], 0), now)
            self._power("GNSS", devices, board.levels.get(module.PINS["gnss_power"], 0), now)
        self._move(devices, now)

    def _power(self, name, devices, on, now):
        device = devices[name]
        if bool(on) == device.absent:
            if on:
                device.plug_in()
                self._powered[name] = now
            else:
                device.unplug()

    def _move(self, devices, now):
        receiver = devices["GNSS"]
        receiver.lat, receiver.lon = self.place(now)
        receiver.speed_mm_s = 1000 * METRES_S if self.ride(now) else 0
        receiver.has_fix = now - self._powered.get("GNSS", START) >= FIX_S
        receiver.has_date = receiver.has_fix
        motion = devices.get("LIS3DH") or devices.get("QMI8658")
        motion.milli_g[0] = -motion.milli_g[0] or 150 if self.ride(now) else 0
