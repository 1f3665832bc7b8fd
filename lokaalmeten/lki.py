"""The Dutch air quality index, LKI: numbers 1 to 11 of hourly means, in five classes.

RIVM report 2014-0050 has the table; the last edge of each row, from 10 to 11, is known only from
secondary sources (of ozone it is the alert threshold of 2008/50/EC). It is made for hours of
reference instruments. The Belgian index and the European one have other edges: never mix them.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

SUBSTANCES = {"o3", "pm25", "pm10", "no2"}  # that the official index is made of

# Lower edges of index 2..11, ug/m3; no node measures ozone, official stations do.
EDGES = {
    "o3": (15, 30, 40, 60, 80, 100, 140, 180, 200, 240),
    "pm25": (10, 15, 20, 30, 40, 50, 70, 90, 100, 140),
    "pm10": (10, 20, 30, 45, 60, 75, 100, 125, 150, 200),
    "no2": (10, 20, 30, 45, 60, 75, 100, 125, 150, 200),
}
HIGHEST = 11

# Good (1-3), moderate (4-6), insufficient (7-8), poor (9-10), very poor (11): the five official
# hues are blue, yellow, orange, red, purple; the shades are ours, dark to light to dark.
GROUPS = (1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5)
COLOURS = (
    "#1f4e9e", "#3f83c8", "#8fc1e3",
    "#fff3b0", "#ffe066", "#f5c021",
    "#f59331", "#e86a17",
    "#d7301f", "#a50f15",
    "#6a1b7a",
)  # fmt: skip
GROUP_COLOURS = ("#3f83c8", "#ffe066", "#f59331", "#d7301f", "#6a1b7a")  # of the classes 1 to 5

Index = NDArray[np.int64]


def to_index(key: str, values: NDArray[Any]) -> Index:
    """Index 1 to 11 of hourly means (n,) in ug/m3, same length; 0 where there is none (NaN).

    >>> to_index("pm25", np.array([9.9, 10.0, 140.0, np.nan])).tolist()
    [1, 2, 11, 0]
    """
    known = np.asarray(values, np.float64)
    index = 1 + np.searchsorted(np.asarray(EDGES[key], np.float64), known, side="right")
    return np.where(np.isnan(known), 0, index)


def to_total(parts: Mapping[str, Index]) -> Index:
    """Total index of the indices (n,) of some substances, same length; 0 where none is known.

    The highest decides; where all are equal the total is one higher, at most 11 (luchtmeetnet.nl,
    "Luchtkwaliteitsindex"). That rule is kept to hours in which all four substances are known: of
    one or two, equal numbers say little.

    >>> to_total({"pm25": np.array([3, 0]), "no2": np.array([2, 0])}).tolist()
    [3, 0]
    """
    table = np.stack(list(parts.values()))
    highest = table.max(axis=0)
    if set(parts) != SUBSTANCES:
        return highest
    equal = (table == highest).all(axis=0) & (highest > 0)
    return np.minimum(highest + equal, HIGHEST)


def to_group(index: Index) -> Index:
    """Class 1 (good) to 5 (very poor) of indices, same length; 0 where there is none.

    >>> to_group(np.array([1, 4, 7, 9, 11, 0])).tolist()
    [1, 2, 3, 4, 5, 0]
    """
    return np.array((0, *GROUPS), np.int64)[index]
