"""Downloads: exactly what was selected, as a file, without an account.

1. read the selection out of the address
2. look up what that is, and refuse what is too much (storage/downloads)
3. find the answer among those that are kept, or have it made (spool.py)
4. send it while it is made, with a name; or the part of it that is asked for (RFC 9110, 14)
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import Field

from lokaalmeten.errors import FormatError
from storage import reader
from storage.downloads.answer import Download, prepare, write_download
from storage.downloads.formats import FORMATS
from storage.downloads.selection import (
    Processing,
    Selection,
    Subject,
    find_unknown,
    list_zones,
)
from storage.package import to_json

from ..headers import API_VERSION
from ..problems import NotFoundError, QueryError, to_problem
from ..ranges import Part, cut, is_named, read_range
from ..source import Source
from ..spool import Kept, Spool, fill
from .params import EARLIEST, MOST_NODES, BoxText, PeriodQuery, Quantity, to_box
from .schemas.nodes import PACKAGE

HOLD_S = 3.0  # an answer that is whole by then goes out with its length and a lasting ETag
PATH = "/downloads"
FORMATS_SAID = "CSV, Parquet, GeoParquet, GeoJSON or NetCDF"
MUNICIPALITY = "municipality"
Format = Literal["csv", "csv.gz", "parquet", "geoparquet", "geojson", "netcdf"]
assert set(Format.__args__) == set(FORMATS)

BYTES = {"type": "string", "format": "binary"}
OBJECT = {"type": "object"}
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, under a name that tells what is in it",
        "content": {
            media: {"schema": OBJECT if media.endswith("json") else BYTES}
            for media in (form.media.partition(";")[0] for form in FORMATS.values())
        },
    },
    206: {"description": "The part of the file that Range asks for, of the same bytes"},
    304: {"description": "It is still the one that If-None-Match names"},
    416: {"description": "Range begins behind the end of the file"},
}
DESCRIBED: dict[int | str, dict[str, Any]] = {
    200: {"description": "It", "content": {"application/json": {"schema": PACKAGE}}}
}


class FileQuery(PeriodQuery):
    """What to download: without a parameter all of it, without a period the last day with data."""

    quantity: list[Quantity] = Field(
        [], max_length=50, description="Repeat it for more; without it all that was measured"
    )
    bbox: BoxText | None = Field(
        None,
        description="west,south,east,north: the centre of the cell of a sample lies in it",
        examples=["5.0,52.0,5.2,52.2"],
    )
    processing: Processing = Field(
        "raw", description="Raw values, what calibration corrects them to, or both"
    )
    quality: list[Annotated[int, Field(ge=1, le=4)]] = Field(
        [],
        max_length=4,
        description="Flags that a value may have: 1 good, 2 not evaluated, 3 suspect, 4 fail; "
        "without it all. Other values are left out",
    )
    format: Format = Field("csv", description="Format of the file")


class NodesQuery(FileQuery):
    """What to download of fixed nodes."""

    node: list[Annotated[str, Field(max_length=63)]] = Field(
        [], max_length=MOST_NODES, description="Name of a fixed node; repeat it for more"
    )
    municipality: Annotated[str, Field(max_length=63)] | None = Field(
        None, description="Only while a node stood in it", examples=["zwolle"]
    )


@dataclass(frozen=True)
class Asked:
    """A download, and by what it is found again."""

    download: Download
    key: str


def add_downloads(router: APIRouter, source: Source, spool: Spool) -> None:
    """Put the routes on the router; ``source`` is asked for long and by nobody else."""

    def add(of: Subject, kind: type[FileQuery], title: str) -> None:
        path = f"{PATH}/{of}"

        async def file(request: Request, query: Annotated[Any, Query()]) -> Response:
            asked = await source.ask(look_up, of, query)
            return await respond(request, source, spool, asked)

        async def description(query: Annotated[Any, Query()]) -> Response:
            asked = await source.ask(look_up, of, query)
            body = to_json(dict(asked.download.package))
            return Response(body, media_type=JSONResponse.media_type)

        for function in (file, description):
            function.__annotations__["query"] = Annotated[kind, Query()]
        router.add_api_route(path, file, summary=title, responses=FILE, response_class=Response)
        router.add_api_route(path, file, methods=["HEAD"], include_in_schema=False)
        about = "What the columns of such a file are"
        router.add_api_route(
            f"{path}/datapackage.json", description, summary=about, responses=DESCRIBED
        )

    add("observations", NodesQuery, f"Samples of fixed nodes as a file: {FORMATS_SAID}")
    add("rides", FileQuery, f"Samples of the public parts of rides as a file: {FORMATS_SAID}")


def look_up(connection: Any, of: Subject, query: FileQuery) -> Asked:
    """What a query asks for.

    Raises:
        NotFoundError: there is no such node or municipality.
        QueryError: it is too much, or no such value is ever there.

    """
    selection = to_selection(connection, of, query)
    try:
        download = prepare(connection, selection, query.format)
    except FormatError as error:
        raise QueryError(str(error)) from error
    # samples that came in since do not make it another question; a node that was taken away does
    found = sorted({piece.name for piece in download.pieces})
    told = json.dumps([API_VERSION, of, query.model_dump_json(), found])
    return Asked(download, hashlib.sha256(told.encode()).hexdigest())


def to_selection(connection: Any, of: Subject, query: FileQuery) -> Selection:
    """Selection of a query; errors as of ``look_up``."""
    start, stop = query.span(lambda: reader.extent(connection))
    nodes, zone = find_named(connection, query) if isinstance(query, NodesQuery) else ((), None)
    keys = tuple(dict.fromkeys(query.quantity))
    selection = Selection(
        max(start, EARLIEST).astimezone(UTC),
        stop.astimezone(UTC),
        keys,
        nodes,
        zone,
        None if query.bbox is None else to_box(query.bbox),
        query.processing,
        frozenset(query.quality),
        of,
    )
    never = [key for key in keys if key not in selection.corrected]
    if query.processing == "corrected" and never:
        raise QueryError(f"{never[0]} is never corrected: ask for processing=raw or both.")
    return selection


def find_named(connection: Any, query: NodesQuery) -> tuple[tuple[str, ...], str | None]:
    """Nodes and municipality of a query. Raises NotFoundError where one is not there."""
    nodes, zone = tuple(dict.fromkeys(query.node)), query.municipality
    if unknown := find_unknown(connection, nodes):
        raise NotFoundError(
            f"There is no fixed node {unknown[0]}; see /v1/nodes. A node that moves with a person"
            " is public as trimmed rides in /v1/rides, not by name."
        )
    if zone is not None and zone not in (known := list_zones(connection, MUNICIPALITY)):
        raise NotFoundError(
            f"There is no municipality {zone}; there is: {', '.join(known) or 'none'}."
        )
    return nodes, zone


async def respond(request: Request, source: Source, spool: Spool, asked: Asked) -> Response:
    """The file, a part of it, or that it is still the same."""
    part = read_range(request.headers.get("range", ""))
    kept = spool.find(asked.key, request.headers.get("if-range"), stale=part is not None)
    if kept is None:
        part = None  # of other bytes than those that were sent before
        kept = spool.find(asked.key)
    if kept is None and request.method == "HEAD":
        return Response(headers=to_headers(asked, None), media_type=asked.download.form.media)
    kept = kept or spool.make(asked.key, lambda made: make(source, asked.download, made))
    await kept.wait(HOLD_S if asked.download.form.grows else float("inf"))
    headers = to_headers(asked, kept)
    if is_named(request.headers.get("if-none-match", ""), kept.etag):
        return Response(status_code=304, headers=headers)
    return send(kept, headers, part, asked.download.form.media, request.method)


async def make(source: Source, download: Download, kept: Kept) -> None:
    """Have a download written."""

    def write(connection: Any) -> None:
        fill(
            kept,
            lambda file: write_download(connection, download, file),
            grows=download.form.grows,
        )

    await source.ask(write)


def send(
    kept: Kept,
    headers: dict[str, str],
    part: Part | None,
    media: str,
    method: str,
) -> Response:
    """Answer with all of an answer, or with a part of one that is whole."""
    if not kept.whole:
        body = kept.pieces(0, None) if method == "GET" else iter(())
        return StreamingResponse(body, headers=headers, media_type=media)
    start, stop, status = 0, kept.size, 200
    if part is not None:
        start, stop = cut(part, kept.size)
        if start >= kept.size:
            headers["Content-Range"] = f"bytes */{kept.size}"
            return to_problem(416, f"The file has {kept.size} bytes.", headers)
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{kept.size}"
        status = 206
    headers["Content-Length"] = str(stop - start)
    body = kept.pieces(start, stop) if method == "GET" else iter(())
    return StreamingResponse(body, status, headers, media)


def to_headers(asked: Asked, kept: Kept | None) -> dict[str, str]:
    """What is told beside the bytes; no name of them before they are there."""
    told = {
        "Content-Disposition": f'attachment; filename="{asked.download.name}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-cache",
        "Link": ", ".join(
            f'<{each["path"]}>; rel="license"' for each in asked.download.package["licenses"]
        ),
    }
    return told if kept is None else told | {"ETag": kept.etag}
