"""The files of an export: which there are, and each of them written by itself.

A file is some nodes, or some rides, of a month. It is written by whoever has a connection, also
twice or by two at once: the same rows make the same bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any

from psycopg import sql

from . import reader
from .asked import list_corrected
from .failures import Connection
from .files import whole
from .forms import Constants, Form
from .frame import read_frame
from .package import RIDES, Table
from .queries import fill
from .stream import read_kinds, stream


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


@dataclass(frozen=True)
class Job:
    """What all files of a run have in common."""

    folder: Path
    form: Form
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """One file of a run: some nodes or rides of a month."""

    table: Table
    month: Month
    number: int
    names: tuple[Any, ...]  # of nodes, or (name, hour it starts in) of rides


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


def list_parts(
    connection: Connection, form: Form, table: Table, month: Month, nodes: Sequence[str]
) -> list[Part]:
    """Files of a month, with the nodes or the rides that have samples in it in their order."""
    period = reader.to_period(month.start, month.stop)
    if table is RIDES:
        found = read_frame(connection, reader.QUERIES["ride_names"], period)
        names = list(zip(found["ride"], found["hour"], strict=True))
    else:
        found = read_frame(connection, reader.QUERIES["fixed_nodes"], period)
        names = [name for name in found["name"] if not nodes or name in nodes]
    width = form.width or max(len(names), 1)
    starts = range(0, max(len(names), 1), width)  # an empty month has a file, which is removed
    return [
        Part(table, month, number, tuple(names[at : at + width]))
        for number, at in enumerate(starts)
    ]


def to_place(form: Form, part: Part) -> str:
    """Path of a file below the folder."""
    return form.shape.format(part.table.name, part.month.name, part.number)


def read_sources(connection: Connection, part: Part, keys: Sequence[str]) -> list[Source]:
    """How to ask for the nodes, or the rides, of a file."""
    period = reader.to_period(part.month.start, part.month.stop)
    rides = part.table.name == RIDES.name  # it may have come from another process
    beside = () if rides else ("cell", "flags")
    columns = sql.SQL(", ").join(map(sql.Identifier, [*beside, *keys, *list_corrected(keys)]))
    named = reader.QUERIES["ride" if rides else "samples"]
    query = fill(named, columns=columns).as_string(connection)
    if rides:
        kinds = read_kinds(connection, query, {"ride": None})
        return [
            Source({"ride": str(ride), "hour": hour}, query, kinds, {"ride": ride})
            for ride, hour in part.names
        ]
    kinds = read_kinds(connection, query, {**period, "node": None})
    return [Source({"node": name}, query, kinds, {**period, "node": name}) for name in part.names]


def write_part(
    connection: Connection,
    job: Job,
    part: Part,
    tell: Callable[[float], None] = lambda _done: None,
) -> int:
    """Write a file and return the number of its rows; as good twice as once, and at once.

    The same rows make the same bytes.
    """
    path, rows = job.folder / to_place(job.form, part), 0
    path.parent.mkdir(parents=True, exist_ok=True)
    mark = f".{token_hex(4)}"
    with whole(path, mark=mark) as file, job.form.open(file, part.table, job.keys) as take:
        sources = read_sources(connection, part, job.keys)
        for number, source in enumerate(sources):
            asked = (source.query, source.values, source.kinds)
            with closing(stream(connection, *asked)) as blocks:
                for block in blocks:
                    take(source.constants, block)
                    rows += len(block["flags"].values)
            tell((number + 1) / len(sources))
    return rows
