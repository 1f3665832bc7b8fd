"""The hexagon map as a part: its place in the page, its data, its legend, its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from numpy.typing import NDArray
from pandas import DataFrame

from storage import reader

from ..classes import Classes, class_text, to_classes
from ..hexagons import COARSEST, FINEST, WIDTH_M, ZOOMS, Box, to_columns
from ..words import Words, decimals, unit_sign
from .parts import TABLE_ROWS, cut_note, table

Mark = dict[str, Any]  # a node or station on the map; see map/marks.py


@dataclass(frozen=True)
class Drawing:
    """What one map shows: hexagons of one quantity over one period."""

    key: str  # quantity
    frame: DataFrame  # cell, mean, count; of an estimate also low and high
    resolution: int
    period: str  # in words
    box: Box | None  # outside which hexagons may be missing; None = all are here
    nodes: Sequence[Mark] = ()  # nodes and stations
    fixed: bool = False  # one resolution, whatever the zoom

    @property
    def means(self) -> NDArray[np.float64]:
        """Means (n,) as they are told, with one decimal more than people read."""
        means = self.frame["mean"].to_numpy(float)
        return np.round(means, decimals(self.key) + 1).astype(np.float64)

    @property
    def classes(self) -> Classes:
        """Classes of the means, or of the nodes where there are only these."""
        marked = [mark["value"] for mark in self.nodes if mark.get("value") is not None]
        return to_classes(self.key, self.means if len(self.frame) else np.array(marked, float))


def map_place(words: Words, name: str, data: dict[str, Any] | None = None) -> Any:
    """Where the map of page ``name`` is drawn; ``data`` is drawn at once, later data by callback.

    The parts that callbacks know have ids of their own page: Dash complains about a callback of
    which it finds some parts and misses others.
    """
    return html.Div(
        [
            html.Div(id="map", className="map"),
            html.P(id=f"{name}-broken", className="lead", role="alert"),
            dcc.Store(id=f"{name}-data", data=data),
        ],
        className="map-place",
        lang=words.language,
    )


def register(dash: Dash, name: str) -> None:
    """Let the browser draw whatever is put in the store of page ``name``."""
    dash.clientside_callback(
        ClientsideFunction("lokaal", "draw"),
        Output(f"{name}-broken", "children"),
        Input(f"{name}-data", "data"),
    )


def to_data(words: Words, drawing: Drawing) -> dict[str, Any]:
    """What assets/map/draw.js needs."""
    classes = drawing.classes
    digits = decimals(drawing.key)
    return {
        **to_columns(drawing.frame, digits + 1),
        "edges": classes.edges,
        "colours": classes.colours,
        "resolution": drawing.resolution,
        "coarsest": COARSEST,
        "zooms": ZOOMS,
        "box": drawing.box,
        "fixed": drawing.fixed,
        "marks": list(drawing.nodes),
        "language": words.language,
        "unit": unit_sign(drawing.key),
        "digits": digits,
        "history": to_history(words, drawing.key, "{cell}"),
        "texts": {
            "label": words("map.label"),
            "zoomIn": words("map.zoom_in"),
            "zoomOut": words("map.zoom_out"),
            "whole": words("map.whole"),
            "mean": words("map.mean"),
            "count": words("map.count"),
            "period": drawing.period,
            "raw": words("raw"),
            "range": words("air_map.range", low="{low}", high="{high}"),
            "measured": words("air_map.measured", count="{count}"),
            "estimated": words("air_map.estimated"),
            "broken": words("map.broken", reason="{reason}"),
            "history": words("map.history"),
            "node": words("map.legend.node"),
            "station": words("map.legend.station"),
            "toNode": words("map.node.page"),
            "toStation": words("map.station.page"),
            "official": words("map.official"),
            "noValue": words("map.no_value"),
            "close": words("map.close"),
        },
    }


def to_history(words: Words, key: str, cell: str) -> str:
    """Address of the history of a hexagon."""
    return f"/{words.language}/hexagon/{cell}?quantity={key}"


def legend(words: Words, drawing: Drawing) -> list[Any]:
    """Classes with their bounds in numbers."""
    classes = drawing.classes
    rows = [
        html.Li(
            [
                html.Span(className="swatch", style={"background": colour}),
                html.Span(str(place + 1), className="class-number"),
                html.Span(class_text(words, classes, place), className="class-span"),
                html.Span(_group(words, classes, place), className="class-group"),
            ]
        )
        for place, colour in enumerate(classes.colours)
    ]
    for kind in ("node", "station"):
        if any(mark["kind"] == kind for mark in drawing.nodes):
            sign = html.Span(className=f"swatch {kind}")
            text = html.Span(words(f"map.legend.{kind}"), className="class-note")
            rows.append(html.Li([sign, text]))
    return [
        html.H2(words("map.legend")),
        html.P(words.quantity_unit(drawing.key), className="legend-unit"),
        html.Ul(rows, className="legend-classes"),
        *[html.P(note, className="small") for note in _notes(words, drawing, classes)],
    ]


def _notes(words: Words, drawing: Drawing, classes: Classes) -> list[str]:
    """What the classes rest on, and how large a hexagon is."""
    notes = []
    if classes.groups:
        notes.append(words("map.legend.lki"))
    elif classes.edges:
        notes.append(words("map.legend.quantiles"))
    if any("value" in mark for mark in drawing.nodes):
        notes.append(words("map.legend.mark"))
    if drawing.fixed or drawing.frame.empty:
        return notes
    width = _width(words, drawing.resolution)
    if drawing.resolution == FINEST:
        fixed = _width(words, reader.FIXED_RESOLUTION)
        return [*notes, words("map.legend.finest", width=width, fixed=fixed)]
    return [*notes, words("map.legend.cell", width=width)]


def _width(words: Words, resolution: int) -> str:
    width = (
        WIDTH_M[resolution]
        if resolution in WIDTH_M
        else WIDTH_M[COARSEST] * 7 ** ((COARSEST - resolution) / 2)
    )
    return f"{words.number(width / 1000, 1)} km" if width >= 1000 else f"{width} m"


def _group(words: Words, classes: Classes, place: int) -> str:
    """Word of the LKI, at the first class of each group."""
    groups = classes.groups
    if not groups or (place and groups[place] == groups[place - 1]):
        return ""
    return words(f"lki.{groups[place]}")


def cell_head(words: Words, key: str) -> tuple[str, ...]:
    """Heads of the columns of ``cell_rows``."""
    sign = unit_sign(key)
    mean = f"{words('mean')} ({sign})" if sign else words("mean")
    return words("map.cell"), mean, words("count"), words("map.class")


def cell_rows(words: Words, drawing: Drawing) -> list[tuple[str, ...]]:
    """The numbers of the map, highest first: cell, mean, count and number of the class."""
    means = drawing.means
    order = np.argsort(-means, kind="stable")[:TABLE_ROWS]
    places = drawing.classes.of(means[order]) + 1
    cells, counts = (drawing.frame[name].to_numpy(np.int64)[order] for name in ("cell", "count"))
    columns = (cells.tolist(), means[order].tolist(), counts.tolist(), places.tolist())
    digits = decimals(drawing.key)
    return [
        (f"{cell:x}", words.number(mean, digits), words.number(count), str(place))
        for cell, mean, count, place in zip(*columns, strict=True)
    ]


def cell_caption(words: Words, drawing: Drawing) -> str:
    """What the numbers are."""
    return f"{words.quantity(drawing.key)}, {drawing.period}, {words('raw')}"


def cell_table(words: Words, drawing: Drawing, address: str) -> list[Any]:
    """The numbers as a table; a cell leads to its history."""
    rows = [
        (html.A(cell, href=to_history(words, drawing.key, cell)), *values)
        for cell, *values in cell_rows(words, drawing)
    ]
    caption = cell_caption(words, drawing)
    return [
        table(cell_head(words, drawing.key), rows, caption, numbers=(1, 2, 3)),
        cut_note(words, len(rows), len(drawing.frame), address),
    ]
