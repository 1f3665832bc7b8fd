"""Public rides: start and end left out, places as cells, times to the hour."""

from typing import Annotated, Any
from uuid import UUID

import numpy as np
from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse

from lokaalmeten.quantities import BY_KEY
from storage import reader

from ..problems import NotFoundError
from ..source import Source
from .answers import (
    FLAGS,
    MEAN,
    PROCESSING,
    RAW,
    SAMPLE,
    answer,
    to_lists,
    to_period,
    to_rows,
)
from .corrections import to_corrected, to_values
from .params import RideQuery
from .schemas.places import Rides, RideSamples

Ride = Annotated[
    str,
    Path(
        description="Public name of a ride, as /v1/rides has it",
        examples=["25786a80-f3db-4be2-92c6-7fb089a1f197"],
    ),
]
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

    @router.get(
        "/rides",
        summary="Public rides that start in a period, newest first",
        response_model=Rides,
    )
    async def rides(query: Annotated[RideQuery, Query()]) -> JSONResponse:
        return await answer(source, read_rides, query)

    @router.get("/rides/{ride}", summary="Samples of one public ride", response_model=RideSamples)
    async def ride(ride: Ride) -> JSONResponse:
        return await answer(source, read_ride, ride)


def read_rides(connection: Any, query: RideQuery) -> dict[str, Any]:
    """Rides of a period; without a start all of them up to the limit."""
    span = query.span(lambda: reader.extent(connection), length=None)
    frame = reader.rides(connection, *span, query.limit)
    frame = frame.assign(public_id=frame["public_id"].astype(str))
    return {
        "period": to_period(*span),
        "unit": {"pm25Mean": BY_KEY["pm25"].unit},
        "processing": RAW,
        "statistic": MEAN,
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
        "id": str(UUID(ride)),
        "processing": PROCESSING,
        "statistic": SAMPLE,
        "flagMeanings": FLAGS,
        "units": {key: BY_KEY[key].unit for key in keys},
        **to_lists(frame, {"second": "seconds", "cell": "cells"}),
        **to_values(frame, keys),
        **to_corrected(connection, frame, keys),
    }
