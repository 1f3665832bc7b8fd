"""The page of one own node: how it is, why it is not on the map, what it measured, its settings.

1. in one sentence how it is, and what keeps it from the map (causes.py)
2. what it measured in its last days: a chart and its table
3. what it says of itself, its self-test and its crashes (telling.py)
4. what its owner agrees to (agreements.py), and what can be changed (settings.py)
"""

from datetime import timedelta
from html import escape

import numpy as np

from ..pages.pieces import to_folded, to_notice, to_table
from ..words import Words, decimals
from .addresses import to_base, to_node, to_ride
from .agreements import write_agreements
from .causes import Cause, find_causes
from .drawing import draw_hours
from .facts import Facts
from .parts import to_choices, to_document, to_lead, to_link, to_said
from .settings import write_settings
from .telling import write_logs, write_words
from .tracks import choose

RIDES = 10  # that the page of a bike lists


def to_page(words: Words, facts: Facts, asked: str | None, said: str = "", wrong: str = "") -> str:
    """Whole document; ``said`` is what was just saved, ``wrong`` why something was not."""
    node = facts.node
    causes = find_causes(facts)
    parts = [
        to_said(said),
        to_said(wrong, urgent=True),
        to_lead(write_state(words, facts, causes)),
        write_links(words, facts),
        write_causes(words, facts, causes),
        write_measured(words, facts, asked),
    ]
    if node.own:
        parts += [write_words(words, facts), write_logs(words, facts), write_refusals(words, facts)]
        target = to_node(words, node.name)
        parts.append(write_agreements(words, target, facts.agreed, facts.email))
        parts.append(write_settings(words, node))
    return to_document(words, node.title, "".join(parts), f"/{node.name}")


def write_state(words: Words, facts: Facts, causes: list[Cause]) -> str:
    """How a node is, in words."""
    node = facts.node
    kind = words(f"kind.{node.kind}")
    seen = [words("mine.state.kind", name=node.name, kind=kind)]
    if node.heard is not None:
        key = "mine.state.online" if node.online else "mine.state.offline"
        seen.append(words(key, ago=words.ago(node.heard, facts.now)))
    if node.last is not None:
        ago, time = words.ago(node.last, facts.now), words.time(node.last)
        seen.append(words("mine.state.last", ago=ago, time=time))
    if not node.moving:
        is_shown = not any(cause.keeps_off for cause in causes) and node.last is not None
        seen.append(words("mine.state.on" if is_shown else "mine.state.off"))
    return " ".join(seen)


def write_links(words: Words, facts: Facts) -> str:
    """Ways to the public page, and back to the list."""
    node = facts.node
    target = "rides" if node.moving else f"node/{node.name}"
    key = "mine.public.rides" if node.moving else "mine.public"
    public = f'<a href="/{words.language}/{target}">{escape(words(key))}</a> · '
    back = f'<a href="{to_base(words)}">{escape(words("mine.back"))}</a>'
    return f"<p>{public if node.open else ''}{back}</p>"


def write_causes(words: Words, facts: Facts, causes: list[Cause]) -> str:
    """Every cause with what to do; a sentence when there is none."""
    keeps_off = any(cause.keeps_off for cause in causes)
    title = f"<h2>{escape(words('mine.causes' if keeps_off else 'mine.attention'))}</h2>"
    if not causes:
        return title + to_notice(words("mine.causes.none"), [words("mine.causes.none.text")])
    items = "".join(write_cause(words, facts, cause) for cause in causes)
    return f'{title}<ul class="causes">{items}</ul>'


def write_cause(words: Words, facts: Facts, cause: Cause) -> str:
    """One cause; whether it keeps the node from the map is a word as well as a colour."""
    said = {name: to_word(words, facts, name, value) for name, value in cause.facts.items()}
    what, how = words(f"mine.cause.{cause.key}", **said), words(f"mine.do.{cause.key}", **said)
    kind = words("mine.causes.off" if cause.keeps_off else "mine.causes.note")
    mark = ' class="keeps-off"' if cause.keeps_off else ""
    return (
        f'<li{mark}><p class="small">{escape(kind)}</p><p><strong>{escape(what)}</strong></p>'
        f"<p>{escape(how)}</p></li>"
    )


