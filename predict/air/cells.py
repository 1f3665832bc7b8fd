"""A map of one hour in H3 cells: what was measured in a cell, and an estimate in the others."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lokaalmeten.geo import PER_DEGREE, to_cells, to_centres

from .field import Estimate, Field, estimate, to_logs
from .values import mean_known

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]


@dataclass(frozen=True)
class CellMap:
    """Values of m cells in one hour."""

    cells: Int64  # (m,) H3 indices
    values: Estimate  # (m,)
    sensors: Int64  # (m,) that measured in the cell; 0 where it is estimated from others


def map_cells(field: Field, hour: ArrayLike, cells: Int64, resolution: int) -> CellMap:
    """Map of one hour (s,) on H3 cells (m,) of one resolution.

    A cell in which sensors measured is told by them, and is as unsure as neighbours differ;
    others are estimated at their centre.
    """
    drawn = estimate(field, hour, *to_centres(cells))
    logs = to_logs(np.asarray(hour, np.float64)[None])[0]
    lat, lon = ((each * PER_DEGREE).round().astype(np.int32) for each in (field.lat, field.lon))
    home = to_cells(lat, lon, resolution)
    inside = (home[:, None] == cells) & np.isfinite(logs)[:, None]  # (s, m)
    number = inside.sum(axis=0)
    own = mean_known(np.where(inside, logs[:, None], np.nan), axis=0)
    nugget = field.lasting.nugget + field.passing.nugget
    unsure = np.sqrt(nugget * (1 + 1 / np.maximum(number, 1)))
    told = number > 0
    return CellMap(
        cells,
        Estimate(np.where(told, own, drawn.log), np.where(told, unsure, drawn.log_deviation)),
        number,
    )
