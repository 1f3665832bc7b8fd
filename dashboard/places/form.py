"""The form of a comparison: what is in it, each with a link that takes it away, and what to add."""

from datetime import date
from typing import Any

from dash import dcc, html

from storage import reader
from storage.listed import read_measured

from ..words import DASH, Words
from .choice import PATH, Choice
from .place import find_fixed


def write_form(connection: Any, words: Words, choice: Choice) -> Any:
    """Places to take away, one to add, quantity and days; it needs no mouse."""
    nodes, zones = find_fixed(reader.nodes(connection)), reader.zones(connection)
    labels = {
        f"{kind}:{name}": label or name
        for kind, rows in (("node", nodes), ("area", zones))
        for name, label in zip(rows["name"], rows["label"], strict=True)
    }
    keys = list(dict.fromkeys([*read_measured(connection), choice.key]))
    fields = [*write_place(words, labels), write_quantity(words, choice, keys)]
    fields += write_days(words, choice)
    kept = [pair for pair in choice.pairs() if pair[0] in ("place", "period")]
    hidden = [dcc.Input(type="hidden", name=name, value=value) for name, value in kept]
    button = html.Button(words("compare.show"))
    return html.Form(
        [
            write_kept(words, choice, labels),
            html.Div([*hidden, *fields, button], className="compare-fields"),
            html.P(words("compare.hint"), className="small"),
        ],
        action=f"/{words.language}/{PATH}",
        method="get",
        className="compare-form",
    )


def write_place(words: Words, labels: dict[str, str]) -> list[Any]:
    """A field for one more place, and the names that there are."""
    known = [html.Option(label, value=code) for code, label in labels.items()]
    typed = entry("compare-place", "place", "", hints="compare-known")
    return [
        field(words("compare.add"), "compare-place", typed),
        html.Datalist(known, id="compare-known"),
    ]


def write_quantity(words: Words, choice: Choice, keys: list[str]) -> Any:
    """A list of quantities."""
    options = [
        html.Option(words.quantity(key), value=key, selected=key == choice.key)  # pyright: ignore[reportCallIssue]
        for key in keys
    ]
    name = "compare-quantity"
    chosen = html.Select(options, id=name, name="quantity")  # pyright: ignore[reportCallIssue]
    return field(words("quantity"), name, chosen)


def write_days(words: Words, choice: Choice) -> list[Any]:
    """First and last day where there is one period, and a field for another one."""
    more = field(words("compare.period"), "compare-period", entry("compare-period", "period", ""))
    if choice.several:
        return [more]
    days = choice.spans[0] if choice.spans else ("", "")
    named = (("first", words("data.first"), days[0]), ("last", words("data.last"), days[1]))
    ends = [
        field(told, f"compare-{name}", entry(f"compare-{name}", name, str(day), kind="date"))
        for name, told, day in named
    ]
    return [*ends, more]


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
