"""Rides: a moving node's track cut into journeys, and the part of each that may be public.

A ride becomes public only some time after it has ended, and never with its ends: they tell where
people live. `trimming.py` finds the stretch that may be seen.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.geo import PER_DEGREE, distance_m
from lokaalmeten.observations import MISSING, Int32, Int64
from lokaalmeten.privacy import Privacy

from .trimming import find_window, to_wait_s

GAP_S = 1800  # a longer silence starts a new ride: what the Utrecht cyclists' own reports use
LONGEST_S = 6 * 3600
LONGEST_M = 200_000
SPEED_M_S = (1 / 3.6, 35 / 3.6)  # mean over the ride: slower walks or stands, faster drives
JUMP_M_S = 45 / 3.6  # between two samples; faster is a jump of the receiver


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
    due: int | None = None  # when it is to be looked at again: it has not ended, or has to wait


def find_rides(time: Int64, lat: Int32, lon: Int32, privacy: Privacy, now: int) -> list[Ride]:
    """Rides in one node's track, ordered by time; ``lat``/``lon`` in 1e-7 degree or MISSING.

    A ride that may still go on at ``now`` (Unix seconds), or has not waited long enough, has no
    public window yet.
    """
    cuts = np.flatnonzero(np.diff(time) > GAP_S) + 1
    parts = [np.split(column, cuts) for column in (time, lat, lon)]
    return [
        _to_ride(seconds, y, x, privacy, now)
        for seconds, y, x in zip(*parts, strict=True)
        if len(seconds)
    ]


def _to_ride(time: Int64, lat: Int32, lon: Int32, privacy: Privacy, now: int) -> Ride:
    """Measure one ride and find its public window."""
    placed = (lat != MISSING) & ~((lat == 0) & (lon == 0))
    seconds, y, x = time[placed], lat[placed] / PER_DEGREE, lon[placed] / PER_DEGREE
    steady = drop_jumps(seconds, y, x)
    way = way_m(y[steady], x[steady])
    whole = Ride(int(time[0]), int(time[-1]), len(time), way)
    if not is_plausible(whole) and whole.stop + GAP_S <= now:
        return whole
    public_at = whole.stop + max(GAP_S, to_wait_s(whole.start, privacy))
    if now < public_at:
        return replace(whole, due=public_at)
    window = find_window(seconds, y, x, steady, privacy)
    if window is None:
        return whole
    seen = (time >= window[0]) & (time <= window[1])
    shown = steady & (seconds >= window[0]) & (seconds <= window[1])
    return Ride(whole.start, whole.stop, int(seen.sum()), way_m(y[shown], x[shown]), *window)


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
