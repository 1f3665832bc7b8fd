"""A place at a glance: how much to believe, the plan, what asks for attention, what comes, alerts.

1. say first when what follows is old, or rests on counters that fail
2. the plan, beside the list of what is most urgent
3. charts of the coming hours, of the most urgent
4. alerts that are open, seen and over, and measures
"""

from collections.abc import Sequence
from html import escape

import numpy as np

from predict.crowd.levels import GREEN

from ..pages.pieces import Html, to_folded, to_list, to_notice
from ..words import Words
from . import saying
from .fans import draw_fan
from .marks import name_level, to_legend, to_level
from .parts import to_link, to_parts
from .plan import draw_plan
from .urgency import Urgency, find_order, find_urgency
from .view import Int, View

CHARTS, CHARTS_LARGE = 9, 3  # on a page, and on a large screen
ROWS_LARGE = 6
FAULTS = 5  # that are told one by one
ALERTS, ALERTS_LARGE = 12, 4  # of each kind, before the rest is folded or counted


def to_overview(words: Words, view: View) -> str:
    """Content of the page, HTML."""
    urgency = find_urgency(view)
    order = find_order(urgency)
    return "".join(
        (
            to_parts(words, view, "now"),
            tell_state(words, view),
            '<div class="crowd-row"><section>',
            f"<h2>{escape(words('crowd.plan'))}</h2>{draw_plan(words, view)}{to_legend(words)}",
            f'</section>{show_alerts(words, view)}<section class="beside">',
            f"<h2>{escape(words('crowd.list'))}</h2>{list_gauges(words, view, urgency, order)}",
            "</section></div>",
            show_charts(words, view, order, CHARTS),
            show_measures(words, view),
        )
    )


def to_large(words: Words, view: View) -> str:
    """Content for a large screen: no links to elsewhere, few things, read from a distance."""
    urgency = find_urgency(view)
    order = find_order(urgency)
    return "".join(
        (
            tell_state(words, view),
            f'<div class="crowd-row"><section>{draw_plan(words, view)}{to_legend(words)}</section>',
            f'{show_alerts(words, view, is_large=True)}<section class="beside">',
            f"<h2>{escape(words('crowd.list'))}</h2>",
            list_gauges(words, view, urgency, order[:ROWS_LARGE]),
            f"</section></div>{show_charts(words, view, order, CHARTS_LARGE, is_large=True)}",
        )
    )


def tell_state(words: Words, view: View, gauge: int | None = None) -> str:
    """When was counted, how many are at each level, and what must not be believed.

    Of one gauge only the counters that it rests on are told, and no other levels.
    """
    if view.now is None:
        return to_notice(name_level(words, -1).capitalize(), [words("crowd.never")], urgent=True)
    time = saying.to_clock(words, view.now.time, view.moment)
    if view.is_stale:
        title = words("crowd.stale.title", time=time)
        return to_notice(title, [words("crowd.stale")], urgent=True)
    said = words("crowd.as_of", time=time, ago=words.ago(view.now.time, view.moment))
    if gauge is None:
        said = f"{said} {saying.tell_levels(words, view)}"
    return f'<p class="lead">{escape(said)}</p>{tell_faults(words, view, gauge)}'


def tell_faults(words: Words, view: View, gauge: int | None) -> str:
    """Counters that are silent or stuck; nothing when all are well."""
    faults = [each for each in view.faults if gauge is None or gauge in each.gauges]
    if not faults:
        return ""
    title = words("crowd.fault.here")
    if gauge is None:
        counters = len(view.place.counters.ids)
        title = words("crowd.fault.title", number=len(faults), all=counters)
    told = [saying.tell_fault(words, view, fault) for fault in faults[:FAULTS]]
    if len(faults) > FAULTS:
        told.append(words("crowd.report.rest", count=len(faults) - FAULTS))
    return to_notice(title, told)


def list_gauges(words: Words, view: View, urgency: Urgency, order: Int) -> str:
    """Gauges in an order: name, level, what comes, value."""
    rows = (list_gauge(words, view, urgency, g) for g in order.tolist())
    label = escape(words("crowd.list.caption", ahead=saying.to_farthest(words, view)))
    return f'<ol class="gauges tall" tabindex="0" aria-label="{label}">{"".join(rows)}</ol>'


def list_gauge(words: Words, view: View, urgency: Urgency, gauge: int) -> str:
    """One gauge of the list."""
    value = find_value(view, gauge)
    told = escape(saying.to_value(words, view, gauge, value)) if np.isfinite(value) else ""
    return (
        f'<li><span class="name">{to_link(words, view, gauge).text}</span>'
        f" {to_level(words, int(view.signal[gauge]))}"
        f' <span class="comes">{escape(saying.tell_next(words, view, urgency, gauge))}</span>'
        f' <span class="value">{told}</span></li>'
    )


