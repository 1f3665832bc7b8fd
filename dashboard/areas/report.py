"""The year report of a zone as a file: made off the event loop, kept, a few at the same time.

1. check what is asked for: there are as many reports as zones, years, languages and forms
2. look for one that was made in the last quarter of an hour
3. else have it made in turn with the downloads; who comes when many wait is told to come back
"""

import time
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse

from storage import reader

from ..pages.options import LONGEST, Query, check_known
from ..problems import NotFoundError, UnfitError
from ..reports.html import to_html
from ..reports.pdf import to_pdf
from ..reports.reading import silently
from ..reports.year import write_year
from ..reports.year_facts import read_year
from ..source import Source
from ..spool import Kept, Spool, fill
from ..words import ZONE, Words

FORMS = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}
FRESH_S = 900.0  # after it was begun: a year does not change much in that time


def add_report(app: FastAPI, source: Source, spool: Spool, words: Words) -> None:
    """Put the file on the application."""

    @app.get(f"/{words.language}/areas/report", include_in_schema=False)
    async def report(request: Request) -> Response:
        query = dict(request.query_params)
        check_known(query, "format", tuple(FORMS), "unfit.format")
        form = query.get("format") or "pdf"
        zone, year = await source.ask(read_asked, query)
        key = f"year report {zone} {year} {words.language} {form}"
        kept = find_fresh(spool, key) or spool.make(
            key, lambda made: make(source, made, words, zone, year, form)
        )
        await kept.wait(float("inf"))
        name = "-".join(filter(None, (words("areas.report.file"), str(year), zone))) + f".{form}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(kept.size),
        }
        return StreamingResponse(kept.pieces(0, kept.size), headers=headers, media_type=FORMS[form])


def read_asked(connection: Any, query: Query) -> tuple[str, int]:
    """Zone and year of a query; no zone is everywhere, no year the last.

    Raises:
        UnfitError: the year has no data.
        NotFoundError: there is no such zone, or nothing was ever measured.

    """
    extent = reader.extent(connection)
    if extent is None:
        raise NotFoundError("Nothing was measured yet.")
    zone = query.get("zone", "")
    if zone and zone not in set(reader.zones(connection)["name"]):
        raise NotFoundError(f"There is no zone {zone[:LONGEST]}.")
    return zone, check_year(query.get("year", ""), extent)


def check_year(text: str, extent: tuple[datetime, datetime]) -> int:
    """A year that has data, the last one when none is named. Raises UnfitError for any other."""
    first, last = (moment.astimezone(ZONE).year for moment in extent)
    known = {str(year): year for year in range(first, last + 1)}
    if text and text not in known:
        raise UnfitError("unfit.year", value=text[:LONGEST], first=first, last=last)
    return known.get(text, last)


def find_fresh(spool: Spool, key: str) -> Kept | None:
    """A report that was begun a short while ago, whole or not."""
    kept = spool.find(key, stale=True)
    return kept if kept is not None and time.monotonic() - kept.begun < FRESH_S else None


async def make(source: Source, kept: Kept, words: Words, zone: str, year: int, form: str) -> None:
    """Have a report written."""
    await source.ask(write_report, kept, words, zone, year, form)


def write_report(
    connection: Any, kept: Kept, words: Words, zone: str, year: int, form: str
) -> None:
    """Write a report into what is kept.

    Raises:
        NotFoundError: no node there has good values in the year.

    """
    made = datetime.now(UTC)
    zones = [zone] if zone else []
    found = read_year(connection, year, zones, made.astimezone(ZONE).date(), silently)
    if found.nodes.empty:
        raise NotFoundError(f"In {year} no fixed node there has good values.")
    document = write_year(found, words, made)
    content = to_pdf(document, made) if form == "pdf" else to_html(document).encode()
    fill(kept, lambda file: file.write(content), grows=False)
