"""Maps of the air of the latest hour between sensors: lists of equal length."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pandas import Series

from lokaalmeten.air_map import RESOLUTION
from storage.air_maps import read_drawn, read_map

from ..hexagons import to_hex
from ..problems import NotFoundError
from ..source import Source
from ..words import find_unit
from .answers import answer, to_list, to_period, to_text
from .forecasts import RoundQuery
from .schemas.places import AirMap

PROCESSING = {
    True: "estimated from corrected nodes and official stations",
    False: "estimated from nodes whose values are raw, checked, not corrected",
}
MEANING = {
    "low": "a further sensor in the cell would say more than this with a chance of 90 %",
    "high": "it would say less than this with a chance of 90 %",
    "measured": "sensors in the cell; 0 where it is estimated from others",
    "error": "mean absolute error of sensors that were each told from the others, over a day",
    "errorOfMean": "the same when each is told by the mean of the others",
    "inside80": "share of those values that their interval of 80 % held",
    "nuggetShare": "share of differences that no neighbour tells; near 1 it is hardly a map",
}


def add_air_maps(router: APIRouter, source: Source) -> None:
    """Put the route on the router."""

    @router.get(
        "/air-map",
        summary="Estimate of the latest hour between sensors, per H3 cell",
        response_model=AirMap,
    )
    async def air_map(query: Annotated[RoundQuery, Query()]) -> JSONResponse:
        return await answer(source, read_latest, query.quantity)


def read_latest(connection: Any, quantity: str) -> dict[str, Any]:
    """Cells with median and bounds of 80 %, and how good such a map is.

    Raises:
        NotFoundError: there is no map of the quantity.

    """
    found = read_map(connection, quantity)
    if found is None:
        there = ", ".join(read_drawn(connection)) or "none"
        raise NotFoundError(f"There is no map of {quantity}; there is one of: {there}.")
    errors = {
        "error": found.error,
        "errorOfMean": found.error_of_mean,
        "inside80": found.inside80,
        "nuggetShare": found.nugget_share,
    }
    known = to_list(Series(list(errors.values()), dtype=float))
    return {
        "quantity": quantity,
        "unit": find_unit(quantity),
        "hour": to_text(found.hour),
        "period": to_period(found.hour, found.hour + timedelta(hours=1)),
        "processing": PROCESSING[found.corrected],
        "sensors": found.sensors,
        **dict(zip(errors, known, strict=True)),
        "meaning": MEANING,
        "resolution": RESOLUTION,
        "cells": to_hex(found.cells),
        **{
            name: to_list(Series(getattr(found, name)))
            for name in ("low", "median", "high", "measured")
        },
    }
