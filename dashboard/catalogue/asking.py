"""What routes by the standards of others share: the address asked at, and options once each."""

from typing import Any

from fastapi import Request

from ..problems import QueryError


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


def to_content(media: str) -> dict[int | str, dict[str, Any]]:
    """Description of an answer that is not JSON of our own, for the OpenAPI."""
    return {200: {"description": "As its standard says", "content": {media: {}}}}
