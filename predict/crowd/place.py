"""A place where people gather: zones, the passages between them, and the counters in these.

People walk from one zone to another, or from and to outside, through passages. A counter counts
those who go one way through a passage, or a share of them.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

OUTSIDE = -1  # in place of a zone
# Own proposal where a municipality gives no thresholds: moving crowds slow down at 1 to 2 people a
# square metre, forces become dangerous from 3.5 on; 50 and 66 people a metre and minute are
# Fruin's levels D and E (Fruin 1971, Pedestrian Planning and Design, chapter 4), 33 is level C.
DENSITY_LIMITS = (1.0, 2.0, 3.5)  # people per square metre: yellow, orange, red
FLOW_LIMITS = (33.0, 50.0, 66.0)  # people per metre of effective width and minute


@dataclass(frozen=True)
class Zones:
    """Where people stay; z of them."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    area_m2: Float  # (z,) that people can stand on
    capacity: Float  # (z,) people, NaN where none was set
    limits: Float  # (z, 3) people per square metre: yellow, orange, red


@dataclass(frozen=True)
class Passages:
    """Where people walk; p of them."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    width_m: Float  # (p,) effective: without what people keep from walls and stalls
    source: Int64  # (p,) zone that forward leaves, or OUTSIDE
    target: Int64  # (p,) zone that forward enters, or OUTSIDE
    limits: Float  # (p, 3) people per metre and minute: yellow, orange, red


@dataclass(frozen=True)
class Counters:
    """What counts; k of them."""

    ids: tuple[str, ...]
    passage: Int64  # (k,)
    backward: Bool  # (k,) whether it counts against the direction of its passage
    share: Float  # (k,) part of those who pass that it sees, above 0 to 1


@dataclass(frozen=True)
class Place:
    """Zones, passages and counters that belong together."""

    name: str
    zones: Zones
    passages: Passages
    counters: Counters

    @cached_property
    def way(self) -> Int64:
        """Way (k,) that each counter counts: 2 p forward and 2 p + 1 backward of passage p."""
        return 2 * self.counters.passage + self.counters.backward

    @cached_property
    def counted(self) -> Bool:
        """Ways (2 p,) that some counter counts."""
        return np.isin(np.arange(2 * len(self.passages.ids)), self.way)

    def entering(self, ways: Float) -> Float:
        """Sums (t, z) over the ways (t, 2 p) that enter each zone."""
        ends = np.stack([self.passages.target, self.passages.source], axis=1).ravel()
        return add_up(ways, ends, len(self.zones.ids) + 1)[:, :-1]  # the last is OUTSIDE

    def leaving(self, ways: Float) -> Float:
        """Sums (t, z) over the ways (t, 2 p) that leave each zone."""
        ends = np.stack([self.passages.source, self.passages.target], axis=1).ravel()
        return add_up(ways, ends, len(self.zones.ids) + 1)[:, :-1]


def add_up(values: Float, at: Int64, number: int) -> Float:
    """Sums (t, number) of the columns of (t, n) that belong to each place ``at`` (n,).

    >>> add_up(np.array([[1.0, 2.0, 4.0]]), np.array([1, 0, 1]), 2).tolist()
    [[2.0, 5.0]]
    """
    sums = np.zeros((number, len(values)))
    np.add.at(sums, at, values.T)
    return sums.T
