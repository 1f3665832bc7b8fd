"""Hexagons for a view of the map: resolution, box and columns as the browser draws them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from pandas import DataFrame

FINEST, COARSEST = 10, 7
# Zoom of MapLibre (512-pixel tiles) from which a resolution is drawn. Fixed nodes show no finer
# than 9: a town seen as a whole is drawn in one size, rides in smaller ones only from close by.
ZOOMS = ((14.2, 10), (11.3, 9), (10.0, 8))
WIDTH_M = {7: 2400, 8: 920, 9: 350, 10: 130}  # between flat sides (h3geo.org, cell statistics)
MARGIN = 0.5  # of the view, added on each side, so that a small pan needs no new question

Box = tuple[float, float, float, float]  # west, south, east, north, degrees


@dataclass(frozen=True)
class View:
    """What the browser shows: zoom and box; before the first drawing there is none."""

    zoom: float
    box: Box

    @property
    def resolution(self) -> int:
        """H3 resolution that suits the zoom."""
        return next((fine for zoom, fine in ZOOMS if self.zoom >= zoom), COARSEST)

    @property
    def wide_box(self) -> Box:
        """The box with a margin around it, cut to the globe."""
        west, south, east, north = self.box
        x, y = (east - west) * MARGIN, (north - south) * MARGIN
        return max(west - x, -180), max(south - y, -90), min(east + x, 180), min(north + y, 90)


def to_view(data: Any) -> View | None:
    """View from what the browser sent; None when it makes no sense."""
    try:
        zoom = float(data["zoom"])
        west, south, east, north = (float(edge) for edge in data["box"])
    except (TypeError, ValueError, KeyError):
        return None
    if not (np.isfinite([zoom, west, south, east, north]).all() and west < east and south < north):
        return None
    return View(zoom, (west, south, east, north))


def to_hex(cells: Any) -> list[str]:
    """H3 indexes as the strings that h3-js speaks."""
    return [f"{cell:x}" for cell in np.asarray(cells, np.int64).tolist()]


def to_columns(frame: DataFrame, digits: int) -> dict[str, list[Any]]:
    """Cells, means and counts of ``storage.reader.hexagons`` as lists; low and high if there."""
    bounds = {
        f"{name}s": np.round(frame[name].to_numpy(float), digits).tolist()
        for name in ("low", "high")
        if name in frame
    }
    return {
        **bounds,
        "cells": to_hex(frame["cell"]),
        "means": np.round(frame["mean"].to_numpy(float), digits).tolist(),
        "counts": frame["count"].to_numpy(int).tolist(),
    }
