"""The dashboard as one ASGI application: API, pages, and a sentence for whatever goes wrong."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.types import Scope

from .access.oidc.provider import Provider
from .access.oidc.routes import add_oidc
from .access.routes import add_access
from .api.routes import add_api
from .areas.routes import add_areas
from .catalogue.releases import Releases
from .catalogue.routes import add_catalogue
from .crowd.editing.routes import add_editing
from .crowd.routes import add_crowd
from .data.routes import add_data
from .features.routes import add_features
from .flashing.folder import Firmware
from .flashing.routes import add_flashing
from .headers import API_VERSION, DOWNLOADS, LEVEL, SMALLEST_B, Compression, Headers, content_policy
from .heads import Heads
from .knowledge.routes import add_knowledge
from .knowledge.showcase import Showcase
from .legible import Legible
from .map.basemap import find_basemap
from .map.page import EMBED
from .map.routes import ASK, add_map
from .mine.routes import add_mine
from .packed import Packed
from .pages.ride_files import add_ride_files
from .pages.site import add_pages
from .places.file import add_compare
from .problems import add_problems, to_answer
from .rates import Rates
from .route.routes import add_route
from .setup import USUAL, Setup
from .sharing import FRESH_S, Sharing
from .source import Source, check_alive
from .spool import Spool
from .sta.routes import add_sta, to_fault
from .texts import LANGUAGES
from .theme import add_theme

STA = ("/v1.0/", "/sta/")
SHARED = ("/v1/", *STA)
ASSETS = Path(__file__).parent / "assets"
FRAMED = tuple(f"/{language}/{EMBED}" for language in LANGUAGES)  # by pages of other sites


def create_app(
    dsn: str,
    changes_dsn: str = "",
    fresh_s: float = FRESH_S,
    setup: Setup = USUAL,
) -> FastAPI:
    """Application that reads the database at ``dsn``; it also starts while that is away.

    Answers of the API hold for ``fresh_s`` seconds. Who is signed in changes the database at
    ``changes_dsn``: another one than a replica that is read, else the same.
    """
    source, changes = Source(dsn), Source(changes_dsn or dsn, reading=False)
    downloads = Source(dsn)  # connections of their own: a download takes one for minutes
    spool = Spool()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        """Close the pools when the server stops; a dead database does not keep it from starting."""
        try:
            yield
        finally:
            spool.close()
            await source.close()
            await downloads.close()
            await changes.close()

    app = FastAPI(
        title="Lokaal meten",
        version=API_VERSION,
        lifespan=lifespan,
        docs_url=None,  # FastAPI's own pages load scripts from elsewhere
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    add_health(app, source)
    add_editing(app, source, changes)  # before what says of /v1 that there is nothing else
    add_catalogue(app, source, setup.publisher, Releases(setup.releases))
    add_features(app, source, setup.publisher)
    add_api(app, source, downloads, spool, setup.publisher)
    add_access(app, changes, setup.login.title if setup.login else "")
    if setup.login:
        add_oidc(app, changes, Provider(setup.login), setup.publisher.email)
    add_mine(app, changes, setup.broker, setup.rules)
    add_crowd(app, source)
    add_data(app, source)
    add_knowledge(app, Showcase(setup.showcase))
    add_flashing(app, Firmware(setup.firmware))
    add_sta(app, source)
    add_areas(app, source, downloads, spool)
    add_compare(app, source)
    add_ride_files(app, source)
    add_route(app, source)
    add_theme(app, setup.theme)
    files = Packed(ASSETS)
    app.mount("/assets", files)  # before Dash, which packs each file for each who asks
    add_map(app, source, files, setup.publisher, fresh_s, setup.basemap)
    dash = add_pages(app, source)
    add_unknown(app)
    add_problems(app)
    app.add_middleware(Sharing, prefixes=(*SHARED, ASK), but=DOWNLOADS, fresh_s=fresh_s)
    app.add_middleware(Compression, minimum_size=SMALLEST_B, compresslevel=LEVEL)
    app.add_middleware(Legible, refuse=refuse, but=STA)
    app.add_middleware(Rates, rate=setup.rate, prefixes=SHARED, refuse=refuse)
    app.add_middleware(Heads, but=(DOWNLOADS, *STA))
    host = find_basemap(setup.basemap).get("host", "")
    app.add_middleware(Headers, policy=content_policy(dash.csp_hashes(), host), framed=FRAMED)
    return app


def refuse(scope: Scope, status: int, sentence: str, headers: dict[str, str]) -> Response:
    """Answer of a request that goes no further, in the form that its address speaks."""
    if f"{scope['path']}/".startswith(STA):
        return to_fault(status, sentence, headers)
    return to_answer(Request(scope), status, sentence, headers)


def add_health(app: FastAPI, source: Source) -> None:
    """Answer whether the database answers; for whoever watches the service."""

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> Response:
        await source.ask(check_alive)
        return JSONResponse({"status": "ok"})


def add_unknown(app: FastAPI) -> None:
    """Answer 404 where nothing is; without this, Dash shows its page on every address."""

    @app.get("/{path:path}", include_in_schema=False)
    async def unknown(request: Request) -> Response:
        return to_answer(request, 404, f"There is nothing at {request.url.path}.")
