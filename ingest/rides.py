"""Rides: a moving node's track cut into journeys, and the part of each that may be public.

A ride becomes public only when it has ended and waited, and never with its ends: they tell where
people live (trimming.py).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.geo import PER_DEGREE
from lokaalmeten.observations import Int32, Int64
from lokaalmeten.privacy import Privacy

from .tracks import Stretch, find_stretches, has_place
from .trimming import find_window, to_wait_s

Float = NDArray[np.float64]


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
    due: int | None = None  # when it is to be looked at again: it has not ended, or has to wait


def find_rides(time: Int64, lat: Int32, lon: Int32, privacy: Privacy, now: int) -> list[Ride]:
    """Rides in one node's track, ordered by time; ``lat``/``lon`` in 1e-7 degree or MISSING.

    A ride that may still go on at ``now`` (Unix seconds), or has not waited long enough, has no
    public window yet.
    """
    stretches = find_stretches(time, lat, lon)
    return [_to_ride(found, (time, lat, lon), privacy, now) for found in stretches]


def _to_ride(found: Stretch, track: tuple[Int64, Int32, Int32], privacy: Privacy, now: int) -> Ride:
    """Measure one ride and find its public window."""
    time, measures = track[0], found.measure()
    start, stop = int(found.time[0]), int(found.time[-1])
    whole = Ride(start, stop, count_between(time, start, stop), measures.distance_m)
    if not measures.plausible and found.over <= now:
        return whole
    public_at = max(found.over, stop + to_wait_s(start, privacy))
    if now < public_at:
        return replace(whole, due=public_at)
    window = find_window(*read_places(found, *track), privacy)
    if window is None:
        return whole
    length_m = found.between(*window).measure().distance_m
    return Ride(start, stop, count_between(time, *window), length_m, *window)


def read_places(
    found: Stretch, time: Int64, lat: Int32, lon: Int32
) -> tuple[Int64, Float, Float, NDArray[np.bool_]]:
    """Time, latitude, longitude (degrees) of all positions of a ride, and which say where it was.

    The others are jumps of the receiver: they would be seen.
    """
    rows = (time >= found.time[0]) & (time <= found.time[-1]) & has_place(lat, lon)
    steady = np.isin(time[rows], found.time)
    return time[rows], lat[rows] / PER_DEGREE, lon[rows] / PER_DEGREE, steady


def count_between(time: Int64, first: int, last: int) -> int:
    """Count the samples of an ordered track from ``first`` to ``last``, both in."""
    return int(np.searchsorted(time, last, side="right") - np.searchsorted(time, first))
