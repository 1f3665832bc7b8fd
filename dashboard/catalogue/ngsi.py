"""Entities of NGSI-LD (ETSI GS CIM 009) by the models of Smart Data Models, for the DMI ecosystem.

An entity is a sensor or a passage as it is now, under a name that stays: a broker that reads it
again brings its own up to date. What a model cannot hold is left out: a number below its least, a
value that failed its checks, a sensor without a place.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
import shapely

from lokaalmeten.geo import to_centres
from lokaalmeten.quality import Flag
from predict.crowd.levels import UNKNOWN

from ..api.answers import to_text
from ..crowd.view import View
from ..features.crowds import find_shape
from ..features.table import DIGITS
from ..publisher import Publisher

CORE = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
MODELS = "https://raw.githubusercontent.com/smart-data-models/dataModel.{}/master/context.jsonld"
CONTEXTS = {name: [MODELS.format(name), CORE] for name in ("Environment", "Transportation")}
# Quantity: property of AirQualityObserved, unit of UN/CEFACT recommendation 20, part of our unit.
PROPERTIES = {
    "pm1": ("pm1", "GQ", 1.0),
    "pm25": ("pm25", "GQ", 1.0),
    "pm10": ("pm10", "GQ", 1.0),
    "no2": ("no2", "GQ", 1.0),
    "co2": ("co2", "59", 1.0),
    "temperature": ("temperature", "CEL", 1.0),
    "humidity": ("relativeHumidity", "C62", 0.01),  # the model writes it as 0 to 1
}
AIR = ("pm1", "pm25", "pm10", "no2", "co2")  # without any of these it is no quality of air
SIGNED = ("temperature",)  # all others are 0 or more
CONGESTED = 2  # orange: the second of three limits

Entity = dict[str, Any]


def to_air_quality(
    latest: pd.DataFrame, labels: Mapping[str, str], publisher: Publisher, site: str
) -> list[Entity]:
    """Sensors of ``storage.reader.latest`` that measure air, in the order of their names."""
    placed = latest.loc[latest["cell"] != 0].reset_index(drop=True)  # by name, as it was read
    keys = [key for key in PROPERTIES if key in placed]
    told = {key: find_told(placed, key) for key in keys}
    some = np.any(
        [told[key] for key in AIR if key in told] or [np.zeros(len(placed), bool)], axis=0
    )
    centres = np.round(to_centres(placed["cell"].to_numpy(np.int64))[::-1], DIGITS).T.tolist()
    rows = placed.to_dict("records")
    return [
        to_sensor(
            rows[row],
            [key for key in keys if told[key][row]],
            centres[row],
            labels.get(rows[row]["node"], ""),
            publisher,
            site,
        )
        for row in np.flatnonzero(some).tolist()
    ]


def find_told(latest: pd.DataFrame, key: str) -> np.ndarray:
    """Where (n,) a quantity has a value that its model can hold and that did not fail."""
    value, flag = latest[key].to_numpy(float), latest[f"{key}_flag"].to_numpy()
    least = -np.inf if key in SIGNED else 0.0
    return np.isfinite(value) & (flag != Flag.FAIL) & (flag != Flag.MISSING) & (value >= least)


def to_sensor(
    row: Mapping[str, Any],
    keys: Sequence[str],
    place: Sequence[float],
    label: str,
    publisher: Publisher,
    site: str,
) -> Entity:
    """AirQualityObserved of one sensor; reliability is the share of its values flagged good."""
    name = quote(row["node"], safe="")
    good = [row[f"{key}_flag"] == Flag.GOOD for key in keys]
    moment = to_text(row["time"])
    values = {PROPERTIES[key][0]: to_measured(row, key, moment) for key in keys}
    return {
        "id": f"urn:ngsi-ld:AirQualityObserved:{name}",
        "type": "AirQualityObserved",
        "dateObserved": to_date(moment),
        "location": to_location({"type": "Point", "coordinates": list(place)}),
        **({"name": to_property(label)} if label else {}),
        **values,
        "reliability": to_property(round(sum(good) / len(good), 4), observedAt=moment),
        "refDevice": {"type": "Relationship", "object": f"urn:ngsi-ld:Device:{name}"},
        **to_origin(publisher, site),
        "@context": CONTEXTS["Environment"],
    }


def to_measured(row: Mapping[str, Any], key: str, moment: str | None) -> dict[str, Any]:
    """A value with unit, time and quality, and what it is corrected to beside it."""
    _, unit, part = PROPERTIES[key]
    flag = Flag(int(row[f"{key}_flag"])).name.lower().replace("_", " ")
    measured = to_property(round(row[key] * part, 4), unitCode=unit, observedAt=moment)
    measured["quality"] = to_property(flag)
    corrected = row.get(f"{key}_corrected", np.nan)
    if np.isfinite(corrected):
        measured["corrected"] = to_property(round(corrected * part, 4), unitCode=unit)
    return measured


def to_crowd_flow(view: View, publisher: Publisher, site: str) -> list[Entity]:
    """Passages of an open place in its last interval; none where nobody updates it."""
    if view.now is None or view.is_stale:
        return []
    first = view.zones
    widths = view.place.passages.width_m
    return [
        to_passage(view, first + p, float(widths[p]), publisher, site)
        for p in range(len(view.place.passages.ids))
        if np.isfinite(view.now.value[first + p]) and not view.doubtful[first + p]
    ]


def to_passage(view: View, gauge: int, width_m: float, publisher: Publisher, site: str) -> Entity:
    """CrowdFlowObserved of one passage: who passed in both directions in an interval."""
    assert view.now is not None
    name = view.gauges[gauge].partition("/")[2]
    start, stop = view.now.time - timedelta(seconds=view.step_s), view.now.time
    people = round(float(view.now.value[gauge]) * width_m * view.step_s / 60)
    level = int(view.signal[gauge])
    congested = {} if level == UNKNOWN else {"congested": to_property(level >= CONGESTED)}
    shape = shapely.get_coordinates(find_shape(view, "passage", name)).tolist()
    full = f"{quote(view.name, safe='')}:{quote(name, safe='')}"
    return {
        "id": f"urn:ngsi-ld:CrowdFlowObserved:{full}",
        "type": "CrowdFlowObserved",
        "dateObserved": to_property(f"{to_text(start)}/{to_text(stop)}"),
        "dateObservedFrom": to_date(to_text(start)),
        "dateObservedTo": to_date(to_text(stop)),
        "location": to_location({"type": "LineString", "coordinates": shape}),
        "name": to_property(view.titles[gauge]),
        "peopleCount": to_property(people, unitCode="IE", observedAt=to_text(stop)),
        **congested,
        **to_origin(publisher, site),
        "@context": CONTEXTS["Transportation"],
    }


def to_origin(publisher: Publisher, site: str) -> dict[str, Any]:
    """Who tells it, and where it was read."""
    return {
        "dataProvider": to_property(publisher.name),
        "source": to_property(publisher.url or f"{site}/"),
    }


def to_property(value: Any, **more: str | None) -> dict[str, Any]:
    """A Property."""
    return {"type": "Property", "value": value, **more}


def to_date(moment: str | None) -> dict[str, Any]:
    """A Property that is a moment."""
    return to_property({"@type": "DateTime", "@value": moment})


def to_location(shape: dict[str, Any]) -> dict[str, Any]:
    """A GeoProperty of GeoJSON."""
    return {"type": "GeoProperty", "value": shape}
