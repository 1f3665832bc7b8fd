"""Where the page is, in each language; a few are worked out at a time, and the rest waits."""

import asyncio
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from ..source import Source
from ..texts import LANGUAGES
from ..words import Words
from .asked import Asked, read_asked
from .cells import read_cells
from .page import PATH, write_page

AT_ONCE = 2  # each takes up to a second of a core, and a connection
FRESH = {"Cache-Control": "max-age=300"}


def add_route(app: FastAPI, source: Source) -> None:
    """Put the page on the application."""
    turns = asyncio.Semaphore(AT_ONCE)
    for language in LANGUAGES:
        _add_language(app, source, turns, Words(language))


def _add_language(app: FastAPI, source: Source, turns: asyncio.Semaphore, words: Words) -> None:
    @app.get(f"/{words.language}/{PATH}", include_in_schema=False)
    async def route(request: Request) -> Response:
        asked = read_asked(request.query_params)
        async with turns:
            page = await source.ask(answer, words, asked)
        return HTMLResponse(page, headers=FRESH)


def answer(connection: Any, words: Words, asked: Asked) -> str:
    """The page for what is asked."""
    return write_page(words, asked, read_cells(connection, asked))
