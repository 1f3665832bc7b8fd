"""Exceedances: how a year of fixed nodes compares with limits."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from storage import reader
from storage.downloads.selection import find_unknown
from storage.periods import to_midnight

from ..problems import NotFoundError
from ..source import Source
from ..words import ZONE
from .answers import RAW, answer, describe, to_rows
from .corrections import to_calibrations
from .params import EARLIEST, YearQuery
from .schemas.places import Exceedances

CORRECTED = "corrected where a calibration holds, checked; others are not in it"
STATISTIC = "periods of a year with a mean above each limit, of hours and days that count"
NAMES = {
    "node": "node",
    "norm": "norm",
    "period": "meanOf",
    "value": "limit",
    "allowed": "allowed",
    "above": "above",
    "mean": "mean",
    "capture": "capture",
    "counts": "counts",
    "verdict": "verdict",
}


def add_exceedances(router: APIRouter, source: Source) -> None:
    """Put the route on the router."""

    @router.get(
        "/exceedances",
        summary="How a year of fixed nodes compares with limits of WHO and EU",
        response_model=Exceedances,
    )
    async def exceedances(query: Annotated[YearQuery, Query()]) -> JSONResponse:
        return await answer(source, read_exceedances, query)


def read_exceedances(connection: Any, query: YearQuery) -> dict[str, Any]:
    """One row a node and limit, of nodes with a value in the year.

    Raises:
        NotFoundError: there is no such fixed node.

    """
    names = list(dict.fromkeys(query.node)) or None
    if unknown := find_unknown(connection, tuple(names or ())):
        raise NotFoundError(f"There is no fixed node {unknown[0]}; see /v1/nodes.")
    year = query.year or find_year(connection)
    is_corrected = query.processing == "corrected"
    key = f"{query.quantity}_corrected" if is_corrected else query.quantity
    found = reader.exceedances(connection, year, key, names)
    span = to_midnight(date(year, 1, 1)), to_midnight(date(year + 1, 1, 1))
    used = (
        to_calibrations(reader.calibrations(connection, query.quantity, *span, names))
        if is_corrected
        else []
    )
    return {
        **describe(query.quantity, span, CORRECTED if is_corrected else RAW),
        "statistic": STATISTIC,
        "year": year,
        "corrections": used,
        "exceedances": to_rows(found, NAMES),
    }


def find_year(connection: Any) -> int:
    """Year of the newest data by the clock of people; 1970 without any."""
    extent = reader.extent(connection)
    return (EARLIEST if extent is None else extent[1]).astimezone(ZONE).year
