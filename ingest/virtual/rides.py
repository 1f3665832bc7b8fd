"""Rides: where a bike is while it rides, every five seconds, along the shortest way."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .city import City, VirtualNode
from .local import to_local, to_unix
from .noise import to_key
from .streets import to_points

Float = NDArray[np.float64]
Int = NDArray[np.int64]

STEP_S = 5
SPEED_M_S = (4.2, 5.8)  # 15 to 21 km/h
WAIT_SHARE = 0.2  # of the corners have a light or a car in the way
WAIT_S = (5, 40)
BEFORE_S, AFTER_S = 20, 120  # the unit wakes at the lock and sleeps after a rest at the end
EARLIEST, STAY_H = 5.0, 1.25  # local hour; hours from leaving until the bike can leave again
MARKET = 0  # corner


class Ride(NamedTuple):
    """A bike between waking up and falling asleep again."""

    time: Int  # (n,) Unix seconds
    x: Float  # (n,) metres east of the market
    y: Float  # (n,) metres north


def rides_between(city: City, bike: VirtualNode, start: int, stop: int) -> Iterator[Ride]:
    """Rides of a bike that touch ``start <= time < stop``, whole, in order of time."""
    first, last = (int(to_local(at).day) for at in (start, stop - 1))
    for day in range(first - 1, last + 2):
        for ride in _rides_of_day(city, bike, day):
            if ride.time[0] < stop and ride.time[-1] >= start:
                yield ride


def _rides_of_day(city: City, bike: VirtualNode, day: int) -> Iterator[Ride]:
    """All rides that begin on a local day; drawn from the bike and the day alone."""
    rng = np.random.default_rng([city.seed, to_key(bike.name), day])
    free_from = EARLIEST
    for hour, corners in sorted(_plan_day(city, bike, (day + 3) % 7, rng)):
        leaving = max(hour, free_from)
        free_from = leaving + STAY_H
        yield _ride(city, to_unix(day, leaving), corners, rng)


def _plan_day(
    city: City, bike: VirtualNode, weekday: int, rng: np.random.Generator
) -> list[tuple[float, list[int]]]:
    """Hours at which the bike leaves, and the corners it passes on purpose."""
    evening = (_hour(rng, 20.0, 0.4), [bike.home, MARKET, bike.home])
    if weekday < 5 and rng.uniform() < 0.88:
        work = (_hour(rng, 8.0, 0.4), [bike.home, bike.work])
        back = (_hour(rng, 17.3, 0.5), [bike.work, bike.home])
        return [work, back] + ([evening] if rng.uniform() < 0.25 else [])
    around = [int(at) for at in rng.integers(0, len(city.streets.x), 3)]
    trip = (_hour(rng, 13.5, 1.2), [bike.home, *around, bike.home])
    return ([trip] if rng.uniform() < 0.75 else []) + ([evening] if rng.uniform() < 0.4 else [])


def _hour(rng: np.random.Generator, usual: float, spread: float) -> float:
    """Hour of leaving, never more than three spreads from the usual one."""
    return usual + spread * float(np.clip(rng.normal(), -3, 3))


def _ride(city: City, leave: int, corners: list[int], rng: np.random.Generator) -> Ride:
    """Ride along the corners: a steady pace, a wait at some of them, a rest at both ends."""
    path = [corners[0]]
    for here, there in pairwise(corners):
        path += city.streets.path(here, there)[1:]
    x, y, metres = to_points(city.streets, path)
    waits = rng.uniform(*WAIT_S, len(path)) * (rng.uniform(size=len(path)) < WAIT_SHARE)
    waits[[0, -1]] = BEFORE_S, AFTER_S
    leaving = metres / rng.uniform(*SPEED_M_S) + np.cumsum(waits)
    clock = np.stack([leaving - waits, leaving]).T.ravel()  # of arriving at, and leaving, each
    ticks = np.arange(0, clock[-1], STEP_S)
    travelled = np.interp(ticks, clock, np.repeat(metres, 2))
    return Ride(
        leave + ticks.astype(np.int64),
        np.interp(travelled, metres, x),
        np.interp(travelled, metres, y),
    )
