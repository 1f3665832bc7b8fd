"""Zones and passages of open places of crowd safety, as full as they are now."""

import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import shapely

from storage.crowd_reading import read_open_places

from ..api.answers import to_text
from ..api.crowd import LEVELS, UNITS
from ..crowd.view import View, read_view
from .table import DIGITS, Asked, Table


def read_zones(connection: Any, asked: Asked) -> Table:
    """Zones with level, people, and people per square metre."""
    return read_gauges(connection, asked, "zone")


def read_passages(connection: Any, asked: Asked) -> Table:
    """Passages with level, and people per metre and minute."""
    return read_gauges(connection, asked, "passage")


def read_gauges(connection: Any, asked: Asked, kind: str) -> Table:
    """Gauges of one kind of all open places; null is not known, also where nobody updates it."""
    views = read_views(connection, datetime.now(UTC), asked.equal.get("place"))
    rows = [row for view in views for row in list_gauges(view, kind)]
    names = ("place", "gauge", "label", "level", "value", "unit", "people", "time")
    shapes = np.empty(len(rows), object)
    shapes[:] = [find_shape(view, kind, said["gauge"]) for view, said in rows]
    times = np.array([None if row["time"] is None else row["time"][:-1] for _, row in rows])
    return Table(
        [f"{said['place']}:{said['gauge']}" for _, said in rows],
        shapes,
        {name: [said[name] for _, said in rows] for name in names},
        times.astype("datetime64[us]"),
    )


def read_views(connection: Any, moment: datetime, place: str | None = None) -> list[View]:
    """All open places at a moment, or the one of this name."""
    names = [each["place"] for each in read_open_places(connection)]
    wanted = [name for name in names if place in (None, name)]
    return [read_view(connection, name, moment) for name in wanted]


def list_gauges(view: View, kind: str) -> list[tuple[View, dict[str, Any]]]:
    """What is said of each zone, or of each passage, of a place."""
    now = None if view.is_stale else view.now
    found = []
    for g, name in enumerate(view.gauges):
        if name.partition("/")[0] != kind:
            continue
        said = {
            "place": view.name,
            "gauge": name.partition("/")[2],
            "label": view.titles[g],
            "level": LEVELS[int(view.signal[g])],
            "value": to_number(now.value[g]) if now else None,
            "unit": UNITS[kind],
            "people": to_number(now.people[g]) if now else None,
            "time": to_text(now.time) if now else None,
        }
        found.append((view, said))
    return found


def find_shape(view: View, kind: str, name: str) -> Any:
    """Outline or line of a gauge, from the plan."""
    for feature in view.plan["features"]:
        said = feature["properties"]
        if said["kind"] == kind and said["id"] == name:
            drawn = shapely.force_2d(shapely.from_geojson(json.dumps(feature["geometry"])))
            return shapely.transform(drawn, lambda corners: np.round(corners, DIGITS))
    return None


def to_number(value: float) -> float | None:
    """A number for JSON; None where it is not known."""
    return round(float(value), 4) if np.isfinite(value) else None
