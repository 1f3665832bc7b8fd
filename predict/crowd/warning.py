"""From chances to alerts: raised when it is likely to get too full, lowered when it surely is not.

An alert that comes and goes every few minutes is not believed. So it is lowered only after the
chance has been low for a while, and not raised again at once; a rise to a higher level is always
told. Nothing is lowered because a counter fell silent.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .levels import GREEN, ORANGE, UNKNOWN

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]
Int8 = NDArray[np.int8]
Bool = NDArray[np.bool_]

NEVER = -(2**40)  # Unix seconds
RAISED, LOWERED, ESCALATED = "raised", "lowered", "escalated"


@dataclass(frozen=True)
class Rules:
    """When alerts are raised and lowered; the same for all gauges of a place."""

    raise_at: float = 0.5  # chance of being above a limit
    lower_at: float = 0.3
    hold_s: int = 900  # that the chance has been low before an alert is lowered
    cool_s: int = 900  # after lowering, before the same level is raised again
    escalate_s: int = 600  # that an alert of orange or red waits for somebody


@dataclass(frozen=True)
class Alerts:
    """Alerts of g gauges (zones by density, passages by flow)."""

    level: Int8  # (g,) GREEN where there is none
    raised: Int64  # (g,) Unix seconds of the latest rise
    low: Int64  # (g,) since when the chance is low without a break; NEVER when it is not
    lowered: Int64  # (g,) of the latest fall
    fallen: Int8  # (g,) level from which it fell then
    seen: Bool  # (g,) somebody acknowledged it
    escalated: Bool  # (g,)


@dataclass(frozen=True)
class Event:
    """What changed for one gauge."""

    gauge: int
    what: str
    level: int


def no_alerts(number: int) -> Alerts:
    """The state before anything was told."""
    zero, never = np.zeros(number, np.int8), np.full(number, NEVER)
    none = np.zeros(number, bool)
    return Alerts(zero, never, never, never, zero, none, none)


def update_alerts(
    alerts: Alerts, now: int, chance: Float, signal: Int8, rules: Rules
) -> tuple[Alerts, list[Event]]:
    """Alerts after ``now`` (Unix seconds), and what changed.

    ``chance`` (g, 3, h) of being above each limit at each horizon, NaN where nothing can be said;
    ``signal`` (g,) is how full it is now, UNKNOWN where nobody knows.
    """
    known = np.isfinite(chance).any(axis=(1, 2)) | (signal != UNKNOWN)
    highest = np.nan_to_num(chance).max(axis=2, initial=0)
    wanted, kept = (_reach(highest, signal, at) for at in (rules.raise_at, rules.lower_at))
    cooled = (now - alerts.lowered >= rules.cool_s) | (wanted > alerts.fallen)
    up = (wanted > alerts.level) & cooled
    low = np.where(known & (kept < alerts.level), np.maximum(alerts.low, NEVER), NEVER)
    low = np.where((low == NEVER) & known & (kept < alerts.level), now, low)
    down = ~up & (low != NEVER) & (now - low >= rules.hold_s)
    changed = replace(
        alerts,
        level=np.where(up, wanted, np.where(down, kept, alerts.level)).astype(np.int8),
        raised=np.where(up, now, alerts.raised),
        low=np.where(up | down, NEVER, low),
        lowered=np.where(down, now, alerts.lowered),
        fallen=np.where(down, alerts.level, alerts.fallen).astype(np.int8),
        seen=alerts.seen & ~up,
        escalated=alerts.escalated & ~up & ~down,
    )
    late = (changed.level >= ORANGE) & ~changed.seen & ~changed.escalated
    late &= now - changed.raised >= rules.escalate_s
    told = replace(changed, escalated=changed.escalated | late)
    return told, _tell(told.level, ((RAISED, up), (LOWERED, down), (ESCALATED, late)))


def acknowledge(alerts: Alerts, gauge: int) -> Alerts:
    """Alerts after somebody has seen the one of a gauge: it does not escalate."""
    return replace(alerts, seen=alerts.seen | (np.arange(len(alerts.seen)) == gauge))


def _reach(highest: Float, signal: Int8, at: float) -> Int8:
    """Highest level (g,) with a chance (g, 3) of ``at`` or more, or that is there already."""
    likely = np.where(highest >= at, np.arange(1, 4), GREEN).max(axis=1)
    return np.maximum(likely, np.maximum(signal, GREEN)).astype(np.int8)


def _tell(level: Int8, changes: tuple[tuple[str, Bool], ...]) -> list[Event]:
    return [
        Event(int(gauge), what, int(level[gauge]))
        for what, chosen in changes
        for gauge in np.flatnonzero(chosen)
    ]


def time_to(chance: Float, ahead_s: Int64, at: float = 0.5) -> Float:
    """Seconds (g, 3) until each limit is likely passed, from chances (g, 3, h); NaN when not.

    >>> time_to(np.array([[[0.1, 0.6], [0.0, 0.2], [0.0, 0.0]]]), np.array([900, 1800])).tolist()
    [[1800.0, nan, nan]]
    """
    likely = np.nan_to_num(chance) >= at
    return np.where(likely.any(axis=2), np.asarray(ahead_s)[likely.argmax(axis=2)], np.nan)
