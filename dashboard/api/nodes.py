"""Nodes, their latest values, their series and their forecasts."""

from datetime import UTC, datetime
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pandas import DataFrame

from lokaalmeten.quantities import BY_KEY, CORRECTED
from storage import reader
from storage.forecasts import read_forecast as read_latest_forecast

from ..periods import to_width
from ..problems import NotFoundError
from ..source import Source
from .answers import (
    FLAGS,
    MEAN,
    PROCESSING,
    SAMPLE,
    SECOND,
    answer,
    describe,
    to_extent,
    to_lists,
    to_rows,
)
from .corrections import to_calibrations, to_corrected, to_numbers, to_values
from .forecasts import to_forecast
from .params import ForecastQuery, Name, SeriesQuery, check_points
from .schemas.forecasts import NodeForecast
from .schemas.nodes import Latest, Node, Nodes, Series
from .stations import read_latest_hours

NODE = {
    name: name for name in ("name", "label", "kind", "moving", "cell", "last", "license", "party")
}


def add_nodes(router: APIRouter, source: Source) -> None:
    """Put the routes on the router."""

    @router.get(
        "/nodes",
        summary="All nodes, each with the time of its latest sample",
        response_model=Nodes,
    )
    async def nodes() -> JSONResponse:
        return await answer(source, read_nodes)

    @router.get(
        "/latest",
        summary="Latest values of every fixed node and official station",
        response_model=Latest,
    )
    async def latest() -> JSONResponse:
        return await answer(source, read_latest, datetime.now(UTC))

    @router.get("/nodes/{name}", summary="One node", response_model=Node)
    async def node(name: Name) -> JSONResponse:
        return await answer(source, read_node, name)

    @router.get(
        "/nodes/{name}/series",
        summary="One quantity of one fixed node over time",
        response_model=Series,
    )
    async def series(name: Name, query: Annotated[SeriesQuery, Query()]) -> JSONResponse:
        return await answer(source, read_series, name, query)

    @router.get(
        "/nodes/{name}/forecast",
        summary="Latest forecast for one fixed node",
        response_model=NodeForecast,
    )
    async def forecast(name: Name, query: Annotated[ForecastQuery, Query()]) -> JSONResponse:
        return await answer(source, read_forecast, name, query.quantity)


def read_nodes(connection: Any) -> dict[str, Any]:
    """All nodes."""
    return {"nodes": to_nodes(reader.nodes(connection))}


def read_node(connection: Any, name: str) -> dict[str, Any]:
    """One node."""
    return to_nodes(find_node(connection, name))[0]


def to_nodes(frame: DataFrame) -> list[dict[str, Any]]:
    """Nodes as objects; a node without a place has cell null."""
    rows = to_rows(frame, NODE)
    return [row | {"cell": None if row["cell"] == "0" else row["cell"]} for row in rows]


def read_latest(connection: Any, moment: datetime) -> dict[str, Any]:
    """Latest value and flag of every quantity of every fixed node; beside it those of stations."""
    frame = reader.latest(connection)
    keys = [key for key in BY_KEY if key in frame]
    return {
        "processing": PROCESSING,
        "statistic": SAMPLE,
        "width": 0,
        "period": to_extent(frame["time"], SECOND),
        "flagMeanings": FLAGS,
        "units": {key: BY_KEY[key].unit for key in keys},
        **to_lists(frame, {"node": "nodes", "time": "times"}),
        **to_values(frame, keys),
        **to_corrected(connection, frame, keys),
        "stations": read_latest_hours(connection, moment),
    }


def read_series(connection: Any, name: str, query: SeriesQuery) -> dict[str, Any]:
    """Means with their counts, or with width 0 samples with their flags; corrected ones beside."""
    find_fixed(connection, name)
    span = query.span(lambda: reader.extent(connection))
    width = to_width(*span) if query.width is None else query.width
    check_points(span, width)
    key = query.quantity
    frame = reader.series(connection, name, [key], *span, width, corrected=True)
    beside = {f"{key}_count": "counts"} if width else {f"{key}_flag": "flags"}
    if key in CORRECTED:
        beside |= {f"{key}_corrected": "corrected"}
        beside |= {f"{key}_corrected_count": "correctedCounts"} if width else {}
    return {
        "node": name,
        **describe(key, span),
        "statistic": MEAN if width else SAMPLE,
        "width": width,
        **({} if width else {"flagMeanings": FLAGS}),
        **to_lists(frame, {"time": "times", key: "values", **beside}),
        **({"correction": to_numbers(frame)} if "correction" in frame else {}),
        "corrections": to_calibrations(reader.calibrations(connection, key, *span, [name])),
    }


def read_forecast(connection: Any, name: str, key: str) -> dict[str, Any]:
    """Quantiles per hour, with what they rest on; empty lists and a reason when there is none."""
    find_fixed(connection, name)
    said, table = read_latest_forecast(connection, "node", name, key)
    return {"node": name, **to_forecast(key, said, table)}


def find_node(connection: Any, name: str) -> Any:
    """Frame of one row.

    Raises:
        NotFoundError: there is no such node.

    """
    found = reader.node(connection, name)
    if found.empty:
        raise NotFoundError(f"There is no node {name}; see /v1/nodes.")
    return found


def find_fixed(connection: Any, name: str) -> None:
    """Check that a node may be shown by name.

    Raises:
        NotFoundError: there is no such node, or it moves with a person.

    """
    if np.any(find_node(connection, name)["moving"]):
        raise NotFoundError(
            f"Node {name} moves with a person: its values are public in /v1/hexagons and as "
            "trimmed rides in /v1/rides, not by name."
        )
