"""Where the own pages are, in each language; who is not signed in is told how to get in.

1. the list, and zones that are drawn or forgotten there
2. one node, and what is changed of it
3. another node, with its password once
4. an own ride, as a page and as files
5. how all nodes in reach are

What is asked goes to the database that is written, which knows of a change at once. No answer is
ever kept by a browser or on the way, and no password stands in an address or a log.
"""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from lokaalmeten.node_health import STATES, Rules
from storage import mine, sessions
from storage.health import read_my_health
from storage.logins import SALT_BYTES, make_password, to_login
from storage.registry import NAME

from ..access.cookies import check_own_page, read_token
from ..access.routes import read_form
from ..pages.options import check_known, check_quantity
from ..problems import NotFoundError, RefusedError
from ..source import Source
from ..texts import LANGUAGES
from ..words import Words
from .adding import Broker, write_made, write_new
from .addresses import to_base, to_health, to_node, to_sign_in
from .changing import add_node, change_node, change_zone
from .facts import read_facts
from .files import CSV, GPX
from .forms import FormError
from .health import Chosen, look
from .health import write_file as write_health_file
from .health import write_page as write_overview_page
from .node import to_page
from .overview import write_overview, write_stranger
from .rides import read_ride, write_file, write_page

FRESH = {"Cache-Control": "no-store"}
FORMS = {"gpx": GPX, "csv": CSV}
SAVED = ("label", "place", "licence", "zone", "erase", "agree")
HERE = ("127.0.0.1", "localhost", "::1")
LONGEST_NUMBER = 18  # digits of a ride
SIGNED_OUT = "Nobody is signed in, or the session has ended: sign in, then save again."


def add_mine(app: FastAPI, changes: Source, broker: Broker, rules: Rules) -> None:
    """Put the pages on the application; ``changes`` asks a database that can be written."""
    for language in LANGUAGES:
        words = Words(language)
        _add_list(app, changes, words)
        _add_new(app, changes, words, broker)
        _add_rides(app, changes, words)
        _add_health(app, changes, words, rules)
        _add_node(app, changes, words, broker)


def _add_list(app: FastAPI, changes: Source, words: Words) -> None:
    base = to_base(words)

    @app.get(base, include_in_schema=False)
    async def show(request: Request) -> Response:
        said = find_saved(words, request.query_params)
        return await changes.ask(answer_list, words, read_token(request), said)

    @app.post(base, include_in_schema=False)
    async def change(request: Request) -> Response:
        check_own_page(request)
        form, token = await read_form(request), read_token(request)
        try:
            done, outcome = await changes.ask(change_zone, words, token, form)
        except FormError as error:
            return await changes.ask(answer_list, words, token, "", str(error))
        if outcome == "many":
            return await changes.ask(answer_list, words, token, "", words("mine.wrong.zones"))
        check_outcome(outcome, form.get("name", ""))
        return RedirectResponse(f"{base}?saved={done}#zones", 303, FRESH)


def _add_node(app: FastAPI, changes: Source, words: Words, broker: Broker) -> None:
    @app.get(f"{to_base(words)}/{{name}}", include_in_schema=False)
    async def show(request: Request, name: str) -> Response:
        query = request.query_params
        check_quantity(query)
        said = find_saved(words, query)
        asked = query.get("quantity")
        return await changes.ask(answer_node, words, read_token(request), name, asked, said)

    @app.post(f"{to_base(words)}/{{name}}", include_in_schema=False)
    async def change(request: Request, name: str) -> Response:
        check_own_page(request)
        form, token = await read_form(request), read_token(request)
        if form.get("do") == "login":
            password = make_password()
            outcome = await changes.ask(mine.renew_login, token, name, to_hash(password))
            check_outcome(outcome, name)
            return to_secret(words, request, name, password, broker)
        try:
            done, outcome = await changes.ask(change_node, words, token, name, form)
        except FormError as error:
            return await changes.ask(answer_node, words, token, name, None, "", str(error))
        check_outcome(outcome, name)
        return RedirectResponse(f"{to_node(words, name)}?saved={done}", 303, FRESH)


def _add_new(app: FastAPI, changes: Source, words: Words, broker: Broker) -> None:
    base = f"{to_base(words)}/-/{words('mine.path.new')}"

    @app.get(base, include_in_schema=False)
    async def show(request: Request) -> Response:
        who = await changes.ask(sessions.read_session, read_token(request))
        if who is None or who.role != "owner":
            return to_door(words, who, base)
        return HTMLResponse(write_new(words, {}), headers=FRESH)

    @app.post(base, include_in_schema=False)
    async def add(request: Request) -> Response:
        check_own_page(request)
        form, token = await read_form(request), read_token(request)
        password = make_password()
        try:
            name, outcome = await changes.ask(add_node, words, token, form, to_hash(password))
        except FormError as error:
            return HTMLResponse(write_new(words, form, str(error)), 400, FRESH)
        if outcome in ("taken", "many"):
            wrong = words(f"mine.wrong.{outcome}", name=name)
            return HTMLResponse(write_new(words, form, wrong), 400, FRESH)
        check_outcome(outcome, name)
        return to_secret(words, request, name, password, broker)


