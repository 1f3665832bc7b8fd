"""Means of places, with a standard error that knows that samples of one ride are alike.

Two samples ten seconds apart tell hardly more than one: a ride on a foggy day is high everywhere.
So the error of a mean is taken between rides. With u_g the sum of the residuals of the N samples of
ride g, and G rides, it is sqrt(G / (G - 1) * sum(u_g ** 2)) / N: the sandwich estimator for one
mean, clustered by ride (Liang and Zeger 1986, doi 10.1093/biomet/73.1.13; the factor G / (G - 1)
as in Cameron and Miller 2015, doi 10.3368/jhr.50.2.317).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from .joining import NONE, Joined

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

SEGMENT_M = 50.0
# Measurements that a bicycle segment of 50 m needs, spread over time (NILU, Hassani et al. 2023,
# doi 10.1016/j.scs.2023.104607); an H3 cell of resolution 11 is 50 m across as well.
FIRM = 27


@dataclass(frozen=True)
class Averages:
    """One row a place (p,), in their order."""

    place: Int64  # number of a segment, or an H3 cell
    mean: Float  # of the samples, in their unit
    error: Float  # standard error of the mean between rides; NaN for a single ride
    samples: Int64
    rides: Int64
    nodes: Int64

    @property
    def firm(self) -> Bool:
        """Where there are enough samples (p,) to trust the mean as far as its error."""
        return self.samples >= FIRM

    def take(self, rows: Bool) -> Self:
        """Only some of the places."""
        columns = ("place", "mean", "error", "samples", "rides", "nodes")
        return type(self)(*(getattr(self, name)[rows] for name in columns))


def average(place: Int64, value: Float, ride: Int64, node: Int64) -> Averages:
    """Average values (n,) per place; ``ride`` and ``node`` are numbers of either.

    A value that is missing, NaN, is left out, and so is a place that is NONE.
    """
    known = np.isfinite(value) & (place != NONE)
    place, value, ride, node = place[known], value[known], ride[known], node[known]
    places, at = np.unique(place, return_inverse=True)
    samples = np.bincount(at, minlength=len(places))
    mean = np.bincount(at, value, len(places)) / samples
    rides, place_of, ride_of = _pair(at, ride)
    residual = np.bincount(ride_of, value - mean[at], len(place_of))
    squares = np.bincount(place_of, residual**2, len(places))
    with np.errstate(divide="ignore", invalid="ignore"):  # one ride has no error
        error = np.sqrt(squares * (rides / (rides - 1))) / samples
    error[rides < 2] = np.nan
    nodes, _, _ = _pair(at, node)
    return Averages(places, mean, error, samples, rides, nodes)


def to_segments(joined: Joined, length_m: float = SEGMENT_M) -> Int64:
    """Segment (n,) of each point, counted from the start of the route; NONE outside."""
    return np.where(joined.leg == NONE, NONE, np.nan_to_num(joined.along_m) // length_m).astype(
        np.int64
    )


def _pair(at: Int64, other: Int64) -> tuple[Int64, Int64, Int64]:
    """How many different ``other`` each place has, the place of each pair, and each row's pair."""
    others, code = np.unique(other, return_inverse=True)
    pairs, pair_of = np.unique(at * max(len(others), 1) + code, return_inverse=True)
    place_of = pairs // max(len(others), 1)
    places = int(at.max()) + 1 if len(at) else 0
    return np.bincount(place_of, minlength=places), place_of, pair_of
