"""The map page: hexagons of one quantity over one period, live while new data comes in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from pandas import DataFrame

from lokaalmeten.errors import StorageError
from lokaalmeten.quantities import BY_KEY
from storage import reader

from .. import hexagons, periods
from ..source import Source
from ..words import Words
from . import hexmap
from .hexmap import Drawing
from .parts import NothingYetError, controls, dead_database, folded, notice

TICK_MS = 10_000  # how often an open page looks for newer data
SLOW_TICKS = 6  # long periods are drawn again only every so many ticks
FIRST_RESOLUTION = 9  # of the first question, before the browser has told its view

Query = dict[str, str]


@dataclass(frozen=True)
class Choice:
    """What the reader asks for."""

    key: str
    period: str
    view: hexagons.View | None


async def layout(source: Source, words: Words, _name: str, query: Query) -> Any:
    """Controls, map and legend; the address may carry quantity and period.

    Raises:
        NothingYetError: nothing was ever measured.

    """
    keys = await source.ask(_measured)
    if not keys:
        raise NothingYetError(notice(words("no.data"), words("no.data.why")))
    return html.Div(
        [
            controls(words, "map", keys, query),
            html.Div(id="map-notice"),
            html.Div(
                [hexmap.map_place(words, "map"), html.Div(id="map-legend", className="legend")],
                className="map-row",
            ),
            html.P(id="map-summary"),
            html.P(html.A(words("air_map.link"), href=f"/{words.language}/air-map")),
            folded(words("map.table"), None, "map-table"),
            dcc.Store(id="map-view"),
            dcc.Store(id="map-last"),
            dcc.Interval(id="map-tick", interval=TICK_MS),
        ]
    )


def register(dash: Dash, source: Source) -> None:
    """Draw again when a control, the view or the data changes."""
    hexmap.register(dash, "map")

    @dash.callback(
        Output("map-data", "data"),
        Output("map-legend", "children"),
        Output("map-summary", "children"),
        Output("map-table", "children"),
        Output("map-notice", "children"),
        Output("map-last", "data"),
        Input("map-quantity", "value"),
        Input("map-period", "value"),
        Input("map-view", "data"),
        Input("map-tick", "n_intervals"),
        State("map-last", "data"),
        State("page-language", "data"),
    )
    async def draw(key, period, view, ticks, last, language):  # noqa: ANN001, ANN202
        words = Words(language)
        live = ctx.triggered_id == "map-tick"
        if live and period in ("week", "all") and ticks % SLOW_TICKS:
            return (no_update,) * 6
        choice = Choice(key, period, hexagons.to_view(view))
        try:
            return await source.ask(_redraw, words, choice, last if live else None)
        except StorageError:
            return (*(no_update,) * 4, dead_database(words), no_update)


def _measured(connection: Any) -> list[str]:
    """Quantities with values at any time, in the order of the table of quantities."""
    extent = reader.extent(connection)
    span = periods.to_span(extent, "all")
    found = set(reader.quantities(connection, *span)) if span else set()
    return [key for key in BY_KEY if key in found]


def _redraw(connection: Any, words: Words, choice: Choice, last: str | None) -> tuple[Any, ...]:
    """All outputs of ``draw``; nothing new when the newest data is still ``last``."""
    extent = reader.extent(connection)
    span = periods.to_span(extent, choice.period)
    if extent is None or span is None or choice.key not in BY_KEY:
        return (None, [], "", [], notice(words("no.data"), words("no.data.why")), None)
    newest = extent[1].isoformat()
    if newest == last:
        return (no_update,) * 4 + (None, no_update)
    drawing = read_drawing(connection, words, choice, span)
    absent = None
    if drawing.frame.empty:
        facts = {"quantity": words.quantity(choice.key), "period": drawing.period}
        absent = notice(words("no.data"), words("no.period", **facts))
    return (
        hexmap.to_data(words, drawing),
        hexmap.legend(words, drawing),
        summary(words, drawing, extent[1]),
        hexmap.cell_table(words, drawing, api_address(drawing, span)),
        absent,
        newest,
    )


def read_drawing(connection: Any, words: Words, choice: Choice, span: periods.Span) -> Drawing:
    """Hexagons for the view, or for everything when the browser has not told one yet."""
    view = choice.view
    resolution = view.resolution if view else FIRST_RESOLUTION
    box = view.wide_box if view else None
    return Drawing(
        key=choice.key,
        frame=reader.hexagons(connection, choice.key, *span, resolution, box),
        resolution=resolution,
        period=words.span(*span),
        box=box,
        nodes=fixed_nodes(reader.nodes(connection), words.language),
    )


def fixed_nodes(nodes: DataFrame, language: str) -> list[dict[str, str]]:
    """Nodes with a place of their own, as markers."""
    placed = nodes[~nodes["moving"].astype(bool) & (nodes["cell"] != 0)]
    return [
        {"cell": f"{cell:x}", "name": label or name, "href": f"/{language}/node/{name}"}
        for cell, name, label in zip(
            placed["cell"].astype("int64"), placed["name"], placed["label"], strict=True
        )
    ]


def summary(words: Words, drawing: Drawing, newest: datetime) -> str:
    """What the map shows, in two sentences."""
    shown = words(
        "map.summary",
        quantity=words.quantity(drawing.key),
        period=drawing.period,
        cells=words.number(len(drawing.frame)),
        count=words.number(drawing.frame["count"].to_numpy(int).sum()),
        raw=words("raw"),
    )
    return f"{shown} {words('map.newest', time=words.time(newest), ago=words.ago(newest))}"


def api_address(drawing: Drawing, span: periods.Span) -> str:
    """The same hexagons from the API."""
    query = {
        "quantity": drawing.key,
        "start": f"{span[0]:%Y-%m-%dT%H:%M:%SZ}",
        "end": f"{span[1]:%Y-%m-%dT%H:%M:%SZ}",
        "resolution": drawing.resolution,
    }
    if drawing.box:
        query["bbox"] = ",".join(f"{edge:.5f}" for edge in drawing.box)
    return f"/v1/hexagons?{urlencode(query, safe=',:')}"
