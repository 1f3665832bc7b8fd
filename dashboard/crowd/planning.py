"""The page for who plans: the days ahead, events that are planned, and how like ones went."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from html import escape
from typing import Any

from storage import crowd_reading as stored
from storage.crowd_events import Ahead, Planned

from ..pages.pieces import Html, to_notice, to_table
from ..words import ZONE, Words
from . import saying
from .ahead import Day, to_days
from .marks import to_level
from .parts import to_parts
from .view import View

LEAST = 0.05  # chance below which a limit is not worth a word
OLD = timedelta(days=1)  # since the days ahead were last looked at
BACK, FORTH = timedelta(days=3 * 366), timedelta(days=366)  # of events that are shown
MOST_LIKE = 12


def show_planning(connection: Any, words: Words, view: View) -> str:
    """Content of the page, HTML."""
    said = stored.read_ahead(connection, view.name, view.moment)
    span = view.moment - BACK, view.moment + FORTH
    events = stored.read_planned(connection, view.name, *span)
    highest = stored.read_highest(connection, view.name)
    return "".join(
        (
            to_parts(words, view, "planning"),
            show_days(words, view, said, events),
            show_events(words, view, events),
            show_like(words, view, events, highest),
        )
    )


def show_days(words: Words, view: View, said: Ahead | None, events: list[Planned]) -> str:
    """Days ahead, each with its busiest hour and the limit that is most at risk."""
    head = f"<section><h2>{escape(words('crowd.plan.days'))}</h2>"
    if said is None:
        return f"{head}<p>{escape(words('crowd.plan.days.none'))}</p></section>"
    lead = words(
        "crowd.plan.days.lead", time=words.time(said.issued), days=words.number(said.known_days)
    )
    old = ""
    if view.moment - said.issued > OLD:
        time = words.time(said.issued)
        old = to_notice(words("crowd.plan.old", time=time), [words("crowd.plan.old.text")])
    ahead = [
        day
        for day in to_days(said, events, LEAST)
        if day.day >= view.moment.astimezone(ZONE).date()
    ]
    titles = dict(zip(view.gauges, view.titles, strict=True))
    rows = [to_row(words, day, titles) for day in ahead]
    heads = [words(f"crowd.plan.{k}") for k in ("day", "events", "hour", "people", "risk", "basis")]
    table = to_table(heads, rows, words("crowd.plan.days.caption"), (3,))
    return f"{head}{old}<p>{escape(lead)}</p>{table}</section>"


def to_row(words: Words, day: Day, titles: Mapping[str, str]) -> Sequence[str | Html]:
    """One day of the table."""
    low, middle, high = (words.number(value) for value in day.people)
    people = f"{middle} ({low}\N{EN DASH}{high})" if day.hour else middle
    events = ", ".join(each.name for each in day.events) or words.number(None)
    return (
        f"{words(f'crowd.weekday.{day.day.weekday()}')} {day.day.day} "
        f"{words.short_month(day.day.month)}",
        events,
        saying.to_hour(day.hour) if day.hour else words.number(None),
        people,
        tell_risk(words, day, titles),
        words(f"crowd.plan.{day.basis}"),
    )


def tell_risk(words: Words, day: Day, titles: Mapping[str, str]) -> str | Html:
    """The highest limit that is at risk, where, and how likely."""
    if day.gauge is None:
        return words("crowd.plan.risk.none" if day.hour else "crowd.comes.unknown")
    where = escape(titles.get(day.gauge, day.gauge.partition("/")[2]))
    return Html(f"{to_level(words, day.level)} {where}: {saying.to_chance(words, day.chance)}")


def show_events(words: Words, view: View, events: list[Planned]) -> str:
    """Events that are planned, the first first."""
    rows = [
        (each.name, each.kind, words.span(each.starts, each.ends), words.number(each.attendance))
        for each in events
        if each.ends > view.moment
    ]
    head = f"<section><h2>{escape(words('crowd.plan.planned'))}</h2>"
    if not rows:
        return f"{head}<p>{escape(words('crowd.plan.planned.none'))}</p></section>"
    heads = [words(f"crowd.plan.{k}") for k in ("event", "kind", "when", "attendance")]
    return f"{head}{to_table(heads, rows, words('crowd.plan.planned.caption'), (3,))}</section>"


def show_like(words: Words, view: View, events: list[Planned], highest: Mapping[int, int]) -> str:
    """Events that are over, of the kinds that are planned before the others, with how they went."""
    wanted = {each.kind for each in events if each.ends > view.moment}
    over = [each for each in events if each.ends <= view.moment]
    over.sort(key=lambda each: (each.kind not in wanted, -each.starts.timestamp()))
    head = f"<section><h2>{escape(words('crowd.plan.before'))}</h2>"
    if not over:
        return f"{head}<p>{escape(words('crowd.plan.before.none'))}</p></section>"
    rows = [
        (
            each.name,
            each.kind,
            words.day(each.starts.astimezone(ZONE)),
            words.number(each.attendance),
            Html(to_level(words, highest[each.number]))
            if each.number in highest
            else words("crowd.plan.no_alert"),
        )
        for each in over[:MOST_LIKE]
    ]
    heads = [words(f"crowd.plan.{k}") for k in ("event", "kind", "when", "attendance", "went")]
    return f"{head}{to_table(heads, rows, words('crowd.plan.before.caption'), (3,))}</section>"
