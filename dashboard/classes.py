"""Classes of a map: edges, colours and the class of each value; arrays in, arrays out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.lki import COLOURS, EDGES, GROUPS

from .words import Words, decimals

# Light to dark, the order still there without colour.
SHADES = ("#d5ece0", "#97cfb4", "#4fa79c", "#2a7b8e", "#1d4c6e")


@dataclass(frozen=True)
class Classes:
    """k classes of one quantity: ``edges`` are the k - 1 bounds between them, ascending."""

    edges: tuple[float, ...]
    colours: tuple[str, ...]  # (k,) CSS
    groups: tuple[int, ...]  # (k,) LKI group 1..5, or () for quantiles
    digits: int  # decimals in which the edges are told

    def of(self, values: NDArray[Any]) -> NDArray[np.intp]:
        """Class of each value, counted from 0; a value on an edge is in the higher class."""
        return np.searchsorted(np.asarray(self.edges, float), values, side="right")


def to_classes(key: str, values: NDArray[Any]) -> Classes:
    """Classes for a quantity: fixed by the LKI where it has one, else quantiles of the values."""
    if key in EDGES:
        return Classes(EDGES[key], COLOURS, GROUPS, 0)
    return quantile_classes(values, decimals(key))


def quantile_classes(values: NDArray[Any], digits: int) -> Classes:
    """At most five classes with about equal numbers of values, none of them empty.

    >>> quantile_classes(np.arange(100.0), 0).edges
    (20.0, 40.0, 59.0, 79.0)
    """
    known = np.asarray(values, float)
    known = known[np.isfinite(known)]
    if len(known) == 0:
        return Classes((), SHADES[2:3], (), digits)
    edges = np.unique(np.round(np.quantile(known, (0.2, 0.4, 0.6, 0.8)), digits))
    used = np.unique(np.searchsorted(edges, known, side="right"))
    edges = edges[used[1:] - 1]  # the lower edge of every class with a value in it
    picked = np.linspace(0, len(SHADES) - 1, len(edges) + 1).round().astype(int)
    colours = SHADES[2:3] if len(edges) == 0 else tuple(SHADES[place] for place in picked)
    return Classes(tuple(edges.tolist()), colours, (), digits)


def class_text(words: Words, classes: Classes, place: int) -> str:
    """Bounds of a class in words."""
    edges = [words.number(edge, classes.digits) for edge in classes.edges]
    if not edges:
        return words("class.all")
    if place == 0:
        return words("class.below", high=edges[0])
    if place == len(edges):
        return words("class.above", low=edges[-1])
    return words("class.between", low=edges[place - 1], high=edges[place])
