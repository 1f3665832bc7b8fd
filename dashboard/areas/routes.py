"""Where the page, its table as a file and the year report are found."""

import csv
import io
from datetime import UTC, datetime, time, timedelta
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from storage import reader
from storage.listed import read_measured

from ..pages.options import LONGEST, Query, check_known, check_quantity, read_day
from ..pages.parts import USUAL
from ..problems import UnfitError
from ..source import Source
from ..spool import Spool
from ..texts import LANGUAGES
from ..words import ZONE, Words, find_unit
from . import report
from .facts import (
    MUNICIPALITY,
    SORTS,
    Areas,
    Zone,
    choose_kind,
    keep_inside,
    list_zones,
    read_areas,
    sort_areas,
)
from .page import PATH, Asked, to_empty, to_page, to_silent

COLUMNS = (
    "zone", "label", "kind", "nodes", "quantity", "unit", "until",
    "mean_24h", "hours_24h", "mean_30d", "days_30d", "mean_30d_before", "days_30d_before", "change",
    "mean_year", "days_year", "days_possible",
)  # fmt: skip


def add_areas(app: FastAPI, source: Source, downloads: Source, spool: Spool) -> None:
    """Put page and files on the application, in each language."""
    for language in LANGUAGES:
        _add_language(app, source, Words(language))
        report.add_report(app, downloads, spool, Words(language))


def _add_language(app: FastAPI, source: Source, words: Words) -> None:
    @app.get(f"/{words.language}/{PATH}", include_in_schema=False)
    async def areas(request: Request) -> Response:
        query = dict(request.query_params)
        check(query)
        return HTMLResponse(await source.ask(write_page, words, query))

    @app.get(f"/{words.language}/{PATH}.csv", include_in_schema=False)
    async def file(request: Request) -> Response:
        query = dict(request.query_params)
        check(query)
        text = await source.ask(write_file, words, query)
        named = {"Content-Disposition": f'attachment; filename="{PATH}.csv"'}
        return Response(text, media_type="text/csv; charset=utf-8", headers=named)


def check(query: Query) -> None:
    """Refuse a quantity, an order or a day that there is not."""
    check_quantity(query)
    check_known(query, "sort", SORTS, "unfit.sort")
    read_day(query, "last")


def write_page(connection: Any, words: Words, query: Query) -> str:
    """The page for a choice."""
    zones, extent = list_zones(connection), reader.extent(connection)
    if not zones:
        return to_empty(words)
    if extent is None:
        return to_silent(words)
    asked, chosen = read_asked(connection, zones, query, extent)
    found = read_areas(connection, chosen, asked.key, find_stop(connection, asked, extent))
    shown = Areas(found.key, found.stop, sort_areas(found.areas, asked.sort), found.stations)
    return to_page(words, asked, shown)


def read_asked(
    connection: Any, zones: list[Zone], query: Query, extent: Any
) -> tuple[Asked, list[Zone]]:
    """What is chosen, and the zones of which it is.

    Raises:
        UnfitError: there is no such kind or municipality.

    """
    kinds = tuple(dict.fromkeys(zone.kind for zone in zones))
    check_known(query, "kind", kinds, "unfit.kind")
    towns = [zone for zone in zones if zone.kind == MUNICIPALITY]
    kind = choose_kind(zones, query.get("kind"))
    chosen = [zone for zone in zones if zone.kind == kind]
    town = query.get("municipality", "")
    if town and town not in {zone.name for zone in towns}:
        raise UnfitError("unfit.municipality", value=town[:LONGEST])
    if town and kind != MUNICIPALITY:
        chosen = keep_inside(chosen, reader.zone_outlines(connection), town)
    measured = read_measured(connection)
    key = query.get("quantity") or (USUAL if USUAL in measured else next(iter(measured), USUAL))
    first, last = (moment.astimezone(ZONE).year for moment in extent)
    asked = Asked(
        key=key,
        kind=kind,
        municipality=town,
        sort=query.get("sort") or SORTS[0],
        keys=list(dict.fromkeys([*measured, key])),
        kinds=kinds,
        municipalities=towns if kind != MUNICIPALITY else [],
        zones=sorted(zones, key=lambda zone: (zone.kind != MUNICIPALITY, zone.label.casefold())),
        years=range(last, first - 1, -1),
        last=read_day(query, "last"),
    )
    return asked, chosen


def find_stop(connection: Any, asked: Asked, extent: Any) -> datetime:
    """End of the day that was asked for, else of the newest that a fixed node measured."""
    if asked.last is not None:
        midnight = datetime.combine(asked.last + timedelta(days=1), time(), ZONE)
        return min(midnight.astimezone(UTC), extent[1])
    heard = reader.nodes(connection)["last"].dropna()
    return extent[1] if heard.empty else heard.max().to_pydatetime()


def write_file(connection: Any, _words: Words, query: Query) -> str:
    """The same table as CSV; a share as a number from -1 on, moments in UTC."""
    zones, extent = list_zones(connection), reader.extent(connection)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    if zones and extent is not None:
        asked, chosen = read_asked(connection, zones, query, extent)
        found = read_areas(connection, chosen, asked.key, find_stop(connection, asked, extent))
        for area in sort_areas(found.areas, asked.sort):
            zone, change = area.zone, area.change
            writer.writerow(
                (
                    zone.name, zone.label, zone.kind, zone.nodes, asked.key, find_unit(asked.key),
                    f"{found.stop:%Y-%m-%dT%H:%M:%SZ}",
                    to_number(area.day.mean), area.day.measured,
                    to_number(area.month.mean), area.month.measured,
                    to_number(area.before.mean), area.before.measured,
                    "" if change is None else f"{change:.4f}",
                    to_number(area.year.mean), area.year.measured, area.year.possible,
                )
            )  # fmt: skip
    return out.getvalue()


def to_number(value: float) -> str:
    """A mean to three decimals; nothing where there is none."""
    return "" if value != value else f"{value:.3f}"  # noqa: PLR0124 - NaN