def find_value(view: View, gauge: int) -> float:
    """Value that may be told as of now; NaN where there is none."""
    if view.now is None or view.is_stale or view.signal[gauge] < 0:
        return float("nan")
    return float(view.now.value[gauge])


def show_charts(words: Words, view: View, order: Int, most: int, *, is_large: bool = False) -> str:
    """Charts of the first of an order of which something is known; no small print on a screen."""
    if view.now is None:
        return ""
    known = np.isfinite(view.course.value)
    chosen = [g for g in order.tolist() if known[:, g].any()][:most]
    if not chosen:
        return ""
    figures = "".join(
        f"<figure><figcaption>{to_link(words, view, g).text}"
        f" {escape(saying.to_unit(words, view, g))}</figcaption>{draw_fan(words, view, g)}</figure>"
        for g in chosen
    )
    title = words("crowd.fans.past" if view.is_stale else "crowd.fans")
    text = "" if view.is_stale else words("crowd.fans.text", outer=find_outer(view))
    more = words("crowd.fans.more", shown=len(chosen), all=len(order))
    cut = "" if is_large or len(chosen) == len(order) else f'<p class="small">{escape(more)}</p>'
    text = "" if is_large else f'<p class="small">{escape(text)}</p>'
    return (
        f'<section><h2>{escape(title)}</h2>{text}<div class="fans">{figures}</div>{cut}</section>'
    )


def find_outer(view: View) -> int:
    """Percent that the widest band of a situation is expected to hold."""
    return round(100 * float(view.now.levels[-1] - view.now.levels[0])) if view.now else 0


def show_alerts(words: Words, view: View, *, is_large: bool = False) -> str:
    """Alerts: open, acknowledged, and over."""
    groups = {
        "open": [alert for alert in view.alerts if not alert.seen],
        "seen": [alert for alert in view.alerts if alert.seen],
    }
    parts = [f'<section class="alerts"><h2>{escape(words("crowd.alerts"))}</h2>']
    if view.is_stale and view.now is not None:
        time = saying.to_clock(words, view.now.time, view.moment)
        parts.append(f"<p>{escape(words('crowd.alerts.stale', time=time))}</p>")
    for name, alerts in groups.items():
        said = [
            Html(
                f"{to_level(words, alert.level)} {to_link(words, view, alert.gauge).text}: "
                f"{escape(saying.tell_alert(words, view, alert))}"
            )
            for alert in alerts
        ]
        parts.append(f"<h3>{escape(words(f'crowd.alerts.{name}'))}</h3>")
        parts.append(list_some(words, said, is_large=is_large))
    over = tell_over(words, view)
    if over:
        parts.append(f"<h3>{escape(words('crowd.alerts.over'))}</h3>")
        parts.append(list_some(words, over, is_large=is_large))
    return f"{''.join(parts)}</section>"


def list_some(words: Words, said: Sequence[str | Html], *, is_large: bool) -> str:
    """The first of a list; the rest is folded, or on a large screen counted."""
    if not said:
        return f"<p>{escape(words('crowd.alerts.none'))}</p>"
    most = ALERTS_LARGE if is_large else ALERTS
    shown, rest = to_list(said[:most], "feed"), said[most:]
    if not rest:
        return shown
    more = words("crowd.report.rest", count=len(rest))
    return shown + (
        f"<p>{escape(more)}</p>" if is_large else to_folded(more, to_list(rest, "feed"))
    )


def tell_over(words: Words, view: View) -> list[str]:
    """Alerts that came to an end, the latest first."""
    return [
        f"{view.titles[view.gauges.index(each.gauge)]}, "
        + words(
            "crowd.alert.lowered",
            time=saying.to_clock(words, each.time, view.moment),
            level=name_level(words, GREEN),
        )
        for each in view.happened
        if each.what == "lowered" and each.level == GREEN and each.gauge in view.gauges
    ]


def show_measures(words: Words, view: View, gauge: str | None = None) -> str:
    """Measures of the last day, of the whole place or of one gauge."""
    told = tell_measures(words, view, gauge)
    said = to_list(told, "feed") if told else f"<p>{escape(words('crowd.measures.none'))}</p>"
    return f"<section><h2>{escape(words('crowd.measures'))}</h2>{said}</section>"


def tell_measures(words: Words, view: View, gauge: str | None = None) -> list[str]:
    """Measures, the latest first: when, where, what."""
    titles = dict(zip(view.gauges, view.titles, strict=True))
    return [
        f"{saying.to_clock(words, each.time, view.moment)},"
        f" {titles.get(each.gauge or '', words('crowd.measures.whole'))}: {each.note}"
        for each in view.happened
        if each.what == "measure" and gauge in (None, each.gauge)
    ]
