"""Features of a collection as columns, and which of them are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from lokaalmeten.geo import Box

Shapes = NDArray[np.object_]  # (n,) of shapely, longitude and latitude in degrees; None = no place
Times = NDArray[np.datetime64]  # UTC
DIGITS = 6  # of a coordinate: 0.1 m


@dataclass(frozen=True)
class Asked:
    """What somebody wants of a collection."""

    limit: int
    box: Box | None = None  # west may be more than east: then it crosses longitude 180
    start: datetime | None = None  # both are in; None is open
    stop: datetime | None = None
    after: str | None = None  # id of the last feature of the page before
    equal: Mapping[str, str] = field(default_factory=dict)  # property: what it has to be


@dataclass(frozen=True)
class Table:
    """n features; ``times`` (n,) is NaT, or None as a whole, where a feature has no time."""

    ids: list[str]
    shapes: Shapes
    properties: Mapping[str, Sequence[Any]]
    times: Times | None = None

    def take(self, rows: NDArray[np.intp]) -> "Table":
        """Some of the features, in the order of their places."""
        return Table(
            [self.ids[row] for row in rows],
            self.shapes[rows],
            {name: [column[row] for row in rows] for name, column in self.properties.items()},
            None if self.times is None else self.times[rows],
        )


def find_rows(table: Table, asked: Asked) -> NDArray[np.intp]:
    """Places of the features that are asked for, by their ids in the order of text.

    A feature without a time is there at any time, one without a place in no box.
    """
    kept = np.ones(len(table.ids), bool)
    if asked.box is not None:
        kept &= is_inside(table.shapes, asked.box)
    if table.times is not None:
        kept &= is_between(table.times, asked.start, asked.stop)
    for name, wanted in asked.equal.items():
        if name in table.properties:
            kept &= np.array([value == wanted for value in table.properties[name]], bool)
    order = np.argsort(np.array(table.ids, np.str_), kind="stable")
    return order[kept[order]]


def cut_page(
    table: Table, rows: NDArray[np.intp], asked: Asked
) -> tuple[NDArray[np.intp], str | None]:
    """The rows of the page that is asked for, and the id after which the next one begins."""
    if asked.after is not None:
        ids = np.array([table.ids[row] for row in rows], np.str_)
        rows = rows[np.searchsorted(ids, asked.after, "right") :]
    page = rows[: asked.limit]
    return page, table.ids[page[-1]] if len(rows) > len(page) else None


def is_inside(shapes: Shapes, box: Box) -> NDArray[np.bool_]:
    """Which shapes (n,) touch a box."""
    west, south, east, north = box
    parts = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    found = np.zeros(len(shapes), bool)
    for left, right in parts:
        # of no width it is a line or a point, which is no box to shapely
        corner = shapely.multipoints([(left, south), (right, north)])
        found |= shapely.intersects(shapes, shapely.envelope(corner))
    return found


def is_between(times: Times, start: datetime | None, stop: datetime | None) -> NDArray[np.bool_]:
    """Which times (n,) lie in a period, both ends included; unknown ones do."""
    kept = np.ones(len(times), bool)
    if start is not None:
        kept &= ~(times < to_time(start))
    if stop is not None:
        kept &= ~(times > to_time(stop))
    return kept


def to_time(moment: datetime) -> np.datetime64:
    """A moment as numpy counts, UTC."""
    return np.datetime64(int(moment.timestamp() * 1e6), "us")


def to_points(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> Shapes:
    """Points (n,) of degrees; None where they are NaN."""
    points = np.empty(len(lat), object)
    known = ~np.isnan(lat)
    places = np.round(np.stack([lon[known], lat[known]], axis=1), DIGITS)
    points[known] = np.asarray(shapely.points(places), object)
    return points
