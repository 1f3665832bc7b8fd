"""OGC API - Features under ``/v1/features``: landing page, collections, items, one item."""

from collections.abc import Callable
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response

from storage.listed import read_measured

from ..catalogue.asking import read_query, to_site
from ..catalogue.facts import read_facts
from ..problems import QueryError
from ..publisher import Publisher
from ..source import Source
from .collections import find_collection, list_collections
from .definition import write_definition
from .documents import (
    CONFORMANCE,
    JSON,
    OPENAPI,
    LayerLanding,
    write_collection,
    write_collections,
    write_landing,
)
from .items import GEOJSON, read_feature, read_page
from .options import FORMS, check_form, read_options

PATH = "/v1/features"


def add_features(app: FastAPI, source: Source, publisher: Publisher) -> None:
    """Put the routes on the application."""
    router = APIRouter(prefix=PATH)
    title = f"{publisher.name}: OGC API - Features"

    async def landing(request: Request) -> Response:
        refuse_options(request)
        return to_answer(write_landing(to_root(request), title))

    router.add_api_route(
        "",
        landing,
        summary="OGC API - Features: layers for QGIS and ArcGIS",
        response_model=LayerLanding,
    )
    router.add_api_route("/", landing, include_in_schema=False)

    @router.get("/conformance", include_in_schema=False)
    async def conformance(request: Request) -> Response:
        refuse_options(request)
        return to_answer(CONFORMANCE)

    @router.get("/api", include_in_schema=False)
    async def definition(request: Request) -> Response:
        refuse_options(request)
        root = to_root(request)

        def ask(connection: Any) -> dict[str, Any]:
            return write_definition(list_collections(read_measured(connection)), root, title)

        return await answer(source, ask, OPENAPI)

    @router.get("/collections", include_in_schema=False)
    async def collections(request: Request) -> Response:
        refuse_options(request)
        root = to_root(request)

        def ask(connection: Any) -> dict[str, Any]:
            facts = read_facts(connection)
            return write_collections(list_collections(facts.quantities), facts, root)

        return await answer(source, ask)

    @router.get("/collections/{collection}", include_in_schema=False)
    async def collection(request: Request, collection: str) -> Response:
        refuse_options(request)
        found, root = find_collection(collection), to_root(request)
        return await answer(source, lambda c: write_collection(found, read_facts(c), root))

    @router.get("/collections/{collection}/items", include_in_schema=False)
    async def items(request: Request, collection: str) -> Response:
        found, query = find_collection(collection), read_query(request)
        asked, root = read_options(query), to_root(request)
        body = await source.ask(read_page, found, asked, query, root)
        return Response(body, media_type=GEOJSON)

    @router.get("/collections/{collection}/items/{feature:path}", include_in_schema=False)
    async def item(request: Request, collection: str, feature: str) -> Response:
        refuse_options(request)
        found, root = find_collection(collection), to_root(request)
        body = await source.ask(read_feature, found, feature, root)
        return Response(body, media_type=GEOJSON)

    app.include_router(router)


async def answer(
    source: Source, question: Callable[[Any], dict[str, Any]], media: str = JSON
) -> Response:
    """Ask in a thread, and write what comes back."""
    return to_answer(await source.ask(question), media)


def to_answer(document: dict[str, Any], media: str = JSON) -> Response:
    """A document as JSON."""
    return Response(orjson.dumps(document), media_type=media)


def to_root(request: Request) -> str:
    """Address of the landing page."""
    return to_site(request) + PATH


def refuse_options(request: Request) -> None:
    """Refuse whatever is asked beyond JSON.

    Raises:
        QueryError: it has another parameter than ``f``.

    """
    query = read_query(request)
    check_form(query.pop("f", FORMS[0]))
    if query:
        raise QueryError(f"Parameter {next(iter(query))!r} is not known here: there is only 'f'.")
