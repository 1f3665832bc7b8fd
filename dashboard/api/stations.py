"""Official stations, as their networks publish them: what there is, latest hours, series."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pandas import to_datetime

from storage import stations as stored

from ..problems import NotFoundError
from ..source import Source
from ..words import find_unit
from .answers import FLAGS, answer, describe, to_extent, to_lists, to_rows
from .params import DAY_S, HOUR_S, Name, StationQuery, check_points
from .schemas.nodes import StationLatest, Stations, StationSeries

PROCESSING = "official, as published; not raw values and not corrected here"
STATISTIC = {
    HOUR_S: "value of the hour: a mean, of rain and sunshine a sum",
    DAY_S: "value of the day from 0 to 24 h UTC: a mean, of rain and sunshine a sum",
}
STATION = {
    name: name
    for name in ("code", "name", "kind", "operator", "latitude", "longitude", "cell", "url")
}
HOURS = {
    "station": "stations",
    "quantity": "quantities",
    "time": "times",
    "value": "values",
    "flag": "flags",
}


def add_stations(router: APIRouter, source: Source) -> None:
    """Put the routes on the router."""

    @router.get("/stations", summary="All official stations", response_model=Stations)
    async def stations() -> JSONResponse:
        return await answer(source, read_stations)

    @router.get(
        "/stations/latest",
        summary="Latest hour of each quantity of each official station",
        response_model=StationLatest,
    )
    async def latest() -> JSONResponse:
        return await answer(source, read_latest_hours, datetime.now(UTC))

    @router.get(
        "/stations/{name}/series",
        summary="Hours or days of one quantity of an official station",
        response_model=StationSeries,
    )
    async def series(name: Name, query: Annotated[StationQuery, Query()]) -> JSONResponse:
        return await answer(source, read_series, name, query)


def read_stations(connection: Any) -> dict[str, Any]:
    """All stations; their places are public knowledge."""
    return {"stations": to_rows(stored.read_stations(connection), STATION)}


def read_latest_hours(connection: Any, moment: datetime) -> dict[str, Any]:
    """The latest known hour of each series, of the last days before now that are known."""
    found = stored.read_latest(connection, moment)
    return {
        "processing": PROCESSING,
        "statistic": STATISTIC[HOUR_S],
        "width": HOUR_S,
        "flagMeanings": FLAGS,
        "units": {key: find_unit(key) for key in dict.fromkeys(found["quantity"])},
        "period": to_extent(found["time"], timedelta(seconds=HOUR_S)),
        **to_lists(found, HOURS),
    }


def read_series(connection: Any, name: str, query: StationQuery) -> dict[str, Any]:
    """Hours or days of a station.

    Raises:
        NotFoundError: there is no such station.

    """
    known = stored.read_stations(connection)["code"]
    if not np.any(known == name):
        raise NotFoundError(f"There is no official station {name}; see /v1/stations.")
    is_daily = query.width == DAY_S
    extent = partial(stored.read_extent, connection, name, query.quantity, daily=is_daily)
    span = query.span(extent)
    check_points(span, query.width)
    if is_daily:
        first, after = (to_first_day(moment) for moment in span)
        found = stored.read_days(connection, query.quantity, first, after, [name])
        found = found.assign(time=to_datetime(found["day"], utc=True))
    else:
        found = stored.read_hours(connection, query.quantity, *span, [name])
    return {
        "station": name,
        **describe(query.quantity, span, PROCESSING),
        "statistic": STATISTIC[query.width],
        "width": query.width,
        "flagMeanings": FLAGS,
        **to_lists(found, {"time": "times", "value": "values", "flag": "flags"}),
    }


def to_first_day(moment: datetime) -> date:
    """The first day of UTC that begins at a moment or after it."""
    return (moment.astimezone(UTC) + timedelta(days=1) - timedelta.resolution).date()
