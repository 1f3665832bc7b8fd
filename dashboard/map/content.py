"""What a map shows at one moment, read from the database.

1. what is there: quantities, extent of the data, places of nodes (kept for all who look)
2. hexagons of the period, joined to the size that suits the view
3. nodes and stations in the view, with their own means
4. words about it: summary, legend, tables
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import urlencode

import numpy as np
from pandas import DataFrame

from lokaalmeten.quantities import BY_KEY
from lokaalmeten.weather import GASES
from storage import reader, stations
from storage.listed import read_measured, read_ridden
from storage.node_means import is_short

from .. import hexagons
from ..pages import hexmap
from ..pages.hexmap import Drawing
from ..pages.parts import TABLE_ROWS, USUAL
from ..pages.pieces import Html, to_notice, to_table
from ..pages.written import write
from ..periods import Span, to_ends, to_span
from ..words import Words, decimals, unit_sign
from . import marks
from .kept import Kept
from .state import State

NO_CELLS = DataFrame({"cell": np.zeros(0, np.int64), "mean": [], "count": np.zeros(0, np.int64)})
SELDOM = 12  # times older than the newest value may nodes and quantities be
SIZE = (900.0, 540.0)  # pixels of a map whose size is not told


@dataclass(frozen=True)
class Frame:
    """What the browser shows: a view, or before there is one only how large it is."""

    view: hexagons.View | None = None
    size: tuple[float, float] = SIZE


@dataclass(frozen=True)
class There:
    """What the database has."""

    extent: Span | None
    quantities: list[str]
    has_zones: bool
    nodes: Callable[[], DataFrame]  # fixed ones, with lat and lon


@dataclass(frozen=True)
class Memory:
    """What is kept for all who look, and for how many seconds a newest value holds."""

    kept: Kept
    fresh_s: float

    def read(self, connection: Any, *, is_live: bool) -> There:
        """What is there at all; who looks at now wants to know what is newest."""
        seldom_s = self.fresh_s * SELDOM
        extent = self.kept.ask(
            "extent",
            lambda: reader.extent(connection),
            self.fresh_s if is_live else seldom_s,
        )
        quantities = self.kept.ask(
            "quantities", lambda: read_quantities(connection, extent), seldom_s
        )

        def nodes() -> DataFrame:
            return self.kept.ask(
                "nodes", lambda: marks.place_nodes(reader.nodes(connection), None), seldom_s
            )

        has_zones = self.kept.ask("zones", lambda: len(reader.zones(connection)) > 0, seldom_s)
        return There(extent, quantities, has_zones, nodes)


def read_quantities(connection: Any, extent: Span | None) -> list[str]:
    """Quantities that nodes ever measured, rides or stations in the newest week."""
    if extent is None:
        return []
    found = set(read_measured(connection))
    found |= set(read_ridden(connection, *(to_span(extent, "week") or extent)))
    found |= set(stations.read_latest(connection, extent[1])["quantity"])
    return [key for key in (*BY_KEY, *(gas.key for gas in GASES)) if key in found]


def choose(state: State, there: There) -> State:
    """State with its quantity: the usual one where none is asked for."""
    if state.quantity:
        return state
    usual = USUAL if USUAL in there.quantities else next(iter(there.quantities), USUAL)
    return replace(state, quantity=usual)


def read_content(
    connection: Any, memory: Memory, words: Words, state: State, frame: Frame
) -> dict[str, Any]:
    """All that the page draws and says of a state, for JSON."""
    there = memory.read(connection, is_live=state.end is None)
    state = choose(state, there)
    span = to_span(there.extent, state.period, state.end)
    if there.extent is None or span is None:
        return {"empty": to_notice(words("no.data"), [words("no.data.why")])}
    drawing, bounds = read_drawing(connection, words, state, span, frame, there)
    data = hexmap.to_data(words, drawing)
    data["bounds"] = bounds
    if not is_short(*span):
        data["texts"] |= {"nodeMean": words("map.node.mean")}
    return {
        "newest": there.extent[1].isoformat(),
        "period": drawing.period,
        "ends": tell_ends(there.extent, state.period),
        "map": data,
        "legend": write_legend(words, state, drawing, there),
        "summary": tell(words, drawing, there.extent[1]),
        "table": write_cells(words, drawing, span),
        "marks": write_marks(words, drawing),
        "notice": write_absence(words, state, drawing, there.extent),
    }


def read_drawing(
    connection: Any, words: Words, state: State, span: Span, frame: Frame, there: There
) -> tuple[Drawing, hexagons.Box]:
    """Hexagons and points that suit the view, and the box in which all of them lie.

    Without a view the box decides which resolution suits it, so all cells are read first.
    """
    key, view = state.quantity, frame.view
    box = view.box if view else None
    cells, resolution = NO_CELLS, view.resolution if view else hexagons.COARSEST
    if "hexagons" in state.layers and key in BY_KEY:
        wanted = view.resolution if view else reader.FIXED_RESOLUTION
        cells = reader.hexagons(connection, key, *span, wanted, box)
        bounds = hexagons.find_box(cells["cell"].to_numpy(np.int64))
        if view is None:
            resolution = hexagons.to_resolution(hexagons.fit_zoom(bounds, *frame.size))
            if resolution > wanted:
                cells = reader.hexagons(connection, key, *span, resolution, None)
            elif resolution < wanted:
                cells = hexagons.join(cells, resolution)
    else:
        bounds = hexagons.NOTHING
    cells, resolution = hexagons.limit(cells, resolution)
    points = read_points(connection, words, state, span, box, there)
    if cells.empty and points:
        bounds = box_of(points)
    period = words.span(*span)
    return Drawing(key, cells, resolution, period, box, points), bounds


def read_points(
    connection: Any, words: Words, state: State, span: Span, box: Any, there: There
) -> list[hexmap.Mark]:
    """Nodes and stations of the layers that are shown; of too many nodes none."""
    found: list[hexmap.Mark] = []
    if "stations" in state.layers:
        found += marks.read_station_marks(connection, words, state.quantity, span, box)
    if "nodes" in state.layers and len(nodes := nodes_in(there, box)) <= marks.MOST:
        found += marks.read_node_marks(connection, words, state.quantity, span, nodes)
    return found


def nodes_in(there: There, box: Any) -> DataFrame:
    """Fixed nodes in a box, or all."""
    return marks.keep_inside(there.nodes(), box)


def box_of(points: list[hexmap.Mark]) -> hexagons.Box:
    """Box around points, and a kilometre more."""
    lat, lon = ([each[name] for each in points] for name in ("lat", "lon"))
    return min(lon) - 0.015, min(lat) - 0.01, max(lon) + 0.015, max(lat) + 0.01


def tell_ends(extent: Span, period: str) -> dict[str, int] | None:
    """Moments at which the period may end, in seconds since 1970."""
    ends = to_ends(extent, period)
    if ends is None:
        return None
    step = int(ends.step.total_seconds())
    return {"first": int(ends.first.timestamp()), "step": step, "count": ends.count}


def tell(words: Words, drawing: Drawing, newest: datetime) -> str:
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


def write_absence(words: Words, state: State, drawing: Drawing, extent: Span) -> str:
    """Why there is nothing to see, and what to do; empty when there is something."""
    if len(drawing.frame) or any(mark.get("value") is not None for mark in drawing.nodes):
        return ""
    if not state.layers:
        return ""
    facts = {"quantity": words.quantity(drawing.key), "period": drawing.period}
    if state.end and state.end <= extent[0]:
        text = words("map.before", first=words.time(extent[0]))
    elif drawing.box is not None:
        text = words("map.elsewhere", quantity=facts["quantity"])
    else:
        text = words("no.period", **facts)
    return to_notice(words("no.data"), [text])


def write_legend(words: Words, state: State, drawing: Drawing, there: There) -> str:
    """Classes and points, borders where there are some, and that more nodes are not drawn."""
    told = write(hexmap.legend(words, drawing))
    if "zones" in state.layers and there.has_zones:
        text = escape(words("map.legend.zone"))
        told += f'<p class="legend-zone"><span class="swatch zone"></span> {text}</p>'
    count = len(nodes_in(there, drawing.box)) if "nodes" in state.layers else 0
    if count > marks.MOST:
        text = words("map.marks.many", count=words.number(count))
        told += f'<p class="small">{escape(text)}</p>'
    return told


def write_cells(words: Words, drawing: Drawing, span: Span) -> str:
    """The numbers of the hexagons; each cell leads to its history."""
    rows = hexmap.cell_rows(words, drawing)
    lines = [
        (Html(f'<a href="{escape(hexmap.to_history(words, drawing.key, cell))}">{cell}</a>'), *more)
        for cell, *more in rows
    ]
    head = hexmap.cell_head(words, drawing.key)
    caption = hexmap.cell_caption(words, drawing)
    total = len(drawing.frame)
    cut = words("table.cut", shown=words.number(len(rows)), total=words.number(total))
    note = f"{escape(cut)} " if total > TABLE_ROWS else ""
    link = f'<a href="{escape(to_api(drawing, span))}">{escape(words("table.all"))}</a>'
    return to_table(head, lines, caption, numbers=(1, 2, 3)) + f"<p>{note}{link}</p>"


def write_marks(words: Words, drawing: Drawing) -> str:
    """Nodes and stations of the map, each a link."""
    if not drawing.nodes:
        return f"<p>{escape(words('map.marks.none'))}</p>"
    digits = decimals(drawing.key)
    lines = []
    for mark in sorted(drawing.nodes, key=lambda each: (each["kind"], each["name"].lower())):
        name, value = escape(mark["name"]), words.number(mark.get("value"), digits)
        link = f'<a href="{escape(mark["href"])}">{name}</a>' if mark["href"] else name
        lines.append((Html(link), words(f"map.legend.{mark['kind']}"), value))
    sign = unit_sign(drawing.key)
    mean = f"{words('mean')} ({sign})" if sign else words("mean")
    head = (words("map.mark.name"), words("map.mark.kind"), mean)
    caption = f"{words.quantity(drawing.key)}, {drawing.period}"
    return to_table(head, lines, caption, numbers=(2,))


def to_api(drawing: Drawing, span: Span) -> str:
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
