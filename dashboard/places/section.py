"""Parts of the page of a place, the same for each kind: now, in numbers, limits, the week."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from dash import html

from lokaalmeten.limits import Limit
from lokaalmeten.lki import EDGES, HIGHEST, to_group, to_index

from .. import figures
from ..pages.parts import chart, folded, plain_table, table
from ..words import DASH, Words, decimals
from .place import NODE, Frame, Place
from .statistics import (
    ABOVE,
    UNKNOWN,
    Statistics,
    find_ends,
    find_lines,
    judge,
    of_days,
    of_hours,
    to_week,
)

DAY_H, WEEK_H = 24, 168
YEAR_D = 365
WEEKS = (4, 13)  # that the hours of a week are taken from
SIGNS = {ABOVE: "\N{BLACK UP-POINTING TRIANGLE}", "within": "\N{CHECK MARK}", UNKNOWN: "?"}
JUDGED = {ABOVE: "place.above", "within": "place.within"}
PERIODS = {"hour": "place.of.hour", "day": "place.of.day", "year": "place.of.year"}


def choose_weeks(text: str | None) -> int:
    """How many weeks an address asks for, else the first choice."""
    return next((weeks for weeks in WEEKS if text == str(weeks)), WEEKS[0])


def write_now(words: Words, place: Place, key: str, hours: Frame) -> Any:
    """The newest hour that was measured: value, when, index, and what it rests on."""
    if hours.empty:
        return html.P(words("place.now.none", quantity=words.quantity(key), weeks=WEEKS[0]))
    last = hours.iloc[-1]
    begin = last["time"].to_pydatetime()
    end = begin + timedelta(hours=1)
    facts = [(words("place.now", quantity=words.quantity(key)), words.value(key, last["mean"]))]
    if key in EDGES:
        index = to_index(key, np.array([last["mean"]]))
        told = words(
            "place.lki.value",
            index=int(index[0]),
            highest=HIGHEST,
            group=words(f"lki.{int(to_group(index)[0])}"),
        )
        facts.append((words("place.lki"), told))
    told = words(
        "place.basis.node" if place.kind == NODE else "place.basis.several",
        period=words.span(begin, end),
        ago=words.ago(end),
        count=words.number(last["count"]),
        **({} if place.kind == NODE else {"nodes": words.number(last["nodes"])}),
    )
    each = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in facts]
    return html.Div([html.Dl(each, className="facts"), html.P(told, className="small")])


def write_statistics(
    words: Words, place: Place, key: str, hours: Frame, days: Frame, stop: datetime, after: date
) -> Any:
    """Mean, highest and how much was measured of a day, a week and a year, beside limits."""
    steady = place.kind == NODE
    spans = [
        (words("place.day"), stop - timedelta(hours=DAY_H), "day"),
        (words("place.week"), stop - timedelta(hours=WEEK_H), ""),
    ]
    found = [
        (name, of_hours(hours, start, stop, steady=steady), period) for name, start, period in spans
    ]
    year = of_days(days, after - timedelta(days=YEAR_D), after)
    found.append((words("place.year"), year, "year"))
    rows = [
        (
            name,
            words.value(key, each.mean),
            words.value(key, each.highest),
            write_moment(words, each),
            write_capture(words, each),
            beside(words, key, each, period),
        )
        for name, each, period in found
    ]
    head = [words(f"place.column.{name}") for name in COLUMNS]
    caption = words("place.statistics.caption", quantity=words.quantity(key), time=words.time(stop))
    return [
        table(head, rows, caption, numbers=(1, 2)),
        html.P(words("place.statistics.note"), className="small"),
    ]


COLUMNS = ("period", "mean", "highest", "moment", "measured", "limit")


def write_moment(words: Words, found: Statistics) -> str:
    """When it was highest."""
    if found.moment is None:
        return DASH
    return words.time(found.moment) if found.hourly else words.day(found.moment)


def write_capture(words: Words, found: Statistics) -> str:
    """How much counts: 23 of 24 hours."""
    facts = {"count": words.number(found.measured), "of": words.number(found.possible)}
    return words("place.hours" if found.hourly else "place.days", **facts)


def beside(words: Words, key: str, found: Statistics, period: str) -> str:
    """A mean beside the limits of its period, each with a sign and in words."""
    limits = find_lines(key, period)
    if not limits:
        return words("place.limit.none")
    if all(judge(found, limit) == UNKNOWN for limit in limits):
        least = 100 * (limits[0].capture if period == "year" else 0.75)
        return f"{SIGNS[UNKNOWN]} {words('place.unknown', least=words.number(least))}"
    return "; ".join(say_verdict(words, judge(found, limit), limit) for limit in limits)


def say_verdict(words: Words, verdict: str, limit: Limit) -> str:
    """Sign and words of one verdict."""
    if verdict == UNKNOWN:
        return f"{SIGNS[UNKNOWN]} {limit.norm}"
    facts = {"norm": limit.norm, "value": words.number(limit.value)}
    return f"{SIGNS[verdict]} {words(JUDGED[verdict], **facts)}"


def write_limits(words: Words, key: str, limits: Sequence[Limit]) -> Any:
    """Which lines a chart has, of which mean, and who says so."""
    if not limits:
        return html.P(words("place.lines.none", quantity=words.quantity(key)), className="small")
    told = "; ".join(
        words(
            "place.line",
            norm=limit.norm,
            mean=words(PERIODS[limit.period]),
            value=words.value(key, limit.value),
            source=limit.source,
        )
        for limit in limits
    )
    return html.P(words("place.lines", lines=told), className="small")


def write_heat(words: Words, key: str, hours: Frame, weeks: int, possible: int, path: str) -> Any:
    """The hours of a week: choice of weeks, chart, a sentence and the same numbers."""
    means, counts = to_week(pd.DatetimeIndex(hours["time"]), hours["mean"].to_numpy(float))
    ends = find_ends(means)
    days = [words(f"crowd.weekday.{day}") for day in range(7)]
    links = choose(words, weeks, f"/{words.language}/{path}quantity={key}")
    parts = [html.H2(words("place.heat")), links]
    if ends is None:
        return [*parts, html.P(words("place.heat.none", weeks=weeks))]
    (low_day, low_hour), (high_day, high_hour) = ends
    told = words(
        "place.heat.text",
        quantity=words.quantity(key),
        weeks=weeks,
        count=words.number(counts.sum()),
        of=words.number(possible),
        high=words.value(key, means[high_day, high_hour]),
        high_when=f"{days[high_day]} {high_hour}:00",
        low=words.value(key, means[low_day, low_hour]),
        low_when=f"{days[low_day]} {low_hour}:00",
    )
    rows = [
        (f"{hour}:00", *(words.number(means[day, hour], decimals(key)) for day in range(7)))
        for hour in range(24)
    ]
    caption = words("place.heat.caption", quantity=words.quantity_unit(key), weeks=weeks)
    numbers = plain_table((words("place.heat.hour"), *days), rows, caption, numbers=range(1, 8))
    figure = figures.heat_figure(words, key, means, days)
    return [
        *parts,
        chart(words, "heat-figure", words("place.heat"), figure),
        html.P(told, id="heat-text"),
        folded(words("place.heat.table"), numbers, "heat-table"),
    ]


def choose(words: Words, chosen: int, address: str) -> Any:
    """Links to the same page with more or fewer weeks."""
    links = [
        html.Li(
            html.A(
                words("place.weeks", count=weeks),
                href=f"{address}&weeks={weeks}#heat",
                **mark_current(weeks == chosen),
            )
        )
        for weeks in WEEKS
    ]
    named: Any = {"aria-label": words("place.weeks.label")}
    return html.Nav(html.Ul(links), className="choices", id="heat", **named)


def mark_current(is_current: bool) -> Any:
    """Attribute of a link to what is shown."""
    return {"aria-current": "page"} if is_current else {}


def write_compare(words: Words, place: Place, key: str) -> Any:
    """Where it stands beside other places and periods."""
    address = f"/{words.language}/compare?place={place.code}&quantity={key}"
    return html.P(html.A(words("compare.link"), href=address))
