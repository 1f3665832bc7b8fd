"""What is selected: nodes, a period, an area, quantities; and which stretches of nodes that is.

A stretch is one node while it stood in one cell. Places are those that the public may know: cells
of resolution 9, whose centre decides whether they lie in a box.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.geo import Box, to_centres
from lokaalmeten.quantities import BY_KEY, CORRECTED

from ..asked import to_name
from ..failures import Connection
from ..frame import read_frame
from ..queries import read_queries

QUERIES = read_queries(Path(__file__).with_name("downloads.sql"))
DAY_S = 86_400
ROWS_A_DAY = 1440  # of a box, which has a sample a minute; what it will be is only known afterwards
Subject = Literal["observations", "rides"]
Processing = Literal["raw", "corrected", "both"]


@dataclass(frozen=True)
class Selection:
    """What somebody wants: from ``start`` up to ``stop``; what is empty or None selects all."""

    start: datetime
    stop: datetime
    keys: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    zone: str | None = None
    box: Box | None = None
    processing: Processing = "raw"
    flags: frozenset[int] = frozenset()  # values with another flag are left out
    of: Subject = "observations"  # of fixed nodes; or rides, which have neither nodes nor zone

    @property
    def raw(self) -> tuple[str, ...]:
        """Quantities whose raw values are wanted."""
        return () if self.processing == "corrected" else self.keys

    @property
    def corrected(self) -> tuple[str, ...]:
        """Quantities whose corrected values are wanted; not every one is ever corrected."""
        return () if self.processing == "raw" else tuple(k for k in self.keys if k in CORRECTED)

    @property
    def numbered(self) -> bool:
        """Whether it is told what each value was corrected by; of rides that is not public."""
        return bool(self.corrected) and self.of != "rides"


@dataclass(frozen=True)
class Stretch:
    """A node in one cell (0: no place, then lon and lat are None), from start up to stop."""

    node: str
    cell: int
    lon: float | None
    lat: float | None
    start: datetime
    stop: datetime

    @property
    def days(self) -> float:
        """How long it is."""
        return (self.stop - self.start).total_seconds() / DAY_S

    @property
    def name(self) -> str:
        """Where it is, and of which node."""
        return f"{self.node} {self.cell:x}"

    @property
    def rows(self) -> float:
        """About how many samples it has."""
        return self.days * ROWS_A_DAY


def find_stretches(connection: Connection, selection: Selection) -> list[Stretch]:
    """All stretches of a selection by node and time, cut to when the node has samples."""
    values = {"start": selection.start, "stop": selection.stop, "zone": selection.zone}
    named = {"nodes": [to_name(node) for node in selection.nodes] or None}
    found = read_frame(connection, QUERIES["stretches"], values | named)
    cells = found["cell"].to_numpy(np.int64)
    placed = cells != 0
    lat, lon = np.full((2, len(cells)), np.nan)
    if placed.any():
        lat[placed], lon[placed] = to_centres(cells[placed])
    inside = find_inside(selection.box, lon, lat)
    starts, stops = (found[name].dt.to_pydatetime() for name in ("start", "stop"))
    columns = (found["node"], cells, lon, lat, placed, starts, stops, inside)
    return [
        Stretch(node, cell, x if there else None, y if there else None, start, stop)
        for node, cell, x, y, there, start, stop, wanted in zip(
            *(np.asarray(column).tolist() for column in columns), strict=True
        )
        if wanted
    ]


def find_inside(
    box: Box | None, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """True (n,) of places in degrees (n,) that lie in a box; NaN lies in none but that of all."""
    if box is None:
        return np.ones(len(lon), np.bool_)
    west, south, east, north = box
    return (lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)


def find_keys(
    connection: Connection, _selection: Selection, stretches: Sequence[Stretch]
) -> tuple[str, ...]:
    """Quantities that these nodes have ever measured, in the order of the table of quantities."""
    nodes = sorted({stretch.node for stretch in stretches})
    found = set(read_frame(connection, QUERIES["measured"], {"nodes": nodes})["quantity"])
    return tuple(key for key in BY_KEY if key in found)


def find_unknown(connection: Connection, nodes: Sequence[str]) -> list[str]:
    """Names of these that no fixed node has."""
    asked = {"nodes": [to_name(name) for name in nodes]}
    known = set(read_frame(connection, QUERIES["fixed"], asked)["name"])
    return [name for name in nodes if name not in known]


def list_zones(connection: Connection, kind: str) -> list[str]:
    """Names of all zones of a kind."""
    found: Any = read_frame(connection, QUERIES["zones"], {"kind": kind})["name"]
    return found.tolist()
