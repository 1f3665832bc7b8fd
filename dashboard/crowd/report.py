"""The situation on one page of paper: as HTML that prints, and as PDF.

1. facts: highest level, alerts, people, counters to believe
2. what asks for attention, with what is expected in the next hours
3. alerts with how certain they are, measures, and what must not be believed
"""

from datetime import timedelta

import numpy as np

from predict.crowd.levels import UNKNOWN

from ..reports.document import Block, Document, Facts, Heading, Paragraph, Table
from ..words import Words
from . import saying
from .marks import name_level
from .overview import find_value, tell_measures
from .urgency import find_order, find_urgency
from .view import View

TOP, ALERTS, MEASURES, FAULTS = 8, 6, 4, 4  # rows that fit on one page
SHOWN = timedelta(hours=2)  # ahead


def to_document(words: Words, view: View) -> Document:
    """The report of a view."""
    time = words.time(view.now.time) if view.now else words("node.never")
    lead = words("crowd.report.lead", time=time, made=words.time(view.moment))
    blocks: list[Block] = [*warn(words, view), to_facts(words, view)]
    if view.now is not None:
        blocks += [Heading(words("crowd.report.top"), 3), *to_top(words, view)]
    blocks += [Heading(words("crowd.alerts"), 3), *to_alerts(words, view)]
    blocks += [Heading(words("crowd.measures"), 3), *to_measures(words, view)]
    blocks += [Heading(words("crowd.report.trust"), 3), *to_trust(words, view)]
    title = words("crowd.report.title", place=view.title)
    return Document(words.language, title, lead, words("crowd.report.foot"), blocks)


def warn(words: Words, view: View) -> list[Block]:
    """What has to be read first: that nothing is known of now."""
    if view.now is None:
        return [Paragraph(words("crowd.never"), note=True)]
    if not view.is_stale:
        return []
    time = saying.to_clock(words, view.now.time, view.moment)
    said = f"{words('crowd.stale.title', time=time)}. {words('crowd.stale')}"
    return [Paragraph(said, note=True)]


def to_facts(words: Words, view: View) -> Facts:
    """The few numbers that matter most."""
    highest = int(view.signal.max(initial=UNKNOWN))
    if highest == 0 and (view.signal == UNKNOWN).any():
        highest = UNKNOWN
    known = view.now is not None and not view.is_stale
    people = np.array([find_value(view, g) for g in range(view.zones)]) * view.place.zones.area_m2
    counted = words.number(None)
    if known and (told := int(np.isfinite(people).sum())):
        counted = words.number(float(np.nansum(people)))
        if told < len(people):
            zones = {"known": told, "all": len(people)}
            counted = words("crowd.report.partly", people=counted, **zones)
    alerts = f"{sum(not alert.seen for alert in view.alerts)} {words('crowd.report.open')}"
    well, counters = len(view.place.counters.ids) - len(view.faults), len(view.place.counters.ids)
    named = {
        "highest": name_level(words, highest),
        "alerts": alerts,
        "people": counted,
        "counters": f"{well if known else 0}/{counters}",
    }
    return Facts([(words(f"crowd.report.facts.{key}"), value) for key, value in named.items()])


def to_top(words: Words, view: View) -> list[Block]:
    """The most urgent gauges, now and in the next two hours."""
    now, urgency = view.now, find_urgency(view)
    assert now is not None
    order = find_order(urgency)
    ahead = [n for n, s in enumerate(now.ahead_s.tolist()) if s <= SHOWN.total_seconds()]
    heads = [saying.to_span(words, float(now.ahead_s[n])) for n in ahead]
    rows = [
        (
            view.titles[g],
            name_level(words, int(view.signal[g])),
            saying.to_value(words, view, g, find_value(view, g)),
            *(tell_expected(words, view, g, n) for n in ahead),
        )
        for g in order[:TOP].tolist()
    ]
    head = [words("crowd.gauge"), words("crowd.level"), words("crowd.value"), *heads]
    table = Table(words("crowd.report.top.caption"), head, rows, (1,))
    rest = len(order) - TOP
    more = words("crowd.report.rest", count=rest)
    return [table, Paragraph(more)] if rest > 0 else [table]


def tell_expected(words: Words, view: View, gauge: int, ahead: int) -> str:
    """Median and band of 80 % at a time ahead; a dash where nothing may be told."""
    now = view.now
    assert now is not None
    row = now.table[ahead, gauge]
    if view.is_stale or not np.isfinite(row).all():
        return words.number(None)
    low, middle, high = (float(row[np.argmin(np.abs(now.levels - p))]) for p in (0.1, 0.5, 0.9))
    digits = 1 if gauge < view.zones else 0
    low_said, high_said = words.number(low, digits), words.number(high, digits)
    return f"{words.number(middle, digits)} ({low_said}\N{EN DASH}{high_said})"


def to_alerts(words: Words, view: View) -> list[Block]:
    """Alerts that are open, with how certain they are."""
    if not view.alerts:
        return [Paragraph(words("crowd.alerts.none"))]
    rows = [
        (
            view.titles[alert.gauge],
            name_level(words, alert.level),
            saying.to_clock(words, alert.raised, view.moment),
            saying.tell_sure(words, view, alert),
            words("crowd.report.seen" if alert.seen else "crowd.report.open"),
        )
        for alert in view.alerts[:ALERTS]
    ]
    head = [words("crowd.gauge"), words("crowd.level.then"), words("crowd.report.alert")]
    head += [words("crowd.report.sure"), words("crowd.report.state")]
    table = Table(words("crowd.alerts"), head, rows, (1, 2, 3, 4))
    rest = len(view.alerts) - ALERTS
    return [table, Paragraph(words("crowd.report.rest", count=rest))] if rest > 0 else [table]


def to_measures(words: Words, view: View) -> list[Block]:
    """Measures of the last day."""
    told = tell_measures(words, view)
    return list(map(Paragraph, told[:MEASURES])) or [Paragraph(words("crowd.measures.none"))]


def to_trust(words: Words, view: View) -> list[Block]:
    """Counters that are not believed."""
    counters = len(view.place.counters.ids)
    if view.now is None or view.is_stale:
        return [Paragraph(words("crowd.stale"))]
    if not view.faults:
        return [Paragraph(words("crowd.report.trust.well", all=counters))]
    title = words("crowd.fault.title", number=len(view.faults), all=counters)
    told = "; ".join(saying.tell_fault(words, view, fault) for fault in view.faults[:FAULTS])
    return [Paragraph(f"{title}. {told}.")]
