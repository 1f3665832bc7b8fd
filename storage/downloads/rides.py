"""Rides as downloads: of each the public part, sample after sample, many rides in one question.

1. which rides start in the period
2. ask for some of them, as many as make a block
3. cut the answer in rides, in the order of their seconds, and leave out what lies elsewhere
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.geo import to_centres
from lokaalmeten.privacy import OWN_MARKS
from lokaalmeten.quantities import BY_KEY

from ..failures import Connection
from ..frame import read_frame
from ..queries import fill
from .reading import BLOCK_ROWS, keep_wanted, list_values, read_arrays, to_columns, write_columns
from .selection import QUERIES, Selection, find_inside
from .table import Block

SAMPLE_S = 10.0  # of a node on a bike: how many samples a ride will have
MOST_RIDES = 500  # in one question


@dataclass(frozen=True)
class Ride:
    """A ride by its public name, the hour in which it starts, and how long it took."""

    name: str
    hour: datetime
    duration_s: int

    @property
    def rows(self) -> float:
        """About how many samples it has."""
        return self.duration_s / SAMPLE_S


def find_rides(connection: Connection, selection: Selection) -> list[Ride]:
    """Rides that start in a period, by the hour; within an hour their names are the order."""
    found = read_frame(connection, QUERIES["rides"], to_period(selection))
    hours = found["hour"].dt.to_pydatetime()
    columns = (found["ride"].astype(str), hours, found["duration_s"])
    return [
        Ride(*row) for row in zip(*(np.asarray(each).tolist() for each in columns), strict=True)
    ]


def find_ridden(
    _connection: Connection, _selection: Selection, _rides: Sequence[Ride]
) -> tuple[str, ...]:
    """Quantities of rides that may be public; which of them a ride has, its samples tell."""
    return tuple(key for key in BY_KEY if key not in OWN_MARKS)


def to_period(selection: Selection) -> dict[str, Any]:
    """Parameters of a period."""
    return {"start": selection.start, "stop": selection.stop}


def read_rides(
    connection: Connection, selection: Selection, rides: Sequence[Ride]
) -> Iterator[Block]:
    """All samples of rides in a selection, a block a ride; no block without a row.

    Raises StorageError when the database refuses.
    """
    names = list_values(selection)
    query = fill(QUERIES["ridden_samples"], columns=write_columns(names, correction=False))
    for some in cut(rides):
        asked = {"rides": [ride.name for ride in some]}
        columns = read_arrays(connection, query, asked)
        if columns:
            named = dict(zip(["number", "second", "cell", "flags", *names], columns, strict=True))
            yield from to_blocks(selection, some, named)


def cut(rides: Sequence[Ride]) -> Iterator[Sequence[Ride]]:
    """Rides behind each other, as many as have about BLOCK_ROWS samples."""
    first, rows = 0, 0.0
    for place, ride in enumerate(rides):
        rows += ride.rows
        if rows >= BLOCK_ROWS or place - first >= MOST_RIDES:
            yield rides[first : place + 1]
            first, rows = place + 1, 0.0
    if first < len(rides):
        yield rides[first:]


def to_blocks(
    selection: Selection, rides: Sequence[Ride], named: dict[str, NDArray[Any]]
) -> Iterator[Block]:
    """Blocks of rides from their samples together; ``number`` (n,) is 1 for the first ride."""
    order = np.lexsort((named["second"], named["number"]))
    columns = add_centres({name: values[order] for name, values in named.items()})
    lon, lat = columns["longitude"], columns["latitude"]
    inside = find_inside(selection.box, lon, lat)
    columns = {name: values[inside] for name, values in columns.items()}
    columns = keep_wanted(to_columns(selection, columns), selection)
    number = columns.pop("number")
    starts = np.flatnonzero(np.diff(number, prepend=0))
    stops = [*starts[1:], len(number)] if len(starts) else []  # nothing wanted, nothing kept
    for start, stop in zip(starts, stops, strict=True):
        ride = rides[number[start] - 1]
        same = {"ride": ride.name, "hour": np.datetime64(ride.hour.replace(tzinfo=None), "us")}
        yield Block(same, {name: values[start:stop] for name, values in columns.items()})


def add_centres(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Columns with the centres of their cells; NaN for 0, no place."""
    cells, place = np.unique(columns["cell"], return_inverse=True)
    lat, lon = np.full((2, len(cells)), np.nan)
    known = cells != 0
    lat[known], lon[known] = to_centres(cells[known])
    return columns | {"longitude": lon[place], "latitude": lat[place]}
