"""The page of a plan: what is drawn as tables, and what the browser needs to draw it anew."""

import json
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from predict.crowd.place import Place
from storage.sessions import Plan

from ...pages.pieces import to_table
from ...words import Words
from .. import frame
from ..addresses import NEW, to_address
from ..parts import to_parts
from ..view import parse_plan

STYLE = '<link rel="stylesheet" href="/assets/plan.css">'
SCRIPT = '<script type="module" src="/assets/plan/editor.js"></script>'
EMPTY = {"type": "FeatureCollection", "name": "", "features": []}
# what the browser says by itself; all begin with "edit.js."
SAID = (
    "edit.js.map", "edit.js.zoom_in", "edit.js.zoom_out", "edit.js.draw_zone",
    "edit.js.draw_passage", "edit.js.hint.zone", "edit.js.hint.passage", "edit.js.close",
    "edit.js.undo", "edit.js.cancel", "edit.js.whole", "edit.js.middle", "edit.js.lat",
    "edit.js.lon", "edit.js.go", "edit.js.place", "edit.js.title", "edit.js.name",
    "edit.js.name.hint", "edit.js.interval", "edit.js.empty", "edit.js.open", "edit.js.open.hint",
    "edit.js.zones", "edit.js.passages", "edit.js.counters", "edit.js.add_zone",
    "edit.js.add_passage", "edit.js.add_counter", "edit.js.id", "edit.js.label",
    "edit.js.capacity", "edit.js.area", "edit.js.area.drawn", "edit.js.width", "edit.js.from",
    "edit.js.to", "edit.js.outside", "edit.js.limits.zone", "edit.js.limits.passage",
    "edit.js.yellow", "edit.js.orange", "edit.js.red", "edit.js.passage", "edit.js.direction",
    "edit.js.forward", "edit.js.backward", "edit.js.share", "edit.js.node", "edit.js.corners",
    "edit.js.corner", "edit.js.add_corner", "edit.js.remove_corner", "edit.js.remove",
    "edit.js.removed", "edit.js.several", "edit.js.save", "edit.js.saved", "edit.js.saving",
    "edit.js.changed", "edit.js.files", "edit.js.download", "edit.js.upload", "edit.js.uploaded",
    "edit.js.no_plan", "edit.js.wrong", "edit.js.wrong.zone", "edit.js.wrong.crosses",
    "edit.js.wrong.capacity", "edit.js.wrong.width", "edit.js.wrong.limits",
    "edit.js.wrong.link", "edit.js.wrong.same", "edit.js.wrong.id", "edit.js.wrong.twice",
    "edit.js.wrong.none", "edit.js.wrong.share", "edit.js.wrong.name", "edit.js.refused",
    "edit.js.forbidden", "edit.js.overtaken", "edit.js.taken", "edit.js.reload", "edit.js.dead",
    "edit.js.broken",
)  # fmt: skip
# facts that the browser fills in
LATER = {
    fact: f"{{{fact}}}" for fact in ("area", "count", "file", "name", "number", "reason", "version")
}


@dataclass(frozen=True)
class Titled:
    """A place as ``to_parts`` names it."""

    name: str
    title: str


def to_document(words: Words, found: Plan) -> str:
    """Whole page of a place that is there."""
    plan, place = parse_plan(found.plan)
    title = str(plan.get("name") or found.name)
    parts = to_parts(words, Titled(found.name, title), "plan") if found.open else ""
    lead = "edit.lead.change" if found.may_change else "edit.lead.look"
    content = (
        f'{parts}<p class="lead">{escape(words(lead))}</p>'
        + ("" if found.may_change else show_way_in(words, found.name))
        + show_editor(words, to_data(words, found, plan))
        + ("" if found.may_change else show_tables(words, place) + show_file(words, found.name))
    )
    return to_whole(words, words("edit.title", place=title), content, found.name)


