"""What can be asked of the features, as OpenAPI 3.0: the version that QGIS reads."""

from typing import Any

from ..headers import API_VERSION
from .collections import Collection
from .items import GEOJSON
from .options import FEW, MOST

TEXT, PROBLEM = {"type": "string"}, "application/problem+json"
PARAMETERS: dict[str, dict[str, Any]] = {
    "bbox": {
        "description": "west,south,east,north in degrees: features that touch it",
        "schema": {
            "type": "array",
            "oneOf": [{"minItems": size, "maxItems": size} for size in (4, 6)],
            "items": {"type": "number"},
        },
        "style": "form",
        "explode": False,
    },
    "datetime": {
        "description": "A moment, or a period such as 2026-05-01T00:00:00Z/..",
        "schema": TEXT,
        "style": "form",
        "explode": False,
    },
    "limit": {
        "description": "Features of a page; the next link leads on",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": FEW},
        "style": "form",
        "explode": False,
    },
}


def write_definition(collections: list[Collection], root: str, title: str) -> dict[str, Any]:
    """The definition; each collection has its own paths, as QGIS looks for them."""
    paths = {
        "/": to_operation("landing", "Landing page"),
        "/conformance": to_operation("conformance", "Classes that it conforms to"),
        "/collections": to_operation("collections", "Collections"),
    }
    for each in collections:
        home, name = f"/collections/{each.name}", each.name
        filters = [to_filter(each.name, key) for key in each.filters]
        options = [{"$ref": f"#/components/parameters/{key}"} for key in PARAMETERS]
        one = {"name": "featureId", "in": "path", "required": True, "schema": TEXT}
        paths[home] = to_operation(f"{name}.describe", each.title)
        paths[f"{home}/items"] = to_operation(
            f"{name}.items", f"Features of {name}", GEOJSON, [*options, *filters]
        )
        paths[f"{home}/items/{{featureId}}"] = to_operation(
            f"{name}.item", f"One feature of {name}", GEOJSON, [one]
        )
    parameters = {
        name: {"name": name, "in": "query", "required": False, **said}
        for name, said in PARAMETERS.items()
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": title, "version": API_VERSION},
        "servers": [{"url": root}],
        "paths": paths,
        "components": {"parameters": parameters},
    }


def to_operation(
    name: str,
    summary: str,
    media: str = "application/json",
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """What GET answers at a path."""
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": parameters or [],
            "responses": {
                "200": {"description": summary, "content": {media: {"schema": {"type": "object"}}}},
                "default": {"description": "What is wrong", "content": {PROBLEM: {}}},
            },
        }
    }


def to_filter(collection: str, name: str) -> dict[str, Any]:
    """A property that can be asked to be equal to something."""
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": f"Only features of {collection} of which {name} is this",
        "schema": TEXT,
    }
