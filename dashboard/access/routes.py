"""Signing in and out: a form that takes a key, in each language.

1. the form, or who is signed in and what that opens (``show``)
2. a key: five wrong ones a minute from one address, then a sentence (``enter``)
3. out again (``leave``)
"""

import re
import time
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from storage import sessions

from ..problems import QueryError
from ..source import Source
from ..texts import LANGUAGES
from ..words import Words
from .cookies import check_own_page, drop_token, keep_token, read_token
from .page import to_base, to_page
from .tries import SPAN_S, Tries

FRESH = {"Cache-Control": "no-store"}
LARGEST_B = 4096  # of a form with a key
INSIDE = re.compile(r"/(nl|en)/[A-Za-z0-9/_-]*")  # where one may be sent on to


def add_access(app: FastAPI, changes: Source, account: str = "") -> None:
    """Put the pages on the application; ``changes`` asks a database that can be written.

    ``account`` is what the accounts elsewhere are called that are let in (``oidc``), or "".
    """
    tries = Tries(time.monotonic)
    for language in LANGUAGES:
        _add_language(app, changes, tries, Words(language), account)


def _add_language(app: FastAPI, changes: Source, tries: Tries, words: Words, account: str) -> None:
    base = to_base(words)

    @app.get(base, include_in_schema=False)
    async def show(request: Request) -> Response:
        who, plans = await changes.ask(read_access, read_token(request))
        to = find_target(request.query_params.get("to", ""))
        return HTMLResponse(to_page(words, who, plans, to, "", account), headers=FRESH)

    @app.post(base, include_in_schema=False)
    async def enter(request: Request) -> Response:
        check_own_page(request)
        form = await read_form(request)
        to, address = find_target(form.get("to", "")), find_address(request)
        if not tries.take(address):
            page = to_page(words, None, [], to, words("access.often"), account)
            return HTMLResponse(page, 429, FRESH | {"Retry-After": f"{SPAN_S:.0f}"})
        who = await changes.ask(sessions.sign_in, form.get("key", ""))
        if who is None:
            page = to_page(words, None, [], to, words("access.wrong"), account)
            return HTMLResponse(page, 403, FRESH)
        tries.forget(address)
        answer = RedirectResponse(to or base, 303, FRESH)
        keep_token(request, answer, who.token)
        return answer

    @app.post(f"{base}/{words('access.path.out')}", include_in_schema=False)
    async def leave(request: Request) -> Response:
        check_own_page(request)
        token = read_token(request)
        if token:
            await changes.ask(sessions.sign_out, token)
        answer = RedirectResponse(base, 303, FRESH)
        drop_token(request, answer)
        return answer


def read_access(connection: Any, token: str | None) -> tuple[Any, list[sessions.Plan]]:
    """Who is signed in, and the plans that may be changed."""
    who = sessions.read_session(connection, token)
    if who is None or not who.changes_plans:
        return who, []
    return who, [plan for plan in sessions.read_plans(connection, token) if plan.may_change]


async def read_form(request: Request) -> dict[str, str]:
    """Fields of a form; QueryError for one that is larger than a key is."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_B:
            raise QueryError(f"The form is larger than {LARGEST_B} bytes.")
    return {name: found[0] for name, found in parse_qs(body.decode("utf-8", "replace")).items()}


def find_address(request: Request) -> str:
    """Address that a request comes from; uvicorn reads it from a proxy on this machine too."""
    return request.client.host if request.client else ""


def find_target(to: str) -> str:
    """A page of ours to go on to; empty for anything else.

    >>> find_target("/nl/drukte/plein/plan"), find_target("//example.org")
    ('/nl/drukte/plein/plan', '')
    """
    return to if INSIDE.fullmatch(to) else ""
