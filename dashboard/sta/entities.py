"""Entities as SensorThings 1.1 writes them: the one place where rows become its JSON.

Whatever is of version 1 alone (``@iot.id`` and its like) stands here and nowhere else.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np

from lokaalmeten.geo import to_centres
from storage.sta.model import ENTITIES, Entity, Kind
from storage.sta.options import Expand, Options
from storage.sta.rows import Found, Row

SAFE = "/()',:$"  # stay as they are in the path of a link
DIGITS = 6  # of a coordinate: 0.1 m, far below the size of a cell


class Writer:
    """Writes entities with links that begin with the address of the service."""

    def __init__(self, base: str) -> None:
        self.base = base

    def collection(self, found: Found, options: Options, path: str) -> dict[str, Any]:
        """A page of entities; ``path`` is where they were asked for."""
        body: dict[str, Any] = {}
        if found.count is not None:
            body["@iot.count"] = found.count
        if found.token is not None:
            body["@iot.nextLink"] = self.next_link(path, options.given, found.token)
        body["value"] = [self.entity(found.entity, row, options, top=True) for row in found.rows]
        return body

    def entity(
        self, entity: Entity, row: Row, options: Options, *, top: bool = False
    ) -> dict[str, Any]:
        """One entity with what was expanded; only the top level has links to its navigations."""
        chosen, values = options.select, row.values
        here = f"{entity.plural}({quote_key(values['id'])})"
        body: dict[str, Any] = {}
        if not chosen or "id" in chosen:
            body["@iot.id"] = values["id"]
        if not chosen:
            body["@iot.selfLink"] = f"{self.base}/{quote(here, SAFE)}"
        for name, found in entity.properties.items():
            if name != "id" and name in values:
                body[name] = to_json(found.kind, values[name])
        expanded = {each.name: each for each in options.expand}
        for name in entity.links:
            if name in expanded:
                self.put_below(body, row.links[name], expanded[name], f"{here}/{name}")
            elif name in chosen or (top and not chosen):
                link = f"{self.base}/{quote(f'{here}/{name}', SAFE)}"
                body[f"{name}@iot.navigationLink"] = link
        return body

    def put_below(self, body: dict[str, Any], found: Found, each: Expand, path: str) -> None:
        """Add what hangs on an entity by one navigation."""
        below = [self.entity(found.entity, row, each.options) for row in found.rows]
        if found.one:
            body[each.name] = below[0] if below else None
            return
        if found.count is not None:
            body[f"{each.name}@iot.count"] = found.count
        if found.token is not None:
            link = self.next_link(path, each.options.given, found.token)
            body[f"{each.name}@iot.nextLink"] = link
        body[each.name] = below

    def self_links(self, found: Found) -> list[dict[str, str]]:
        """Addresses of entities."""
        plural = found.entity.plural
        ids = (quote(f"{plural}({quote_key(row.values['id'])})", SAFE) for row in found.rows)
        return [{"@iot.selfLink": f"{self.base}/{each}"} for each in ids]

    def next_link(self, path: str, given: Iterable[tuple[str, str]], token: str) -> str:
        """Address of the next page, with all options but those that say where this one began."""
        kept = [pair for pair in given if pair[0] not in {"$skip", "$skiptoken"}]
        query = urlencode([*kept, ("$skiptoken", token)], safe="$(),;/'", quote_via=quote)
        return f"{self.base}/{quote(path, SAFE)}?{query}"

    def root(self, conformance: Iterable[str]) -> dict[str, Any]:
        """What there is."""
        there = [{"name": name, "url": f"{self.base}/{name}"} for name in ENTITIES]
        return {"value": there, "serverSettings": {"conformance": list(conformance)}}


def quote_key(key: str) -> str:
    """Id as it stands in a path."""
    return "'" + key.replace("'", "''") + "'"


def to_json(kind: Kind, value: Any) -> Any:
    """Value of a property as JSON has it."""
    if value is None:
        return None
    if kind is Kind.SPAN:
        return to_span(*value)
    if kind is Kind.PLACE:
        return to_point(value)
    return to_text(value) if isinstance(value, datetime | date | time | timedelta) else value


def to_span(first: datetime | None, last: datetime | None) -> str | None:
    """Moment, or interval of two; None when there is none."""
    if first is None or last is None:
        return None
    return to_text(first) if first == last else f"{to_text(first)}/{to_text(last)}"


def to_text(value: datetime | date | time | timedelta) -> str:
    """Moment in UTC with milliseconds, as 2026-01-01T00:00:00.000Z."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")[:23] + "Z"
    return str(value)


@lru_cache(maxsize=65_536)
def to_point(cell: int) -> Mapping[str, Any]:
    """GeoJSON of the centre of a cell."""
    lat, lon = to_centres(np.array([cell]))
    place = [round(float(lon[0]), DIGITS), round(float(lat[0]), DIGITS)]
    return {"type": "Point", "coordinates": place}
