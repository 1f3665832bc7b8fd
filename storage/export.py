"""What the public may know as files: one a month of fixed nodes, one of rides, and a description.

1. cut the period in months (UTC)
2. per month ask which nodes and rides have samples, and part them into files
3. stream those of each node by time, and each ride by second, as columns (stream.py)
4. write them as CSV (forms.py) or Parquet (parquet.py) beside the file
5. put the new file in the place of the old one when it is whole (files.py)
6. remove what earlier runs left of the period, and describe the files (package.py)

Steps 3 to 5 of a file need nothing of another: whoever asks may have them done elsewhere, also
twice. Which rows are in which file does not hang on that.

A run writes every month of its period again, and removes the file of a month in which nothing is
public any more. No month is ever complete: pages come weeks late, values are judged again, and a
ride that is hidden must leave the files as well.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from . import reader
from .export_parts import Job, Part, cut_months, list_parts, to_place, write_part
from .failures import Connection
from .files import say_unwritable, whole
from .forms import CSV, SHAPES, Form
from .licences import read_licensed, to_terms
from .package import OBSERVATIONS, RIDES, TIME, Resource, Table, describe, to_json

PACKAGE = "datapackage.json"
MONTH = "[0-9][0-9][0-9][0-9]-[0-9][0-9]"

Told = Callable[[float, int], None]  # files done and a part of the next, files in all


Write = Callable[[Job, Sequence[Part]], Sequence[int]]  # rows of each, by write_part


def export(
    connection: Connection,
    folder: Path,
    start: datetime | None = None,
    stop: datetime | None = None,
    *,
    nodes: Sequence[str] = (),
    quantities: Sequence[str] = (),
    form: Form = CSV,
    told: Told = lambda _done, _total: None,
    write: Write | None = None,
) -> list[Resource]:
    """Write the files of a period and their description; return what was written.

    Without ``start`` or ``stop`` from the first or to the last that is public; without
    ``quantities`` all. With ``nodes`` only those fixed nodes, and no ride: a ride has no public
    node. ``write`` has the files written, or it is done here, and ``told`` hears of it. Raises
    StorageError when the database refuses or does not know a node or a quantity, FormatError when a
    file cannot be written.
    """
    keys = list(dict.fromkeys(map(reader.check_key, quantities or reader.KEYS)))
    reader.check_nodes(connection, nodes)
    span = to_span(connection, start, stop)
    tables = [OBSERVATIONS] if nodes else [OBSERVATIONS, RIDES]
    job = Job(folder, form, tuple(keys))
    parts = [
        part
        for month in cut_months(*span)
        for table in tables
        for part in list_parts(connection, form, table, month, nodes)
    ]
    with say_unwritable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        rows = write(job, parts) if write else write_all(connection, job, parts, told)
        written = [
            Resource(
                part.table,
                part.month.name,
                folder,
                to_place(form, part),
                count,
                form.facts,
                part.number,
            )
            for part, count in zip(parts, rows, strict=True)
            if count
        ]
        drop_drafts(folder, form, parts)
        for path in find_files(folder, tables, start, stop) - {file.path for file in written}:
            remove(path, folder)
        shown = {name for part in parts if part.table is OBSERVATIONS for name in part.names}
        licensed = read_licensed(connection, *span, shown)
        rides = any(file.table is RIDES for file in written)
        terms = to_terms(licensed, rides=rides)
        with whole(folder / PACKAGE) as file:
            file.write(to_json(describe(written, keys, terms, read_corrections(connection))))
    return written


def write_all(connection: Connection, job: Job, parts: Sequence[Part], told: Told) -> list[int]:
    """Write one file after the other; the rows of each."""
    rows = []
    for number, part in enumerate(parts):

        def tell(done: float, number: int = number) -> None:
            told(number + done, len(parts))

        rows.append(write_part(connection, job, part, tell))
    return rows


def read_corrections(connection: Connection) -> list[dict[str, Any]]:
    """What is behind the numbers of column ``correction``."""
    found = reader.corrections(connection)
    found["made_at"] = found["made_at"].dt.strftime(TIME)
    return json.loads(found.to_json(orient="records") or "[]")


def to_span(
    connection: Connection, start: datetime | None, stop: datetime | None
) -> tuple[datetime, datetime]:
    """What of a period has public data; an empty span when nothing has."""
    found = reader.extent(connection)
    if found is None:
        return datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    first, after = found[0], found[1] + timedelta(seconds=1)
    return max(start or first, first), min(stop or after, after)


def find_files(
    folder: Path, tables: Sequence[Table], start: datetime | None, stop: datetime | None
) -> set[Path]:
    """Files of months that a period touches, of any form; they need not be of this run."""
    first = "" if start is None else f"{start.astimezone(UTC):%Y-%m}"
    after = "9999-99" if stop is None else f"{stop.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    found = set()
    for shape in (shape.format(table.name, MONTH, "*") for table in tables for shape in SHAPES):
        for path in folder.glob(shape):
            (month,) = re.findall(MONTH, path.relative_to(folder).as_posix())
            if first <= month and f"{month}-01T00:00:00" < after:
                found.add(path)
    return found


def drop_drafts(folder: Path, form: Form, parts: Sequence[Part]) -> None:
    """Remove what those left who were killed while they wrote."""
    for part in parts:
        path = folder / to_place(form, part)
        for draft in path.parent.glob(f".{path.name}.*.part"):
            draft.unlink(missing_ok=True)


def remove(path: Path, folder: Path) -> None:
    """Remove a file, and the folders above it that are empty then."""
    path.unlink()
    for parent in path.parents:
        if parent == folder or any(parent.iterdir()):
            break
        parent.rmdir()
