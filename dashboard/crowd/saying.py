"""Numbers of a view as the sentences that its pages share; plain text, escaped by who writes it."""

from datetime import datetime, timedelta

import numpy as np

from predict.crowd.levels import GREEN, RED, UNKNOWN

from ..words import NO_BREAK, ZONE, Words
from .marks import name_level
from .urgency import Urgency
from .view import Alert, Fault, View

SURE = (0.01, 0.99)  # beyond, a chance is told as less or more than these


def to_unit(words: Words, view: View, gauge: int) -> str:
    """Unit of a gauge."""
    return words("crowd.unit.zone" if gauge < view.zones else "crowd.unit.passage")


def to_value(words: Words, view: View, gauge: int, value: float) -> str:
    """Value of a gauge with its unit: zones to a hundredth, passages to a whole number."""
    number = words.number(value, find_digits(view, gauge))
    return f"{number}{NO_BREAK}{to_unit(words, view, gauge)}" if np.isfinite(value) else number


def find_digits(view: View, gauge: int) -> int:
    """Decimals of the values of a gauge."""
    return 2 if gauge < view.zones else 0


def to_chance(words: Words, chance: float) -> str:
    """Chance in percent; never 0 or 100, which nobody knows.

    >>> to_chance(Words("en"), 0.004), to_chance(Words("en"), 0.25)
    ('<1%', '25%')
    """
    if not np.isfinite(chance):
        return words.number(None)
    if chance < SURE[0]:
        return "<1%"
    return ">99%" if chance > SURE[1] else f"{words.number(100 * chance)}%"


def to_span(words: Words, seconds: float) -> str:
    """A time ahead: minutes up to an hour and a half, then hours."""
    minutes = round(seconds / 60)
    if minutes <= 90 and minutes != 60:
        return words("crowd.minutes", count=minutes)
    digits = 0 if minutes % 60 == 0 else 1
    return words("crowd.hours", count=words.number(minutes / 60, digits))


def to_clock(words: Words, moment: datetime, now: datetime) -> str:
    """Dutch time of day, with its date when that is another."""
    local = moment.astimezone(ZONE)
    clock = f"{local:%H:%M}"
    if local.date() == now.astimezone(ZONE).date():
        return clock
    return f"{local.day} {words.short_month(local.month)} {clock}"


def to_hour(start: datetime) -> str:
    """An hour of the Dutch day, from its begin to its end.

    >>> to_hour(datetime(2026, 5, 4, 18, tzinfo=ZONE))
    '18\N{EN DASH}19'
    """
    local = start.astimezone(ZONE)
    return f"{local:%H}\N{EN DASH}{local + timedelta(hours=1):%H}"


def to_farthest(words: Words, view: View) -> str:
    """The farthest time ahead."""
    return to_span(words, float(view.now.ahead_s[-1])) if view.now else words.number(None)


def tell_next(words: Words, view: View, urgency: Urgency, gauge: int) -> str:
    """What is to come of a gauge: the highest limit it likely passes, else the chance of the next.

    Says why where nothing can be said.
    """
    level = int(view.signal[gauge])
    if level == UNKNOWN:
        return tell_unknown(words, view, gauge)
    doubt = f"; {words('crowd.partly')}" if view.doubtful[gauge] else ""
    if level == RED:
        return words("crowd.comes.top") + doubt
    if view.now is None or not np.isfinite(urgency.chance[gauge]).any():
        return words("crowd.comes.unknown") + doubt
    likely = [n for n in range(RED, level, -1) if np.isfinite(urgency.time_s[gauge, n - 1])]
    wanted = likely[0] if likely else level + 1
    when = to_span(words, urgency.time_s[gauge, wanted - 1]) if likely else to_farthest(words, view)
    chance = to_chance(words, float(urgency.chance[gauge, wanted - 1]))
    if likely:
        at = int(np.argmax(view.now.ahead_s >= urgency.time_s[gauge, wanted - 1]))
        chance = to_chance(words, float(view.now.chance[gauge, wanted - 1, at]))
    key = "crowd.comes.soon" if likely else "crowd.comes.chance"
    return words(key, level=name_level(words, wanted), time=when, chance=chance) + doubt


def tell_unknown(words: Words, view: View, gauge: int) -> str:
    """Why the level of a gauge is not known, and what it was last."""
    known = view.last_known(gauge)
    if known is None:
        length = view.course.times[-1] - view.course.times[0] if view.course.times else timedelta()
        hours = max(round(length.total_seconds() / 3600), 1)
        return words("crowd.long_unknown", hours=hours)
    if not view.is_stale and view.now is not None and view.now.signal[gauge] != UNKNOWN:
        return words("crowd.calm_doubted")
    time = to_clock(words, known[0], view.moment)
    if known[1] == GREEN:  # that it was calm then says nothing of now, and would be read so
        return words("crowd.no_count", time=time)
    return words("crowd.last_known", time=time, level=name_level(words, known[1]))


def tell_fault(words: Words, view: View, fault: Fault) -> str:
    """What is wrong with a counter, since when, and what it concerns."""
    said = words(
        f"crowd.fault.{fault.kind}", counter=fault.counter, time=tell_since(words, view, fault)
    )
    gauges = ", ".join(view.titles[g] for g in fault.gauges)
    return f"{said}; {words('crowd.fault.touches', gauges=gauges)}"


def tell_since(words: Words, view: View, fault: Fault) -> str:
    """Since when a counter is not believed."""
    if fault.since is not None:
        return to_clock(words, fault.since, view.moment)
    hours = round((view.course.times[-1] - view.course.times[0]).total_seconds() / 3600)
    return words("crowd.fault.long", hours=max(hours, 1))


def tell_alert(words: Words, view: View, alert: Alert) -> str:
    """Since when an alert is open and how certain it is."""
    parts = [
        words(
            "crowd.alert",
            time=to_clock(words, alert.raised, view.moment),
            sure=tell_sure(words, view, alert),
        )
    ]
    if alert.escalated and not alert.seen:
        parts.append(words("crowd.alert.escalated"))
    return "; ".join(parts)


def tell_sure(words: Words, view: View, alert: Alert) -> str:
    """How certain an alert is."""
    if view.is_stale or not np.isfinite(alert.chance):
        return words("crowd.alert.unsure")
    if view.now is not None and view.now.signal[alert.gauge] >= alert.level:
        return words("crowd.alert.passed")
    chance, ahead = to_chance(words, alert.chance), to_farthest(words, view)
    return words("crowd.alert.sure", chance=chance, ahead=ahead)


def tell_levels(words: Words, view: View) -> str:
    """How many gauges are at each level above calm, and unknown."""
    counts = [(level, int((view.signal == level).sum())) for level in (3, 2, 1, UNKNOWN)]
    said = [f"{number} {name_level(words, level)}" for level, number in counts if number]
    return f"{', '.join(said)}." if said else words("crowd.summary.0")
