"""The pages before the features: landing page, conformance, and what each collection is."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field

from storage.licences import CC0, LICENCES

from ..api.answers import to_text
from ..catalogue.facts import Facts
from .collections import NODES, Collection
from .items import GEOJSON, link_collection, to_link

JSON = "application/json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
CONF = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
CONFORMANCE = {"conformsTo": [f"{CONF}/{name}" for name in ("core", "oas30", "geojson")]}


class LayerLink(BaseModel):
    """A link, as all documents of the standard have them."""

    rel: str = Field(description="What it leads to (RFC 8288)")
    href: str = Field(description="Address")
    type: str = Field(description="Media type of what is there")
    title: str = Field(description="What is there, for people")


class LayerLanding(BaseModel):
    """The landing page."""

    title: str = Field(description="Name of the service")
    description: str = Field(description="What is in it")
    links: list[LayerLink] = Field(description="Definition, conformance and collections")


def write_landing(root: str, title: str) -> dict[str, Any]:
    """The landing page; ``root`` is its address, without a slash."""
    return {
        "title": title,
        "description": "What is public, as layers: fixed sensors, hexagons, crowd zones and "
        "passages, official stations.",
        "links": [
            to_link("self", root, JSON, "This page"),
            to_link("service-desc", f"{root}/api", OPENAPI, "What can be asked, as OpenAPI 3.0"),
            to_link("conformance", f"{root}/conformance", JSON, "Classes that it conforms to"),
            to_link("data", f"{root}/collections", JSON, "Collections"),
        ],
    }


def write_collections(collections: Sequence[Collection], facts: Facts, root: str) -> dict[str, Any]:
    """All collections."""
    return {
        "links": [to_link("self", f"{root}/collections", JSON, "Collections")],
        "collections": [write_collection(each, facts, root) for each in collections],
    }


def write_collection(collection: Collection, facts: Facts, root: str) -> dict[str, Any]:
    """One collection; no box is told of what may lie elsewhere than the sensors."""
    home = f"{root}/collections/{collection.name}"
    extent: dict[str, Mapping[str, Any]] = {}
    if collection is NODES and facts.box is not None:
        extent["spatial"] = {"bbox": [list(facts.box)], "crs": CRS84}
    if collection.is_dated and facts.extent is not None:
        extent["temporal"] = {"interval": [list(map(to_text, facts.extent))], "trs": GREGORIAN}
    by_nodes = collection is NODES or collection.name.startswith("hexagons")
    title, text = LICENCES[facts.license if by_nodes else CC0]
    _, *alternate = link_collection(collection, root)
    return {
        "id": collection.name,
        "title": collection.title,
        "description": collection.description,
        "itemType": "feature",
        "crs": [CRS84],
        **({"extent": extent} if extent else {}),
        "links": [
            to_link("self", home, JSON, collection.title),
            to_link("items", f"{home}/items", GEOJSON, "Its features"),
            *alternate,
            to_link("license", text, "text/html", title),
        ],
    }
