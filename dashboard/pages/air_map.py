"""The page that estimates the air between sensors, and says how far that can be believed."""

from typing import Any

import numpy as np
from dash import Dash, html
from pandas import DataFrame

from lokaalmeten.air_map import RESOLUTION, AirMap
from lokaalmeten.forecasts import QUANTITIES
from storage import reader
from storage.air_maps import read_drawn, read_map

from ..map.marks import place_nodes, to_node_marks
from ..source import Source
from ..words import Words, decimals, unit_sign
from . import hexmap
from .hexmap import Drawing
from .parts import TABLE_ROWS, NothingYetError, choices, cut_note, folded, notice, table

NAME = "between"  # of the parts of this page
MOSTLY_MEAN = 0.6  # share of differences that no neighbour tells from which the page warns


async def layout(source: Source, words: Words, _name: str, query: dict[str, str]) -> Any:
    """Map, how good it is, and its numbers; the address may name a quantity.

    Raises:
        NothingYetError: no map was ever drawn.

    """
    return await source.ask(_read, words, query.get("quantity"))


def register(dash: Dash) -> None:
    """Have the browser draw the map."""
    hexmap.register(dash, NAME)


def _read(connection: Any, words: Words, asked: str | None) -> Any:
    drawn = set(read_drawn(connection))
    there = [key for key in QUANTITIES if key in drawn]
    key = asked if asked in there else next(iter(there), "")
    found = read_map(connection, key)
    if found is None:
        raise NothingYetError(notice(words("air_map.none"), words("air_map.none.why")))
    drawing = to_drawing(
        words, found, to_node_marks(words, place_nodes(reader.nodes(connection), None))
    )
    return html.Div(
        [
            html.P(words("air_map.lead"), className="lead"),
            choices(words, "air-map", there, key),
            html.P(_summary(words, found), id="air-map-summary"),
            html.Div(
                [
                    hexmap.map_place(words, NAME, hexmap.to_data(words, drawing)),
                    html.Div(_legend(words, drawing), className="legend"),
                ],
                className="map-row",
            ),
            html.H2(words("air_map.good")),
            *[html.P(text) for text in _quality(words, found)],
            folded(words("map.table"), _table(words, found), "air-map-table"),
        ]
    )


def to_drawing(words: Words, found: AirMap, nodes: list[dict[str, str]]) -> Drawing:
    """What the map shows: the middle value, with the bounds of 80 %."""
    columns = {"cell": found.cells, "mean": found.median, "count": found.measured}
    frame = DataFrame({**columns, "low": found.low, "high": found.high})
    period = words.time(found.hour)
    return Drawing(found.quantity, frame, RESOLUTION, period, None, nodes, fixed=True)


def _summary(words: Words, found: AirMap) -> str:
    return words(
        "air_map.summary",
        quantity=words.quantity(found.quantity),
        hour=words.time(found.hour),
        sensors=words.number(found.sensors),
        of=words(f"air_map.of.{'corrected' if found.corrected else 'raw'}"),
        estimated=words.number(int((found.measured == 0).sum())),
        cells=words.number(len(found.cells)),
    )


def _legend(words: Words, drawing: Drawing) -> list[Any]:
    return [
        *hexmap.legend(words, drawing),
        html.P(words("air_map.outline"), className="small"),
    ]


def _quality(words: Words, found: AirMap) -> list[str]:
    """How far sensors were off that were each told from the others, and what that means."""
    key = found.quantity
    told = [
        words(
            "air_map.quality",
            error=words.value(key, found.error),
            mean=words.value(key, found.error_of_mean),
            inside=words.number(100 * found.inside80),
        )
    ]
    if found.nugget_share > MOSTLY_MEAN:
        told.append(words("air_map.mostly_mean", share=words.number(100 * found.nugget_share)))
    return [*told, words("air_map.not")]


def _table(words: Words, found: AirMap) -> Any:
    """The numbers, highest first."""
    order = np.argsort(-found.median, kind="stable")[:TABLE_ROWS]
    digits = decimals(found.quantity)
    columns = (found.cells, found.median, found.low, found.high, found.measured)
    rows = [
        (f"{cell:x}", *(words.number(value, digits) for value in values), words.number(count))
        for cell, *values, count in zip(*(each[order].tolist() for each in columns), strict=True)
    ]
    unit = unit_sign(found.quantity)
    head = (
        words("map.cell"),
        f"{words('median')} ({unit})",
        words("air_map.low"),
        words("air_map.high"),
        words("air_map.sensors"),
    )
    caption = f"{words.quantity(found.quantity)}, {words.time(found.hour)}"
    address = f"/v1/air-map?quantity={found.quantity}"
    return [
        table(head, rows, caption, numbers=(1, 2, 3, 4)),
        cut_note(words, len(rows), len(found.cells), address),
    ]
