"""Signing in with an account elsewhere, in each language.

1. send the browser to the provider, with a question that it keeps (``leave``)
2. it comes back with a code: is it an answer to its own question (``come_back``)
3. have the provider say whose account it is, and trust only what it signed (``provider.py``)
4. begin the session of whoever was linked to that account (``storage.sessions``)
5. go on by a link of our own: the cookie of a session is not sent to who comes from elsewhere

Whatever goes wrong is a sentence on the page to sign in, where a key still opens.
"""

import asyncio
import logging
import time

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from storage import sessions

from ...pages.shell import language_of
from ...source import Source
from ...texts import LANGUAGES
from ...words import Words
from ..cookies import keep_token
from ..page import to_base, to_onward, to_page
from ..routes import FRESH, find_address, find_target
from ..tries import SPAN_S, Tries
from .login import Person, UnreachableError, UntrustedError
from .pending import Pending, drop_pending, keep_pending, make_pending, read_pending
from .provider import Provider

LOG = logging.getLogger(__name__)
BACK = "/oidc/callback"  # that the provider must know of this site
LONGEST = 2000  # letters of a code or a state


class Wrong(Exception):  # noqa: N818 - a page, not a fault
    """Why nobody was signed in: the page says ``key``."""

    def __init__(self, key: str, status: int, **facts: str) -> None:
        super().__init__(key)
        self.key, self.status, self.facts = key, status, facts


def add_oidc(app: FastAPI, changes: Source, provider: Provider, contact: str) -> None:
    """Put the way there and back on the application; ``contact`` is whom to ask for a role."""
    for language in LANGUAGES:
        _add_way_there(app, provider, Words(language))
    _add_way_back(app, changes, provider, contact)


def _add_way_there(app: FastAPI, provider: Provider, words: Words) -> None:
    @app.get(f"{to_base(words)}/{words('access.path.account')}", include_in_schema=False)
    async def leave(request: Request) -> Response:
        to = find_target(request.query_params.get("to", ""))
        asked, back = make_pending(words.language, to), to_back(request, provider)
        try:
            address = await asyncio.to_thread(provider.to_address, asked, back)
        except UnreachableError as error:
            note(provider, error)
            return tell(words, provider, to, Wrong("access.account.away", 503))
        answer = RedirectResponse(address, 303, FRESH)
        keep_pending(request, answer, asked)
        return answer


def _add_way_back(app: FastAPI, changes: Source, provider: Provider, contact: str) -> None:
    tries = Tries(time.monotonic)

    @app.get(BACK, include_in_schema=False)
    async def come_back(request: Request) -> Response:
        query = request.query_params
        asked = read_pending(request, query.get("state", "")[:LONGEST])
        words = Words(asked.language if asked else language_of(request))
        to = find_target(asked.to) if asked else ""
        try:
            if asked is None:
                raise Wrong("access.account.stale", 403)
            address = find_address(request)
            if not tries.take(address):
                raise Wrong("access.account.often", 429)
            if "error" in query or "code" not in query:
                raise Wrong("access.account.refused", 403)
            back = to_back(request, provider)
            person = await asyncio.to_thread(
                find_person, provider, query["code"][:LONGEST], asked, back
            )
            who = await sign_in(changes, provider, person)
            if who is None:
                raise to_stranger(words, person, contact)
        except Wrong as wrong:
            answer = tell(words, provider, to, wrong)
        else:
            tries.forget(address)
            answer = HTMLResponse(to_onward(words, who, to or to_base(words)), headers=FRESH)
            keep_token(request, answer, who.token)
        drop_pending(request, answer)
        return answer


def find_person(provider: Provider, code: str, asked: Pending, back: str) -> Person:
    """Whose account it is; Wrong, and a line in the log, when nobody can say."""
    try:
        return provider.find_person(code, asked, back)
    except UnreachableError as error:
        note(provider, error)
        raise Wrong("access.account.away", 503) from error
    except UntrustedError as error:
        note(provider, error)
        raise Wrong("access.account.untrusted", 403) from error


async def sign_in(changes: Source, provider: Provider, person: Person) -> sessions.Signed | None:
    """The session of a person; Wrong, and a line in the log, where we may not begin one."""
    facts = (person.issuer, person.subject, person.email)
    try:
        return await changes.ask(sessions.sign_in_person, *facts)
    except sessions.NotTrustedError as error:
        note(provider, error)
        raise Wrong("access.account.unset", 503) from error


def note(provider: Provider, error: Exception) -> None:
    """Log what went wrong; errors hold nothing of tokens, codes and secrets."""
    LOG.warning("Signing in at %s failed: %s", provider.login.issuer, error)


def to_stranger(words: Words, person: Person, contact: str) -> Wrong:
    """What somebody reads whom nobody gave a role: whom to ask, and what to say."""
    whom = contact or words("access.account.operator")
    return Wrong("access.account.stranger", 403, account=person.account, contact=whom)


def tell(words: Words, provider: Provider, to: str, wrong: Wrong) -> Response:
    """The page to sign in, with what went wrong."""
    title = provider.login.title
    said = words(wrong.key, name=title, **wrong.facts)
    more = {"Retry-After": f"{SPAN_S:.0f}"} if wrong.status == 429 else {}
    return HTMLResponse(to_page(words, None, [], to, said, title), wrong.status, FRESH | more)


def to_back(request: Request, provider: Provider) -> str:
    """Address that the provider sends browsers back to."""
    site = provider.login.site or f"{request.url.scheme}://{request.url.netloc}"
    return site.rstrip("/") + BACK
