"""What of a ride is never stored: zones that the owner drew, and both ends of a ride.

It is decided before a sample is put into a page, so that nothing of it reaches the flash. Inside
a zone no sample is kept at all: one without its place would still tell when somebody comes home
and leaves, and a moving sample without a place is of no use to the server (docs/rides.md). For
the same reason a sample without a place is not kept while there is a zone: nobody knows on which
side of the edge it was taken.

    the zone that was drawn      r metres about the owner's place
    the zone that is used        1.51 r metres about a place up to r/2 away from it

The second one covers the first, also by integers that are not exact to the metre. Its centre is
moved by a secret that is drawn once and never leaves the device, so that the middle of the hole in
a map is not the door.
"""

import hashlib
from array import array

from micropython import const

from lokaalmeten.wire import FLAG_TICKS, MISSING

SECRET = "zone_secret"  # noqa: S105 - its name in the store
_SECRET_BYTES = const(16)
STEPS = 512  # of a radius: squares of distances stay small integers of the chip, 31 bits
ONE = 1 << 32
_RADIAN = const(572_957_795)  # in 1e-7 degree
# the ellipsoid WGS 84: a degree of latitude has 110,573 m at the equator and 1120 sin(lat)**2 more,
# one of longitude 111,319 m at the equator, and is longer by sin(lat)**2 / 299 than on a ball
NORTH_CM, NORTH_MORE_CM = 11_057_313, 111_964
EAST_CM, FLATTENED = 11_131_949, 299

SHORTEST_M, LONGEST_M = 200, 600  # of an end that is cut off, drawn anew for every ride
_HELD = const(300)  # samples that may turn out to be the end of a ride


class Reach:
    """So many metres about a place, as steps of 1e-7 degree, to half a percent."""

    def __init__(self, metres, lat):
        """``lat`` in 1e-7 degree."""
        sine = sine_squared(lat)
        self.north = metres * 1_000_000_000 * ONE // (NORTH_CM * ONE + NORTH_MORE_CM * sine) + 1
        parallel = EAST_CM * cosine(lat) * (FLATTENED * ONE + sine)
        self.east = metres * 1_000_000_000 * FLATTENED * ONE * ONE // max(parallel, 1) + 1

    def covers(self, north, east):
        """Tell whether a place that lies so many steps away is within reach."""
        north, east = abs(north), abs(east)
        if north > self.north or east > self.east:
            return False
        north = north * STEPS // self.north
        east = east * STEPS // self.east
        return north * north + east * east <= STEPS * STEPS


class Zone:
    """A place and the reach about it."""

    def __init__(self, lat, lon, metres):
        """In 1e-7 degree and metres."""
        self.lat, self.lon = lat, lon
        self.reach = Reach(metres, lat)

    def covers(self, lat, lon):
        """Tell whether a place lies inside."""
        return self.reach.covers(lat - self.lat, lon - self.lon)


class Trim:
    """Cuts off the ends of a ride: all within a length of where it begins, and of where it ends.

    Nobody knows where a ride ends until it has ended. So samples wait here until the bike is
    farther from them than the length, and those that still wait at the end are forgotten. Of
    more than _HELD that wait the oldest is forgotten: a long stop costs what lies before it.
    """

    def __init__(self, width, random):
        """``width`` is the number of values in a row; ``random`` gives a number below a limit."""
        self._width = width
        self._random = random
        self._rows = array("i", bytes(4 * width * _HELD))
        self._times = array("I", bytes(4 * _HELD))
        self._row = array("i", bytes(4 * width))
        self.begin()

    def begin(self):
        """A ride begins, or has ended: what waits is forgotten."""
        self._first = self._count = 0
        self._start = self._end = None

    def take(self, now, flags, bits, row, put):
        """Let a sample wait that has a place, and pass on those that need not wait any longer."""
        if flags & FLAG_TICKS:
            return  # an anchor of its time may be kept before it is, which would be for nothing
        lat, lon = row[2], row[3]
        if self._start is None:
            self._start = Zone(lat, lon, self._draw())
            self._end = Reach(self._draw(), lat)
        if self._start.covers(lat, lon):
            return
        for index in range(self._width):
            self._row[index] = row[index]
        self._pass(lat, lon, row, put)
        self._hold(now, bits, self._row)

    def _pass(self, lat, lon, row, put):
        while self._count:
            at = self._first * self._width
            if self._end.covers(self._rows[at + 2] - lat, self._rows[at + 3] - lon):
                return
            for index in range(2, self._width):
                row[index] = self._rows[at + index]
            now = self._times[self._first]
            self._forget_first()
            put(now, 0, self._rows[at + 1])

    def _hold(self, now, bits, row):
        if self._count == _HELD:
            self._forget_first()
        place = (self._first + self._count) % _HELD
        for index in range(2, self._width):
            self._rows[place * self._width + index] = row[index]
        self._rows[place * self._width + 1] = bits
        self._times[place] = now
        self._count += 1

    def _forget_first(self):
        self._first = (self._first + 1) % _HELD
        self._count -= 1

    def _draw(self):
        return SHORTEST_M + self._random(LONGEST_M - SHORTEST_M + 1)


