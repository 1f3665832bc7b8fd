"""The list of nodes."""

from typing import Any

from dash import html

from storage import reader

from ..source import Source
from ..words import Words
from .parts import NothingYetError, notice, table


async def layout(source: Source, words: Words, _name: str, _query: dict[str, str]) -> Any:
    """Fixed nodes with their last sample; of moving nodes only how many there are."""
    nodes = await source.ask(reader.nodes)
    if nodes.empty:
        raise NothingYetError(notice(words("no.data"), words("no.data.why")))
    moving = nodes["moving"].astype(bool)
    return html.Div([_fixed(words, nodes[~moving]), *_moving(words, int(moving.to_numpy().sum()))])


def _fixed(words: Words, nodes: Any) -> Any:
    if nodes.empty:
        return None
    rows = [
        (
            html.A(label or name, href=f"/{words.language}/node/{name}"),
            words(f"kind.{kind}"),
            words("node.never") if last != last else f"{words.time(last)} ({words.ago(last)})",  # noqa: PLR0124 - NaT
        )
        for name, label, kind, last in zip(
            nodes["name"], nodes["label"], nodes["kind"], nodes["last"], strict=True
        )
    ]
    head = (words("node.name"), words("node.kind"), words("node.last"))
    return table(head, rows, words("nodes.fixed"))


def _moving(words: Words, count: int) -> list[Any]:
    if not count:
        return []
    link = html.A(words("nodes.moving.link"), href=f"/{words.language}/rides")
    return [
        html.H2(words("nodes.moving")),
        html.P([words("nodes.moving.text", count=words.number(count)), " ", link, "."]),
    ]
