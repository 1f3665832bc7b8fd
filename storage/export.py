"""What the public may know as files: one a month of fixed nodes, one of rides, and a description.

1. cut the period in months (UTC)
2. per month ask which nodes and rides have samples
3. stream those of each node by time, and each ride by second, as columns (stream.py)
4. make lines of CSV of them (lines.py) and write them beside the file
5. put the new file in the place of the old one when it is whole (files.py)
6. remove what earlier runs left of the period, and describe the files (package.py)

A run writes every month of its period again, and removes the file of a month in which nothing is
public any more. No month is ever complete: pages come weeks late, values are judged again, and a
ride that is hidden must leave the files as well.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from psycopg import sql

from lokaalmeten.quality import to_flags
from lokaalmeten.quantities import BY_KEY

from . import lines, reader
from .failures import Connection
from .files import say_unwritable, whole
from .frame import read_frame
from .package import OBSERVATIONS, RIDES, Resource, Table, describe
from .queries import fill
from .stream import Block, read_kinds, stream

PACKAGE = "datapackage.json"

Told = Callable[[float, int], None]  # files done and a part of the next, files in all


@dataclass(frozen=True)
class Source:
    """A node or a ride: its first columns, and how its rows are asked for."""

    first: Callable[[Block], Sequence[lines.Cells]]
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
    zipped: bool = False,
    told: Told = lambda _done, _total: None,
) -> list[Resource]:
    """Write the files of a period and their description; return what was written.

    Without ``start`` or ``stop`` from the first or to the last that is public; without
    ``quantities`` all. With ``nodes`` only those fixed nodes, and no ride: a ride has no public
    node. ``zipped`` files end in ``.csv.gz``. Raises StorageError when the database refuses or
    does not know a node or a quantity, FormatError when a file cannot be written.
    """
    keys = list(dict.fromkeys(map(reader.check_key, quantities or reader.KEYS)))
    reader.check_nodes(connection, nodes)
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
        for path in find_files(folder, tables, start, stop) - {file.path for file in written}:
            path.unlink()
        with whole(folder / PACKAGE) as file:
            file.write(describe(written, keys))
    return written


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
    """Files of months that a period touches, packed or not; they need not be of this run."""
    first = "" if start is None else f"{start.astimezone(UTC):%Y-%m}"
    after = "9999-99" if stop is None else f"{stop.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    found = set()
    for table in tables:
        for path in folder.glob(f"{table.name}-[0-9][0-9][0-9][0-9]-[0-9][0-9].csv*"):
            month, _, kind = path.name.removeprefix(f"{table.name}-").partition(".")
            if kind in {"csv", "csv.gz"} and first <= month and f"{month}-01T00:00:00" < after:
                found.add(path)
    return found


def read_sources(
    connection: Connection, table: Table, month: Month, nodes: Sequence[str], keys: Sequence[str]
) -> list[Source]:
    """The nodes, or the rides, with samples in a month, in the order of the file."""
    period = reader.to_period(month.start, month.stop)
    beside = () if table is RIDES else ("cell", "flags")
    columns = sql.SQL(", ").join(map(sql.Identifier, [*beside, *keys]))
    named = reader.QUERIES["ride" if table is RIDES else "samples"]
    query = fill(named, columns=columns).as_string(connection)
    if table is RIDES:
        found = read_frame(connection, reader.QUERIES["ride_names"], period)
        kinds = read_kinds(connection, query, {"ride": None})
        pairs = zip(found["ride"], found["hour"], strict=True)
        return [Source(first_of_ride(r, hour), query, kinds, {"ride": r}) for r, hour in pairs]
    found = read_frame(connection, reader.QUERIES["fixed_nodes"], period)
    kinds = read_kinds(connection, query, {**period, "node": None})
    wanted = [name for name in found["name"] if not nodes or name in nodes]
    return [Source(first_of_node(name), query, kinds, {**period, "node": name}) for name in wanted]


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
    """Write a file of all rows of the sources and return their number."""
    rows = 0
    with whole(path) as file:
        file.write(",".join(header).encode() + lines.END)
        for number, source in enumerate(sources):
            asked = (source.query, source.values, source.kinds)
            with closing(stream(connection, *asked)) as blocks:
                for block in blocks:
                    for part in cut_block(block):
                        file.write(lines.to_lines(to_cells(source, part, keys)))
                    rows += len(block["flags"].values)
            tell((number + 1) / len(sources))
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
        cells.append(lines.to_flags(to_flags(key, packed, column.is_null)))
    return cells
