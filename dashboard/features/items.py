"""Features as GeoJSON (RFC 7946), with links.

1. read the collection
2. keep what is asked for, and cut a page
3. write it, with a link to the next
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
import orjson
import shapely

from ..problems import NotFoundError
from .collections import Collection, check_filters
from .options import to_cursor
from .table import Asked, Table, cut_page, find_rows

GEOJSON = "application/geo+json"


def read_page(
    connection: Any, collection: Collection, asked: Asked, query: Mapping[str, str], root: str
) -> bytes:
    """A FeatureCollection; ``root`` is the address of the landing page, ``query`` as it came.

    Raises:
        QueryError: a property cannot be asked for, or it is too much.

    """
    check_filters(collection, asked)
    table = collection.read(connection, asked)
    rows = find_rows(table, asked)
    page, after = cut_page(table, rows, asked)
    address = f"{root}/collections/{collection.name}/items"
    links = [to_link("self", to_address(address, query), GEOJSON, "This page")]
    if after is not None:
        following = to_address(address, {**query, "cursor": to_cursor(after)})
        links.append(to_link("next", following, GEOJSON, "The next page"))
    links += link_collection(collection, root)
    return orjson.dumps(
        {
            "type": "FeatureCollection",
            "numberMatched": len(rows),
            "numberReturned": len(page),
            "links": links,
            "features": list_features(table.take(page)),
        }
    )


def read_feature(connection: Any, collection: Collection, name: str, root: str) -> bytes:
    """One feature.

    Raises:
        NotFoundError: there is none of this id.

    """
    table = collection.read(connection, Asked(1))
    if name not in table.ids:
        raise NotFoundError(
            f"There is no feature {name} in {collection.name}; see its items, of the last day."
        )
    (feature,) = list_features(table.take(np.array([table.ids.index(name)])))
    address = f"{root}/collections/{collection.name}/items/{quote(name, safe='')}"
    links = [to_link("self", address, GEOJSON, "This feature"), *link_collection(collection, root)]
    return orjson.dumps({**feature, "links": links})


def list_features(table: Table) -> list[dict[str, Any]]:
    """Features as objects; each has all properties, null where there is no value."""
    texts = shapely.to_geojson(table.shapes)
    columns = list(table.properties)
    rows = zip(*table.properties.values(), strict=True)
    return [
        {
            "type": "Feature",
            "id": name,
            "geometry": None if text is None else orjson.Fragment(text),
            "properties": dict(zip(columns, row, strict=True)),
        }
        for name, text, row in zip(table.ids, texts, rows, strict=True)
    ]


def link_collection(collection: Collection, root: str) -> list[dict[str, str]]:
    """Links from features to what they belong to, and to the same in another form."""
    home = f"{root}/collections/{collection.name}"
    links = [to_link("collection", home, "application/json", collection.title)]
    if collection.alternate:
        site = root.removesuffix("/v1/features")
        other = site + collection.alternate
        links.append(to_link("alternate", other, "application/json", "The same by the own API"))
    return links


def to_link(rel: str, href: str, media: str, title: str) -> dict[str, str]:
    """A link."""
    return {"rel": rel, "href": href, "type": media, "title": title}


def to_address(address: str, query: Mapping[str, str]) -> str:
    """An address with its query."""
    return f"{address}?{urlencode(query, safe=',:/')}" if query else address
