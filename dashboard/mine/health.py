"""How all nodes in reach are, on one page: counts, a choice, and a table with what is urgent first.

1. how each is, and its state (lokaalmeten/node_health.py)
2. those of the chosen project or zone, counted by state
3. those of the chosen state, as a table or as CSV
"""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import urlencode

from lokaalmeten.node_health import STATES, Health, Rules, find_reason, judge, rank, read_battery

from ..data.form import label as to_label
from ..data.form import select as to_select
from ..pages.pieces import Html, to_notice, to_table
from ..words import DASH, Words
from .addresses import to_base, to_health, to_node
from .parts import to_action, to_document, to_lead, to_link

SHOWN = 250  # nodes of a page; all of them are in its CSV
TIME = "%Y-%m-%dT%H:%M:%SZ"
COLUMNS = (
    *("node", "label", "kind", "project", "zones", "state", "last", "heard", "battery_mv"),
    *("backlog_pages", "version", "complete_24h", "complete_7d", "not_on_map"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a table program begins to calculate

Judged = tuple[Health, str]


@dataclass(frozen=True)
class Chosen:
    """What a page is about; empty is all."""

    state: str = ""
    project: str = ""
    zone: str = ""

    def query(self, **other: str) -> str:
        """The choice as an address has it, with another value of something."""
        return urlencode({key: value for key, value in {**vars(self), **other}.items() if value})


@dataclass(frozen=True)
class Overview:
    """Nodes of a choice, the urgent first, and what there is to choose."""

    shown: Sequence[Judged]
    counts: Mapping[str, int]  # by state, of the project and zone
    projects: Sequence[str]
    zones: Sequence[str]


def look(found: Sequence[Health], chosen: Chosen, rules: Rules, now: datetime) -> Overview:
    """Judge, count and choose."""
    projects = sorted({health.project for health in found if health.project})
    zones = sorted({zone for health in found for zone in health.zones})
    within = [
        (health, judge(health, now, rules))
        for health in found
        if chosen.project in ("", health.project) and chosen.zone in ("", *health.zones)
    ]
    counts = Counter(state for _, state in within)
    shown = rank(pair for pair in within if chosen.state in ("", pair[1]))
    return Overview(shown, counts, projects, zones)


def write_page(words: Words, found: Overview, chosen: Chosen, now: datetime) -> str:
    """Whole document."""
    parts = [
        to_lead(words("health.lead", count=words.number(sum(found.counts.values())))),
        write_counts(words, found, chosen),
        write_choice(words, found, chosen),
        write_nodes(words, found, now),
        to_action(f"{to_health(words)}.csv?{chosen.query()}", words("health.csv")),
        f'<p><a href="{to_base(words)}">{escape(words("mine.back"))}</a></p>',
    ]
    other = Words("en" if words.language == "nl" else "nl")
    path, foreign = (f"/-/{each('mine.path.health')}" for each in (words, other))
    return to_document(words, words("health.title"), "".join(parts), path, foreign)


def write_counts(words: Words, found: Overview, chosen: Chosen) -> str:
    """How many are in each state, each a way to them alone."""
    items = ""
    for state in ("", *STATES):
        count = found.counts.get(state, 0) if state else sum(found.counts.values())
        target = f"{to_health(words)}?{chosen.query(state=state)}".rstrip("?")
        here = " aria-current=page" if state == chosen.state else ""
        said = words(f"health.is.{state or 'all'}")
        items += (
            f'<li><a href="{escape(target)}"{here}><strong>{escape(words.number(count))}</strong>'
            f" {escape(said)}</a></li>"
        )
    label = escape(words("health.counts"))
    return f'<nav class="choices" aria-label="{label}"><ul>{items}</ul></nav>'


def write_choice(words: Words, found: Overview, chosen: Chosen) -> str:
    """Form for a project and a zone, where there are some."""
    any_one = ("", words("health.any"))
    fields = [
        to_label(
            words(f"health.{name}"),
            to_select(name, [any_one, *zip(names, names, strict=True)], value),
        )
        for name, names, value in (
            ("project", found.projects, chosen.project),
            ("zone", found.zones, chosen.zone),
        )
        if names
    ]
    if not fields:
        return ""
    state = f'<input type="hidden" name="state" value="{chosen.state}">' if chosen.state else ""
    return (
        f'<form method="get" action="{to_health(words)}" class="mine-form">{state}'
        f"{''.join(fields)}<button>{escape(words('health.choose'))}</button></form>"
    )


def write_nodes(words: Words, found: Overview, now: datetime) -> str:
    """The table."""
    if not found.shown:
        return to_notice(words("health.none"), [words("health.none.text")])
    names = ("node", "state", "last", "battery", "backlog", "version", "day", "week", "reason")
    head = [words(f"health.column.{name}") for name in names]
    rows = [to_row(words, health, state, now) for health, state in found.shown[:SHOWN]]
    table = to_table(head, rows, words("health.title"), numbers=(3, 4, 6, 7))
    rest = len(found.shown) - len(rows)
    more = f"<p>{escape(words('health.more', shown=SHOWN, rest=words.number(rest)))}</p>"
    return table + (more if rest else "")


def to_row(words: Words, health: Health, state: str, now: datetime) -> list[str | Html]:
    """One node."""
    battery, reason = read_battery(health, now), find_reason(health, state)
    return [
        to_link(to_node(words, health.name), health.title),
        words(f"health.is.{state}"),
        DASH if health.last is None else words.ago(health.last, now),
        DASH if battery is None else f"{words.number(battery / 1000, 2)} V",
        DASH if health.kept is None else words.number(health.kept),
        health.version or DASH,
        *(DASH if n is None else f"{words.number(100 * n)} %" for n in to_shares(health)),
        DASH if reason is None else words(f"health.reason.{reason}"),
    ]


def to_shares(health: Health) -> tuple[float | None, float | None]:
    """Completeness of the last day and week; none of a node that moves or never measured."""
    return (None, None) if health.last is None else (health.day, health.week)


def write_file(found: Overview) -> str:
    """The same nodes, all of them, as CSV; moments in UTC, shares from 0 to 1."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for health, state in found.shown:
        day, week = (None if share is None else f"{share:.3f}" for share in to_shares(health))
        numbers = (None if n is None else f"{n:.0f}" for n in (health.battery_mv, health.kept))
        moments = (at and f"{at:{TIME}}" for at in (health.last, health.heard))
        texts = (health.name, health.label, health.kind, health.project, " ".join(health.zones))
        row = (*texts, state, *moments, *numbers, health.version, day, week)
        writer.writerow([to_cell(each) for each in (*row, find_reason(health, state))])
    return out.getvalue()


def to_cell(value: str | None) -> str:
    """Text of a cell, which no program takes for a formula.

    >>> to_cell("=1+1"), to_cell(None)
    ("'=1+1", '')
    """
    return f"'{value}" if value and value.startswith(FORMULA) else value or ""
