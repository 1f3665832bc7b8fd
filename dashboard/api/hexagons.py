"""Values per H3 cell, compact: lists of equal length."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from storage import reader

from ..problems import QueryError
from ..source import Source
from .answers import MEAN, RAW, answer, describe, to_lists
from .params import HexagonQuery
from .schemas.places import Hexagons

CELLS = 50_000  # at most in one answer
NAMES = {"cell": "cells", "mean": "means", "count": "counts", "nodes": "nodes"}


def add_hexagons(router: APIRouter, source: Source) -> None:
    """Put the route on the router."""

    @router.get(
        "/hexagons",
        summary="Mean of the good values per H3 cell over a period",
        response_model=Hexagons,
    )
    async def hexagons(query: Annotated[HexagonQuery, Query()]) -> JSONResponse:
        return await answer(source, read_hexagons, query)


def read_hexagons(connection: Any, query: HexagonQuery) -> dict[str, Any]:
    """Cells with mean, count of values and number of boxes and rides.

    Raises:
        QueryError: more than CELLS cells.

    """
    span = query.span(lambda: reader.extent(connection))
    key = query.quantity
    frame = reader.hexagons(connection, key, *span, query.resolution, query.box)
    if len(frame) > CELLS:
        raise QueryError(
            f"This area has {len(frame)} hexagons, at most {CELLS} fit in one answer: ask for a "
            "smaller bbox or a lower resolution."
        )
    return {
        **describe(key, span, RAW),
        "statistic": MEAN,
        "resolution": query.resolution,
        **to_lists(frame, NAMES),
    }
