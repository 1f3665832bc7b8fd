"""One zone or passage: how it is and was, what is expected, how likely each limit is passed."""

from datetime import datetime, timedelta
from html import escape

import numpy as np

from predict.crowd.levels import RED, YELLOW

from ..pages.pieces import Html, to_folded, to_table
from ..words import Words
from . import saying
from .addresses import to_address
from .fans import WIDE, draw_fan
from .marks import to_level
from .overview import find_outer, find_value, show_measures, tell_state
from .parts import to_parts
from .urgency import Urgency, find_urgency
from .view import View

BAND = (0.1, 0.9)
LEVELS = range(YELLOW, RED + 1)
HOUR_S = 3600


def to_zone(words: Words, view: View, gauge: int) -> str:
    """Content of the page, HTML."""
    urgency = find_urgency(view)
    return "".join(
        (
            to_parts(words, view),
            f'<p class="lead">{introduce(words, view, gauge)}</p>',
            tell_state(words, view, gauge),
            show_facts(words, view, urgency, gauge),
            show_expected(words, view, gauge),
            show_chances(words, view, urgency, gauge),
            show_counters(words, view, gauge),
            show_measures(words, view, view.gauges[gauge]),
        )
    )


def introduce(words: Words, view: View, gauge: int) -> str:
    """What it is and where, HTML."""
    if gauge < view.zones:
        zones = view.place.zones
        text = words("crowd.zone.kind.zone", area=words.number(zones.area_m2[gauge]))
        if np.isfinite(zones.capacity[gauge]):
            capacity = words.number(zones.capacity[gauge])
            text += words("crowd.zone.capacity", capacity=capacity)
    else:
        width = view.place.passages.width_m[gauge - view.zones]
        text = words("crowd.zone.kind.passage", width=words.number(width, 1))
    target = escape(to_address(words, view.name))
    place = f'<a href="{target}">{escape(view.title)}</a>'
    return escape(text) + escape(words("crowd.zone.of", place="\0")).replace("\0", place)


def show_facts(words: Words, view: View, urgency: Urgency, gauge: int) -> str:
    """Level, value, people, peak and time to each limit that is likely passed."""
    value = find_value(view, gauge)
    facts = [
        (words("crowd.level"), to_level(words, int(view.signal[gauge]))),
        (words("crowd.value"), escape(saying.to_value(words, view, gauge, value))),
    ]
    if gauge < view.zones:
        people = view.now.people[gauge] if view.now and np.isfinite(value) else np.nan
        facts.append((words("crowd.people"), words.number(people)))
    facts.append((words("crowd.peak"), escape(tell_peak(words, view, urgency, gauge))))
    rows = "".join(f"<div><dt>{escape(n)}</dt><dd>{said}</dd></div>" for n, said in facts)
    comes = escape(saying.tell_next(words, view, urgency, gauge))
    return f'<dl class="facts roomy">{rows}</dl><p>{comes[:1].upper()}{comes[1:]}.</p>'


def tell_peak(words: Words, view: View, urgency: Urgency, gauge: int) -> str:
    """Highest median ahead and when it is."""
    if not np.isfinite(urgency.peak[gauge]):
        return words.number(None)
    value = saying.to_value(words, view, gauge, urgency.peak[gauge])
    return words("crowd.peak.text", value=value, time=saying.to_span(words, urgency.peak_s[gauge]))


def show_expected(words: Words, view: View, gauge: int) -> str:
    """Chart of the last day and the coming hours, then both as tables."""
    head = f"<section><h2>{escape(words('crowd.zone.expected'))}</h2>"
    if view.now is None:
        return f"{head}<p>{escape(words('crowd.zone.none'))}</p></section>"
    chart = f'<figure class="wide-fan">{draw_fan(words, view, gauge, WIDE)}</figure>'
    past = to_folded(words("crowd.history.table"), show_history(words, view, gauge))
    if view.is_stale or not np.isfinite(view.now.table[:, gauge]).any():
        none = "" if view.is_stale else f"<p>{escape(words('crowd.zone.none'))}</p>"
        return f"{head}{chart}{none}{past}</section>"
    text = words("crowd.fans.text", outer=find_outer(view))
    text = f'<p class="small">{escape(text)}</p>'
    return f"{head}{chart}{text}{list_expected(words, view, gauge)}{past}</section>"


