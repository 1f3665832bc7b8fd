"""Rides: a moving node's track cut into journeys, and the part of each that may be public.

A ride becomes public only when it has ended, and never with its ends: they tell where people
live. The window is cut by distance from a centre that is shifted by a secret of the node, so
that many rides from one door do not draw a circle round it.
"""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.geo import PER_DEGREE, distance_m
from lokaalmeten.observations import MISSING, Int32, Int64

GAP_S = 1800  # a longer silence starts a new ride: what the Utrecht cyclists' own reports use
LONGEST_S = 6 * 3600
LONGEST_M = 200_000
SPEED_M_S = (1 / 3.6, 35 / 3.6)  # mean over the ride: slower walks or stands, faster drives
JUMP_M_S = 45 / 3.6  # between two samples; faster is a jump of the receiver
TRIM_M = (200, 400)  # radius kept secret at both ends, drawn per node
SHIFT_M = 100  # how far the centre of that circle lies from the end itself
FEWEST = 10  # samples that a public ride must have left
METRES_PER_DEGREE = 111_195  # of latitude, on a sphere of the earth's mean radius


@dataclass(frozen=True)
class Ride:
    """One journey; the public window is None when nothing of it may be shown.

    Samples and distance are those of the public window when there is one: the difference to
    the whole ride would tell how much was cut.
    """

    start: int  # Unix seconds of the first sample
    stop: int  # of the last
    samples: int
    distance_m: float
    public_start: int | None = None
    public_stop: int | None = None


def find_rides(time: Int64, lat: Int32, lon: Int32, secret: str, now: int) -> list[Ride]:
    """Rides in one node's track, ordered by time; ``lat``/``lon`` in 1e-7 degree or MISSING.

    A ride that may still go on at ``now`` (Unix seconds) has no public window yet.
    """
    cuts = np.flatnonzero(np.diff(time) > GAP_S) + 1
    parts = [np.split(column, cuts) for column in (time, lat, lon)]
    return [
        _to_ride(seconds, y, x, secret, now)
        for seconds, y, x in zip(*parts, strict=True)
        if len(seconds)
    ]


def _to_ride(time: Int64, lat: Int32, lon: Int32, secret: str, now: int) -> Ride:
    """Measure one ride and find its public window."""
    placed = (lat != MISSING) & ~((lat == 0) & (lon == 0))
    seconds, y, x = time[placed], lat[placed] / PER_DEGREE, lon[placed] / PER_DEGREE
    steady = drop_jumps(seconds, y, x)
    seconds, y, x = seconds[steady], y[steady], x[steady]
    whole = Ride(int(time[0]), int(time[-1]), len(time), way_m(y, x))
    if whole.stop + GAP_S > now or not is_plausible(whole):
        return whole
    window = find_window(seconds, y, x, secret)
    if window is None:
        return whole
    shown = (seconds >= window[0]) & (seconds <= window[1])
    samples = int(((time >= window[0]) & (time <= window[1])).sum())
    return Ride(whole.start, whole.stop, samples, way_m(y[shown], x[shown]), *window)


def way_m(y: NDArray[np.float64], x: NDArray[np.float64]) -> float:
    """Length in metres of the way through positions (n,) in degrees."""
    return float(distance_m(y[:-1], x[:-1], y[1:], x[1:]).sum())


def drop_jumps(seconds: Int64, y: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark samples (n,) to keep: those reached from the one before at no more than JUMP_M_S."""
    keep = np.ones(len(seconds), np.bool_)
    if len(seconds) > 1:
        speed = distance_m(y[:-1], x[:-1], y[1:], x[1:]) / np.maximum(np.diff(seconds), 1)
        keep[1:] = speed <= JUMP_M_S
    return keep


def is_plausible(ride: Ride) -> bool:
    """Tell a bicycle ride from a parked, driven or broken unit by duration, length and speed."""
    seconds = ride.stop - ride.start
    if not 0 < seconds < LONGEST_S or ride.distance_m >= LONGEST_M:
        return False
    return SPEED_M_S[0] <= ride.distance_m / seconds <= SPEED_M_S[1]


def find_window(
    seconds: Int64, y: NDArray[np.float64], x: NDArray[np.float64], secret: str
) -> tuple[int, int] | None:
    """First and last second outside both secret circles, or None when too little is left."""
    radius, north, east = to_secret_circle(secret)
    away = [
        distance_m(y, x, y[end] + north, x[end] + east / np.cos(np.radians(y[end]))) > radius
        for end in (0, -1)
    ]
    left, returned = np.flatnonzero(away[0]), np.flatnonzero(away[1])
    if not len(left) or not len(returned) or returned[-1] - left[0] + 1 < FEWEST:
        return None
    return int(seconds[left[0]]), int(seconds[returned[-1]])


def to_secret_circle(secret: str) -> tuple[float, float, float]:
    """Radius (m) and shift of the centre (degrees north and east) of one node, always the same."""
    numbers = np.frombuffer(blake2b(secret.encode(), digest_size=12).digest(), "<u4") / 2**32
    radius = TRIM_M[0] + numbers[0] * (TRIM_M[1] - TRIM_M[0])
    angle, shift = numbers[1] * 2 * np.pi, np.sqrt(numbers[2]) * SHIFT_M / METRES_PER_DEGREE
    return float(radius), float(shift * np.cos(angle)), float(shift * np.sin(angle))
