"""Public rides: start and end left out, places as cells, times to the hour."""

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from lokaalmeten.quantities import BY_KEY
from storage import reader

from ..problems import NotFoundError
from ..source import Source
from .answers import FLAGS, PROCESSING, answer, to_list, to_lists, to_rows, to_text
from .params import RideQuery

RIDE = {
    "public_id": "id",
    "start": "hour",
    "duration_s": "durationS",
    "distance_m": "distanceM",
    "samples": "samples",
    "pm25": "pm25Mean",
}


def add_rides(router: APIRouter, source: Source) -> None:
    """Put the routes on the router."""

    @router.get("/rides", summary="Public rides that start in a period, newest first")
    async def rides(query: Annotated[RideQuery, Query()]) -> JSONResponse:
        return await answer(source, read_rides, query)

    @router.get("/rides/{ride}", summary="Samples of one public ride")
    async def ride(ride: str) -> JSONResponse:
        return await answer(source, read_ride, ride)


def read_rides(connection: Any, query: RideQuery) -> dict[str, Any]:
    """Rides of a period; without a start all of them up to the limit."""
    span = query.span(reader.extent(connection), length=None)
    frame = reader.rides(connection, *span, query.limit)
    frame = frame.assign(public_id=frame["public_id"].astype(str))
    return {
        "period": {"start": to_text(span[0]), "end": to_text(span[1])},
        "unit": {"pm25Mean": BY_KEY["pm25"].unit},
        "processing": PROCESSING,
        "rides": to_rows(frame, RIDE),
    }


def read_ride(connection: Any, ride: str) -> dict[str, Any]:
    """Seconds since the public start, cells of resolution 10, values and flags.

    Raises:
        NotFoundError: there is no such public ride.

    """
    frame = reader.ride(connection, ride)
    if frame.empty:
        raise NotFoundError(f"There is no public ride {ride}; see /v1/rides.")
    keys = [key for key in BY_KEY if key in frame and np.isfinite(frame[key].to_numpy(float)).any()]
    return {
        "id": ride,
        "processing": PROCESSING,
        "flagMeanings": FLAGS,
        "units": {key: BY_KEY[key].unit for key in keys},
        **to_lists(frame, {"second": "seconds", "cell": "cells"}),
        "values": {key: to_list(frame[key]) for key in keys},
        "flags": {key: to_list(frame[f"{key}_flag"]) for key in keys},
    }
