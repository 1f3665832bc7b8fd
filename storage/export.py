"""What the public may know as files: one a month of fixed nodes, one of rides, and a description.

1. cut the period in months (UTC)
2. per month ask which nodes and rides have samples
3. stream those of each node by time, and each ride by second, as columns (stream.py)
4. write them as CSV (forms.py) or Parquet (parquet.py) beside the file
5. put the new file in the place of the old one when it is whole (files.py)
6. remove what earlier runs left of the period, and describe the files (package.py)

A run writes every month of its period again, and removes the file of a month in which nothing is
public any more. No month is ever complete: pages come weeks late, values are judged again, and a
ride that is hidden must leave the files as well.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from psycopg import sql

from . import reader
from .asked import list_corrected
from .failures import Connection
from .files import say_unwritable, whole
from .forms import CSV, SHAPES, Constants, Form
from .frame import read_frame
from .licences import read_licensed, to_terms
from .package import OBSERVATIONS, RIDES, TIME, Resource, Table, describe, to_json
from .queries import fill
from .stream import read_kinds, stream

PACKAGE = "datapackage.json"
MONTH = "[0-9][0-9][0-9][0-9]-[0-9][0-9]"

Told = Callable[[float, int], None]  # files done and a part of the next, files in all


@dataclass(frozen=True)
class Source:
    """A node or a ride: what all its rows have in common, and how they are asked for."""

    constants: Constants
    query: str
    kinds: Mapping[str, str]
    values: dict[str, Any]


@dataclass(frozen=True)
class Month:
    """One month of the period, or the part of it that lies in the period."""

    name: str  # 2026-11
    start: datetime
    stop: datetime


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
) -> list[Resource]:
    """Write the files of a period and their description; return what was written.

    Without ``start`` or ``stop`` from the first or to the last that is public; without
    ``quantities`` all. With ``nodes`` only those fixed nodes, and no ride: a ride has no public
    node. Raises StorageError when the database refuses or does not know a node or a quantity,
    FormatError when a file cannot be written.
    """
    keys = list(dict.fromkeys(map(reader.check_key, quantities or reader.KEYS)))
    reader.check_nodes(connection, nodes)
    span = to_span(connection, start, stop)
    months = cut_months(*span)
    tables = [OBSERVATIONS] if nodes else [OBSERVATIONS, RIDES]
    files = [(month, table) for month in months for table in tables]
    written, shown = [], set()
    with say_unwritable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for number, (month, table) in enumerate(files):
            place = form.shape.format(table.name, month.name)
            sources = read_sources(connection, table, month, nodes, keys)
            shown |= {source.values["node"] for source in sources if table is OBSERVATIONS}

            def tell(part: float, number: int = number) -> None:
                told(number + part, len(files))

            if rows := write_file(connection, form, folder / place, table, keys, sources, tell):
                written.append(Resource(table, month.name, folder, place, rows, form.facts))
        for path in find_files(folder, tables, start, stop) - {file.path for file in written}:
            remove(path, folder)
        licensed = read_licensed(connection, *span, shown)
        rides = any(file.table is RIDES for file in written)
        terms = to_terms(licensed, rides=rides)
        with whole(folder / PACKAGE) as file:
            file.write(to_json(describe(written, keys, terms, read_corrections(connection))))
    return written


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


def cut_months(start: datetime, stop: datetime) -> list[Month]:
    """The months (UTC) of a period, the first and the last as far as they lie in it."""
    months = []
    at = start.astimezone(UTC)
    while at < stop:
        after = (at.replace(day=1) + timedelta(days=32)).replace(
            day=1, hour=0, minute=0, second=0, microsecond=0
        )
        months.append(Month(f"{at:%Y-%m}", at, min(after, stop)))
        at = after
    return months


def find_files(
    folder: Path, tables: Sequence[Table], start: datetime | None, stop: datetime | None
) -> set[Path]:
    """Files of months that a period touches, of any form; they need not be of this run."""
    first = "" if start is None else f"{start.astimezone(UTC):%Y-%m}"
    after = "9999-99" if stop is None else f"{stop.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    found = set()
    for shape in (shape.format(table.name, MONTH) for table in tables for shape in SHAPES):
        for path in folder.glob(shape):
            (month,) = re.findall(MONTH, path.relative_to(folder).as_posix())
            if first <= month and f"{month}-01T00:00:00" < after:
                found.add(path)
    return found


def remove(path: Path, folder: Path) -> None:
    """Remove a file, and the folders above it that are empty then."""
    path.unlink()
    for parent in path.parents:
        if parent == folder or any(parent.iterdir()):
            break
        parent.rmdir()


def read_sources(
    connection: Connection, table: Table, month: Month, nodes: Sequence[str], keys: Sequence[str]
) -> list[Source]:
    """The nodes, or the rides, with samples in a month, in the order of the file."""
    period = reader.to_period(month.start, month.stop)
    beside = () if table is RIDES else ("cell", "flags")
    columns = sql.SQL(", ").join(map(sql.Identifier, [*beside, *keys, *list_corrected(keys)]))
    named = reader.QUERIES["ride" if table is RIDES else "samples"]
    query = fill(named, columns=columns).as_string(connection)
    if table is RIDES:
        found = read_frame(connection, reader.QUERIES["ride_names"], period)
        kinds = read_kinds(connection, query, {"ride": None})
        pairs = zip(found["ride"], found["hour"], strict=True)
        return [
            Source({"ride": str(ride), "hour": hour}, query, kinds, {"ride": ride})
            for ride, hour in pairs
        ]
    found = read_frame(connection, reader.QUERIES["fixed_nodes"], period)
    kinds = read_kinds(connection, query, {**period, "node": None})
    wanted = [name for name in found["name"] if not nodes or name in nodes]
    return [Source({"node": name}, query, kinds, {**period, "node": name}) for name in wanted]


def write_file(
    connection: Connection,
    form: Form,
    path: Path,
    table: Table,
    keys: Sequence[str],
    sources: Sequence[Source],
    tell: Callable[[float], None],
) -> int:
    """Write a file of all rows of the sources and return their number."""
    rows = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as file, form.open(file, table, keys) as take:
        for number, source in enumerate(sources):
            asked = (source.query, source.values, source.kinds)
            with closing(stream(connection, *asked)) as blocks:
                for block in blocks:
                    take(source.constants, block)
                    rows += len(block["flags"].values)
            tell((number + 1) / len(sources))
    return rows
