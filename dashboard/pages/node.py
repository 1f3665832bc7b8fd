"""The page of one node: now and in numbers, its series, the week by hour, its forecast."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from dash import Dash, Input, Output, State, dcc, html, no_update
from numpy.typing import NDArray
from pandas import DataFrame

from lokaalmeten.errors import StorageError
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY
from storage import reader

from .. import figures, periods
from ..places import section
from ..places.options import check_weeks
from ..places.place import (
    NODE,
    Place,
    find_newest,
    read_days,
    read_hours,
    to_local_days,
)
from ..places.statistics import find_lines
from ..source import Source
from ..words import ZONE, Words, decimals
from . import forecast
from .options import check_known, check_quantity
from .parts import (
    TABLE_ROWS,
    NothingYetError,
    chart,
    controls,
    cut_note,
    dead_database,
    folded,
    notice,
    plain_table,
    table,
)

DOWNLOAD = "/v1/downloads/observations"
LIMITS = {"day": ("hour", "day"), "week": ("hour", "day"), "year": ("year",)}  # that are drawn
FILES = {"csv": "CSV", "parquet": "Parquet", "geojson": "GeoJSON"}


def check(query: dict[str, str]) -> None:
    """Refuse a quantity, a period or a number of weeks that the page has not."""
    check_quantity(query)
    check_known(query, "period", periods.OF_A_NODE, "unfit.period")
    check_weeks(query)


def read_node(connection: Any, name: str) -> Any:
    """Row of ``reader.nodes`` with this name, or None."""
    found = reader.node(connection, name)
    return None if found.empty else found.iloc[0]


async def layout(source: Source, words: Words, name: str, query: dict[str, str]) -> Any:
    """Controls, chart, tables; the address may carry quantity and period.

    Raises:
        NothingYetError: the node never measured anything.

    """
    node, latest = await source.ask(_read, name)
    if node.moving:
        return html.P(words("node.lead.moving"), className="lead")
    kind = words(f"kind.{node.kind}").capitalize()
    keys = [] if latest is None else [key for key in BY_KEY if np.isfinite(latest.get(key, np.nan))]
    if latest is None or not keys:
        lead = html.P(words("node.lead.never", kind=kind), className="lead")
        raise NothingYetError([lead, notice(words("no.data"), words("no.data.why"))])
    moment = latest["time"].to_pydatetime()
    lead = words("node.lead", kind=kind, time=words.time(moment), ago=words.ago(moment))
    return html.Div(
        [
            html.P(lead, className="lead"),
            controls(words, "node", keys, query, periods.OF_A_NODE),
            html.Div(id="node-notice"),
            html.Div(id="node-numbers"),
            html.H2(words("node.series")),
            chart(words, "node-figure", words("node.series")),
            html.P(id="node-summary"),
            html.Div(id="node-limits"),
            folded(words("series.table"), None, "node-table"),
            html.H2(words("node.latest")),
            _latest(words, name, latest, keys),
            html.Div(id="node-week"),
            html.H2(words("forecast.title")),
            html.Div(id="node-forecast"),
            dcc.Store(id="node-name", data=name),
            dcc.Store(id="node-weeks", data=query.get("weeks")),
        ]
    )


def register(dash: Dash, source: Source) -> None:
    """Draw again when a control changes."""

    @dash.callback(
        Output("node-figure", "figure"),
        Output("node-summary", "children"),
        Output("node-limits", "children"),
        Output("node-table", "children"),
        Output("node-forecast", "children"),
        Output("node-notice", "children"),
        Input("node-quantity", "value"),
        Input("node-period", "value"),
        State("node-name", "data"),
        State("page-language", "data"),
    )
    async def draw(key, period, name, language):  # noqa: ANN001, ANN202
        words = Words(language)
        try:
            return await source.ask(_draw, words, name, key, period)
        except StorageError:
            return (no_update,) * 5 + (dead_database(words),)

    @dash.callback(
        Output("node-numbers", "children"),
        Output("node-week", "children"),
        Input("node-quantity", "value"),
        State("node-name", "data"),
        State("node-weeks", "data"),
        State("page-language", "data"),
    )
    async def count(key, name, weeks, language):  # noqa: ANN001, ANN202
        words = Words(language)
        try:
            return await source.ask(_count, words, name, key, section.choose_weeks(weeks))
        except StorageError:  # the other callback says so
            return no_update, no_update


def _read(connection: Any, name: str) -> tuple[Any, Any]:
    """The node and its latest sample, None when it has none."""
    latest = reader.latest(connection)
    found = latest[latest["node"] == name]
    return read_node(connection, name), None if found.empty else found.iloc[0]


def _draw(connection: Any, words: Words, name: str, key: str, period: str) -> tuple[Any, ...]:
    """All outputs of ``draw``. The period ends with the newest sample of this node."""
    node = read_node(connection, name)
    extent = reader.extent(connection)
    if node is None or extent is None or node["last"] != node["last"] or key not in BY_KEY:
        return (figures.EMPTY, "", [], [], [], notice(words("no.data"), words("no.data.why")))
    span = periods.to_span((extent[0], node["last"].to_pydatetime()), period)
    assert span is not None
    width = periods.to_width(*span)
    frame = reader.series(connection, name, [key], *span, width, corrected=True)
    absent = None
    if not np.isfinite(frame[key].to_numpy(float)).any():
        facts = {"quantity": words.quantity(key), "period": words.span(*span)}
        absent = notice(words("no.data"), words("no.period", **facts))
    limits = [limit for each in LIMITS.get(period, ()) for limit in find_lines(key, each)]
    drawn = figures.series_figure(words, key, frame, width)
    return (
        figures.add_limits(drawn, words, key, limits),
        _summary(words, key, frame, span, width),
        section.write_limits(words, key, limits) if period in LIMITS else [],
        _table(words, key, frame, name, span),
        forecast.section(connection, words, name, key, span[1] - timedelta(hours=48)),
        absent,
    )


def _count(connection: Any, words: Words, name: str, key: str, weeks: int) -> tuple[Any, Any]:
    """Now and in numbers, and the week by hour: of whole hours that ended by the newest sample."""
    found = Place(NODE, name, name)
    stop = find_newest(connection, found, key)
    if stop is None or key not in BY_KEY:
        return [], []
    first, after = to_local_days(stop, section.YEAR_D)
    hours = read_hours(connection, found, key, stop - timedelta(weeks=weeks), stop)
    days = read_days(connection, found, key, first, after)
    numbers = [
        section.write_now(words, found, key, hours),
        html.H2(words("place.statistics")),
        *section.write_statistics(words, found, key, hours, days, stop, after),
        section.write_compare(words, found, key),
    ]
    path = f"{found.path}?"
    return numbers, section.write_heat(words, key, hours, weeks, weeks * section.WEEK_H, path)


def step_text(words: Words, width_s: int) -> str:
    """Width of a step in words."""
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if width_s >= size:
            count = width_s // size
            return words(f"step.{unit}" if count == 1 else f"step.{unit}s", count=count)
    return words("step.raw")


def _summary(words: Words, key: str, frame: DataFrame, span: periods.Span, width: int) -> str:
    """What was measured, in a sentence; and in a second what that is corrected to."""
    good = np.isfinite(frame[key].to_numpy(float))
    if f"{key}_flag" in frame:
        good &= frame[f"{key}_flag"].to_numpy(int) == Flag.GOOD
    if not good.any():
        return ""
    corrected = figures.get_corrected(frame, key)
    told = words(
        "series.summary",
        quantity=words.quantity(key),
        period=words.span(*span),
        step=step_text(words, width),
        **_ends(words, key, frame[key].to_numpy(float)[good]),
        raw=words("raw" if corrected is None else "beside"),
    )
    known = np.empty(0) if corrected is None else corrected[good & np.isfinite(corrected)]
    return told + words("series.corrected", **_ends(words, key, known)) if len(known) else told


def _ends(words: Words, key: str, values: NDArray[np.float64]) -> dict[str, str]:
    found = {"mean": values.mean(), "low": values.min(), "high": values.max()}
    return {name: words.value(key, value) for name, value in found.items()}


def _table(words: Words, key: str, frame: DataFrame, name: str, span: periods.Span) -> Any:
    """Newest first: value and what it rests on, a number of samples or a flag."""
    shown = frame.iloc[::-1].head(TABLE_ROWS)
    judged = f"{key}_flag" in shown
    basis = shown[f"{key}_flag" if judged else f"{key}_count"]
    columns: list[Iterable[str]] = [map(words.time, shown["time"])]
    head = [words("time"), words.quantity_unit(key)]
    columns.append(words.number(value, decimals(key)) for value in shown[key])
    is_corrected = figures.get_corrected(frame, key) is not None
    if is_corrected:
        head.append(words("corrected"))
        columns.append(words.number(value, decimals(key)) for value in shown[f"{key}_corrected"])
    head.append(words("quality" if judged else "count"))
    columns.append(words.flag(int(extra)) if judged else words.number(extra) for extra in basis)
    rows = list(zip(*columns, strict=True))
    beside = words("beside" if is_corrected else "raw")
    caption = f"{words.quantity(key)}, {words.span(*span)}, {beside}"
    query = f"quantity={key}&start={span[0]:%Y-%m-%dT%H:%M:%SZ}&end={span[1]:%Y-%m-%dT%H:%M:%SZ}"
    address = f"/v1/nodes/{name}/series?{query}"
    numbers = range(1, len(head) - judged)
    return [
        plain_table(head, rows, caption, numbers),
        cut_note(words, len(rows), len(frame), address),
        _downloads(words, key, name, span),
    ]


def _downloads(words: Words, key: str, name: str, span: periods.Span) -> Any:
    """The samples of the same quantity and period as files."""
    start, stop = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in span)
    query = f"node={name}&quantity={key}&start={start}&end={stop}"
    links = [html.A(kind, href=f"{DOWNLOAD}?{query}&format={form}") for form, kind in FILES.items()]
    told = html.A(words("download.columns"), href=f"{DOWNLOAD}/datapackage.json?{query}")
    beside = [part for link in [*links, told] for part in (link, ", ")][:-1]
    chosen = f"node={name}&quantity={key}&first={to_day(span[0])}&last={to_day(span[1])}"
    more = html.A(words("download.choose"), href=f"/{words.language}/data?{chosen}")
    return html.P([words("download.samples"), " ", *beside, ". ", more])


def to_day(moment: datetime) -> str:
    """Day here of a moment, as the page to choose data has it."""
    return f"{moment.astimezone(ZONE):%Y-%m-%d}"


def _latest(words: Words, name: str, latest: Any, keys: list[str]) -> Any:
    """Latest sample: each quantity, raw and corrected where it is, with unit and flag in words."""
    corrected = {key: latest.get(f"{key}_corrected", np.nan) for key in keys}
    is_corrected = bool(np.isfinite(list(corrected.values())).any())
    rows = [
        (
            html.A(words.quantity(key), href=f"/{words.language}/node/{name}?quantity={key}"),
            words.value(key, latest[key]),
            *([words.value(key, corrected[key])] if is_corrected else []),
            words.flag(int(latest[f"{key}_flag"])),
        )
        for key in keys
    ]
    values = [words("raw.short"), words("corrected")] if is_corrected else [words("value")]
    moment = words.time(latest["time"].to_pydatetime())
    beside = words("beside" if is_corrected else "raw")
    caption = words("node.latest.caption", time=moment, raw=beside)
    head = (words("quantity"), *values, words("quality"))
    return table(head, rows, caption, numbers=range(1, 1 + len(values)))
