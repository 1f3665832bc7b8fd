"""Which stretch of a ride may be public: nothing that shows where it began, ended or stayed.

1. find the places: both ends, and where the bike stood still for long
2. hide a circle round each, its centre shifted by a secret, so that many rides from one door do
   not draw a circle round it
3. hide the zones of the owner, moved and grown by a secret as well
4. keep the longest stretch that is left, in one piece
5. have it wait for a time that cannot be foretold to the hour

The secret is that of the owner: all bikes of a house are cut alike.
"""

from hashlib import shake_256

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.geo import EARTH_M, METRES_PER_DEGREE, distance_m
from lokaalmeten.observations import Int64
from lokaalmeten.privacy import Privacy, Zone

Float = NDArray[np.float64]
Mask = NDArray[np.bool_]

SHIFT_M = 500  # a place lies anywhere within so far from the centre of its circle, all as likely
TRIM_M = (600, 750)  # radius of the circles, drawn per owner: never less than 100 m to the place
GROW_M = (50, 150)  # how far beyond a zone is hidden as well, drawn per owner
ZONE_SHIFT_M = 50  # how far the grown zone is moved: less than it grew, so that it covers the zone
STAY_S, STAY_M = 300, 50  # who is so near after so long stayed: no traffic light takes that long
FEWEST = 10  # samples that a public ride must have left
SPREAD = 0.25  # of the delay is added by lot, up to
WAVES = 8  # that add up to each component of the shift
WAVE_M = (3000, 5000)  # their lengths: the same door has the same shift, work has another


def find_window(
    seconds: Int64, y: Float, x: Float, steady: Mask, privacy: Privacy
) -> tuple[int, int] | None:
    """First and last second of the stretch that may be public, or None when too little is left.

    Positions (n,) in degrees by rising time; where ``steady`` is False they say nothing of where
    the bike was, but would be seen.
    """
    if not steady.any():
        return None
    places = find_places(seconds[steady], y[steady], x[steady])
    hidden = is_near_places(y, x, y[steady][places], x[steady][places], privacy.secret)
    for zone in privacy.zones:
        hidden |= is_near_zone(y, x, zone, privacy.secret)
    first, after = find_longest(~hidden)
    if after - first < FEWEST:
        return None
    return int(seconds[first]), int(seconds[after - 1])


def find_places(seconds: Int64, y: Float, x: Float) -> Int64:
    """Indexes of samples at which a ride begins, ends, and comes to and leaves a long stay."""
    last = len(seconds) - 1
    later = np.searchsorted(seconds, seconds + STAY_S)
    then = np.minimum(later, last)
    stays = (later <= last) & (distance_m(y, x, y[then], x[then]) <= STAY_M)
    edges = np.flatnonzero(np.diff(stays, prepend=False, append=False))
    begins, ends = edges[::2], then[edges[1::2] - 1]
    return np.unique(np.concatenate([[0, last], begins, ends]))


def is_near_places(y: Float, x: Float, places_y: Float, places_x: Float, secret: str) -> Mask:
    """Mark positions (n,) within the secret circle of any place (m,)."""
    north, east = to_shift(places_y, places_x, secret)
    centre_y = places_y + north / METRES_PER_DEGREE
    centre_x = places_x + east / METRES_PER_DEGREE / np.cos(np.radians(places_y))
    away = distance_m(y[:, None], x[:, None], centre_y, centre_x)
    return np.any(away <= to_between(TRIM_M, secret, "radius"), axis=1)


def is_near_zone(y: Float, x: Float, zone: Zone, secret: str) -> Mask:
    """Mark positions (n,) in a zone, or in the secret margin around it."""
    turn = 2 * np.pi * draw("zone turn", secret, 1)[0]
    north, east = ZONE_SHIFT_M * np.cos(turn), ZONE_SHIFT_M * np.sin(turn)
    away = to_ring_m(y, x, zone.ring)
    moved = to_ring_m(
        y - north / METRES_PER_DEGREE,
        x - east / METRES_PER_DEGREE / np.cos(np.radians(y)),
        zone.ring,
    )
    margin = to_between(GROW_M, secret, "zone margin")
    return (away <= zone.radius_m) | (moved <= zone.radius_m + margin)


