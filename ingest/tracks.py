"""A moving node's track, cut into the stretches in which it rode.

1. keep the samples that have a place
2. cut where the node was silent for GAP_S
3. drop jumps: a sample is kept when it can be reached from the last one that was kept
4. find stays, where it stood still; cut where it did so for GAP_S
5. leave out the stays at both ends: a unit goes on measuring, often indoors, until it sleeps
6. measure each stretch: seconds and metres, and those of them in motion

Positions are degrees (WGS84), times Unix seconds.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.geo import PER_DEGREE, distance_m
from lokaalmeten.observations import MISSING, Int32, Int64

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]

# What a ride is, as the reports of the Utrecht cyclists have it (MilieuCentrumUtrecht/Snuffelfiets,
# analyse.py): a silence of half an hour starts another one; at least two samples, less than six
# hours and 200 km, and 1 to 35 km/h from end to end, so that who stands or drives is left out.
GAP_S = 1800
LONGEST_S = 6 * 3600
LONGEST_M = 200_000
SPEED_M_S = (1 / 3.6, 35 / 3.6)
# A step of a cyclist as RIVM chose them (Kiss 2021): from 7.5 km/h it moves, above 45 it cannot be
MOVING_M_S = 7.5 / 3.6
JUMP_M_S = 45 / 3.6
# Who is within 50 m after two minutes stands still, a wait at a light is shorter. In 5,704 real
# rows 95 % of the positions are better than 40 m, and a unit stays awake for ten minutes.
STILL_S = 120
STILL_M = 50.0


@dataclass(frozen=True)
class Stretch:
    """Samples of one ride that have a place, from leaving to arriving."""

    time: Int64  # (n,) Unix seconds
    lat: Float  # (n,) degrees
    lon: Float  # (n,) degrees
    over: int  # Unix second from which no later sample can belong to it

    def between(self, first: int, last: int) -> Self:
        """The part of it from ``first`` to ``last`` (Unix seconds), both in; it may be empty."""
        rows = slice(*np.searchsorted(self.time, [first, last + 1]))
        return replace(self, time=self.time[rows], lat=self.lat[rows], lon=self.lon[rows])

    def measure(self) -> "Measures":
        """Add up its steps."""
        metres, seconds = step_m(self.lat, self.lon), np.diff(self.time)
        moving = metres >= MOVING_M_S * seconds
        return Measures(
            int(seconds.sum()),
            float(metres.sum()),
            int(seconds[moving].sum()),
            float(metres[moving].sum()),
        )


class Measures(NamedTuple):
    """How long and how far, and what of that in motion; a step is from sample to sample."""

    duration_s: int
    distance_m: float
    moving_s: int
    moving_m: float

    @property
    def speed(self) -> float:
        """Metres a second from end to end; NaN when it took no time."""
        return self.distance_m / self.duration_s if self.duration_s else float("nan")

    @property
    def moving_speed(self) -> float:
        """Metres a second over the steps in motion; NaN when it never moved."""
        return self.moving_m / self.moving_s if self.moving_s else float("nan")

    @property
    def plausible(self) -> bool:
        """Tell a bicycle ride from a parked, driven or broken unit."""
        if not 0 < self.duration_s < LONGEST_S or self.distance_m >= LONGEST_M:
            return False
        return SPEED_M_S[0] <= self.speed <= SPEED_M_S[1]


def find_stretches(time: Int64, lat: Int32, lon: Int32) -> Iterator[Stretch]:
    """Stretches of one node's track (n,) ordered by time; ``lat``/``lon`` in 1e-7 degree.

    A sample without a place has MISSING or 0,0 there.
    """
    placed = has_place(lat, lon)
    cuts = np.flatnonzero(np.diff(time) >= GAP_S) + 1
    for first, after in pairwise([0, *cuts.tolist(), len(time)]):
        rows = first + np.flatnonzero(placed[first:after])
        seconds, y, x = time[rows], lat[rows] / PER_DEGREE, lon[rows] / PER_DEGREE
        steady = drop_jumps(seconds, y, x)
        if steady.any():
            part = seconds[steady], y[steady], x[steady]
            yield from _cut_at_stays(*part, over=int(time[after - 1]) + GAP_S)


def has_place(lat: Int32, lon: Int32) -> Bool:
    """True (n,) where a sample has a place; 0,0 is none."""
    return (lat != MISSING) & ~((lat == 0) & (lon == 0))


def drop_jumps(seconds: Int64, lat: Float, lon: Float) -> Bool:
    """Mark samples (n,) to keep: those reached from the last kept one at no more than JUMP_M_S.

    It begins with the longest run of samples of which each reaches the next, and goes from there
    to both ends: one far position, also the first, costs itself alone.
    """

    def reached(rows: Int64, other: int) -> Int64:
        """Those of ``rows`` that are near enough to sample ``other``."""
        seconds_between = np.maximum(np.abs(seconds[rows] - seconds[other]), 1)
        metres = distance_m(lat[rows], lon[rows], lat[other], lon[other])
        return rows[metres <= JUMP_M_S * seconds_between]

    far = step_m(lat, lon) > JUMP_M_S * np.maximum(np.diff(seconds), 1)
    if not far.any():
        return np.ones(len(seconds), np.bool_)
    edges = np.array([0, *(np.flatnonzero(far) + 1), len(seconds)])
    runs = [np.arange(first, after) for first, after in pairwise(edges.tolist())]
    longest = int(np.argmax(np.diff(edges)))
    keep = np.zeros(len(seconds), np.bool_)
    keep[runs[longest]] = True
    last = int(runs[longest][-1])
    for run in runs[longest + 1 :]:
        if len(found := reached(run, last)):
            keep[found[0] : run[-1] + 1] = True
            last = int(run[-1])
    first = int(runs[longest][0])
    for run in reversed(runs[:longest]):
        if len(found := reached(run, first)):
            keep[run[0] : found[-1] + 1] = True
            first = int(run[0])
    return keep


def find_stays(seconds: Int64, lat: Float, lon: Float) -> tuple[Int64, Int64]:
    """First and last sample (m,) of every time that the node stood still for STILL_S or longer.

    It stands still when it is within STILL_M of where it was STILL_S before or will be after.
    """
    last = len(seconds) - 1
    later = np.minimum(np.searchsorted(seconds, seconds + STILL_S), last)
    before = np.maximum(np.searchsorted(seconds, seconds - STILL_S, side="right") - 1, 0)
    still = np.zeros(len(seconds) + 2, np.int8)
    for other in (later, before):
        still[1:-1] |= distance_m(lat, lon, lat[other], lon[other]) < STILL_M
    change = np.diff(still)
    begins, ends = np.flatnonzero(change == 1), np.flatnonzero(change == -1) - 1
    stayed = seconds[ends] - seconds[begins] >= STILL_S
    return begins[stayed], ends[stayed]


def _cut_at_stays(seconds: Int64, lat: Float, lon: Float, over: int) -> Iterator[Stretch]:
    """Stretches between the long stays of a part without silence, and without those at its ends."""
    begins, ends = find_stays(seconds, lat, lon)
    long = seconds[ends] - seconds[begins] >= GAP_S
    cut = long | (begins == 0) | (ends == len(seconds) - 1)
    # a long stay ends what lies before it for good, whatever comes after
    overs = [*np.where(long, seconds[begins] + GAP_S, over)[cut].tolist(), over]
    starts, stops = [0, *ends[cut].tolist()], [*begins[cut].tolist(), len(seconds) - 1]
    for start, stop, known in zip(starts, stops, overs, strict=True):
        if stop > start:
            rows = slice(start, stop + 1)
            yield Stretch(seconds[rows], lat[rows], lon[rows], known)


def step_m(lat: Float, lon: Float) -> Float:
    """Metres (n - 1,) from each position to the next."""
    return distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
