"""The model of a place read from GeoJSON; what cannot be is refused with a sentence.

Each feature says its kind in ``properties``:

    zone      polygon     id, name, area_m2, capacity, limits [yellow, orange, red] per m2
    passage   line        id, name, from, to, width_m, limits [...] per metre and minute
    counter   point       id, passage, direction (forward or backward), share

``from`` and ``to`` are ids of zones, or null for outside. Only ids, width_m and the links have to
be there: an area is that of the polygon, limits are those of ``place.py``.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeGuard

import numpy as np

from lokaalmeten.errors import FormatError

from .place import DENSITY_LIMITS, FLOW_LIMITS, OUTSIDE, Counters, Float, Passages, Place, Zones
from .shapes import check_shape, measure_area

KINDS = {"zone": ("Polygon", "MultiPolygon"), "passage": ("LineString",), "counter": ("Point",)}
DIRECTIONS = ("forward", "backward")
SLACK = 1.02  # an area may be said a little larger than it was drawn
MOST = 10_000  # features


class Features:
    """Features of one kind, and what is said of each."""

    def __init__(self, kind: str, features: Sequence[Mapping[str, Any]]) -> None:
        self.kind = kind
        self.rows = [each["properties"] for each in features if each["properties"]["kind"] == kind]
        self.shapes = [each["geometry"] for each in features if each["properties"]["kind"] == kind]
        self.ids = tuple(self._read_id(row) for row in self.rows)
        twice = [name for name, number in Counter(self.ids).items() if number > 1]
        if twice:
            raise FormatError(f"two of kind {kind} have the id {twice[0]!r}")
        self.names = tuple(str(row.get("name") or row["id"]) for row in self.rows)

    def _read_id(self, row: Mapping[str, Any]) -> str:
        found = row.get("id")
        if not isinstance(found, str) or not 1 <= len(found) <= 60:
            raise FormatError(f"a {self.kind} needs an id of 1 to 60 characters, not {found!r}")
        return found

    def numbers(
        self, key: str, *, least: float = 0.0, most: float = math.inf, default: float | None = None
    ) -> Float:
        """Numbers (n,) above ``least`` up to ``most``; ``default`` where nothing is said."""
        found = []
        for name, row in zip(self.ids, self.rows, strict=True):
            value = row.get(key)
            if value is None and default is not None:
                found.append(default)
            elif is_number(value) and least < value <= most:
                found.append(float(value))
            else:
                span = f"above {least:g}" + (f" up to {most:g}" if most < math.inf else "")
                raise FormatError(f"{self.kind} {name!r}: {key} is a number {span}, not {value!r}")
        return np.array(found, np.float64)

    def limits(self, default: tuple[float, ...]) -> Float:
        """Thresholds (n, 3), rising."""
        found = [row.get("limits", default) for row in self.rows]
        for name, limits in zip(self.ids, found, strict=True):
            is_three = isinstance(limits, list | tuple) and len(limits) == 3
            if not is_three or not all(map(is_number, limits)) or not is_rising((0, *limits)):
                raise FormatError(
                    f"{self.kind} {name!r}: limits are three numbers that rise, for yellow, orange"
                    f" and red, not {limits!r}"
                )
        return np.array(found, np.float64).reshape(-1, 3)

    def links(self, key: str, others: Sequence[str], kind: str) -> list[int]:
        """Places (n,) of the ids under ``key`` among those of another kind; OUTSIDE for null."""
        found = []
        for name, row in zip(self.ids, self.rows, strict=True):
            value = row.get(key)
            if value is not None and value not in others:
                raise FormatError(f"{self.kind} {name!r}: there is no {kind} {value!r}")
            found.append(OUTSIDE if value is None else others.index(value))
        return found


def check_plan(plan: Mapping[str, Any]) -> Place:
    """A place from a plan that is about to be kept: also its shapes are looked at.

    What is kept already is read without that: it must not go dark because a check is new.
    """
    for feature in check_features(plan):
        check_shape(feature)
    return read_place(plan)


def read_place(plan: Mapping[str, Any]) -> Place:
    """A place from a GeoJSON FeatureCollection (degrees, WGS84).

    Raises FormatError that names what is wrong: kind and id, what was found, what may be.
    """
    features = check_features(plan)
    zones, passages, counters = (Features(kind, features) for kind in KINDS)
    if not passages.ids:
        raise FormatError("there is no passage: nothing can be counted")
    return Place(
        str(plan.get("name") or "place"),
        read_zones(zones),
        read_passages(passages, zones.ids),
        read_counters(counters, passages.ids),
    )


def check_features(plan: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Features of a plan, each of a known kind and shape."""
    found = plan.get("features") if plan.get("type") == "FeatureCollection" else None
    if not isinstance(found, list) or not 1 <= len(found) <= MOST:
        raise FormatError(f"a plan is a GeoJSON FeatureCollection of 1 to {MOST:,} features")
    for number, feature in enumerate(found, 1):
        said, shape = (
            feature.get(part) if isinstance(feature, dict) else None
            for part in ("properties", "geometry")
        )
        kind = said.get("kind") if isinstance(said, dict) else None
        if not isinstance(kind, str) or kind not in KINDS:
            raise FormatError(f"feature {number}: kind is one of {', '.join(KINDS)}, not {kind!r}")
        form = shape.get("type") if isinstance(shape, dict) else None
        if form not in KINDS[kind]:
            raise FormatError(
                f"feature {number}: a {kind} is drawn as {' or '.join(KINDS[kind])}, not {form!r}"
            )
    return found


