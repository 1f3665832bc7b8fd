"""The pages as one Dash application, and the addresses that people type.

Every address gives a whole document: frame, heading and language come from the server, Dash
fills what is below the heading. Links load a new document, so language, title and status are
always right, also for a reader without a screen.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import parse_qsl

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html
from dash.backends._fastapi import reset_current_request, set_current_request
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from lokaalmeten.errors import StorageError
from lokaalmeten.forecasts import QUANTITIES

from ..places import compare
from ..places import page as place
from ..problems import NotFoundError
from ..source import Source, check_alive
from ..texts import LANGUAGES
from ..words import Words
from . import air_map, forecasts, node, nodes, ride, rides
from .options import check_nothing, check_period, check_quantity, to_query
from .parts import THEME, NothingYetError, dead_database, notice
from .shell import language_of, page

AGAIN_MS = 10_000  # after which a page without data or database tries again
LOG = logging.getLogger(__name__)

Layout = Callable[[Source, Words, str, dict[str, str]], Awaitable[Any]]
Title = Callable[[Any, Words, str], str]
Check = Callable[[dict[str, str]], None]


@dataclass(frozen=True)
class Page:
    """One kind of page: its address below the language, its heading, its content."""

    address: re.Pattern[str]
    title: Title
    layout: Layout
    check: Check = check_nothing  # of the options in the address; raises UnfitError


def _fixed(key: str) -> Title:
    def title(connection: Any, words: Words, _name: str) -> str:
        check_alive(connection)
        return words(key)

    return title


def _check_choice(query: dict[str, str]) -> None:
    """Refuse a quantity or a period that there is not."""
    check_quantity(query)
    check_period(query)


def _check_forecast(query: dict[str, str]) -> None:
    """Refuse a quantity of which nothing is forecast."""
    check_quantity(query, QUANTITIES)


def _node_title(connection: Any, _words: Words, name: str) -> str:
    found = node.read_node(connection, name)
    if found is None:
        raise NotFoundError(f"There is no node {name}.")
    return found["label"] or name


def _ride_title(connection: Any, words: Words, name: str) -> str:
    found, _ = ride.read_ride(connection, name)
    if found is None:
        raise NotFoundError(f"There is no ride {name}.")
    return words("ride.title", time=words.time(found["start"].to_pydatetime()))


PAGES = (
    Page(re.compile(r"air-map"), _fixed("air_map.title"), air_map.layout, _check_choice),
    Page(re.compile(r"nodes"), _fixed("nodes.title"), nodes.layout),
    Page(re.compile(r"rides"), _fixed("rides.title"), rides.layout),
    Page(re.compile(r"forecasts"), _fixed("forecasts.title"), forecasts.layout, _check_forecast),
    Page(
        re.compile(r"node/(?P<name>[a-z0-9][a-z0-9-]{0,62})"),
        _node_title,
        node.layout,
        node.check,
    ),
    Page(
        re.compile(r"area/(?P<name>[a-z0-9][a-z0-9-]{0,62})"),
        place.area_title,
        place.area_layout,
        place.check,
    ),
    Page(
        re.compile(r"hexagon/(?P<name>[0-9a-z]{1,20})"),
        place.hexagon_title,
        place.hexagon_layout,
        place.check,
    ),
    Page(re.compile(r"compare"), _fixed("compare.title"), compare.layout, compare.check),
    Page(re.compile(r"ride/(?P<name>[0-9a-f-]{36})"), _ride_title, ride.layout, check_quantity),
)


def add_pages(api: FastAPI, source: Source) -> Dash:
    """Put the pages on the application."""
    _add_addresses(api, source)
    dash = _make_dash(api)
    dash.layout = _frame()
    _register(dash, source)
    dash._setup_server()  # as Dash does at the first request for an index of its own
    api.state.dash = dash
    return dash


def find_page(path: str) -> tuple[Page, str]:
    """Page and name for a path below the language.

    Raises:
        NotFoundError: no page has this address.

    """
    for candidate in PAGES:
        if found := candidate.address.fullmatch(path):
            return candidate, found.groupdict().get("name", "")
    raise NotFoundError(f"There is no page {path}.")


def _add_addresses(api: FastAPI, source: Source) -> None:
    @api.get("/", include_in_schema=False)
    async def root(request: Request) -> Response:
        return RedirectResponse(f"/{language_of(request)}/", 307, {"Vary": "Accept-Language"})

    for language in LANGUAGES:
        _add_language(api, source, Words(language))


def _add_language(api: FastAPI, source: Source, words: Words) -> None:
    @api.get(f"/{words.language}", include_in_schema=False)
    async def bare() -> Response:
        return RedirectResponse(f"/{words.language}/", 308)

    @api.get(f"/{words.language}/{{path:path}}", include_in_schema=False)
    async def document(request: Request, path: str) -> Response:
        found, name = find_page(path)
        found.check(to_query(request.query_params.multi_items()))
        title = await source.ask(found.title, words, name)
        return HTMLResponse(_document(request, words, path, title))


def _document(request: Request, words: Words, path: str, title: str) -> str:
    """Frame of the page around Dash's entry point and scripts."""
    dash: Dash = request.app.state.dash
    token = set_current_request(request)  # as Dash's own catch-all does
    try:
        parts = dash.index()
    finally:
        reset_current_request(token)
    head, entry, scripts = parts.split(SPLIT)
    without = f'<noscript><p>{words("site.noscript")} <a href="/v1">/v1</a></p></noscript>'
    waiting = f'<p class="waiting">{escape(words("site.loading"))}</p>'
    entry = re.sub(r'<div class="_dash-loading">.*?</div>', waiting, entry, flags=re.DOTALL)
    return page(words, path, title, without + entry, head=head, tail=scripts)


