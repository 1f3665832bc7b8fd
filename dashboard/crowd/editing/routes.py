"""Where plans are seen, fetched and saved.

1. the page of a plan, in each language; ``-`` in place of a name draws a new place
2. ``GET /v1/crowd/places/NAME/plan``: the plan as GeoJSON
3. ``POST`` there: the whole plan with the version that was changed, by who is signed in
"""

import re
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from storage import sessions
from storage.crowd import Registered

from ...access.cookies import check_own_page, read_token
from ...api.params import refuse_options
from ...api.schemas.crowd import PLAN
from ...problems import NotFoundError, OvertakenError, QueryError, RefusedError
from ...source import Source
from ...texts import LANGUAGES
from ...words import Words
from ..addresses import NEW
from .body import read_body, read_change
from .page import to_document, to_new_document

FRESH = {"Cache-Control": "no-store"}
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
NO_PLACE = "There is no place {name} that is open to everybody."
REFUSED = {
    "signed out": "Nobody is signed in, or the session has ended: sign in, then save again.",
    "role": "This role does not change plans; an operator and a municipality do.",
    "area": "The plan, or what it is to replace, lies outside the area of this key.",
}


class GeoJSON(Response):
    """A plan as it is kept (RFC 7946)."""

    media_type = "application/geo+json"


def add_editing(app: FastAPI, source: Source, changes: Source) -> None:
    """Put page and addresses on the application; ``changes`` asks a database that can be written.

    Who has a cookie is asked there too: a replica may not know yet what was just saved.
    """

    async def read(name: str, token: str | None) -> sessions.Plan:
        asked = source if token is None else changes
        found = await asked.ask(sessions.read_plans, token, name)
        if not found:
            raise NotFoundError(NO_PLACE.format(name=name))
        return found[0]

    @app.get(
        "/v1/crowd/places/{place}/plan",
        summary="The plan of a place as GeoJSON",
        responses={
            200: {"description": "The plan", "content": {GeoJSON.media_type: {"schema": PLAN}}}
        },
        response_class=GeoJSON,
        dependencies=[Depends(refuse_options)],
    )
    async def fetch(request: Request, place: str) -> Response:
        found = await read(place, read_token(request))
        kept = FRESH | {"Content-Disposition": f'attachment; filename="{found.name}.geojson"'}
        return GeoJSON(found.plan, headers=kept)

    @app.post("/v1/crowd/places/{place}/plan", include_in_schema=False)
    async def save(request: Request, place: str) -> Response:
        check_own_page(request)
        token = read_token(request)
        who = None if token is None else await changes.ask(sessions.read_session, token)
        if who is None or not who.changes_plans:  # before anything of the plan is read
            raise RefusedError(REFUSED["signed out" if who is None else "role"])
        if not NAME.fullmatch(place):
            raise QueryError(f"A name is a-z, 0-9 and -, first no -, not {place!r}.")
        change = read_change(place, await read_body(request.stream()))
        version = await changes.ask(write_change, token, change.place, change.based_on)
        return JSONResponse({"version": version}, headers=FRESH)

    for language in LANGUAGES:
        add_page(app, read, changes, Words(language))


def add_page(app: FastAPI, read: Any, changes: Source, words: Words) -> None:
    """The page in one language."""
    base = f"/{words.language}/{words('crowd.path')}"

    @app.get(f"{base}/{NEW}/{words('crowd.path.plan')}", include_in_schema=False)
    async def draw(request: Request) -> Response:
        who = await changes.ask(sessions.read_session, read_token(request))
        can = who is not None and who.changes_plans
        return HTMLResponse(to_new_document(words, may_draw=can), headers=FRESH)

    @app.get(f"{base}/{{place}}/{words('crowd.path.plan')}", include_in_schema=False)
    async def show(request: Request, place: str) -> Response:
        found = await read(place, read_token(request))
        return HTMLResponse(to_document(words, found), headers=FRESH)


def write_change(connection: Any, token: str | None, place: Registered, based_on: int) -> int:
    """Save a place; the number of its version.

    Raises RefusedError for who may not, OvertakenError when somebody saved in between.
    """
    outcome = sessions.change_plan(connection, token, place, based_on)
    if outcome.what == "overtaken":
        now = outcome.version
        raise OvertakenError(
            f"Somebody else saved this place in between: it is at version {now}, and your change"
            f" is of version {based_on}. Load the newest plan, and change that."
            if now is not None and based_on
            else f"There is a place {place.name} already; choose another name."
            if now is not None
            else f"There is no place {place.name} any more."
        )
    if outcome.what != "saved":
        raise RefusedError(REFUSED[outcome.what])
    assert outcome.version is not None
    return outcome.version
