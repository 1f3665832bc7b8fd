"""The hexagon map as a part: its place in the page, its data, its legend, its table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from pandas import DataFrame

from storage import reader

from ..classes import Classes, class_text, to_classes
from ..hexagons import COARSEST, FINEST, WIDTH_M, ZOOMS, Box, to_columns
from ..words import Words, decimals, unit_sign
from .parts import TABLE_ROWS, cut_note, table


@dataclass(frozen=True)
class Drawing:
    """What one map shows: hexagons of one quantity over one period."""

    key: str  # quantity
    frame: DataFrame  # cell, mean, count; of an estimate also low and high
    resolution: int
    period: str  # in words
    box: Box | None  # outside which hexagons may be missing; None = all are here
    nodes: Sequence[dict[str, str]] = ()  # fixed nodes: cell, name, href
    fixed: bool = False  # one resolution, whatever the zoom

    @property
    def classes(self) -> Classes:
        """Classes of the means."""
        return to_classes(self.key, self.frame["mean"].to_numpy(float))


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
    """What assets/map.js needs."""
    classes = drawing.classes
    digits = decimals(drawing.key)
    return {
        **to_columns(drawing.frame, digits + 1),
        "classes": classes.of(drawing.frame["mean"].to_numpy(float)).tolist(),
        "colours": classes.colours,
        "resolution": drawing.resolution,
        "coarsest": COARSEST,
        "zooms": ZOOMS,
        "box": drawing.box,
        "fixed": drawing.fixed,
        "nodes": list(drawing.nodes),
        "language": words.language,
        "unit": unit_sign(drawing.key),
        "digits": digits,
        "texts": {
            "label": words("map.label"),
            "zoomIn": words("map.zoom_in"),
            "zoomOut": words("map.zoom_out"),
            "whole": words("map.whole"),
            "mean": words("mean").lower(),
            "count": words("map.count"),
            "period": drawing.period,
            "raw": words("raw"),
            "range": words("air_map.range", low="{low}", high="{high}"),
            "measured": words("air_map.measured", count="{count}"),
            "estimated": words("air_map.estimated"),
            "broken": words("map.broken", reason="{reason}"),
        },
    }


def legend(words: Words, drawing: Drawing) -> Any:
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
    if drawing.nodes:
        mark = html.Span(className="swatch node")
        rows.append(html.Li([mark, html.Span(words("map.legend.node"), className="class-note")]))
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
    width = _width(words, drawing.resolution)
    if drawing.fixed:
        return notes
    if drawing.resolution == FINEST:
        fixed = _width(words, reader.FIXED_RESOLUTION)
        return [*notes, words("map.legend.finest", width=width, fixed=fixed)]
    return [*notes, words("map.legend.cell", width=width)]


def _width(words: Words, resolution: int) -> str:
    width = WIDTH_M[resolution]
    return f"{words.number(width / 1000, 1)} km" if width >= 1000 else f"{width} m"


def _group(words: Words, classes: Classes, place: int) -> str:
    """Word of the LKI, at the first class of each group."""
    groups = classes.groups
    if not groups or (place and groups[place] == groups[place - 1]):
        return ""
    return words(f"lki.{groups[place]}")


def cell_table(words: Words, drawing: Drawing, address: str) -> Any:
    """The numbers of the map, highest first."""
    frame = drawing.frame.sort_values("mean", ascending=False).head(TABLE_ROWS)
    classes = drawing.classes
    places = classes.of(frame["mean"].to_numpy(float)) + 1
    cells = np.asarray(frame["cell"], np.int64).tolist()
    columns = (cells, frame["mean"], frame["count"], places)
    digits = decimals(drawing.key)
    rows = [
        (f"{cell:x}", words.number(mean, digits), words.number(count), str(place))
        for cell, mean, count, place in zip(*columns, strict=True)
    ]
    head = (
        words("map.cell"),
        f"{words('mean')} ({unit_sign(drawing.key)})" if unit_sign(drawing.key) else words("mean"),
        words("count"),
        words("map.class"),
    )
    caption = f"{words.quantity(drawing.key)}, {drawing.period}, {words('raw')}"
    return [
        table(head, rows, caption, numbers=(1, 2, 3)),
        cut_note(words, len(rows), len(drawing.frame), address),
    ]
