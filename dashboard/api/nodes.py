"""Nodes, their latest values, their series and their forecasts."""

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
from .answers import FLAGS, PROCESSING, answer, describe, to_list, to_lists, to_rows
from .forecasts import to_forecast
from .params import ForecastQuery, SeriesQuery, check_points

NODE = {
    name: name for name in ("name", "label", "kind", "moving", "cell", "last", "license", "party")
}


def add_nodes(router: APIRouter, source: Source) -> None:
    """Put the routes on the router."""

    @router.get("/nodes", summary="All nodes, each with the time of its latest sample")
    async def nodes() -> JSONResponse:
        return await answer(source, read_nodes)

    @router.get("/latest", summary="Latest sample of every fixed node")
    async def latest() -> JSONResponse:
        return await answer(source, read_latest)

    @router.get("/nodes/{name}", summary="One node")
    async def node(name: str) -> JSONResponse:
        return await answer(source, read_node, name)

    @router.get("/nodes/{name}/series", summary="One quantity of one fixed node over time")
    async def series(name: str, query: Annotated[SeriesQuery, Query()]) -> JSONResponse:
        return await answer(source, read_series, name, query)

    @router.get("/nodes/{name}/forecast", summary="Latest forecast for one fixed node")
    async def forecast(name: str, query: Annotated[ForecastQuery, Query()]) -> JSONResponse:
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


def read_latest(connection: Any) -> dict[str, Any]:
    """Latest value and flag of every quantity of every fixed node."""
    frame = reader.latest(connection)
    keys = [key for key in BY_KEY if key in frame]
    return {
        "processing": PROCESSING,
        "flags": FLAGS,
        "units": {key: BY_KEY[key].unit for key in keys},
        **to_lists(frame, {"node": "nodes", "time": "times"}),
        "values": {key: to_list(frame[key]) for key in keys},
        "valueFlags": {key: to_list(frame[f"{key}_flag"]) for key in keys},
        "corrected": {
            key: to_list(frame[f"{key}_corrected"]) for key in keys if f"{key}_corrected" in frame
        },
    }


def read_series(connection: Any, name: str, query: SeriesQuery) -> dict[str, Any]:
    """Means with their counts, or with width 0 samples with their flags; corrected ones beside."""
    find_fixed(connection, name)
    span = query.span(reader.extent(connection))
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
        "width": width,
        **({} if width else {"flagMeanings": FLAGS}),
        **to_lists(frame, {"time": "times", key: "values", **beside}),
    }


def read_forecast(connection: Any, name: str, key: str) -> dict[str, Any]:
    """Quantiles per hour, with what they rest on; empty lists and a reason when there is none."""
    find_fixed(connection, name)
    said, table = read_latest_forecast(connection, "node", name, key)
    return {"node": name, **describe(key), **to_forecast(key, said, table)}


def find_node(connection: Any, name: str) -> Any:
    """Frame of one row.

    Raises:
        NotFoundError: there is no such node.

    """
    nodes = reader.nodes(connection)
    found = nodes[nodes["name"] == name]
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
