"""Hexagons in which rides measured, around what is asked; only what is public of rides."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from h3.api import basic_int as h3
from numpy.typing import NDArray

from storage import reader

from .asked import RESOLUTION, SEEN_M, Asked, surround

PERIOD = timedelta(days=90)  # back from the newest data
MOST = 20_000  # hexagons that ways are looked for in: half a second of work
COARSE = 7  # resolution at which the busiest neighbourhood is looked for
NEAREST = 3  # rings around a place within which a measured hexagon stands for it


@dataclass(frozen=True)
class Cells:
    """n hexagons with what was measured in each."""

    start: datetime
    stop: datetime
    cell: NDArray[np.int64]
    mean: NDArray[np.float64]
    count: NDArray[np.int64]  # values
    rides: NDArray[np.int64]

    def find_near(self, place: int) -> int | None:
        """Row of the hexagon nearest to a place, within NEAREST rings; None when there is none."""
        rows = {cell: row for row, cell in enumerate(self.cell.tolist())}
        for ring in range(NEAREST + 1):
            here = [cell for cell in h3.grid_ring(place, ring) if cell in rows]
            if here:
                return rows[min(here)]
        return None


def read_cells(connection: Any, asked: Asked) -> Cells | None:
    """Hexagons around what is asked, or where most was measured; None when nothing was.

    Of more than MOST those with most values.
    """
    extent = reader.extent(connection)
    if extent is None:
        return None
    stop = extent[1] + timedelta(seconds=1)
    start = max(extent[0], stop - PERIOD)
    box = asked.box or find_busiest(connection, asked.quantity, start, stop)
    if box is None:
        return None
    found = reader.hexagons(connection, asked.quantity, start, stop, RESOLUTION, box)
    columns = [found[name].to_numpy() for name in ("cell", "mean", "count", "nodes")]
    fine = np.flatnonzero(is_fine(columns[0]))
    kept = np.sort(fine[np.argsort(-columns[2][fine], kind="stable")[:MOST]])
    cell, mean, count, rides = (column[kept] for column in columns)
    return Cells(start, stop, cell, mean.astype(float), count, rides)


def find_busiest(connection: Any, quantity: str, start: datetime, stop: datetime) -> Any:
    """Box around the neighbourhood in which most was measured by rides; None without any."""
    found = reader.hexagons(connection, quantity, start, stop, COARSE)
    if found.empty:
        return None
    busiest = int(found["cell"].to_numpy()[found["nodes"].to_numpy().argmax()])
    return surround([h3.cell_to_latlng(busiest)], SEEN_M)


def is_fine(cells: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which cells have the resolution of rides; those of fixed nodes are coarser."""
    return (cells >> 52) & 15 == RESOLUTION
