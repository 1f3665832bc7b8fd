"""The public part of one ride as GPX and CSV: centres of cells, seconds since it began."""

from typing import Any

import numpy as np
from fastapi import FastAPI
from fastapi.responses import Response
from pandas import DataFrame

from lokaalmeten.geo import to_centres

from ..mine.files import CSV, GPX, to_texts, write_csv, write_gpx
from ..problems import NotFoundError
from ..source import Source
from ..texts import LANGUAGES
from . import ride as page

FORMS = {"gpx": GPX, "csv": CSV}


def add_ride_files(app: FastAPI, source: Source) -> None:
    """Put the files beside the pages, in each language."""
    for language in LANGUAGES:
        for form in FORMS:
            _add_form(app, source, language, form)


def _add_form(app: FastAPI, source: Source, language: str, form: str) -> None:
    @app.get(f"/{language}/ride/{{name}}.{form}", include_in_schema=False)
    async def file(name: str) -> Response:
        content = await source.ask(write_file, name, form)
        kept = {"Content-Disposition": f'attachment; filename="ride-{name[:8]}.{form}"'}
        return Response(content, 200, kept, FORMS[form])


def write_file(connection: Any, name: str, form: str) -> str:
    """Content of a file; NotFoundError for a ride that is not public."""
    found, samples = page.read_ride(connection, name)
    if found is None:
        raise NotFoundError(f"There is no ride {name}.")
    seconds, (lat, lon) = samples["second"].to_numpy(int), to_places(samples)
    if form == "gpx":  # without times: of a public ride only the hour is known
        return write_gpx(f"ride {name}", seconds, lat, lon, samples, dated=False)
    cells = samples["cell"].to_numpy(np.int64).tolist()
    columns = {
        "ride": [name] * len(samples),
        "second": seconds.tolist(),
        "cell": [f"{cell:x}" if cell else "" for cell in cells],
        "latitude": list(to_texts(lat, ".7f")),
        "longitude": list(to_texts(lon, ".7f")),
    }
    return write_csv(columns, samples)


def to_places(samples: DataFrame) -> tuple[Any, Any]:
    """Centre of the cell of each sample, degrees; NaN without a cell."""
    cells = samples["cell"].to_numpy(np.int64)
    places = np.full((2, len(cells)), np.nan)
    known, which = np.unique(cells[cells != 0], return_inverse=True)
    if len(known):
        places[:, cells != 0] = np.array(to_centres(known))[:, which]
    return places[0], places[1]
