"""How many people are in each zone: who went in less who went out, with the drift taken out.

A counter that misses one person in twenty is wrong by hundreds at the end of a day. Three things
hold that back: a zone is known to be empty at some hour of the night, nobody is fewer than none,
and what days that are over say of in against out corrects the days after.
"""

from dataclasses import dataclass

import numpy as np

from .place import Bool, Float, Place

FACTORS = (0.8, 1.25)  # of out against in; beyond, a passage is not counted at all
BELIEF = 200.0  # people after which what a day said of a zone counts for half
HOLD_ROWS = 4  # intervals that a way which fell silent is taken to go on as before


@dataclass(frozen=True)
class Occupancy:
    """What is known of the people in zones."""

    people: Float  # (t, z) at the end of each interval
    factor: Float  # (z,) that those who go out are multiplied by, from days that are over
    covered: Bool  # (t, z) whether every passage of the zone was counted


def count_people(place: Place, ways: Float, is_empty: Bool) -> Occupancy:
    """People in each zone from those who went each way (t, 2 p), NaN where unknown.

    ``is_empty`` (t,) marks intervals at whose start zones are known to be empty, once a day; they
    are taken to be so before the first row.
    """
    unknown = (~np.isfinite(ways)).astype(np.float64)
    covered = place.entering(unknown) + place.leaving(unknown) == 0
    held = hold(ways, HOLD_ROWS)
    entered, left = place.entering(held), place.leaving(held)
    starts = np.union1d([0], np.flatnonzero(is_empty))
    sums = np.zeros((2, len(place.zones.ids)))
    people = np.empty_like(entered)
    for first, after in zip(starts, [*starts[1:], len(ways)], strict=True):
        factor = balance(*sums)
        walk = np.cumsum(entered[first:after] - factor * left[first:after], axis=0)
        people[first:after] = walk - np.minimum(np.minimum.accumulate(walk, axis=0), 0)
        if after < len(ways):  # this day is over
            sums += entered[first:after].sum(axis=0), left[first:after].sum(axis=0)
    return Occupancy(people, balance(*sums), covered)


def balance(entered: Float, left: Float) -> Float:
    """Factor (z,) that makes those who left as many as those who came in, on days that are over.

    >>> balance(np.array([1000.0, 0.0]), np.array([900.0, 0.0])).round(2).tolist()
    [1.09, 1.0]
    """
    return np.clip((entered + BELIEF) / (left + BELIEF), *FACTORS)


def hold(ways: Float, rows: int) -> Float:
    """Each unknown value (t, w) replaced by the last known one of at most ``rows`` before, else 0.

    >>> hold(np.array([[3.0], [np.nan], [np.nan]]), 1)[:, 0].tolist()
    [3.0, 3.0, 0.0]
    """
    number = np.arange(len(ways))[:, None]
    latest = np.maximum.accumulate(np.where(np.isfinite(ways), number, -1), axis=0)
    near = (latest >= 0) & (number - latest <= rows)
    return np.where(near, np.take_along_axis(ways, np.maximum(latest, 0), axis=0), 0.0)


def to_density(place: Place, people: Float) -> Float:
    """People per square metre (..., z)."""
    return people / place.zones.area_m2