def to_word(words: Words, facts: Facts, name: str, value: object) -> str:
    """A fact of a cause as people read it."""
    if name == "at":
        return words.ago(value, facts.now)  # pyright: ignore[reportArgumentType]
    if name == "seconds":
        return words.duration(value)  # pyright: ignore[reportArgumentType]
    if name == "share":
        return words.number(100 * float(value))  # pyright: ignore[reportArgumentType]
    if name == "quantity":
        return words.quantity(str(value))
    if name == "checks":
        return ", ".join(words(f"mine.check.{check}") for check in value)  # pyright: ignore[reportGeneralTypeIssues]
    return words.number(value) if isinstance(value, int) else str(value)


def write_measured(words: Words, facts: Facts, asked: str | None) -> str:
    """The last days as a chart with its table; of a bike its days and rides."""
    if facts.node.moving:
        return write_days(words, facts) + write_rides(words, facts)
    title = f"<h2>{escape(words('mine.measured'))}</h2>"
    key = choose(facts.keys, asked)
    if key is None or facts.hours is None:
        return title + to_notice(words("no.data"), [words("mine.measured.none")])
    times = [time.to_pydatetime() for time in facts.hours["time"]]
    values = facts.hours[key].to_numpy(float)
    known = values[np.isfinite(values)]
    said = words(
        "mine.measured.said",
        quantity=words.quantity(key),
        low=words.value(key, known.min()),
        high=words.value(key, known.max()),
        mean=words.value(key, known.mean()),
        span=words.span(times[0], times[-1] + timedelta(hours=1)),
    )
    rows = [
        (words.time(time), words.number(value, decimals(key)))
        for time, value in zip(reversed(times), values[::-1], strict=True)
    ]
    head = (words("time"), words.quantity_unit(key))
    table = to_table(head, rows, words("mine.measured.caption"), numbers=(1,))
    path = f"{to_base(words)}/{facts.node.name}"
    return (
        f"{title}{to_choices(words, path, facts.keys, key)}"
        f"{draw_hours(words, key, times, values, said)}<p>{escape(said)}</p>"
        f"{to_folded(words('series.table'), table)}{write_days(words, facts)}"
    )


def write_days(words: Words, facts: Facts) -> str:
    """Samples a day, and the voltage of the battery, of the last week."""
    if not facts.days:
        return ""
    has_battery = any(day.battery is not None for day in facts.days)
    head = [words("mine.day"), words("count")]
    if facts.node.moving:
        head.append(words("mine.day.placed"))
    if has_battery:
        head.append(words("mine.day.battery"))
    rows = []
    for day in reversed(facts.days):
        row = [words.day(day.day), words.number(day.samples)]
        row += [words.number(day.placed)] if facts.node.moving else []
        row += [words.number(day.battery, 2)] if has_battery else []
        rows.append(row)
    table = to_table(head, rows, words("mine.days"), numbers=range(1, len(head)))
    return f"<h2>{escape(words('mine.days'))}</h2>{table}"


def write_rides(words: Words, facts: Facts) -> str:
    """Newest rides of a bike."""
    if not facts.rides:
        return ""
    items = "".join(
        f"<li>{to_link(to_ride(words, ride.ride), words.time(ride.start)).text}"
        f" {escape(words.duration((ride.stop - ride.start).total_seconds()))}</li>"
        for ride in facts.rides[:RIDES]
    )
    return f"<h2>{escape(words('mine.rides'))}</h2><ul>{items}</ul>"


def write_refusals(words: Words, facts: Facts) -> str:
    """What came and could not be used."""
    if not facts.refusals:
        return ""
    rows = [
        (each.reason, words.number(each.messages), words.time(each.last)) for each in facts.refusals
    ]
    head = (words("mine.refused.reason"), words("mine.refused.count"), words("mine.refused.last"))
    caption = words("mine.refused")
    return f"<h2>{escape(caption)}</h2>{to_table(head, rows, caption, numbers=(1,))}"
