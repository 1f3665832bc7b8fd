"""The zones that are used, for those that an owner drew; computed once, in whole numbers.

What they are for stands in `privacy.py`. Places are in 1e-7 degree.
"""

import hashlib

from micropython import const

from firmware.privacy import STEPS, Reach, Zone

SECRET = "zone_secret"  # noqa: S105 - its name in the store
_SECRET_BYTES = const(16)
ONE = 1 << 32
_RADIAN = const(572_957_795)  # in 1e-7 degree
# the ellipsoid WGS 84: a degree of latitude has 110,573 m at the equator and 1120 sin(lat)**2 more,
# one of longitude 111,319 m at the equator, and is longer by sin(lat)**2 / 299 than on a ball
NORTH_CM, NORTH_MORE_CM = 11_057_313, 111_964
EAST_CM, FLATTENED = 11_131_949, 299


def make_reach(metres, lat):
    """Reach of so many metres about a place of that latitude."""
    sine = sine_squared(lat)
    north = metres * 1_000_000_000 * ONE // (NORTH_CM * ONE + NORTH_MORE_CM * sine) + 1
    parallel = EAST_CM * cosine(lat) * (FLATTENED * ONE + sine)
    east = metres * 1_000_000_000 * FLATTENED * ONE * ONE // max(parallel, 1) + 1
    return Reach(north, east)


def make_zone(lat, lon, metres):
    """Zone of so many metres about a place."""
    return Zone(lat, lon, make_reach(metres, lat))


def make_zones(zones, secret):
    """Zones that are used, for those that were drawn."""
    return [move(lat, lon, radius, secret) for lat, lon, radius in zones]


def move(lat, lon, radius, secret):
    """The zone that is used for one that was drawn."""
    drawn = "%d %d" % (lat, lon)
    digest = hashlib.sha256(secret.to_bytes(_SECRET_BYTES, "little") + drawn.encode()).digest()
    far = make_reach(radius // 2, lat)
    at = north = east = 0
    while at < 30:  # the first pair of numbers that lies in the circle: as likely here as there
        north = int.from_bytes(digest[at : at + 2], "little") % (2 * STEPS + 1) - STEPS
        east = int.from_bytes(digest[at + 2 : at + 4], "little") % (2 * STEPS + 1) - STEPS
        if north * north + east * east <= STEPS * STEPS:
            break
        at += 4
    else:
        north, east = north // 2, east // 2
    used = radius + (51 * radius + 99) // 100
    return make_zone(lat + north * far.north // STEPS, lon + east * far.east // STEPS, used)


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
