"""All routes under /v1, and the first page of the API."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import JSONResponse

from lokaalmeten.quantities import BY_KEY
from storage import reader

from ..headers import API_VERSION
from ..problems import NotFoundError
from ..publisher import Publisher
from ..source import Source
from ..spool import Spool
from .air_maps import add_air_maps
from .answers import RAW, answer, to_period
from .crowd import add_crowd
from .downloads import add_downloads
from .exceedances import add_exceedances
from .forecasts import add_forecasts
from .hexagons import add_hexagons
from .nodes import add_nodes
from .openapi import BASE, describe
from .params import PeriodQuery, refuse_options
from .rides import add_rides
from .schemas.nodes import Index, Quantities
from .stations import add_stations


def add_api(
    app: FastAPI, source: Source, downloads: Source, spool: Spool, publisher: Publisher
) -> None:
    """Put the API on the application; ``downloads`` and ``spool`` are of downloads alone."""
    router = APIRouter(prefix=BASE, dependencies=[Depends(refuse_options)])
    app.openapi = lambda: describe(app, publisher)

    @router.get("", summary="What there is", response_model=Index)
    async def index() -> JSONResponse:
        return JSONResponse({"name": app.title, "version": API_VERSION, "links": links(app)})

    @router.get(
        "/quantities",
        summary="Quantities that were measured in a period",
        response_model=Quantities,
    )
    async def quantities(query: Annotated[PeriodQuery, Query()]) -> JSONResponse:
        return await answer(source, read_quantities, query)

    add_nodes(router, source)
    add_stations(router, source)
    add_hexagons(router, source)
    add_exceedances(router, source)
    add_air_maps(router, source)
    add_rides(router, source)
    add_forecasts(router, source)
    add_crowd(router, source)
    add_downloads(router, downloads, spool)

    @router.get("/{path:path}", include_in_schema=False)
    async def unknown(request: Request, path: str) -> JSONResponse:
        raise NotFoundError(f"There is nothing at {request.url.path}; /v1 lists what there is.")

    app.include_router(router)


def links(app: FastAPI) -> list[dict[str, str]]:
    """Every route of the API with what it gives."""
    described = app.openapi()["paths"]
    return [
        {"href": f"{BASE}{path}".rstrip("/"), "title": methods["get"]["summary"]}
        for path, methods in sorted(described.items())
    ] + [{"href": str(app.openapi_url), "title": "This API as OpenAPI 3.1"}]


def read_quantities(connection: Any, query: PeriodQuery) -> dict[str, Any]:
    """Quantities with a value in the period; without a start since the oldest data."""
    span = query.span(lambda: reader.extent(connection), length=None)
    found = [BY_KEY[key] for key in reader.quantities(connection, *span)]
    return {
        "period": to_period(*span),
        "processing": RAW,
        "quantities": [
            {
                "quantity": row.key,
                "label": {"nl": row.nl, "en": row.en},
                "unit": row.unit,
                "step": 1 / row.per,
                "span": [row.low, row.high],
                "spanSource": row.source,
            }
            for row in found
        ],
    }
