"""Catalogue, feed and NGSI-LD under ``/v1``."""

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from ..problems import QueryError
from ..publisher import Publisher
from ..source import Source
from .dcat import describe_catalogue
from .facts import read_facts
from .graph import write_json_ld, write_turtle

TURTLE, JSON_LD = "text/turtle; charset=utf-8", "application/ld+json"


def add_catalogue(app: FastAPI, source: Source, publisher: Publisher) -> None:
    """Put the routes on the application."""
    router = APIRouter(prefix="/v1")

    @router.get("/catalog", include_in_schema=False)
    async def catalog(request: Request) -> Response:
        refuse_options(request)
        return RedirectResponse(f"{to_site(request)}/v1/catalog.ttl", 303)

    @router.get("/catalog.ttl", summary="Catalogue by DCAT-AP-NL 3, as Turtle")
    async def turtle(request: Request) -> Response:
        refuse_options(request)
        return await source.ask(write_catalogue, publisher, to_site(request), write_turtle, TURTLE)

    @router.get("/catalog.jsonld", summary="Catalogue by DCAT-AP-NL 3, as JSON-LD")
    async def json_ld(request: Request) -> Response:
        refuse_options(request)
        return await source.ask(
            write_catalogue, publisher, to_site(request), write_json_ld, JSON_LD
        )

    app.include_router(router)


def write_catalogue(
    connection: Any, publisher: Publisher, site: str, write: Any, media: str
) -> Response:
    """The catalogue as it is now, in one form."""
    things = describe_catalogue(read_facts(connection), publisher, site)
    return Response(write(things), media_type=media)


def to_site(request: Request) -> str:
    """Address at which the server was asked, without a slash at its end."""
    return str(request.base_url).rstrip("/")


def refuse_options(request: Request) -> None:
    """Refuse a query where there is nothing to choose.

    Raises:
        QueryError: it has a parameter.

    """
    if request.query_params:
        name = next(iter(request.query_params))
        raise QueryError(f"Parameter {name!r} is not known here: this answer has none.")
