"""SensorThings over HTTP: ``/sta/v1.1``, and ``/sta/v1.0`` and ``/v1.0`` for who speaks that.

1. read path and options out of the address
2. read the entities, in a thread
3. write them in the form that was asked for, in the same thread

Every answer is JSON, faults too: ``{"code", "type", "message"}``.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

import orjson
from fastapi import FastAPI, Request
from fastapi.responses import Response

from lokaalmeten.errors import StorageError
from storage.sta.faults import BadQueryError, NothingThereError
from storage.sta.options import Options, read_options
from storage.sta.paths import Path, read_path
from storage.sta.reading import read
from storage.sta.rows import Found

from ..problems import RETRY_S, to_public
from ..source import Source
from .entities import Writer, choose_writer
from .forms import add_place, write_csv, write_data_array, write_geojson

LOG = logging.getLogger(__name__)
VERSIONS = ("v1.1", "v1.0")
LONGEST = 20_000  # characters of a query
AT_ONCE = 2  # half of the connections of the source: pages and API go on beside long questions
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_REQ = "http://www.opengis.net/spec/iot_sensing/1.1/req"
_DATAMODEL = (
    "thing",
    "location",
    "historical-location",
    "datastream",
    "sensor",
    "observed-property",
    "observation",
    "feature-of-interest",
)
_REQUESTS = (
    "order",
    "expand",
    "select",
    "status-code",
    "query-status-code",
    "orderby",
    "top",
    "skip",
    "count",
    "filter",
    "built-in-filter-operations",
    "built-in-query-functions",
    "pagination",
)
CONFORMANCE = (
    f"{_REQ}/datamodel",
    *(f"{_REQ}/datamodel/{name}/properties" for name in _DATAMODEL),
    *(f"{_REQ}/datamodel/{name}/relations" for name in _DATAMODEL),
    f"{_REQ}/resource-path/resource-path-to-entities",
    *(f"{_REQ}/request-data/{name}" for name in _REQUESTS),
    f"{_REQ}/data-array/data-array",
)


def add_sta(app: FastAPI, source: Source) -> None:
    """Put SensorThings on the application."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def answer(request: Request) -> Response:
        async with turn:
            return await respond(source, request)

    for path in ("/sta", "/sta/", "/sta/{version}", "/sta/{version}/{rest:path}"):
        app.add_route(path, answer, METHODS, include_in_schema=False)
    for path in ("/v1.0", "/v1.0/{rest:path}"):
        app.add_route(path, answer, METHODS, include_in_schema=False)


async def respond(source: Source, request: Request) -> Response:
    """Answer of a request, or what is wrong with it."""
    try:
        if request.method not in {"GET", "HEAD"}:
            return to_fault(405, f"Here is only read: {request.method} is not taken.")
        version = request.path_params.get("version")
        if "version" in request.path_params and version not in VERSIONS:
            raise NothingThereError(f"There is no version {version!r}; there is /sta/v1.1.")
        if request.url.path.rstrip("/") == "/sta":
            raise NothingThereError("SensorThings begins at /sta/v1.1.")
        return await ask(source, request, f"/sta/{version}" if version else "/v1.0")
    except BadQueryError as error:
        return to_fault(400, str(error))
    except NothingThereError as error:
        return to_fault(404, str(error))
    except StorageError as error:
        return to_fault(503, to_public(error))
    except Exception:
        LOG.exception("SensorThings failed on %s", request.url.path)
        return to_fault(500, "The server failed on this request; its log says why.")


async def ask(source: Source, request: Request, prefix: str) -> Response:
    """Read and write what is below the root."""
    writer = Writer(str(request.base_url).rstrip("/") + prefix)
    rest = request.path_params.get("rest", "").strip("/")
    pairs = read_query(request.scope["query_string"])
    if not rest:
        if pairs:
            raise BadQueryError("The root takes no options.")
        return to_response(orjson.dumps(writer.root(CONFORMANCE)))
    path = read_path(rest)
    options = read_options(path.last.entity, pairs)
    if (path.below or path.references) and options.form:
        raise BadQueryError("$resultFormat is for entities.")
    if options.form == "GeoJSON":
        options = add_place(path.last.entity, options)
    return await source.ask(lambda connection: write(connection, writer, path, options, rest))


def read_query(query: bytes) -> list[tuple[str, str]]:
    """Options of an address, decoded; a blank may be a plus. Raises BadQueryError."""
    try:
        text = query.decode("ascii")
        if len(text) > LONGEST:
            raise BadQueryError(f"A query has at most {LONGEST:,} characters.")
        pieces = (part.partition("=") for part in text.split("&") if part)
        return [
            (unquote_plus(name, errors="strict"), unquote_plus(value, errors="strict"))
            for name, _, value in pieces
        ]
    except UnicodeDecodeError as error:
        raise BadQueryError("The query is not UTF-8, percent-encoded.") from error


def write(connection: Any, writer: Writer, path: Path, options: Options, rest: str) -> Response:
    """Response with what is at a path."""
    found = read(connection, path, options)
    if path.below:
        return write_property(path, found)
    if options.form == "CSV":
        headers = {}
        if found.token is not None:
            link = writer.next_link(rest, options.given, found.token)
            headers["Link"] = f'<{link}>; rel="next"'
        return Response(write_csv(writer, found, options), 200, headers, "text/csv; charset=utf-8")
    if options.form == "GeoJSON":
        shown = orjson.dumps(write_geojson(writer, found, options, rest))
        return Response(shown, 200, media_type="application/geo+json")
    return to_response(orjson.dumps(to_body(writer, path, options, rest, found)))


def to_body(
    writer: Writer, path: Path, options: Options, rest: str, found: Found
) -> dict[str, Any]:
    """JSON of the standard."""
    if path.references:
        links = writer.self_links(found)
        return dict(links[0]) if found.one else {"value": links}
    if options.form == "dataArray":
        return write_data_array(writer, found, options, rest)
    if found.one:
        return writer.entity(found.entity, found.rows[0], options)
    return writer.collection(found, options, rest)


def write_property(path: Path, found: Found) -> Response:
    """Response with one property, or with what is inside it."""
    first, *inside = path.below
    kind = found.entity.properties[first].kind
    value = choose_writer(kind)(found.rows[0].values.get(first))
    for name in inside:
        if not isinstance(value, dict) or name not in value:
            raise NothingThereError(f"{found.entity.name} has no {'/'.join(path.below)[:80]!r}.")
        value = value[name]
    if path.bare:
        text = value if isinstance(value, str) else orjson.dumps(value).decode()
        return Response(text.encode(), 200, media_type="text/plain; charset=utf-8")
    return to_response(orjson.dumps({path.below[-1]: value}))


def to_response(body: bytes) -> Response:
    """JSON with status 200."""
    return Response(body, 200, media_type="application/json")


def to_fault(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """What is wrong, as clients of SensorThings read it."""
    body = orjson.dumps({"code": status, "type": "error", "message": message})
    told = {"Retry-After": RETRY_S} if status == 503 else headers
    return Response(body, status, told, "application/json")
