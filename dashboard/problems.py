"""What goes wrong, as a sentence: problem+json (RFC 9457) on the API, a calm page elsewhere."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from lokaalmeten.errors import LokaalmetenError, StorageError

from .pages.shell import language_of, problem_page
from .source import CrowdedError
from .spool import BusyError
from .words import Words

RETRY_S = "10"  # seconds after which asking again makes sense
TITLES = {
    400: "Bad request",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    416: "Range not satisfiable",
    429: "Too many requests",
    500: "Internal error",
    503: "Service unavailable",
}


class QueryError(LokaalmetenError):
    """A parameter of a request is unknown, malformed or contradicts another."""


class UnfitError(QueryError):
    """An option of a page cannot be what it is; said in the reader's language.

    ``key`` is the text that says so, ``facts`` are filled in.
    """

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(Words("en")(key, **facts))
        self.key, self.facts = key, facts


class RefusedError(LokaalmetenError):
    """Somebody who is not signed in, or whose role or area is another, asks for a change."""


class OvertakenError(LokaalmetenError):
    """A change is based on a version that is not the newest any more."""


class NotFoundError(LokaalmetenError):
    """A node, ride or page that does not exist."""


STATUS = {
    QueryError: 400,
    RefusedError: 403,
    NotFoundError: 404,
    OvertakenError: 409,
    BusyError: 503,
    CrowdedError: 503,
    StorageError: 503,
}
# What the public reads of a dead database: where it is and who reads it is for the log.
DEAD = "The database does not answer for the moment; measuring goes on, try again in a minute."


def add_problems(api: FastAPI) -> None:
    """Turn every error into its sentence and status."""
    for kind, status in STATUS.items():
        api.add_exception_handler(kind, _handler(status))
    api.add_exception_handler(UnfitError, _unfit)
    api.add_exception_handler(RequestValidationError, _bad_query)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(Exception, _internal)


def to_answer(
    request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer for ``status``: JSON for programs, HTML for people."""
    headers = {"Retry-After": RETRY_S} if status == 503 else headers or {}
    if is_program(request.url.path):
        return to_problem(status, detail, headers)
    page = problem_page(language_of(request), status, request.url.path)
    return HTMLResponse(page, status, dict(headers))


def to_problem(status: int, detail: str, headers: Mapping[str, str]) -> Response:
    """Answer for programs (RFC 9457)."""
    body = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def is_program(path: str) -> bool:
    """Whether a path is asked for by programs and not by people."""
    return path.startswith(("/v1", "/healthz", "/_", "/assets"))


def _handler(status: int) -> Any:
    async def answer(request: Request, error: Exception) -> Response:
        return to_answer(request, status, to_public(error))

    return answer


def to_public(error: Exception) -> str:
    """What the public reads of an error."""
    is_dead = isinstance(error, StorageError) and not isinstance(error, CrowdedError)
    return DEAD if is_dead else str(error)


async def _unfit(request: Request, error: Exception) -> Response:
    assert isinstance(error, UnfitError)
    language, path = language_of(request), request.url.path
    said = Words(language)(error.key, **error.facts)
    return HTMLResponse(problem_page(language, 400, path, said), 400)


async def _bad_query(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return to_answer(request, 400, " ".join(to_sentence(fault) for fault in error.errors()))


def to_sentence(fault: dict[str, Any]) -> str:
    """One sentence for one fault that pydantic found."""
    name = ".".join(str(part) for part in fault["loc"][1:]) or "request"
    if fault["type"] == "extra_forbidden":
        return f"Parameter '{name}' is not known here."
    if fault["type"] == "missing":
        return f"Parameter '{name}' is required."
    reason = fault["msg"].removeprefix("Value error, ")
    return f"Parameter '{name}' is {fault['input']!r}: {reason[:1].lower()}{reason[1:]}."


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return to_answer(request, 404, f"There is nothing at {request.url.path}.")
    if error.status_code == 405:
        detail = f"{request.url.path} does not take {request.method}."
        return to_answer(request, 405, detail, error.headers)
    return Response(status_code=error.status_code)


async def _internal(request: Request, _error: Exception) -> Response:
    """Say that it is our fault; the server logs the rest."""
    return to_answer(request, 500, "The server failed on this request; its log says why.")
