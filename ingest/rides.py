"""Rides: a moving node's track cut into journeys, and the part of each that may be public.

A ride becomes public only when it has ended, and never with its ends: they tell where people
live. The window is cut by distance from a centre that is shifted by a secret of the node, so
that many rides from one door do not draw a circle round it.
"""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.geo import distance_m
from lokaalmeten.observations import Int32, Int64

from .tracks import Stretch, find_stretches

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

    start: int  # Unix seconds of the first sample with a place, on leaving
    stop: int  # of the last, on arriving
    samples: int
    distance_m: float
    public_start: int | None = None
    public_stop: int | None = None


def find_rides(time: Int64, lat: Int32, lon: Int32, secret: str, now: int) -> list[Ride]:
    """Rides in one node's track, ordered by time; ``lat``/``lon`` in 1e-7 degree or MISSING.

    A ride that may still go on at ``now`` (Unix seconds) has no public window yet.
    """
    return [_to_ride(found, time, secret, now) for found in find_stretches(time, lat, lon)]


def _to_ride(found: Stretch, time: Int64, secret: str, now: int) -> Ride:
    """Measure one ride and find its public window."""
    measures = found.measure()
    start, stop = int(found.time[0]), int(found.time[-1])
    whole = Ride(start, stop, count_between(time, start, stop), measures.distance_m)
    if found.over > now or not measures.plausible:
        return whole
    window = find_window(found.time, found.lat, found.lon, secret)
    if window is None:
        return whole
    length_m = found.between(*window).measure().distance_m
    return Ride(start, stop, count_between(time, *window), length_m, *window)


def count_between(time: Int64, first: int, last: int) -> int:
    """Count the samples of an ordered track from ``first`` to ``last``, both in."""
    return int(np.searchsorted(time, last, side="right") - np.searchsorted(time, first))


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