def to_new_document(words: Words, *, may_draw: bool) -> str:
    """Whole page on which a new place is drawn."""
    if may_draw:
        new = Plan("", json.dumps(EMPTY), 900, 5, False, 0, True)
        lead = f'<p class="lead">{escape(words("edit.lead.new"))}</p>'
        content = lead + show_editor(words, to_data(words, new, EMPTY))
    else:
        content = show_way_in(words, NEW)
    return to_whole(words, words("edit.title.new"), content, NEW)


def to_whole(words: Words, title: str, content: str, place: str) -> str:
    """The frame of the site around it."""
    return frame.to_document(
        words, title, content, place=place, part="plan", head=STYLE, tail=SCRIPT
    )


def show_way_in(words: Words, place: str) -> str:
    """Link to sign in, and back here afterwards."""
    to = to_address(words, place, "plan")
    target = escape(f"/{words.language}/{words('access.path')}?to={to}")
    return f'<p><a href="{target}">{escape(words("edit.sign_in"))}</a></p>'


def show_editor(words: Words, data: dict[str, Any]) -> str:
    """Where the browser draws; what it draws comes as JSON, which no browser runs."""
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    without = escape(words("edit.noscript"))
    return (
        f'<noscript><p class="notice-plain">{without}</p></noscript>'
        '<div id="plan-editor"></div>'
        f'<script type="application/json" id="plan-data">{text}</script>'
    )


def to_data(words: Words, found: Plan, plan: Any) -> dict[str, Any]:
    """What assets/plan/editor.js needs."""
    return {
        "name": found.name,
        "version": found.version,
        "interval": found.step_s,
        "emptyHour": found.empty_hour,
        "open": found.open,
        "mayChange": found.may_change,
        "plan": plan,
        "language": words.language,
        "page": to_address(words, "{name}", "plan"),
        "texts": {key.removeprefix("edit.js."): words(key, **LATER) for key in SAID},
    }


def show_tables(words: Words, place: Place) -> str:
    """Zones, passages and counters as tables."""
    zones, passages, counters = place.zones, place.passages, place.counters
    limits = [words(f"edit.js.{colour}") for colour in ("yellow", "orange", "red")]
    names = (*zones.names, words("edit.js.outside"))  # OUTSIDE is the last

    def to_row(*cells: Any) -> list[str]:
        return [cell if isinstance(cell, str) else words.number(*cell) for cell in cells]

    zone_rows = [
        to_row(name, (area,), (None if np.isnan(most) else most,), *((each, 2) for each in levels))
        for name, area, most, levels in zip(
            zones.names, zones.area_m2, zones.capacity, zones.limits.tolist(), strict=True
        )
    ]
    passage_rows = [
        to_row(name, names[start], names[stop], (width, 1), *((each, 0) for each in levels))
        for name, start, stop, width, levels in zip(
            passages.names,
            passages.source,
            passages.target,
            passages.width_m,
            passages.limits.tolist(),
            strict=True,
        )
    ]
    counter_rows = [
        to_row(
            name,
            passages.names[at],
            words("edit.js.backward" if backward else "edit.js.forward"),
            (100 * share,),
        )
        for name, at, backward, share in zip(
            counters.ids, counters.passage, counters.backward, counters.share, strict=True
        )
    ]
    tables = (
        ("zones", ("label", "area", "capacity"), zone_rows, limits, range(1, 6)),
        ("passages", ("label", "from", "to", "width"), passage_rows, limits, range(3, 7)),
        ("counters", ("id", "passage", "direction", "share"), counter_rows, [], (3,)),
    )
    return "".join(
        f"<h2>{escape(words(f'edit.js.{kind}'))}</h2>"
        + to_table(
            [*(words(f"edit.js.{key}") for key in heads), *more],
            rows,
            words(f"edit.caption.{kind}"),
            tuple(numbers),
        )
        for kind, heads, rows, more, numbers in tables
        if rows
    )


def show_file(words: Words, place: str) -> str:
    """The plan as a file."""
    label = escape(words("edit.js.download"))
    return f'<p><a href="/v1/crowd/places/{escape(place)}/plan">{label}</a></p>'
