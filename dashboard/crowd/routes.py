"""Where the crowd pages are found; each is a whole document that the server writes."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ..problems import NotFoundError
from ..reports.html import to_html
from ..reports.pdf import to_pdf
from ..source import Source
from ..texts import LANGUAGES
from ..words import Words
from . import frame
from .addresses import find_gauge, to_address
from .evaluation import show_evaluation
from .overview import to_large, to_overview
from .places import show_places
from .planning import show_planning
from .report import to_document
from .view import RECENT, read_view
from .zone import to_zone

# what is on one sheet stands a little closer together
PRINTED = """@media print {
  .unprinted { display: none; }
  body { font-size: 9pt; }
  dl, h3, table { margin: 0.6rem 0 0.2rem; }
}
"""
FRESH = {"Cache-Control": "no-store"}  # a page of an hour ago must not come back as one of now


def add_crowd(app: FastAPI, source: Source) -> None:
    """Put the pages of crowd safety on the application, in each language."""
    for language in LANGUAGES:
        _add_language(app, source, Words(language))


def _add_language(app: FastAPI, source: Source, words: Words) -> None:
    base = f"/{words.language}/{words('crowd.path')}"
    report, evaluation, planning = (
        words(f"crowd.path.{part}") for part in ("report", "evaluation", "planning")
    )

    def page(path: str) -> Callable[[Any], Any]:
        return app.get(f"{base}{path}", include_in_schema=False)

    @page("")
    async def places() -> Response:
        return to_answer(await source.ask(write_places, words, now()))

    @page("/{place}")
    async def overview(request: Request, place: str) -> Response:
        if "print" in request.query_params:
            return RedirectResponse(to_address(words, place, "report"), 307)
        write = write_large if "kiosk" in request.query_params else write_overview
        return to_answer(await source.ask(write, words, place, now()))

    @page(f"/{{place}}/{evaluation}")
    async def evaluate(request: Request, place: str) -> Response:
        query = dict(request.query_params)
        return to_answer(await source.ask(write_evaluation, words, place, query, now()))

    @page(f"/{{place}}/{planning}")
    async def plan(place: str) -> Response:
        return to_answer(await source.ask(write_planning, words, place, now()))

    @page(f"/{{place}}/{report}")
    async def paper(place: str) -> Response:
        return to_answer(await source.ask(write_report, words, place, now()))

    @page(f"/{{place}}/{report}.pdf")
    async def file(place: str) -> Response:
        content = await source.ask(write_file, words, place, now())
        return Response(content, media_type="application/pdf", headers=FRESH)

    @page("/{place}/{gauge:path}")
    async def zone(place: str, gauge: str) -> Response:
        return to_answer(await source.ask(write_zone, words, place, gauge, now()))


def now() -> datetime:
    """The clock of the server."""
    return datetime.now(UTC)


def to_answer(document: str) -> Response:
    """A page that nobody keeps."""
    return HTMLResponse(document, headers=FRESH)


def write_places(connection: Any, words: Words, moment: datetime) -> str:
    """The list of places."""
    return frame.to_document(words, words("crowd.title"), show_places(connection, words, moment))


def write_overview(connection: Any, words: Words, place: str, moment: datetime) -> str:
    """A place at a glance."""
    view = read_view(connection, place, moment)
    content = frame.watch(words, view, to_overview(words, view))
    return frame.to_document(words, view.title, content, place=place)


def write_large(connection: Any, words: Words, place: str, moment: datetime) -> str:
    """The same for a large screen."""
    view = read_view(connection, place, moment)
    return frame.to_screen(words, view, to_large(words, view))


def write_zone(connection: Any, words: Words, place: str, asked: str, moment: datetime) -> str:
    """One zone or passage."""
    view = read_view(connection, place, moment, RECENT)
    gauge = find_gauge(view.gauges, asked)
    if gauge is None:
        raise NotFoundError(f"There is no zone or passage {asked} at {place}.")
    content = frame.watch(words, view, to_zone(words, view, gauge))
    return frame.to_document(
        words, view.titles[gauge], content, place=place, part=view.gauges[gauge]
    )


def write_evaluation(
    connection: Any, words: Words, place: str, query: dict[str, str], moment: datetime
) -> str:
    """How good what was said was."""
    view = read_view(connection, place, moment)
    content = show_evaluation(connection, words, view, query)
    title = words("crowd.eval.title", place=view.title)
    return frame.to_document(words, title, content, place=place, part="evaluation")


def write_planning(connection: Any, words: Words, place: str, moment: datetime) -> str:
    """What the days ahead may bring."""
    view = read_view(connection, place, moment)
    content = show_planning(connection, words, view)
    title = words("crowd.plan.title", place=view.title)
    return frame.to_document(words, title, content, place=place, part="planning")


def write_report(connection: Any, words: Words, place: str, moment: datetime) -> str:
    """The page of paper, with a link to the file that is not printed."""
    document = to_html(to_document(words, read_view(connection, place, moment)))
    target, label = to_address(words, place, "report") + ".pdf", words("crowd.report.pdf")
    link = f'<p class="unprinted"><a href="{escape(target)}">{escape(label)}</a></p>'
    document = document.replace("</style>", f"{PRINTED}</style>", 1)
    return document.replace("</main>", f"{link}</main>", 1)


def write_file(connection: Any, words: Words, place: str, moment: datetime) -> bytes:
    """The page of paper as a file."""
    return to_pdf(to_document(words, read_view(connection, place, moment)), moment)