def _add_rides(app: FastAPI, changes: Source, words: Words) -> None:
    base = f"{to_base(words)}/-/{words('mine.path.ride')}"

    @app.get(f"{base}/{{ride}}", include_in_schema=False)
    async def show(request: Request, ride: str) -> Response:
        query = request.query_params
        check_quantity(query)
        asked, token = query.get("quantity"), read_token(request)
        return await changes.ask(answer_ride, words, token, ride, asked)


def _add_health(app: FastAPI, changes: Source, words: Words, rules: Rules) -> None:
    base = to_health(words)

    async def answer(request: Request, form: str) -> Response:
        query = dict(request.query_params)
        check_known(query, "state", STATES, "unfit.state")
        token = read_token(request)
        return await changes.ask(answer_health, words, token, query, rules, form)

    @app.get(base, include_in_schema=False)
    async def show(request: Request) -> Response:
        return await answer(request, "")

    @app.get(f"{base}.csv", include_in_schema=False)
    async def file(request: Request) -> Response:
        return await answer(request, "csv")


def answer_health(
    connection: Any,
    words: Words,
    token: str | None,
    query: Mapping[str, str],
    rules: Rules,
    form: str,
) -> Response:
    """How all nodes in reach are, as a page or as CSV."""
    who = sessions.read_session(connection, token)
    if who is None:
        return to_door(words, who, to_health(words))
    now = datetime.now(UTC)
    chosen = Chosen(*(query.get(name, "") for name in ("state", "project", "zone")))
    found = look(read_my_health(connection, token), chosen, rules, now)
    if not form:
        return HTMLResponse(write_overview_page(words, found, chosen, now), headers=FRESH)
    named = {"Content-Disposition": 'attachment; filename="nodes.csv"'}
    return Response(write_health_file(found), 200, FRESH | named, CSV)


def answer_list(
    connection: Any, words: Words, token: str | None, said: str = "", wrong: str = ""
) -> Response:
    """The list for who is signed in, or how to get in."""
    who = sessions.read_session(connection, token)
    if who is None or token is None:
        return HTMLResponse(write_stranger(words), headers=FRESH)
    nodes = mine.read_nodes(connection, token)
    rides, zones = mine.read_rides(connection, token), mine.read_zones(connection, token)
    page = write_overview(words, who, nodes, rides, zones, datetime.now(UTC), said, wrong)
    return HTMLResponse(page, 400 if wrong else 200, FRESH)


def answer_node(
    connection: Any,
    words: Words,
    token: str | None,
    name: str,
    asked: str | None,
    said: str,
    wrong: str = "",
) -> Response:
    """The page of a node in reach."""
    known = NAME.fullmatch(name)
    facts = read_facts(connection, token, name, datetime.now(UTC)) if known else None
    if facts is None:
        who = sessions.read_session(connection, token)
        return to_door(words, who, to_node(words, name) if known else to_base(words))
    return HTMLResponse(to_page(words, facts, asked, said, wrong), 400 if wrong else 200, FRESH)


def answer_ride(
    connection: Any, words: Words, token: str | None, asked_ride: str, asked: str | None
) -> Response:
    """An own ride as a page, or as a file for what ends in its form."""
    who = sessions.read_session(connection, token)
    number, _, form = asked_ride.partition(".")
    if who is None:
        return to_door(words, who, to_base(words))
    is_number = number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    if not is_number or (form and form not in FORMS) or asked_ride.endswith("."):
        raise NotFoundError(f"There is no ride {asked_ride[:40]} of yours.")
    ride, track = read_ride(connection, token, int(number))
    if not form:
        return HTMLResponse(write_page(words, ride, track, asked), headers=FRESH)
    file = f"{ride.node}-{ride.start:%Y%m%dT%H%M%SZ}.{form}"
    kept = FRESH | {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(write_file(form, ride, track), 200, kept, FORMS[form])


def check_outcome(outcome: str, name: str) -> None:
    """Go on when it was saved; else RefusedError, or NotFoundError for what is not one's own."""
    if outcome == "signed out":
        raise RefusedError(SIGNED_OUT)
    if outcome != "saved":
        raise NotFoundError(f"There is no {name[:63]} of yours.")


def to_door(words: Words, who: Any, to: str) -> Response:
    """Where who is not signed in may do so; for others there is nothing here."""
    if who is not None:
        raise NotFoundError("There is no such page of yours.")
    return RedirectResponse(to_sign_in(words, quote(to)), 303, FRESH)


def to_secret(words: Words, request: Request, name: str, password: str, broker: Broker) -> Response:
    """The page that shows a password, once."""
    return HTMLResponse(write_made(words, name, password, find_broker(request, broker)),
                        headers=FRESH)  # fmt: skip


def find_broker(request: Request, broker: Broker) -> Broker:
    """Where nodes find the broker: one on this machine has the name by which the page was asked.

    Unknown where that is this machine as well: a node would look for it in itself.
    """
    if broker.host not in HERE:
        return broker
    host = request.url.hostname or ""
    return Broker("" if host in HERE else host, broker.port, broker.tls)


def to_hash(password: str) -> str:
    """What the broker keeps of a password."""
    return to_login(password, secrets.token_bytes(SALT_BYTES))


def find_saved(words: Words, query: Mapping[str, str]) -> str:
    """Sentence of what was just saved."""
    done = query.get("saved", "")
    return words(f"mine.saved.{done}") if done in SAVED else ""
