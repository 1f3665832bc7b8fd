"""Places and periods side by side in one chart, with the same numbers as a table and as a file.

1. what is asked for (choice.py), and the form to choose others (form.py)
2. the hours or days of each line, one question a place and period (lines.py)
3. chart, statistics, table, and where they are as a file (file.py)
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import html

from storage import reader

from .. import figures
from ..pages.parts import TABLE_ROWS, chart, cut_note, folded, notice, plain_table, table
from ..problems import NotFoundError
from ..source import Source
from ..words import DASH, ZONE, Words, decimals
from . import section
from .choice import MOST, PATH, Choice, check, read_choice
from .form import write_form
from .lines import Line, read_lines, to_axes
from .place import Frame
from .statistics import find_lines

__all__ = ["check", "layout"]


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
        plain_table(head, rows, caption, numbers=range(1, len(head))),
        cut_note(words, len(rows), len(both), address, "place.table.all"),
    ]


def write_since(words: Words, passed: Any) -> str:
    """Day of a period, counted from 1, and the hour of it."""
    hours = passed.total_seconds() / 3600
    return words("compare.moment", day=int(hours // 24) + 1, time=f"{int(hours % 24):02d}:00")