class Guard:
    """Stands between the sampler and its page."""

    def __init__(self, zones, trim=None):
        """``zones`` as `make_zones` gives them; ``trim`` is a Trim or None."""
        self._zones = zones
        self._trim = trim

    def take(self, now, flags, bits, row, put):
        """Pass a sample on to ``put(now, flags, bits)``, later or never; ``row`` is its own."""
        if self.hides(row[2], row[3]):
            return
        if self._trim is None:
            put(now, flags, bits)
        else:
            self._trim.take(now, flags, bits, row, put)

    def hides(self, lat, lon):
        """Tell whether nothing must be kept of this place."""
        if lat == MISSING["i"] or lon == MISSING["i"]:
            return True
        return is_in_any(self._zones, lat, lon)

    def begin(self):
        """A ride begins or ends."""
        if self._trim is not None:
            self._trim.begin()


def is_in_any(zones, lat, lon):
    """Tell whether one of the zones covers a place; a loop, because a generator is an object."""
    for zone in zones:  # noqa: SIM110
        if zone.covers(lat, lon):
            return True
    return False


def make_guard(zones, trims, width, store, urandom, random):
    """Guard of a bike, None when there is nothing to hide.

    ``zones`` are (latitude, longitude, radius) of the configuration, ``trims`` whether ends of
    rides are cut off.
    """
    if not zones and not trims:
        return None
    trim = Trim(width, random) if trims else None
    return Guard(make_zones(zones, read_secret(store, urandom)) if zones else (), trim)


def make_zones(zones, secret):
    """Zones that are used, for those that were drawn."""
    return [move(lat, lon, radius, secret) for lat, lon, radius in zones]


def move(lat, lon, radius, secret):
    """The zone that is used for one that was drawn."""
    drawn = "%d %d" % (lat, lon)
    digest = hashlib.sha256(secret.to_bytes(_SECRET_BYTES, "little") + drawn.encode()).digest()
    far = Reach(radius // 2, lat)
    at = 0
    while at < 30:  # the first pair of numbers that lies in the circle: as likely here as there
        north = int.from_bytes(digest[at : at + 2], "little") % (2 * STEPS + 1) - STEPS
        east = int.from_bytes(digest[at + 2 : at + 4], "little") % (2 * STEPS + 1) - STEPS
        if north * north + east * east <= STEPS * STEPS:
            break
        at += 4
    else:
        north, east = north // 2, east // 2
    used = radius + (51 * radius + 99) // 100
    return Zone(lat + north * far.north // STEPS, lon + east * far.east // STEPS, used)


def read_secret(store, urandom):
    """Secret of this device, drawn when there is none yet."""
    secret = store.read(SECRET)
    if secret is None:
        secret = int.from_bytes(urandom(_SECRET_BYTES), "little")
        store.write(SECRET, secret)
    return secret


def cosine(lat):
    """Cosine of a latitude in parts of ONE, by its series: 3e-5 off at the pole, 2e-7 at 54."""
    squared = lat * lat * ONE // (_RADIAN * _RADIAN)
    found = term = ONE
    for factor in (2, 12, 30, 56):
        term = -term * squared // (factor * ONE)
        found += term
    return found


def sine_squared(lat):
    """Square of the sine of a latitude in parts of ONE."""
    return ONE - cosine(lat) * cosine(lat) // ONE
