"""Catalogue, feed and NGSI-LD under ``/v1``."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from storage import reader

from ..api.openapi import BASE
from ..api.params import refuse_options
from ..features.crowds import read_views
from ..publisher import Publisher
from ..source import Source
from ..words import Words
from . import incidents
from .asking import to_content, to_site
from .dcat import describe_catalogue
from .facts import read_facts
from .feed import MEDIA, write_feed
from .graph import Thing, write_json_ld, write_turtle
from .ngsi import Entity, to_air_quality, to_crowd_flow
from .releases import Releases, to_entry

TURTLE, JSON_LD = "text/turtle; charset=utf-8", "application/ld+json"
Write = Callable[[Sequence[Thing]], bytes]


class FeedQuery(BaseModel):
    """A language."""

    model_config = ConfigDict(extra="forbid")

    language: Literal["nl", "en"] = Field("nl", description="Dutch or English")


class EntityQuery(BaseModel):
    """A page of entities, as NGSI-LD asks for it."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(100, ge=1, le=1000, description="Entities of a page")
    offset: int = Field(0, ge=0, le=10_000_000, description="Entities before it")
    count: bool = Field(False, description="Tell how many there are, in NGSILD-Results-Count")


def add_catalogue(app: FastAPI, source: Source, publisher: Publisher, releases: Releases) -> None:
    """Put the routes on the application."""
    router = APIRouter(prefix=BASE, dependencies=[Depends(refuse_options)])

    async def answer(request: Request, write: Write, media: str) -> Response:
        facts, found = await source.ask(read_facts), await releases.find()
        things = describe_catalogue(facts, publisher, to_site(request), found)
        return Response(write(things), media_type=media)

    async def turtle(request: Request) -> Response:
        return await answer(request, write_turtle, TURTLE)

    router.add_api_route(
        "/catalog",
        turtle,
        summary="Catalogue by DCAT-AP-NL 3 as Turtle; also /v1/catalog.ttl and /v1/catalog.jsonld",
        responses=to_content("text/turtle"),
        response_class=Response,
    )
    router.add_api_route("/catalog.ttl", turtle, include_in_schema=False)

    @router.get("/catalog.jsonld", include_in_schema=False)
    async def json_ld(request: Request) -> Response:
        return await answer(request, write_json_ld, JSON_LD)

    async def feed(request: Request, query: Annotated[FeedQuery, Query()]) -> Response:
        words, site = Words(query.language), to_site(request)
        now = datetime.now(UTC)
        entries = list(await source.ask(incidents.read_entries, words, site, now))
        entries += map(to_entry, await releases.find())
        return Response(write_feed(entries, words, publisher, site), media_type=MEDIA)

    router.add_api_route(
        "/feed",
        feed,
        summary="Releases and incidents as a feed by Atom; also /v1/feed.atom",
        responses=to_content(MEDIA),
        response_class=Response,
    )
    router.add_api_route("/feed.atom", feed, include_in_schema=False)

    @router.get(
        "/ngsi-ld/air-quality-observed",
        summary="Latest air of fixed nodes as NGSI-LD entities",
        responses=to_content(JSON_LD),
        response_class=Response,
    )
    async def air(request: Request, query: Annotated[EntityQuery, Query()]) -> Response:
        return await source.ask(write_air, query, publisher, to_site(request))

    @router.get(
        "/ngsi-ld/crowd-flow-observed",
        summary="Who passes at open places as NGSI-LD entities",
        responses=to_content(JSON_LD),
        response_class=Response,
    )
    async def flow(request: Request, query: Annotated[EntityQuery, Query()]) -> Response:
        return await source.ask(write_flow, query, publisher, to_site(request))

    app.include_router(router)


def write_air(connection: Any, query: EntityQuery, publisher: Publisher, site: str) -> Response:
    """Entities AirQualityObserved."""
    nodes = reader.nodes(connection)
    labels = dict(zip(nodes["name"], nodes["label"], strict=True))
    return cut_entities(to_air_quality(reader.latest(connection), labels, publisher, site), query)


def write_flow(connection: Any, query: EntityQuery, publisher: Publisher, site: str) -> Response:
    """Entities CrowdFlowObserved."""
    views = read_views(connection, datetime.now(UTC))
    return cut_entities(
        [each for view in views for each in to_crowd_flow(view, publisher, site)], query
    )


def cut_entities(entities: Sequence[Entity], query: EntityQuery) -> Response:
    """A page of entities as JSON-LD."""
    page = list(entities[query.offset : query.offset + query.limit])
    headers = {"NGSILD-Results-Count": str(len(entities))} if query.count else {}
    return Response(orjson.dumps(page), headers=headers, media_type=JSON_LD)
