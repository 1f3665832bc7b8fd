"""What routes by the standards of others share: the address asked at, and options refused."""

from typing import Any

from fastapi import Request

from ..problems import QueryError

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/problem+json": {}}}
    for status, text in (
        (400, "A parameter is wrong or not known; detail says which and why"),
        (404, "There is nothing of this name, or it is not public"),
        (503, "The database does not answer; try again"),
    )
}


def to_site(request: Request) -> str:
    """Address at which the server was asked, without a slash at its end."""
    return str(request.base_url).rstrip("/")


def read_query(request: Request) -> dict[str, str]:
    """Parameters, each once.

    Raises:
        QueryError: one comes twice.

    """
    pairs = request.query_params.multi_items()
    query = dict(pairs)
    if len(query) < len(pairs):
        raise QueryError("A parameter comes twice: give each once.")
    return query


def refuse_options(request: Request) -> None:
    """Refuse a query where there is nothing to choose.

    Raises:
        QueryError: it has a parameter.

    """
    if request.query_params:
        name = next(iter(request.query_params))
        raise QueryError(f"Parameter {name!r} is not known here: this answer has none.")


def to_content(media: str) -> dict[int | str, dict[str, Any]]:
    """Description of an answer that is not JSON of our own, for the OpenAPI."""
    return {200: {"description": "As its standard says", "content": {media: {}}}}
