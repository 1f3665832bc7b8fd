"""Where the page is found; what cannot be chosen is said on it, above the form.

1. read what was chosen out of the address (choice.py)
2. look up what that is, as the download itself does (api/downloads.py)
3. read its first rows (preview.py)
4. write the form, these rows, and the same choice for programs (page.py)
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from numpy.typing import NDArray

from lokaalmeten.geo import to_centres
from storage import reader
from storage.downloads.selection import list_zones
from storage.listed import read_measured

from ..api.downloads import MUNICIPALITY, look_up
from ..catalogue.asking import to_site
from ..problems import NotFoundError, QueryError
from ..source import Source
from ..texts import LANGUAGES
from ..words import Words
from .choice import read_choice, to_query
from .form import Offer
from .page import PATH, to_page
from .preview import read_preview

Pairs = Sequence[tuple[str, str]]


def add_data(app: FastAPI, source: Source) -> None:
    """Put the page on the application, in each language."""
    for language in LANGUAGES:
        _add_language(app, source, Words(language))


def _add_language(app: FastAPI, source: Source, words: Words) -> None:
    @app.get(f"/{words.language}/{PATH}", include_in_schema=False)
    async def data(request: Request) -> Response:
        pairs = request.query_params.multi_items()
        return await source.ask(write_page, words, pairs, to_site(request))


def to_places(cells: NDArray[np.int64]) -> list[tuple[float, float]]:
    """Longitude and latitude, (n, 2), of the cells (m,) that are a place, each once."""
    known = np.unique(cells[cells != 0])
    lat, lon = to_centres(known)
    return list(zip(np.round(lon, 4).tolist(), np.round(lat, 4).tolist(), strict=True))


def write_page(connection: Any, words: Words, pairs: Pairs, site: str) -> Response:
    """The page for a choice."""
    nodes = reader.nodes(connection)
    fixed = nodes[~nodes["moving"].astype(bool)]
    offer = Offer(
        read_measured(connection),
        list(zip(fixed["name"], fixed["label"], strict=True)),
        list_zones(connection, MUNICIPALITY),
        to_places(np.asarray(fixed["cell"], np.int64)),
    )
    extent = reader.extent(connection)
    if extent is None:
        return HTMLResponse(to_page(words, None, offer, None, site, words("no.data.why")))
    choice = None
    try:
        choice = read_choice(pairs, offer.quantities, extent)
        download = look_up(connection, choice.of, to_query(choice)).download
    except (QueryError, NotFoundError) as error:
        wrong = f"{words('data.wrong')} {error}"
        return HTMLResponse(to_page(words, choice, offer, None, site, wrong), 400)
    found = read_preview(connection, words, download)
    return HTMLResponse(to_page(words, choice, offer, found, site))
