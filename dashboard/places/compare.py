"""Places and periods side by side in one chart, with the same numbers as a table and as a file.

1. what is asked for (choice.py), and which of these places there are
2. the hours or days of each line, one question a place and period
3. chart, statistics, table; and the form to choose others
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from dash import dcc, html
from fastapi import FastAPI, Request
from fastapi.responses import Response

from lokaalmeten.quantities import BY_KEY
from storage import reader
from storage.listed import read_measured

from .. import figures
from ..pages.options import to_query
from ..pages.parts import TABLE_ROWS, chart, cut_note, folded, notice, table
from ..problems import NotFoundError
from ..source import Source
from ..texts import LANGUAGES
from ..words import DASH, ZONE, Words, decimals, find_unit
from . import section
from .choice import MOST, Choice, Days, check, read_choice
from .place import NODE, Frame, Place, find_fixed, read_days, read_hours, read_place, to_moments
from .statistics import Statistics, find_lines, of_days, of_hours

PATH = "compare"
COLUMNS = (
    "place",
    "first",
    "last",
    "quantity",
    "unit",
    "start",
    "step",
    "mean",
    "values",
    "sources",
)
__all__ = ["add_compare", "check", "layout"]


@dataclass(frozen=True)
class Line:
    """One place in one period."""

    place: Place
    days: Days
    table: Frame  # time (aware), mean, count, nodes
    found: Statistics

    def label(self, words: Words, choice: Choice) -> str:
        """What it is called in the chart."""
        if not choice.several:
            return self.place.label
        first, last = (words.day(day) for day in self.days)
        period = f"{first} {DASH} {last}"
        return period if len(choice.places) == 1 else f"{self.place.label}, {period}"


async def layout(source: Source, words: Words, _name: str, query: dict[str, str]) -> Any:
    """Form, chart, numbers."""
    return await source.ask(write_page, words, query)


def write_page(connection: Any, words: Words, query: dict[str, str]) -> Any:
    """All below the heading."""
    extent = reader.extent(connection)
    if extent is None:
        return notice(words("no.data"), words("no.data.why"))
    choice = read_choice(query, extent[1].astimezone(ZONE).date())
    form = write_form(connection, words, choice)
    lead = html.P(words("compare.lead", most=MOST), className="lead")
    if not choice.places:
        return html.Div([lead, form, html.P(words("compare.none"))])
    try:
        lines = read_lines(connection, words, choice, extent[1])
    except NotFoundError:
        codes = " ".join(f"{kind}:{name}" for kind, name in choice.places)
        return html.Div(
            [lead, form, notice(words("compare.gone"), words("compare.gone.why", codes=codes))]
        )
    return html.Div([lead, form, *write_lines(words, choice, lines)])


def read_lines(connection: Any, words: Words, choice: Choice, newest: datetime) -> list[Line]:
    """What was measured at each place in each period.

    Raises:
        NotFoundError: one of the places is not there.

    """
    places = [read_place(connection, words, kind, name) for kind, name in choice.places]
    return [
        read_line(connection, choice, place, days, newest)
        for place in places
        for days in choice.spans
    ]


def read_line(connection: Any, choice: Choice, place: Place, days: Days, newest: datetime) -> Line:
    """One line; what is still to come of a period is not missing from it."""
    first, after = days[0], days[1] + timedelta(days=1)
    start, stop = to_moments(first, after)
    if choice.is_hourly:
        rows = read_hours(connection, place, choice.key, start, stop)
        until = newest.replace(minute=0, second=0, microsecond=0)
        end = min(stop, until) if until > start else stop
        return Line(place, days, rows, of_hours(rows, start, end, steady=place.kind == NODE))
    rows = read_days(connection, place, choice.key, first, after)
    today = newest.astimezone(ZONE).date()
    found = of_days(rows, first, min(after, today) if today > first else after)
    times = rows["day"].dt.tz_localize(ZONE)
    return Line(place, days, rows.assign(time=times), found)


def write_lines(words: Words, choice: Choice, lines: Sequence[Line]) -> list[Any]:
    """Chart, statistics and table of the lines."""
    told = [line for line in lines if len(line.table)]
    parts: list[Any] = [html.H2(words.quantity_unit(choice.key))]
    if not told:
        period = "; ".join(
            f"{words.day(first)} {DASH} {words.day(last)}" for first, last in choice.spans
        )
        facts = {"quantity": words.quantity(choice.key), "period": period}
        return [*parts, notice(words("no.data"), words("no.period", **facts))]
    drawn = [(line.label(words, choice), *to_axes(choice, line)) for line in told]
    figure = figures.side_figure(words, choice.key, drawn, aligned=choice.several)
    limits = find_lines(choice.key, "day")
    title = words("compare.chart", quantity=words.quantity(choice.key))
    return [
        *parts,
        chart(
            words, "compare-figure", title, figures.add_limits(figure, words, choice.key, limits)
        ),
        html.P(words("compare.step.hour" if choice.is_hourly else "compare.step.day")),
        section.write_limits(words, choice.key, limits),
        write_statistics(words, choice, lines),
        folded(words("series.table"), write_table(words, choice, told), "compare-table"),
        html.P(
            html.A(
                words("compare.download"),
                href=f"/{words.language}/{PATH}.csv?{choice.query()}",
                className="action",
            )
        ),
    ]


def to_axes(choice: Choice, line: Line) -> tuple[Any, Any]:
    """Moments here as text, or days since the begin of the period, and values; gaps are open."""
    moments = pd.DatetimeIndex(line.table["time"]).tz_convert("UTC").tz_localize(None)
    width = 3600 if choice.is_hourly else 86_400
    values = line.table["mean"].to_numpy(float)
    times, values = figures.break_gaps(moments.to_numpy("datetime64[s]"), values, width)
    local = pd.DatetimeIndex(times, tz="UTC")
    if not choice.several:
        return figures.to_local(local), values
    wall = local.tz_convert(ZONE).tz_localize(None)
    since = (wall - pd.Timestamp(line.days[0])) / pd.Timedelta(days=1)
    return np.round(since.to_numpy(float), 4), values


def write_statistics(words: Words, choice: Choice, lines: Sequence[Line]) -> Any:
    """A row a line."""
    rows = [
        (
            html.A(
                line.label(words, choice),
                href=f"/{words.language}/{line.place.path}?quantity={choice.key}",
            ),
            words.value(choice.key, line.found.mean),
            words.value(choice.key, line.found.highest),
            section.write_moment(words, line.found),
            section.write_capture(words, line.found),
        )
        for line in lines
    ]
    head = [
        words("compare.line"),
        *(words(f"place.column.{name}") for name in section.COLUMNS[1:5]),
    ]
    caption = words("compare.statistics", quantity=words.quantity(choice.key))
    return table(head, rows, caption, numbers=(1, 2))


def write_table(words: Words, choice: Choice, lines: Sequence[Line]) -> Any:
    """A row a moment, a column a line; the newest first."""
    columns = []
    for line in lines:
        if choice.several:
            wall = line.table["time"].dt.tz_convert(ZONE).dt.tz_localize(None)
            moments = wall - pd.Timestamp(line.days[0])
        else:
            moments = line.table["time"]
        columns.append(pd.Series(line.table["mean"].to_numpy(float), index=moments))
    unique = [column[~column.index.duplicated()] for column in columns]
    both = pd.concat(unique, axis=1).sort_index(ascending=choice.several)
    shown: Frame = both.head(TABLE_ROWS)
    digits = decimals(choice.key)
    rows = [
        (
            write_since(words, moment) if choice.several else words.time(moment),
            *(words.number(value, digits) for value in values),
        )
        for moment, values in zip(shown.index, shown.to_numpy(float), strict=True)
    ]
    head = [words("compare.since" if choice.several else "time")]
    head += [line.label(words, choice) for line in lines]
    caption = words.quantity_unit(choice.key)
    address = f"/{words.language}/{PATH}.csv?{choice.query()}"
    return [
        table(head, rows, caption, numbers=range(1, len(head))),
        cut_note(words, len(rows), len(both), address),
    ]


def write_since(words: Words, passed: Any) -> str:
    """Day of a period, counted from 1, and the hour of it."""
    hours = passed.total_seconds() / 3600
    return words("compare.moment", day=int(hours // 24) + 1, time=f"{int(hours % 24):02d}:00")


def write_form(connection: Any, words: Words, choice: Choice) -> Any:
    """Places to take away, one to add, quantity and days; it needs no mouse."""
    nodes, zones = find_fixed(reader.nodes(connection)), reader.zones(connection)
    known = [
        (f"{kind}:{name}", label or name)
        for kind, rows in (("node", nodes), ("area", zones))
        for name, label in zip(rows["name"], rows["label"], strict=True)
    ]
    labels = dict(known)
    keys = list(dict.fromkeys([*read_measured(connection), choice.key]))
    options = [
        html.Option(words.quantity(key), value=key, selected=key == choice.key)  # pyright: ignore[reportCallIssue]
        for key in keys
    ]
    days = choice.spans[0] if choice.spans and not choice.several else ("", "")
    kept = [("place", f"{kind}:{name}") for kind, name in choice.places] + [
        ("period", f"{a}..{b}") for a, b in choice.spans if choice.several
    ]
    fields = [
        field(
            words("compare.add"),
            "compare-place",
            entry("compare-place", "place", "", hints="compare-known"),
        ),
        html.Datalist(
            [html.Option(label, value=code) for code, label in known], id="compare-known"
        ),
        field(
            words("quantity"),
            "compare-quantity",
            html.Select(options, id="compare-quantity", name="quantity"),  # pyright: ignore[reportCallIssue]
        ),
    ]
    if not choice.several:
        fields += [
            field(
                words(f"data.{name}"),
                f"compare-{name}",
                entry(f"compare-{name}", name, str(day), kind="date"),
            )
            for name, day in zip(("first", "last"), days, strict=True)
        ]
    fields.append(
        field(words("compare.period"), "compare-period", entry("compare-period", "period", ""))
    )
    hidden = [dcc.Input(type="hidden", name=name, value=value) for name, value in kept]
    return html.Form(
        [
            write_kept(words, choice, labels),
            html.Div(
                [*hidden, *fields, html.Button(words("compare.show"))], className="compare-fields"
            ),
            html.P(words("compare.hint"), className="small"),
        ],
        action=f"/{words.language}/{PATH}",
        method="get",
        className="compare-form",
    )


def write_kept(words: Words, choice: Choice, labels: dict[str, str]) -> Any:
    """What is compared, each with a link that takes it away."""
    pairs = choice.pairs()
    items = []
    for name, value in pairs:
        if name not in ("place", "period"):
            continue
        rest = [pair for pair in pairs if pair != (name, value)]
        address = f"/{words.language}/{PATH}?{Choice.write(rest)}"
        told = labels.get(value, value.partition(":")[2] or write_period(words, value))
        named: Any = {"aria-label": words("compare.without", name=told)}
        items.append(html.Li([told, " ", html.A(words("compare.away"), href=address, **named)]))
    return html.Ul(items, className="compare-kept") if items else None


def write_period(words: Words, text: str) -> str:
    """FIRST..LAST for people."""
    days = (words.day(date.fromisoformat(day)) for day in text.split(".."))
    return f" {DASH} ".join(days)


def field(text: str, name: str, content: Any) -> Any:
    """A field below its label."""
    return html.Div([html.Label(text, htmlFor=name), content], className="compare-field")


def entry(name: str, option: str, value: str, *, kind: str = "text", hints: str = "") -> Any:
    """A field to type in."""
    more: Any = {"list": hints} if hints else {}
    return dcc.Input(id=name, name=option, type=kind, value=value, **more)  # pyright: ignore[reportArgumentType]


def add_compare(app: FastAPI, source: Source) -> None:
    """Put the file of a comparison on the application, in each language."""
    for language in LANGUAGES:
        _add_file(app, source, Words(language))


def _add_file(app: FastAPI, source: Source, words: Words) -> None:
    @app.get(f"/{words.language}/{PATH}.csv", include_in_schema=False)
    async def file(request: Request) -> Response:
        query = to_query(request.query_params.multi_items())
        check(query)
        text = await source.ask(write_file, words, query)
        named = {"Content-Disposition": f'attachment; filename="{PATH}.csv"'}
        return Response(text, media_type="text/csv; charset=utf-8", headers=named)


def write_file(connection: Any, words: Words, query: dict[str, str]) -> str:
    """All lines as CSV, a row an hour or day; moments in UTC.

    Raises:
        NotFoundError: one of the places is not there.

    """
    extent = reader.extent(connection)
    newest = extent[1] if extent else datetime.now(UTC)
    choice = read_choice(query, newest.astimezone(ZONE).date())
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    step = "hour" if choice.is_hourly else "day"
    unit, digits = find_unit(choice.key), len(str(BY_KEY[choice.key].per)) - 1
    for line in read_lines(connection, words, choice, newest):
        head = (line.place.code, *line.days, choice.key, unit)
        rows = line.table
        for time, mean, count, nodes in zip(
            rows["time"].dt.tz_convert("UTC"),
            rows["mean"],
            rows["count"],
            rows["nodes"],
            strict=True,
        ):
            moment = f"{time:%Y-%m-%dT%H:%M:%SZ}"
            writer.writerow((*head, moment, step, f"{mean:.{digits}f}", count, nodes))
    return out.getvalue()
