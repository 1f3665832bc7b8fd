"""A situation and its alerts as what a database keeps, and alerts back from it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .place import Place
from .situation import LEVELS, Situation
from .warning import Alerts, no_alerts

KEPT_LEVELS = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
_PICK = np.array([int(np.argmin(np.abs(LEVELS - level))) for level in KEPT_LEVELS])
_FIELDS = ("level", "raised", "low", "lowered", "fallen", "seen", "escalated")


def name_gauges(place: Place) -> list[str]:
    """Names (g,) of what has limits: zones, then passages."""
    zones, passages = place.zones.ids, place.passages.ids
    return [*(f"zone/{name}" for name in zones), *(f"passage/{name}" for name in passages)]


def to_kept(place: Place, found: Situation, alerts: Alerts) -> dict[str, Any]:
    """Columns of a stored situation; arrays keep their shape."""
    gauges = name_gauges(place)
    nobody = np.full(len(place.passages.ids), np.nan)
    return {
        "gauges": gauges,
        "people": np.concatenate([found.people, nobody]),
        "value": found.values,
        "signal": found.signal,
        "counters": list(place.counters.ids),
        "judged": found.judged,
        "ahead_s": found.ahead_s,
        "levels": LEVELS[_PICK],
        "quantiles": found.table[..., _PICK],
        "chance": found.chance,
        "alerts": to_json(alerts, gauges),
    }


def to_json(alerts: Alerts, gauges: Sequence[str]) -> dict[str, dict[str, int]]:
    """Alerts by the name of their gauge."""
    columns = [np.asarray(getattr(alerts, field)).tolist() for field in _FIELDS]
    rows = zip(*columns, strict=True)
    return {
        gauge: {field: int(value) for field, value in zip(_FIELDS, row, strict=True)}
        for gauge, row in zip(gauges, rows, strict=True)
    }


def from_json(said: Mapping[str, Mapping[str, int]], gauges: Sequence[str]) -> Alerts:
    """Alerts (g,) of gauges; one that is new since then has none."""
    alerts = no_alerts(len(gauges))
    for field in _FIELDS:
        column = getattr(alerts, field).copy()
        for index, gauge in enumerate(gauges):
            if gauge in said:
                column[index] = said[gauge][field]
        alerts = replace(alerts, **{field: column})
    return alerts
