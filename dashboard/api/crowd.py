"""Places of crowd safety that are open: how full they are, what is expected, alerts."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from predict.crowd.levels import UNKNOWN
from storage.crowd_reading import read_open_places

from ..crowd.places import find_level
from ..crowd.urgency import find_urgency
from ..crowd.view import Alert, Fault, View, read_view
from ..source import Source
from .answers import answer, to_text
from .params import Name
from .schemas.crowd import PlaceNow, Places

LEVELS = {0: "green", 1: "yellow", 2: "orange", 3: "red", UNKNOWN: None}
UNITS = {"zone": "1/m2", "passage": "1/(m.min)"}  # people; UCUM
MEANING = {
    "level": "green, yellow, orange or red; null is not known, which is not calm: nobody updates "
    "the place, nothing was counted, or it would be green and a counter is silent or stuck",
    "chance": "of passing each limit at any time until then; rows are limits, columns aheadSeconds",
    "quantiles": "of the value at each time ahead; rows are aheadSeconds, columns levels",
    "secondsTo": "until each limit is passed with a chance of one half; 0 is passed, null is not",
    "stale": "nobody updates the place: what is told is of its time, not of now",
}


def add_crowd(router: APIRouter, source: Source) -> None:
    """Put the routes on the router."""

    @router.get(
        "/crowd/places",
        summary="Open places of crowd safety, each with its highest level",
        response_model=Places,
    )
    async def places() -> JSONResponse:
        return await answer(source, read_places, datetime.now(UTC))

    @router.get(
        "/crowd/places/{place}",
        summary="How full a place is and will be, and its alerts",
        response_model=PlaceNow,
    )
    async def place(place: Name) -> JSONResponse:
        return await answer(source, read_place, place, datetime.now(UTC))


def read_places(connection: Any, moment: datetime) -> dict[str, Any]:
    """Open places."""
    return {
        "places": [
            {
                "name": each["place"],
                "label": each["title"] or each["place"],
                "interval": each["step_s"],
                "time": None if each["time"] is None else to_text(each["time"]),
                "level": LEVELS[find_level(each, moment)],
            }
            for each in read_open_places(connection)
        ]
    }


def read_place(connection: Any, name: str, moment: datetime) -> dict[str, Any]:
    """State, expectation, alerts and counters of one place."""
    view = read_view(connection, name, moment)
    now = view.now
    return {
        "name": view.name,
        "label": view.title,
        "interval": view.step_s,
        "time": to_text(now.time) if now else None,
        "stale": view.is_stale,
        "units": UNITS,
        "meaning": MEANING,
        "aheadSeconds": now.ahead_s.tolist() if now else [],
        "levels": now.levels.tolist() if now else [],
        "gauges": to_gauges(view),
        "alerts": [to_alert(view, alert) for alert in view.alerts],
        "counters": [to_fault(view, fault) for fault in view.faults],
    }


def to_gauges(view: View) -> list[dict[str, Any]]:
    """Zones and passages as objects; nothing of now where nobody updates the place."""
    urgency = find_urgency(view)
    now, number = None if view.is_stale else view.now, len(view.gauges)
    none = np.full(number, np.nan)
    people, value = (now.people, now.value) if now else (none, none)
    table = np.moveaxis(now.table, 1, 0) if now else np.empty((number, 0, 0))
    chance = now.chance if now else np.empty((number, 3, 0))
    return [
        {
            "gauge": name,
            "label": view.titles[g],
            "level": LEVELS[int(view.signal[g])],
            "value": to_json(value[g]),
            "people": to_json(people[g]),
            "limits": view.limits[g].tolist(),
            "quantiles": to_json(table[g]),
            "chance": to_json(chance[g]),
            "secondsTo": to_json(urgency.time_s[g]),
        }
        for g, name in enumerate(view.gauges)
    ]


def to_json(values: Any) -> Any:
    """Numbers of any shape, rounded; null where there is none."""
    table = np.round(np.asarray(values, np.float64), 4)
    filled = np.array(table, object)  # an array also of one number
    filled[~np.isfinite(table)] = None
    return filled.tolist()


def to_alert(view: View, alert: Alert) -> dict[str, Any]:
    """An alert that is open."""
    return {
        "gauge": view.gauges[alert.gauge],
        "level": LEVELS[alert.level],
        "raised": to_text(alert.raised),
        "seen": alert.seen,
        "escalated": alert.escalated,
        "chance": to_json(alert.chance),
    }


def to_fault(view: View, fault: Fault) -> dict[str, Any]:
    """A counter that is not believed; the others are."""
    return {
        "counter": fault.counter,
        "fault": fault.kind,
        "since": None if fault.since is None else to_text(fault.since),
        "gauges": [view.gauges[g] for g in fault.gauges.tolist()],
    }
