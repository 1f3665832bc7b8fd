"""Hexagons for a view of the map: zoom, resolution, and columns as the browser draws them.

Columns are small: cells that lie near each other have numbers near each other, so what goes over
the wire is the step from one to the next.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pandas import DataFrame

from lokaalmeten.geo import to_centres, to_parent

FINEST, COARSEST = 10, 7
# Zoom of MapLibre (512-pixel tiles) from which a resolution is drawn. Fixed nodes show no finer
# than 9: a town seen as a whole is drawn in one size, rides in smaller ones only from close by.
ZOOMS = ((14.2, 10), (11.3, 9), (10.0, 8))
WIDTH_M = {7: 2400, 8: 920, 9: 350, 10: 130}  # between flat sides (h3geo.org, cell statistics)
MOST = 25_000  # hexagons of one map; more are joined to coarser ones
TILE_PX = 512  # the world at zoom 0
PADDING_PX, CLOSEST = 24, 14.0  # around all hexagons; not closer than this
NOTHING = (3.2, 50.7, 7.3, 53.6)  # box of the Netherlands
SIDE_M = 1500  # from the centre of a coarsest hexagon to its corner, and some more

Box = tuple[float, float, float, float]  # west, south, east, north, degrees


@dataclass(frozen=True)
class View:
    """What the browser shows: its zoom, and a box around it."""

    zoom: float
    box: Box

    @property
    def resolution(self) -> int:
        """H3 resolution that suits the zoom."""
        return to_resolution(self.zoom)


def to_resolution(zoom: float) -> int:
    """H3 resolution that is drawn at a zoom."""
    return next((fine for least, fine in ZOOMS if zoom >= least), COARSEST)


def fit_zoom(box: Box, width: float, height: float) -> float:
    """Zoom at which a box fits a map of so many pixels, as MapLibre's fitBounds has it."""
    west, south, east, north = box
    x = max((east - west) / 360, 1e-9)
    y = max(_mercator(north) - _mercator(south), 1e-9)
    across, down = (max(side - 2 * PADDING_PX, 1) / TILE_PX for side in (width, height))
    return float(min(np.log2(min(across / x, down / y)), CLOSEST))


def _mercator(latitude: float) -> float:
    """Height on the map of the world, 0 at the equator, 0.5 at its edge."""
    turn = np.radians(np.clip(latitude, -85, 85))
    return float(np.log(np.tan(np.pi / 4 + turn / 2)) / (2 * np.pi))


def find_box(cells: NDArray[np.int64]) -> Box:
    """Box around cells; without any the Netherlands."""
    if len(cells) == 0:
        return NOTHING
    lat, lon = to_centres(cells)
    more = SIDE_M / 111_195
    wide = more / float(np.cos(np.radians(lat.mean())))
    return (
        float(lon.min()) - wide,
        float(lat.min()) - more,
        float(lon.max()) + wide,
        float(lat.max()) + more,
    )


def join(frame: DataFrame, resolution: int) -> DataFrame:
    """Cells of ``storage.reader.hexagons`` joined to coarser ones: cell, mean, count."""
    cells = to_parent(frame["cell"].to_numpy(np.int64), resolution)
    parents, place = np.unique(cells, return_inverse=True)
    count = frame["count"].to_numpy(np.int64)
    total = np.bincount(place, frame["mean"].to_numpy(float) * count, len(parents))
    counts = np.bincount(place, count, len(parents)).astype(np.int64)
    return DataFrame({"cell": parents, "mean": total / counts, "count": counts})


def limit(frame: DataFrame, resolution: int, most: int = MOST) -> tuple[DataFrame, int]:
    """At most ``most`` hexagons, joined where there are more; and their resolution."""
    while len(frame) > most and resolution > 0:
        resolution -= 1
        frame = join(frame, resolution)
    return frame, resolution


def to_hex(cells: Any) -> list[str]:
    """H3 indexes as the strings that people and h3-js write."""
    return [f"{cell:x}" for cell in np.asarray(cells, np.int64).tolist()]


def to_parts(cells: NDArray[np.int64]) -> tuple[list[dict[str, Any]], NDArray[np.intp]]:
    """Cells as steps for each resolution, coarse ones first, and the order in which they are.

    A cell of resolution r ends with 3 (15 - r) bits that say nothing: what is left fits a number
    of JavaScript.
    """
    resolutions = (cells >> 52) & 15
    order = np.lexsort((cells, resolutions))
    parts = []
    for resolution in np.unique(resolutions).tolist():
        numbers = cells[order][resolutions[order] == resolution] >> 3 * (15 - resolution)
        steps = np.diff(numbers, prepend=0).tolist()
        parts.append({"resolution": resolution, "steps": steps})
    return parts, order


def to_columns(frame: DataFrame, digits: int) -> dict[str, list[Any]]:
    """Parts, means and counts of ``storage.reader.hexagons``; low and high if there."""
    parts, order = to_parts(frame["cell"].to_numpy(np.int64))
    named = {"mean": "means", "low": "lows", "high": "highs"}
    values = {
        name: np.round(frame[column].to_numpy(float)[order], digits).tolist()
        for column, name in named.items()
        if column in frame
    }
    return {"parts": parts, **values, "counts": frame["count"].to_numpy(int)[order].tolist()}
