"""Other forms of an answer than the JSON of the standard: dataArray, CSV, GeoJSON."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from storage.sta.faults import BadQueryError
from storage.sta.model import ENTITIES, Entity, Kind
from storage.sta.options import Expand, Options
from storage.sta.rows import Found

from .entities import Writer, choose_writer, to_key, write_entity

# Where an entity has its place, when not in a property of its own.
PLACED = {"Things": "Locations", "Observations": "FeatureOfInterest"}


def write_data_array(writer: Writer, found: Found, options: Options, path: str) -> dict[str, Any]:
    """Observations as rows of numbers, a block for each Datastream (OGC 18-088, section 12)."""
    if found.entity.plural != "Observations":
        raise BadQueryError("$resultFormat=dataArray is for Observations.")
    if options.expand:
        raise BadQueryError("$resultFormat=dataArray takes no $expand.")
    whole = writer.collection(found, options, path)
    names = [
        name for name in found.entity.properties if not options.select or name in options.select
    ]
    writers = [choose_writer(found.entity.properties[name].kind) for name in names]
    blocks: dict[str, list[list[Any]]] = {}
    for row in found.rows:
        stream = row.values["id"].rpartition(":")[0]
        pairs = zip(names, writers, strict=True)
        values = [write(row.values[name]) for name, write in pairs]
        blocks.setdefault(stream, []).append(values)
    whole["value"] = [
        {
            "Datastream@iot.navigationLink": f"{writer.base}/Datastreams('{to_key(stream)}')",
            "components": names,
            "dataArray@iot.count": len(rows),
            "dataArray": rows,
        }
        for stream, rows in blocks.items()
    ]
    return whole


def write_csv(writer: Writer, found: Found, options: Options) -> bytes:
    """CSV (RFC 4180) with a header; of a navigation to one its properties, as ``Thing/name``."""
    names = list_columns(found.entity, options, "")
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow([name for name, _ in names])
    form = writer.form(found.entity, options)
    for row in found.rows:
        flat = flatten(write_entity(form, row), options, "")
        rows.writerow([flat.get(key) for _, key in names])
    return text.getvalue().encode()


def list_columns(entity: Entity, options: Options, before: str) -> list[tuple[str, str]]:
    """Columns of a CSV with the key that each has in a flattened entity."""
    shown = [name for name in entity.properties if not options.select or name in options.select]
    columns = [(before + name, before + ("@iot.id" if name == "id" else name)) for name in shown]
    for each in options.expand:
        if each.link.many:
            raise BadQueryError(f"$resultFormat=CSV has no room for many {each.name} in a row.")
        columns += list_columns(ENTITIES[each.link.target], each.options, f"{before}{each.name}/")
    return columns


def flatten(body: Mapping[str, Any], options: Options, before: str) -> dict[str, Any]:
    """Entities of navigations as keys with a path; other JSON as text."""
    below = {each.name: each.options for each in options.expand}
    flat: dict[str, Any] = {}
    for name, value in body.items():
        if name in below:
            flat |= flatten(value or {}, below[name], f"{before}{name}/")
        elif isinstance(value, Mapping | list):
            flat[before + name] = orjson.dumps(value).decode()
        else:
            flat[before + name] = value
    return flat


def add_place(entity: Entity, options: Options) -> Options:
    """Options that also expand where an entity is."""
    name = PLACED.get(entity.plural)
    if name is None or any(each.name == name for each in options.expand):
        return options
    link = entity.links[name]
    return replace(options, expand=(*options.expand, Expand(name, link, Options())))


def write_geojson(writer: Writer, found: Found, options: Options, path: str) -> dict[str, Any]:
    """FeatureCollection; what is not the geometry are properties."""
    whole = writer.collection(found, options, path)
    whole |= {"type": "FeatureCollection", "features": []}
    places = [n for n, p in found.entity.properties.items() if p.kind is Kind.PLACE]
    hidden = PLACED.get(found.entity.plural, "")
    for body in whole.pop("value"):
        geometry = next((body.pop(name) for name in places if name in body), None)
        below = body.pop(hidden, None)
        below = below[0] if isinstance(below, list) and below else below
        if isinstance(below, Mapping):
            geometry = below.get("location") or below.get("feature")
        feature = {"type": "Feature", "geometry": geometry, "properties": body}
        whole["features"].append(feature)
    return whole