SPLIT = "<!-- part -->"
INDEX = SPLIT.join(("{%css%}", "{%app_entry%}", "{%config%}{%scripts%}{%renderer%}"))


def _make_dash(api: FastAPI) -> Dash:
    dash = Dash(
        "dashboard",
        server=api,  # pyright: ignore[reportArgumentType] - Dash 4.2 and later take FastAPI
        assets_folder="assets",
        assets_ignore=r"\.css$|^(kiosk|look)\.js$",  # pages load them themselves, also without Dash
        assets_path_ignore=[
            "vendor",
            "plan",
            "data",
            "shared",
            "map",
        ],  # loaded by the pages that need them
        index_string=INDEX,
        serve_locally=True,
        suppress_callback_exceptions=True,  # each page brings its own components
        update_title="",
        include_pages_meta=False,
        use_pages=False,
        add_log_handler=False,
        on_error=_log_error,
    )
    # Otherwise every open page keeps a socket, for callbacks that go by POST here.
    dash.backend.websocket_capability = False
    return dash


def _show_error(error: Exception) -> Any:
    """Content of a page that failed."""
    LOG.error("A page failed", exc_info=error)
    language = ctx.inputs["url.pathname"].split("/")[1]
    words = Words(language if language in LANGUAGES else LANGUAGES[0])
    told = notice(words("problem.500.title"), words("problem.500.text"), urgent=True)
    return told, words.language, True


def _log_error(error: Exception) -> None:
    """Log a failed callback and let it fail: Dash itself would say nothing."""
    LOG.error("A callback of a page failed", exc_info=error)
    raise error


def _frame() -> Any:
    return dmc.MantineProvider(
        [
            dcc.Location(id="url", refresh=False),
            dcc.Store(id="page-language"),
            dcc.Interval(id="page-again", interval=AGAIN_MS, disabled=True),
            html.Div(id="page", className="page"),
        ],
        theme=THEME,
        defaultColorScheme="auto",  # assets/look.js keeps what the reader chose under its name
    )


def _register(dash: Dash, source: Source) -> None:
    @dash.callback(
        Output("page", "children"),
        Output("page-language", "data"),
        Output("page-again", "disabled"),
        Input("url", "pathname"),
        Input("page-again", "n_intervals"),
        State("url", "search"),
        on_error=_show_error,
    )
    async def show(pathname, _again, search):  # noqa: ANN001, ANN202
        language, _, path = pathname.lstrip("/").partition("/")
        words = Words(language)
        found, name = find_page(path)
        query = to_query(parse_qsl((search or "").lstrip("?")))
        try:
            return await found.layout(source, words, name, query), language, True
        except NothingYetError as nothing:
            return nothing.content, language, False
        except StorageError:
            return dead_database(words), language, False

    air_map.register(dash)
    node.register(dash, source)
    ride.register(dash)
