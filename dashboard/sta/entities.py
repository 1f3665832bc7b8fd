"""Entities as SensorThings 1.1 writes them: the one place where rows become its JSON.

Whatever is of version 1 alone (``@iot.id`` and its like) stands here and nowhere else. What is the
same for all entities of a level is made once, in a Form; thousands of rows then go through it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np

from lokaalmeten.geo import to_centres
from storage.sta.model import ENTITIES, Entity, Kind
from storage.sta.options import Options
from storage.sta.rows import Found, Row

SAFE = "/()',:$"  # stay as they are in the path of a link
DIGITS = 6  # of a coordinate: 0.1 m, far below the size of a cell
_PLAIN = re.compile(r"[A-Za-z0-9_.:~-]*", re.ASCII)

Json = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """How entities of one level are written."""

    entity: Entity
    start: str  # of their addresses, up to the id
    has_id: bool
    has_self: bool
    properties: tuple[tuple[str, Callable[[Any], Any]], ...]
    linked: tuple[str, ...]  # navigations of which the address is given
    below: tuple[tuple[str, "Form", str], ...]  # name, form and options of the next page


class Writer:
    """Writes entities with links that begin with the address of the service."""

    def __init__(self, base: str) -> None:
        self.base = base

    def collection(self, found: Found, options: Options, path: str) -> Json:
        """A page of entities; ``path`` is where they were asked for."""
        body: Json = {}
        if found.count is not None:
            body["@iot.count"] = found.count
        if found.token is not None:
            body["@iot.nextLink"] = self.next_link(path, options.given, found.token)
        form = self.form(found.entity, options, top=True)
        body["value"] = [write_entity(form, row) for row in found.rows]
        return body

    def entity(self, entity: Entity, row: Row, options: Options) -> Json:
        """One entity, as on the top level."""
        return write_entity(self.form(entity, options, top=True), row)

    def form(self, entity: Entity, options: Options, *, top: bool = False) -> Form:
        """How entities are written; only those of the top level have links to navigations."""
        chosen = options.select
        expanded = {each.name: each for each in options.expand}
        return Form(
            entity,
            f"{self.base}/{entity.plural}('",
            not chosen or "id" in chosen,
            not chosen,
            tuple(
                (name, choose_writer(found.kind))
                for name, found in entity.properties.items()
                if name != "id" and (not chosen or name in chosen)
            ),
            tuple(
                name
                for name in entity.links
                if name not in expanded and (name in chosen or (top and not chosen))
            ),
            tuple(
                (
                    name,
                    self.form(ENTITIES[each.link.target], each.options),
                    to_query(each.options.given),
                )
                for name, each in expanded.items()
            ),
        )

    def self_links(self, found: Found) -> list[dict[str, str]]:
        """Addresses of entities."""
        start = f"{self.base}/{found.entity.plural}('"
        return [{"@iot.selfLink": f"{start}{to_key(row.values['id'])}')"} for row in found.rows]

    def next_link(self, path: str, given: Iterable[tuple[str, str]], token: str) -> str:
        """Address of the next page."""
        return f"{self.base}/{quote(path, SAFE)}?{to_query(given)}{token}"

    def root(self, conformance: Iterable[str]) -> Json:
        """What there is."""
        there = [{"name": name, "url": f"{self.base}/{name}"} for name in ENTITIES]
        return {"value": there, "serverSettings": {"conformance": list(conformance)}}


def write_entity(form: Form, row: Row) -> Json:
    """One entity with what was expanded."""
    values, body = row.values, {}
    here = f"{form.start}{to_key(values['id'])}')"
    if form.has_id:
        body["@iot.id"] = values["id"]
    if form.has_self:
        body["@iot.selfLink"] = here
    for name, write in form.properties:
        body[name] = write(values[name])
    for name, below, query in form.below:
        found = row.links[name]
        entities = [write_entity(below, each) for each in found.rows]
        if found.one:
            body[name] = entities[0] if entities else None
            continue
        if found.count is not None:
            body[f"{name}@iot.count"] = found.count
        if found.token is not None:
            body[f"{name}@iot.nextLink"] = f"{here}/{name}?{query}{found.token}"
        body[name] = entities
    for name in form.linked:
        body[f"{name}@iot.navigationLink"] = f"{here}/{name}"
    return body


def to_query(given: Iterable[tuple[str, str]]) -> str:
    """Query of the next page up to its token: all options but those that say where one begins."""
    kept = [pair for pair in given if pair[0] not in {"$skip", "$skiptoken"}]
    return urlencode([*kept, ("$skiptoken", "")], safe="$(),;/'", quote_via=quote)


def to_key(key: str) -> str:
    """Id as it stands in an address, between quotes."""
    return key if _PLAIN.fullmatch(key) else quote(key.replace("'", "''"), "'")


def choose_writer(kind: Kind) -> Callable[[Any], Any]:
    """How values of a kind become JSON."""
    return _WRITERS.get(kind, _keep)


def to_span(pair: tuple[datetime | None, datetime | None] | None) -> str | None:
    """Moment, or interval of two; None when there is none."""
    first, last = pair or (None, None)
    if first is None or last is None:
        return None
    return to_text(first) if first == last else f"{to_text(first)}/{to_text(last)}"


def to_text(value: datetime | date | time | timedelta | None) -> str | None:
    """Moment in UTC with milliseconds, as 2026-01-01T00:00:00.000Z."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")[:23] + "Z"
    return None if value is None else str(value)


@lru_cache(maxsize=65_536)
def to_point(cell: int | None) -> Mapping[str, Any] | None:
    """GeoJSON of the centre of a cell."""
    if cell is None:
        return None
    lat, lon = to_centres(np.array([cell]))
    place = [round(float(lon[0]), DIGITS), round(float(lat[0]), DIGITS)]
    return {"type": "Point", "coordinates": place}


def _keep(value: Any) -> Any:
    return value


_WRITERS: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.SPAN: to_span,
    Kind.TIME: to_text,
    Kind.PLACE: to_point,
}