def list_expected(words: Words, view: View, gauge: int) -> str:
    """Median and bands of each time ahead."""
    now = view.now
    assert now is not None
    digits, outer = saying.find_digits(view, gauge), find_outer(view)
    low, middle, high = (int(np.argmin(np.abs(now.levels - p))) for p in (BAND[0], 0.5, BAND[1]))

    def to_band(row: list[float], first: int, last: int) -> str:
        return f"{words.number(row[first], digits)}\N{EN DASH}{words.number(row[last], digits)}"

    rows = [
        (
            saying.to_span(words, seconds),
            words.number(row[middle], digits),
            to_band(row, low, high),
            to_band(row, 0, -1),
        )
        for seconds, row in zip(now.ahead_s.tolist(), now.table[:, gauge].tolist(), strict=True)
    ]
    bands = [words("crowd.band", level=level) for level in (80, outer)]
    head = [words("crowd.ahead"), words("crowd.middle"), *bands]
    unit = saying.to_unit(words, view, gauge)
    caption = words("crowd.zone.expected.caption", unit=unit.capitalize(), outer=outer)
    return to_table(head, rows, caption, (1, 2, 3))


def show_chances(words: Words, view: View, urgency: Urgency, gauge: int) -> str:
    """Chance of each limit at each time ahead, and the time to it."""
    if view.now is None or view.is_stale:
        return ""
    ahead = [saying.to_span(words, seconds) for seconds in view.now.ahead_s.tolist()]
    rows = [
        (
            Html(to_level(words, level)),
            saying.to_value(words, view, gauge, view.limits[gauge, level - 1]),
            tell_until(words, float(urgency.time_s[gauge, level - 1])),
            *(saying.to_chance(words, p) for p in view.now.chance[gauge, level - 1].tolist()),
        )
        for level in LEVELS
    ]
    head = [words("crowd.limit"), words("crowd.value"), words("crowd.until"), *ahead]
    head[1] = words("crowd.limit.from")
    table = to_table(head, rows, words("crowd.chances.caption"), (1, *range(3, len(head))))
    return f"<section><h2>{escape(words('crowd.chances'))}</h2>{table}</section>"


def tell_until(words: Words, seconds: float) -> str:
    """Time until a limit is likely passed."""
    if not np.isfinite(seconds):
        return words("crowd.until.none")
    if seconds == 0:
        return words("crowd.until.now")
    return words("crowd.within", time=saying.to_span(words, seconds))


def show_history(words: Words, view: View, gauge: int) -> str:
    """Value and level at the end of each hour, the newest first."""
    last: dict[datetime, int] = {}
    for row, time in enumerate(view.course.times):
        last[time - timedelta(seconds=time.timestamp() % HOUR_S)] = row
    rows = [
        (
            saying.to_clock(words, view.course.times[row], view.moment),
            words.number(view.course.value[row, gauge], saying.find_digits(view, gauge)),
            Html(to_level(words, int(view.course.signal[row, gauge]))),
        )
        for row in sorted(last.values(), reverse=True)
    ]
    unit = saying.to_unit(words, view, gauge)
    caption = words("crowd.history.caption", gauge=view.titles[gauge], unit=unit)
    head = (words("time"), words("crowd.value"), words("crowd.level.then"))
    return to_table(head, rows, caption, (1,))


def show_counters(words: Words, view: View, gauge: int) -> str:
    """Counters that the gauge rests on, and whether each can be believed."""
    faults = {fault.counter: fault for fault in view.faults}
    place, rows = view.place, []
    for k, counter in enumerate(place.counters.ids):
        passage = int(place.counters.passage[k])
        ends = (int(place.passages.source[passage]), int(place.passages.target[passage]))
        if gauge not in (*ends, view.zones + passage):
            continue
        trust = words("crowd.counter.well")
        if fault := faults.get(counter):
            since = saying.tell_since(words, view, fault)
            trust = words(f"crowd.counter.{fault.kind}", time=since)
        elif view.is_stale and view.now is not None:
            since = saying.to_clock(words, view.now.time, view.moment)
            trust = words("crowd.counter.silent", time=since)
        rows.append((counter, place.passages.names[passage], trust))
    head = [words(f"crowd.counter{key}") for key in ("", ".passage", ".trust")]
    table = to_table(head, rows, words("crowd.counters.caption"))
    return f"<section><h2>{escape(words('crowd.counters'))}</h2>{table}</section>"