def to_ring_m(y: Float, x: Float, ring: Float) -> Float:
    """Metres (n,) from positions in degrees to what a ring (k, 2) encloses, 0 inside.

    In a plane at the ring: a thousandth off at 50 km.
    """
    lat, lon = ring[0]
    scale = METRES_PER_DEGREE * np.cos(np.radians(lat))
    north, east = (y - lat)[:, None] * METRES_PER_DEGREE, (x - lon)[:, None] * scale
    ay, ax = (ring[:, 0] - lat) * METRES_PER_DEGREE, (ring[:, 1] - lon) * scale
    dy, dx = np.roll(ay, -1) - ay, np.roll(ax, -1) - ax
    length = np.maximum(dy * dy + dx * dx, 1e-9)
    along = np.clip(((north - ay) * dy + (east - ax) * dx) / length, 0, 1)
    away = np.hypot(north - ay - along * dy, east - ax - along * dx).min(axis=1)
    crosses = (ay > north) != (ay + dy > north)
    beyond = east < ax + dx * (north - ay) / np.where(dy == 0, 1, dy)
    inside = (crosses & beyond).sum(axis=1) % 2 == 1
    return np.where(inside, 0.0, away)


def find_longest(shown: Mask) -> tuple[int, int]:
    """First index of the longest run of True, and the one after its last; 0, 0 without any."""
    edges = np.flatnonzero(np.diff(shown, prepend=False, append=False))
    if not len(edges):
        return 0, 0
    begins, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - begins))
    return int(begins[longest]), int(ends[longest])


def to_shift(y: Float, x: Float, secret: str) -> tuple[Float, Float]:
    """Metres north and east (m,) from places in degrees to the centres of their circles.

    A smooth field of secret waves over the earth: a place that is measured some metres off gets
    the same shift, one kilometres away another, so that who knows where you work learns nothing of
    where you live. Over all secrets the centre lies anywhere in the disc of SHIFT_M, all places as
    likely: sums of waves are about normal, and a pair of normals becomes a disc by its length.
    """
    numbers = draw("shift", secret, 2 * WAVES * 4).reshape(2, WAVES, 4, 1)
    up, turn, length, phase = np.moveaxis(numbers, 2, 0)
    up, turn = 2 * up - 1, 2 * np.pi * turn  # a direction in space: all as likely
    flat = np.sqrt(1 - up * up)
    lat, lon = np.radians(y), np.radians(x)
    along = (
        flat * np.cos(turn) * (np.cos(lat) * np.cos(lon))
        + flat * np.sin(turn) * (np.cos(lat) * np.sin(lon))
        + up * np.sin(lat)
    )
    waves = EARTH_M / (WAVE_M[0] + length * (WAVE_M[1] - WAVE_M[0])) * along + phase
    normal = np.sqrt(2 / WAVES) * np.cos(2 * np.pi * waves).sum(axis=1)
    size = np.hypot(*normal)
    scale = SHIFT_M * np.sqrt(1 - np.exp(-size * size / 2)) / np.maximum(size, 1e-9)
    return scale * normal[0], scale * normal[1]


def to_between(span: tuple[float, float], secret: str, what: str) -> float:
    """A number of a span that is always the same for one secret."""
    return float(span[0] + draw(what, secret, 1)[0] * (span[1] - span[0]))


def to_wait_s(start: int, privacy: Privacy) -> int:
    """Seconds from the end of a ride until it may be seen; ``start`` (Unix seconds) is its lot."""
    lot = draw(f"wait {start}", privacy.secret, 1)[0]
    return round(privacy.delay_s * (1 + SPREAD * lot))


def draw(what: str, secret: str, count: int) -> Float:
    """Numbers (count,) from 0 to 1 that nobody can compute without the secret.

    By a hash and not by numpy's generators, whose streams may change with a version: what was
    hidden by one circle and is hidden by another tells more than either.
    """
    return np.frombuffer(shake_256(f"{secret} {what}".encode()).digest(4 * count), "<u4") / 2**32
