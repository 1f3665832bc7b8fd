"""A comparison as a file: a row an hour or a day of each line."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response

from lokaalmeten.quantities import BY_KEY
from storage import reader

from ..pages.options import to_query
from ..source import Source
from ..texts import LANGUAGES
from ..words import ZONE, Words, find_unit
from .choice import PATH, check, read_choice
from .lines import read_lines

COLUMNS = (
    "place", "first", "last", "quantity", "unit", "start", "step", "mean", "values", "sources",
)  # fmt: skip


def add_compare(app: FastAPI, source: Source) -> None:
    """Put the file of a comparison on the application, in each language."""
    for language in LANGUAGES:
        _add_file(app, source, Words(language))


def _add_file(app: FastAPI, source: Source, words: Words) -> None:
    @app.get(f"/{words.language}/{PATH}.csv", include_in_schema=False)
    async def file(request: Request) -> Response:
        query = to_query(request.query_params.multi_items())
        check(query)
        text = await source.ask(write_file, words, query)
        named = {"Content-Disposition": f'attachment; filename="{PATH}.csv"'}
        return Response(text, media_type="text/csv; charset=utf-8", headers=named)


def write_file(connection: Any, words: Words, query: dict[str, str]) -> str:
    """All lines as CSV, a row an hour or day; moments in UTC.

    Raises:
        NotFoundError: one of the places is not there.

    """
    extent = reader.extent(connection)
    newest = extent[1] if extent else datetime.now(UTC)
    choice = read_choice(query, newest.astimezone(ZONE).date())
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    step = "hour" if choice.is_hourly else "day"
    unit, digits = find_unit(choice.key), len(str(BY_KEY[choice.key].per)) - 1
    for line in read_lines(connection, words, choice, newest):
        head = (line.place.code, *line.days, choice.key, unit)
        rows = line.table
        for time, mean, count, nodes in zip(
            rows["time"].dt.tz_convert("UTC"),
            rows["mean"],
            rows["count"],
            rows["nodes"],
            strict=True,
        ):
            moment = f"{time:%Y-%m-%dT%H:%M:%SZ}"
            writer.writerow((*head, moment, step, f"{mean:.{digits}f}", count, nodes))
    return out.getvalue()
