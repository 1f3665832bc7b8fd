"""Parts that several pages share: controls, tables, notices."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from .. import figures, periods
from ..words import Words

USUAL = "pm25"  # the quantity that a page opens with, where it was measured
TABLE_ROWS = 200  # more rows than this are for the API

# Shade 9 is the only one in which Mantine's own text reaches 4.5:1 everywhere.
THEME: Any = {
    "primaryShade": 9,
    "primaryColor": "blue",
    "fontFamily": "inherit",
    "headings": {"fontFamily": "inherit"},
    "defaultRadius": "sm",
}


class NothingYetError(Exception):
    """There is nothing to show so far; ``content`` says why, and the page tries again."""

    def __init__(self, content: Any) -> None:
        super().__init__("nothing to show yet")
        self.content = content


def controls(
    words: Words,
    name: str,
    keys: Sequence[str],
    query: Mapping[str, str],
    offered: Sequence[str] = tuple(periods.PERIODS),
) -> Any:
    """Choice of quantity and of an offered period, ids ``<name>-quantity`` and ``<name>-period``.

    The query of the address decides what is chosen at first, when it makes sense.
    """
    usual = USUAL if USUAL in keys else next(iter(keys), None)
    chosen = query.get("quantity")
    quantity = dmc.Select(
        id=f"{name}-quantity",
        label=words("quantity"),
        data=[{"value": key, "label": words.quantity(key)} for key in keys],
        value=chosen if chosen in keys else usual,
        allowDeselect=False,
        checkIconPosition="right",
        className="control",
    )
    period = dmc.SegmentedControl(
        id=f"{name}-period",
        data=[{"value": period, "label": words(f"period.{period}")} for period in offered],
        value=periods.known(query.get("period"), offered),
        color="blue",
        fullWidth=True,
        **_aria(words("period")),
    )
    label = html.Span(words("period"), className="label")
    return html.Div(
        [quantity, html.Div([label, period], className="control")], className="controls"
    )


def choices(words: Words, page: str, keys: Sequence[str], chosen: str) -> Any:
    """Links to a page for each of its quantities; nothing when there is no choice."""
    links = [
        html.Li(
            html.A(
                words.quantity(key),
                href=f"/{words.language}/{page}?quantity={key}",
                **({"aria-current": "page"} if key == chosen else {}),  # pyright: ignore[reportArgumentType]
            )
        )
        for key in keys
    ]
    label = _aria(words("quantity"))
    return html.Nav(html.Ul(links), className="choices", **label) if len(links) > 1 else None


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[Any]],
    caption: str,
    numbers: Sequence[int] = (),
) -> Any:
    """Table with a caption; the columns in ``numbers`` are right-aligned.

    It scrolls inside itself on a narrow screen, so it can be reached by keyboard.
    """

    def cell(kind: Any, column: int, content: Any) -> Any:
        return kind(content, className="number" if column in numbers else None)

    return html.Div(
        html.Table(
            [
                html.Caption(caption),
                html.Thead(
                    html.Tr(
                        [
                            html.Th(name, scope="col", className=_align(column, numbers))
                            for column, name in enumerate(head)
                        ]
                    )
                ),
                html.Tbody(
                    [
                        html.Tr([cell(html.Td, column, item) for column, item in enumerate(row)])
                        for row in rows
                    ]
                ),
            ],
        ),
        className="table",
        role="region",
        tabIndex=0,
        **_aria(caption),
    )


def plain_table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    caption: str,
    numbers: Sequence[int] = (),
) -> Any:
    """The same of text alone, for many rows: one component, which assets/plain.js fills.

    Of a thousand cells as components a browser needs seconds.
    """
    kinds = [' class="number"' if column in numbers else "" for column in range(len(head))]
    heads = "".join(
        f'<th scope="col"{kind}>{escape(name)}</th>' for kind, name in zip(kinds, head, strict=True)
    )
    lines = (
        "".join(f"<td{kind}>{escape(text)}</td>" for kind, text in zip(kinds, row, strict=True))
        for row in rows
    )
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    told = (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
    return html.Div(
        className="table", role="region", tabIndex=0, **{"data-plain": told}, **_aria(caption)
    )


def _align(column: int, numbers: Sequence[int]) -> str | None:
    return "number" if column in numbers else None


def chart(words: Words, name: str, title: str, figure: figures.Figure = figures.EMPTY) -> Any:
    """Place of a chart, named for those who do not see it; ``name`` is the id of the graph."""
    graph = dcc.Graph(id=name, figure=figure, config=figures.config(words))
    label = words("chart.label", title=title)
    return html.Div(graph, className="chart", role="group", **_aria(label))


def _aria(label: str) -> Any:
    return {"aria-label": label}


def folded(summary: str, content: Any, name: str) -> Any:
    """Part that opens on a click or Enter."""
    return html.Details([html.Summary(summary), html.Div(content, id=name)], className="folded")


def cut_note(words: Words, shown: int, total: int, address: str, name: str = "table.all") -> Any:
    """Where the rest of a table is; ``name`` is the text of the link."""
    link = html.A(words(name), href=address)
    if shown >= total:
        return html.P(link)
    text = words("table.cut", shown=words.number(shown), total=words.number(total))
    return html.P([text, " ", link])


def notice(title: str, text: str, *, urgent: bool = False) -> Any:
    """Something that the reader should know, with its reason."""
    return dmc.Alert(
        text,
        title=title,
        color="orange" if urgent else "blue",
        variant="outline",
        className="notice",
    )


def dead_database(words: Words) -> Any:
    """Notice for when a page that is open loses its database."""
    return notice(words("problem.503.title"), words("problem.503.text"), urgent=True)
