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

from firmware.loading import forget
from lokaalmeten.wire import MISSING

STEPS = 512  # of a radius: squares of distances stay small integers of the chip, 31 bits


class Reach:
    """So many metres about a place, as steps of 1e-7 degree, to half a percent."""

    def __init__(self, north, east):
        """Steps of its radius in both directions; `zones.make_reach` makes them of metres."""
        self.north = north
        self.east = east

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

    def __init__(self, lat, lon, reach):
        """In 1e-7 degree."""
        self.lat, self.lon = lat, lon
        self.reach = reach

    def covers(self, lat, lon):
        """Tell whether a place lies inside."""
        return self.reach.covers(lat - self.lat, lon - self.lon)


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
    trim, used = None, ()
    if trims:
        from firmware.trim import Trim

        trim = Trim(width, random)
    if zones:
        from firmware.zones import make_zones, read_secret

        used = make_zones(zones, read_secret(store, urandom))
        forget("firmware.zones")  # it computes, once
    return Guard(used, trim)
