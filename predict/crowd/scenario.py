"""What if: people expected to walk, walking otherwise. An assumption, never a forecast.

A plan for the coming hours (people each way per interval) is changed, and the zones filled anew
along the connections. Nobody is lost: who cannot leave stays.
"""

from collections.abc import Collection

import numpy as np

from predict.calendar import ForecastError

from .place import OUTSIDE, Float, Place


def close_passage(place: Place, ways: Float, passage: int) -> Float:
    """Ways (h, 2 p) when nobody can pass one passage.

    Who would have left a zone through it leaves through the others of that zone, by their width;
    without another, they stay. Who would have come from outside comes in by the other entrances
    of the same zone, else not at all.
    """
    changed = ways.copy()
    width = np.repeat(place.passages.width_m, 2)
    for way in (2 * passage, 2 * passage + 1):
        start, end = ends_of(place, way)
        alike = [
            other
            for other in range(ways.shape[1])
            if other // 2 != passage and _can_replace(ends_of(place, other), start, end)
        ]
        changed[:, way] = 0
        if alike:
            changed[:, alike] += ways[:, [way]] * width[alike] / width[alike].sum()
    return changed


def _can_replace(other: tuple[int, int], start: int, end: int) -> bool:
    """Whether one who goes from ``start`` to ``end`` can go there instead."""
    if start == OUTSIDE:
        return other == (start, end) and end != OUTSIDE
    return other[0] == start


def delay_arrivals(place: Place, ways: Float, passages: Collection[int], intervals: int) -> Float:
    """Ways (h, 2 p) when those who come from outside through some passages come later."""
    if intervals < 0:
        raise ForecastError(f"an arrival is delayed by 0 intervals or more, not {intervals}")
    changed = ways.copy()
    for way in range(ways.shape[1]):
        if way // 2 in passages and ends_of(place, way)[0] == OUTSIDE:
            changed[:, way] = 0
            changed[intervals:, way] = ways[: max(len(ways) - intervals, 0), way]
    return changed


def fill_zones(place: Place, people: Float, ways: Float, added: Float | None = None) -> Float:
    """People (h, z) in zones, beginning with ``people`` (z,), when they walk by ``ways`` (h, 2 p).

    ``added`` (h, z) people come on top. Nobody leaves a zone who is not there.
    """
    change = place.entering(ways) - place.leaving(ways) + (0 if added is None else added)
    walk = people + np.cumsum(change, axis=0)
    return walk - np.minimum(np.minimum.accumulate(walk, axis=0), 0)


def ends_of(place: Place, way: int) -> tuple[int, int]:
    """Zone that a way leaves and the one that it enters."""
    source, target = place.passages.source[way // 2], place.passages.target[way // 2]
    return (int(source), int(target)) if way % 2 == 0 else (int(target), int(source))
