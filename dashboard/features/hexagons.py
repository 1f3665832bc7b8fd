"""Hexagons: the mean of the good values of one quantity per H3 cell over a period."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import shapely

from lokaalmeten.geo import Box, to_boundaries
from lokaalmeten.quantities import BY_KEY
from storage import reader

from ..api.answers import to_list, to_text
from ..api.hexagons import CELLS
from ..api.params import DEFAULT, EARLIEST
from ..hexagons import to_hex
from ..periods import Span
from ..problems import QueryError
from .table import DIGITS, Asked, Shapes, Table

HOUR = timedelta(hours=1)
MARGIN_DEG = 0.01  # around a box of centres: no corner of a cell lies farther from its centre


def read_hexagons(connection: Any, asked: Asked, quantity: str) -> Table:
    """Cells of resolution 9 with values in the period that is asked for, by default the last day.

    Properties quantity, unit, mean, count (of values), nodes (boxes and rides), start and end.

    Raises:
        QueryError: more than CELLS cells.

    """
    start, stop = to_span(asked, reader.extent(connection))
    box = None if asked.box is None else widen(asked.box)
    resolution = reader.FIXED_RESOLUTION
    found = reader.hexagons(connection, quantity, start, stop, resolution, box)
    if len(found) > CELLS:
        raise QueryError(
            f"This area has {len(found)} hexagons, at most {CELLS} can be asked for: give a "
            "smaller bbox."
        )
    same = {"quantity": quantity, "unit": BY_KEY[quantity].unit}
    same |= {"start": to_text(start), "end": to_text(stop)}
    properties = {name: to_list(found[name]) for name in ("mean", "count", "nodes")}
    properties |= {name: [value] * len(found) for name, value in same.items()}
    return Table(to_hex(found["cell"]), to_polygons(found["cell"].to_numpy(np.int64)), properties)


def to_span(asked: Asked, extent: Span | None) -> Span:
    """Start (in) and stop (not in) of the mean; a moment stands for the hour in which it is."""
    if asked.start is not None and asked.start == asked.stop:
        hour = asked.start.replace(minute=0, second=0, microsecond=0)
        return hour, hour + HOUR
    newest = extent[1] if extent else EARLIEST + DEFAULT
    stop = asked.stop or max(newest, asked.start or newest)
    start: datetime = asked.start or max(stop - DEFAULT, EARLIEST)
    return start, stop + timedelta(microseconds=1)


def widen(box: Box) -> Box | None:
    """Box that holds the centres of all cells that touch another; None where that is everything."""
    west, south, east, north = box
    farthest = min(max(abs(south), abs(north)) + MARGIN_DEG, 89.0)
    aside = MARGIN_DEG / float(np.cos(np.radians(farthest)))
    west, east = west - aside, east + aside
    if not -180 <= west < east <= 180:
        return None
    return west, max(south - MARGIN_DEG, -90.0), east, min(north + MARGIN_DEG, 90.0)


def to_polygons(cells: np.ndarray) -> Shapes:
    """Outlines (n,) of cells."""
    rings = to_boundaries(cells)
    if not rings:
        return np.empty(0, object)
    corners = np.round(np.concatenate(rings)[:, ::-1], DIGITS)
    which = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
    return np.asarray(shapely.polygons(shapely.linearrings(corners, indices=which)), object)
