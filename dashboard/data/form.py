"""The form: what, where, when, which values, in which form. It works without any script."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from lokaalmeten.quantities import BY_KEY

from ..words import Words
from .choice import GOOD, Choice

FORMS = {  # word of the API: how people call it
    "csv": "CSV",
    "csv.gz": "CSV, gzip",
    "parquet": "Parquet",
    "geoparquet": "GeoParquet",
    "geojson": "GeoJSON",
    "netcdf": "NetCDF-CF",
}


@dataclass(frozen=True)
class Offer:
    """What can be chosen."""

    quantities: Sequence[str]
    nodes: Sequence[tuple[str, str]]  # name, label
    municipalities: Sequence[str]
    places: Sequence[tuple[float, float]] = ()  # longitude and latitude of nodes, to the cell


def write_form(words: Words, choice: Choice, offer: Offer, path: str) -> str:
    """HTML of the form, filled in."""
    return (
        f'<form method="get" action="{escape(path)}" class="data-form">'
        f"{write_subject(words, choice)}{write_quantities(words, choice, offer)}"
        f'<div class="data-fields">{write_place(words, choice, offer)}'
        f"{write_period(words, choice)}{write_values(words, choice)}</div>"
        f"{write_map(words, offer)}"
        f"<p><button>{escape(words('data.show'))}</button></p></form>"
    )


def write_subject(words: Words, choice: Choice) -> str:
    """Nodes or rides."""
    kinds = {"observations": words("data.of.observations"), "rides": words("data.of.rides")}
    inputs = "".join(
        f'<label><input type="radio" name="of" value="{kind}"{tick(kind == choice.of)}>'
        f"{escape(told)}</label>"
        for kind, told in kinds.items()
    )
    return fieldset(words("data.of"), inputs, "data-ticks")


def write_quantities(words: Words, choice: Choice, offer: Offer) -> str:
    """A tick for each quantity; none is all."""
    chosen = (key for key in choice.quantity if key in BY_KEY)  # measured or not
    known = dict.fromkeys([*offer.quantities, *chosen])
    inputs = "".join(
        f'<label><input type="checkbox" name="quantity" value="{escape(key)}"'
        f"{tick(key in choice.quantity)}>{escape(words.quantity(key))}</label>"
        for key in known
    )
    return fieldset(words("data.quantities"), inputs, "data-ticks")


def write_place(words: Words, choice: Choice, offer: Offer) -> str:
    """A municipality, nodes by name, a box."""
    zones = [("", words("data.everywhere")), *((name, name) for name in offer.municipalities)]
    chosen = select("municipality", zones, choice.municipality)
    parts = [label(words("data.municipality"), chosen)] if offer.municipalities else []
    names = "".join(
        f'<option value="{escape(name)}">{escape(told)}</option>' for name, told in offer.nodes
    )
    value = escape(", ".join(choice.node))
    node = f'<input name="node" value="{value}" list="data-nodes" spellcheck="false">'
    known = f'<datalist id="data-nodes">{names}</datalist>'
    parts.append(label(words("data.node"), node, words("data.node.hint")) + known)
    box = f'<input name="bbox" value="{escape(choice.bbox)}" spellcheck="false">'
    parts.append(label(words("data.box"), box, words("data.box.hint")))
    return "".join(parts)


def write_map(words: Words, offer: Offer) -> str:
    """A map to draw the box on, opened by assets/data/box.js; without scripts it is not there."""
    told = {name: words(f"data.map.{name}") for name in ("map", "zoom_in", "zoom_out", "none")}
    told["chosen"] = words("data.map.chosen", box="{box}")
    facts = json.dumps({**told, "nodes": offer.places}).replace("<", "\\u003c")
    return (
        '<details id="data-area" class="folded" hidden>'
        f"<summary>{escape(words('data.map.open'))}</summary>"
        f"<p>{escape(words('data.map.lead'))}</p>"
        '<div id="data-map" class="map"></div><p class="data-ticks">'
        f'<button type="button" data-do="view">{escape(words("data.map.view"))}</button> '
        f'<button type="button" data-do="none">{escape(words("data.map.clear"))}</button></p>'
        f'<p role="status"></p><script type="application/json">{facts}</script></details>'
    )


def write_period(words: Words, choice: Choice) -> str:
    """The first and the last day."""
    days = (("first", words("data.first"), choice.first), ("last", words("data.last"), choice.last))
    return "".join(
        label(told, f'<input type="date" name="{name}" value="{escape(day)}">')
        for name, told, day in days
    )


def write_values(words: Words, choice: Choice) -> str:
    """Raw or corrected, good or all, and the form of the file."""
    processing = [
        ("raw", words("data.raw")),
        ("corrected", words("data.corrected")),
        ("both", words("data.both")),
    ]
    quality = [("", words("data.any")), (GOOD, words("data.good"))]
    return (
        label(words("data.processing"), select("processing", processing, choice.processing))
        + label(words("data.quality"), select("quality", quality, choice.quality))
        + label(words("data.format"), select("format", FORMS.items(), choice.format))
    )


def label(text: str, field: str, hint: str = "") -> str:
    """A field with its label around it."""
    told = f'<span class="hint">{escape(hint)}</span>' if hint else ""
    return f"<label><span>{escape(text)}</span>{field}{told}</label>"


def select(name: str, options: Iterable[tuple[str, str]], chosen: str) -> str:
    """A list to choose one of."""
    inside = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(told)}</option>"
        for value, told in options
    )
    return f'<select name="{name}">{inside}</select>'


def fieldset(legend: str, content: str, kind: str) -> str:
    """A group of fields."""
    return f'<fieldset class="{kind}"><legend>{escape(legend)}</legend>{content}</fieldset>'


def tick(is_chosen: bool) -> str:
    """Whether it is ticked."""
    return " checked" if is_chosen else ""