def read_zones(zones: Features) -> Zones:
    """Zones with the area that people can stand on."""
    drawn = np.array([measure_area(*each) for each in zip(zones.ids, zones.shapes, strict=True)])
    said = zones.numbers("area_m2", default=math.nan)
    for name, here, there in zip(zones.ids, said, drawn, strict=True):
        if here > there * SLACK:
            raise FormatError(
                f"zone {name!r}: area_m2 {here:,.0f} is more than the {there:,.0f} that are drawn"
            )
    return Zones(
        zones.ids,
        zones.names,
        np.where(np.isnan(said), drawn, said),
        zones.numbers("capacity", default=math.nan),
        zones.limits(DENSITY_LIMITS),
    )


def read_passages(passages: Features, zones: Sequence[str]) -> Passages:
    """Passages with the zones at their ends."""
    sources, targets = (passages.links(key, zones, "zone") for key in ("from", "to"))
    for name, source, target in zip(passages.ids, sources, targets, strict=True):
        if source == target != OUTSIDE:
            raise FormatError(f"passage {name!r} leads from zone {zones[source]!r} to itself")
    return Passages(
        passages.ids,
        passages.names,
        passages.numbers("width_m", most=200),
        np.array(sources, np.int64),
        np.array(targets, np.int64),
        passages.limits(FLOW_LIMITS),
    )


def read_counters(counters: Features, passages: Sequence[str]) -> Counters:
    """Counters in passages; together they see at most everyone who goes one way."""
    at = np.array(counters.links("passage", passages, "passage"), np.int64)
    for name, place, row in zip(counters.ids, at, counters.rows, strict=True):
        if place == OUTSIDE:
            raise FormatError(f"counter {name!r} is in no passage")
        if row.get("direction", "forward") not in DIRECTIONS:
            raise FormatError(
                f"counter {name!r}: direction is forward or backward, not {row['direction']!r}"
            )
    backward = np.array([row.get("direction") == "backward" for row in counters.rows], bool)
    share = counters.numbers("share", most=1, default=1.0)
    seen = np.bincount(2 * at + backward, weights=share, minlength=2 * len(passages))
    if (over := np.flatnonzero(seen > 1 + 1e-6)).size:
        way = over[0]
        raise FormatError(
            f"passage {passages[way // 2]!r}: the counters {DIRECTIONS[way % 2]} have shares of"
            f" {seen[way]:.2f} together; they are at most 1"
        )
    return Counters(counters.ids, at, backward, share)


def is_rising(values: Sequence[float]) -> bool:
    """Whether each value is above the one before."""
    return all(low < high for low, high in pairwise(values))


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value of JSON is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)
