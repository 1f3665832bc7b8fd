"""The map: where its pages are found, and what they ask for.

1. the address of a page has what is shown (state.py), and an impossible one is refused
2. the page is a frame of controls (page.py) that is the same for all, whatever is measured
3. its script asks `/_map/LANGUAGE` for all that is drawn and said (content.py), packed in a thread
   and made once for all who ask for the same
4. the same map stands on other sites by `/LANGUAGE/embed`, the only page that may be framed
"""

import gzip
import json
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from storage import reader

from .. import hexagons
from ..api.params import to_box
from ..packed import Packed
from ..problems import QueryError, UnfitError, to_problem
from ..publisher import Publisher
from ..source import Source
from ..texts import LANGUAGES
from ..words import Words
from .basemap import find_basemap
from .content import Frame, Memory, There, choose, read_content
from .kept import Kept
from .page import EMBED, to_embedded, to_page
from .state import CLOSEST_ZOOM, FARTHEST_ZOOM, Query, State, read_number, read_state

ASK = "/_map/"  # of the script
LEVEL = 5  # of gzip
LARGEST_PX = 10_000  # of a side of a map
CLOSEST_SIZE = 50  # pixels, of the same


def add_map(
    app: FastAPI,
    source: Source,
    files: Packed,
    publisher: Publisher,
    fresh_s: float,
    basemap: str,
) -> None:
    """Put the map on the application, in each language."""
    memory = Memory(Kept(), fresh_s)
    found = find_basemap(basemap)

    @app.get(f"{ASK}zones", include_in_schema=False)
    async def zones() -> Response:
        return await source.ask(write_zones)

    for language in LANGUAGES:
        words = Words(language)
        _add_pages(app, source, memory, words, files, found, publisher)
        _add_content(app, source, memory, words)


def _add_pages(
    app: FastAPI,
    source: Source,
    memory: Memory,
    words: Words,
    files: Packed,
    basemap: Any,
    publisher: Publisher,
) -> None:
    def read(connection: Any, query: Query) -> tuple[State, There]:
        there = memory.read(connection, is_live=False)
        return choose(read_state(query), there), there

    @app.get(f"/{words.language}/", include_in_schema=False)
    async def whole(request: Request) -> Response:
        read_state(request.query_params)  # before the database is asked anything
        state, there = await source.ask(read, request.query_params)
        return HTMLResponse(to_page(words, state, there, files, basemap))

    @app.get(f"/{words.language}/{EMBED}", include_in_schema=False)
    async def embedded(request: Request) -> Response:
        read_state(request.query_params)
        state, there = await source.ask(read, request.query_params)
        return HTMLResponse(to_embedded(words, state, there, files, basemap, publisher))


def _add_content(app: FastAPI, source: Source, memory: Memory, words: Words) -> None:
    @app.get(f"{ASK}{words.language}", include_in_schema=False)
    async def content(request: Request) -> Response:
        query = request.query_params
        try:
            state, frame = read_state(query), read_frame(query)
        except UnfitError as error:
            return to_problem(400, words(error.key, **error.facts), {})
        return await source.ask(write_content, memory, words, state, frame)


def read_frame(query: Query) -> Frame:
    """View or size of a map that asks for its content.

    Raises:
        QueryError: it is none.

    """
    width, _, height = query.get("size", "900x540").partition("x")
    size = {"width": width, "height": height}
    sides = [read_number(size, name, CLOSEST_SIZE, LARGEST_PX) for name in ("width", "height")]
    if "box" not in query:
        return Frame(None, (sides[0], sides[1]))
    try:
        box = to_box(query["box"])
    except ValueError as error:
        raise QueryError(f"Parameter 'box' is {query['box'][:60]!r}: {error}.") from None
    zoom = read_number(query, "level", FARTHEST_ZOOM, CLOSEST_ZOOM)
    return Frame(hexagons.View(zoom, box), (sides[0], sides[1]))


def write_content(
    connection: Any, memory: Memory, words: Words, state: State, frame: Frame
) -> Response:
    """What is drawn and said, packed."""
    return pack(read_content(connection, memory, words, state, frame))


def write_zones(connection: Any) -> Response:
    """Outlines of all zones, as GeoJSON."""
    labels = dict(zip(*(reader.zones(connection)[name] for name in ("name", "label")), strict=True))
    features = [
        {"type": "Feature", "properties": {"name": labels.get(name) or name}, "geometry": outline}
        for name, outline in reader.zone_outlines(connection).items()
    ]
    return pack({"type": "FeatureCollection", "features": features})


def pack(content: Any) -> Response:
    """JSON that is packed already: every browser reads it, and the event loop need not pack."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    body = gzip.compress(text.encode(), LEVEL, mtime=0)
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(body, 200, headers, media_type="application/json")
