"""A list of official stations and their places, for networks whose files do not tell them.

Columns ``code, name, kind, latitude, longitude`` (degrees, WGS84) and, when known, ``operator`` and
``url``; kind is traffic, background, industry or weather. A row is brought up to date when it is
there.
"""

from collections.abc import Iterator

import numpy as np

from lokaalmeten.stations import Station

from .columns import Refusals
from .source import Part, Source
from .table import Chunk, Form, read_table
from .text import Text

NEEDED = ("code", "name", "kind", "latitude", "longitude")
FORM = Form("a list of official stations", NEEDED, ("operator", "url"))
KINDS = ("traffic", "background", "industry", "weather")


def looks_like(head: str) -> bool:
    """Tell by the header."""
    line = head.partition("\n")[0]
    return all(name in line for name in NEEDED)


def read(text: Text, start: int, now: int) -> Iterator[Part]:
    """Stations of a list from line ``start`` on."""
    for chunk in read_table(text, FORM, start):
        yield to_part(chunk)


def to_part(chunk: Chunk) -> Part:
    """Stations of one chunk; a row without a place on the earth is none."""
    refusals = Refusals(len(chunk))
    lat, lon = (chunk.numbers(name, refusals) for name in ("latitude", "longitude"))
    refusals.refuse(~((np.abs(lat) <= 90) & (np.abs(lon) <= 180)), "the place is not on the earth")
    words = {
        name: [cell or "" for cell in chunk.text(name).to_pylist()]
        for name in ("code", "name", "kind", "operator", "url")
    }
    known = np.array([kind.strip() in KINDS for kind in words["kind"]], np.bool_)
    refusals.refuse(~known, f"kind is not one of {', '.join(KINDS)}")
    coded = np.array([bool(code.strip()) for code in words["code"]], np.bool_)
    refusals.refuse(~coded, "code is empty")
    texts = [[cell.strip() for cell in cells] for cells in words.values()]
    rows = zip(*texts, lat.tolist(), lon.tolist(), refusals.good, strict=True)
    stations = {
        code: Station(code, name, kind, north, east, operator, url)
        for code, name, kind, operator, url, north, east, good in rows
        if good
    }
    bad = chunk.list_bad(refusals)
    listed = int(refusals.good.sum())
    return Part(chunk.next_line, chunk.read, bad, stations=list(stations.values()), listed=listed)


SOURCE = Source(
    name="stations",
    kind=FORM.kind,
    time="has no times",
    looks_like=looks_like,
    read=read,
)
