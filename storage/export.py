"""What the public may know as files: one a month of fixed nodes, one of rides, and a description.

1. cut the period in months (UTC)
2. per month ask which nodes and rides have samples
3. stream those of each node by time, and each ride by second, as columns (stream.py)
4. make lines of CSV of them (lines.py) and write them beside the file
5. put the new file in the place of the old one when it is whole
6. describe the files in `datapackage.json` (package.py)

A run writes every month of its period again, and removes the file of a month in which nothing is
public any more. No month is ever complete: pages come weeks late, values are judged again, and a
ride that is hidden must leave the files as well.
"""

import gzip
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, cast

from psycopg import sql

from lokaalmeten.errors import FormatError, StorageError
from lokaalmeten.quality import unpack_flags
from lokaalmeten.quantities import BY_KEY

from . import lines, reader
from .failures import Connection
from .frame import read_frame
from .package import OBSERVATIONS, RIDES, Resource, Table, describe
from .stream import Block, stream

FAST = 1  # level of gzip
PACKAGE = "datapackage.json"

Told = Callable[[float, int], None]  # files done and a part of the next, files in all


@dataclass(frozen=True)
class Source:
    """A node or a ride: its first columns, and how its rows are asked for."""

    first: Callable[[Block], Sequence[lines.Cells]]
    query: sql.Composed
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
    zipped: bool = False,
    told: Told = lambda _done, _total: None,
) -> list[Resource]:
    """Write the files of a period and their description; return what was written.

    Without ``start`` or ``stop`` from the first or to the last that is public; without
    ``quantities`` all. With ``nodes`` only those fixed nodes, and no ride: a ride has no public
    node. ``zipped`` files end in ``.csv.gz``. Raises StorageError when the database refuses or
    does not know a node or a quantity, FormatError when a file cannot be written.
    """
    keys = [reader.check_key(key) for key in quantities] or list(reader.KEYS)
    check_nodes(connection, nodes)
    months = cut_months(*to_span(connection, start, stop))
    tables = [OBSERVATIONS] if nodes else [OBSERVATIONS, RIDES]
    files = [(month, table) for month in months for table in tables]
    written = []
    with say_unwritable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for number, (month, table) in enumerate(files):
            path = folder / f"{table.name}-{month.name}.csv{'.gz' if zipped else ''}"
            sources = read_sources(connection, table, month, nodes, keys)

            def tell(part: float, number: int = number) -> None:
                told(number + part, len(files))

            if rows := write_file(connection, path, table.header(keys), keys, sources, tell):
                written.append(Resource(table, path, rows))
        with whole(folder / PACKAGE) as file:
            file.write(describe(written, keys))
    return written


def check_nodes(connection: Connection, nodes: Sequence[str]) -> None:
    """Refuse names that no fixed node has, with a StorageError."""
    known = reader.nodes(connection) if nodes else None
    for name in nodes:
        if known is None or name not in set(known.loc[~known["moving"], "name"]):
            raise StorageError(f"there is no fixed node called {name!r}; see: meten node list")


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


def read_sources(
    connection: Connection, table: Table, month: Month, nodes: Sequence[str], keys: Sequence[str]
) -> list[Source]:
    """The nodes, or the rides, with samples in a month, in the order of the file."""
    period = reader.to_period(month.start, month.stop)
    names = [sql.Identifier(key) for key in keys]
    if table is RIDES:
        query = reader.to_query("ride", columns=sql.SQL(", ").join(names))
        found = read_frame(connection, reader.QUERIES["ride_names"], period)
        pairs = zip(found["ride"], found["hour"], strict=True)
        return [Source(first_of_ride(r, hour), query, {"ride": r}) for r, hour in pairs]
    beside = [sql.Identifier("cell"), sql.Identifier("flags"), *names]
    query = reader.to_query("samples", columns=sql.SQL(", ").join(beside))
    found = read_frame(connection, reader.QUERIES["fixed_nodes"], period)
    wanted = [name for name in found["name"] if not nodes or name in nodes]
    return [Source(first_of_node(name), query, {**period, "node": name}) for name in wanted]


def first_of_node(name: str) -> Callable[[Block], Sequence[lines.Cells]]:
    """Columns node, time and cell."""

    def first(block: Block) -> Sequence[lines.Cells]:
        times, cells = block["time"].values, block["cell"].values
        return lines.to_constant(name, len(times)), lines.to_times(times), lines.to_h3(cells)

    return first


def first_of_ride(name: object, hour: datetime) -> Callable[[Block], Sequence[lines.Cells]]:
    """Columns ride, hour, second and cell."""

    def first(block: Block) -> Sequence[lines.Cells]:
        second, cells = block["second"].values, block["cell"].values
        constant = [
            lines.to_constant(text, len(second))
            for text in (str(name), f"{hour:%Y-%m-%dT%H:%M:%SZ}")
        ]
        return [*constant, lines.to_decimals(second, 1), lines.to_h3(cells)]

    return first


def write_file(
    connection: Connection,
    path: Path,
    header: Sequence[str],
    keys: Sequence[str],
    sources: Sequence[Source],
    tell: Callable[[float], None],
) -> int:
    """Write a file of all rows of the sources and return their number; without any, no file."""
    rows = 0
    with whole(path) as file:
        file.write(",".join(header).encode() + lines.END)
        for number, source in enumerate(sources):
            with closing(stream(connection, source.query, source.values)) as blocks:
                for block in blocks:
                    for part in cut_block(block):
                        file.write(lines.to_lines(to_cells(source, part, keys)))
                    rows += len(block["flags"].values)
            tell((number + 1) / len(sources))
    if not rows:
        path.unlink()
    return rows


def cut_block(block: Block) -> Iterator[Block]:
    """Parts of a block of so many rows as become lines at once."""
    for start in range(0, len(block["flags"].values), lines.LINES):
        part = slice(start, start + lines.LINES)
        yield {name: column.take(part) for name, column in block.items()}


def to_cells(source: Source, block: Block, keys: Sequence[str]) -> list[lines.Cells]:
    """Cells of all columns of a file: the first ones, then value and flag of each quantity."""
    cells = list(source.first(block))
    packed = block["flags"].values
    for key in keys:
        column = block[key]
        cells.append(lines.to_decimals(column.values, BY_KEY[key].per, column.null))
        cells.append(lines.to_flags(unpack_flags(key, packed)))
    return cells


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name when it is whole; gzip when the name ends so.

    The same rows give the same bytes: the clock is left out of a gzip file.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as plain:
            if path.suffix == ".gz":
                with gzip.GzipFile("", "wb", FAST, plain, mtime=0) as packed:
                    yield cast("IO[bytes]", packed)
            else:
                yield plain
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def say_unwritable(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses into a FormatError."""
    try:
        yield
    except OSError as error:
        where = error.filename or folder
        raise FormatError(f"{where} cannot be written: {error.strerror}") from error
