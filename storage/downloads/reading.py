"""Stretches to blocks of columns: the server sends each column of a block as one array.

1. ask for the next days of a stretch, as many as make a block
2. take the columns out of the answer, and put them in the order of time
3. leave out what has another flag than was asked for, and rows in which nothing is left
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from lokaalmeten.errors import StorageError
from lokaalmeten.quality import Flag, to_flags

from ..failures import Connection, say_failures
from ..fields import to_values
from ..queries import fill
from .selection import QUERIES, Selection, Stretch
from .table import Block

Read = TypeVar("Read")
BLOCK_ROWS = 50_000  # about; some 10 MB with all quantities
FIRST, SHORTEST, LONGEST = timedelta(days=5), timedelta(minutes=10), timedelta(days=60)
HEAD_B = 20  # of an array of one dimension: dimensions, nulls, type, length, first (array_send)
SIZES = {"timestamptz": ">i8", "int8": ">i8", "int4": ">i4", "float8": ">f8"}


def read_blocks(
    connection: Connection, selection: Selection, stretches: Iterable[Stretch]
) -> Iterator[Block]:
    """All samples of the stretches, by node and time; no block without a row.

    Raises StorageError when the database refuses.
    """
    names = list_values(selection)
    query = fill(QUERIES["samples"], columns=write_columns(names, selection.numbered))
    if selection.numbered:
        names.append("correction")
    for stretch in stretches:
        same = to_constants(stretch)
        for columns in read_stretch(connection, query, stretch):
            named = dict(zip(["time", "flags", *names], columns, strict=True))
            block = keep_wanted(to_columns(selection, in_order(named, "time")), selection)
            if len(block["quality"]):
                yield Block(same, block)


def to_constants(stretch: Stretch) -> dict[str, Any]:
    """What is the same in all rows of a stretch."""
    lon, lat = (np.nan if place is None else place for place in (stretch.lon, stretch.lat))
    return {"node": stretch.node, "cell": stretch.cell, "longitude": lon, "latitude": lat}


def list_values(selection: Selection) -> list[str]:
    """Columns of values that are read: also raw ones of what is corrected, of which flags tell."""
    return [*selection.keys, *(f"{key}_corrected" for key in selection.corrected)]


def write_columns(names: Sequence[str], correction: bool) -> sql.Composable:
    """The columns after flags, each as an array."""
    pieces: list[sql.Composable] = [
        sql.SQL(", array_agg(coalesce({0}, 'NaN'))").format(sql.Identifier(name)) for name in names
    ]
    if correction:
        pieces.append(sql.SQL(", array_agg(coalesce(correction, 0))"))
    return sql.SQL("").join(pieces)


def read_stretch(
    connection: Connection, query: sql.Composed, stretch: Stretch
) -> Iterator[list[NDArray[Any]]]:
    """Columns of a stretch in windows of such a length that each holds about BLOCK_ROWS."""
    start, length = stretch.start, FIRST
    while start < stretch.stop:
        stop = min(start + length, stretch.stop)
        values = {"node": stretch.node, "start": start, "stop": stop}
        columns = read_arrays(connection, query, values)
        if columns:
            yield columns
        rows = len(columns[0]) if columns else 0
        start, length = stop, choose_length(length, rows)


def choose_length(length: timedelta, rows: int) -> timedelta:
    """Length of the window after one of so many rows, at most eight times as long or short."""
    factor = min(max(BLOCK_ROWS / max(rows, 1), 1 / 8), 8)
    return min(max(length * factor, SHORTEST), LONGEST)


def read_arrays(
    connection: Connection, query: str | sql.Composed, values: dict[str, Any]
) -> list[NDArray[Any]]:
    """Arrays of equal length of a query that answers with one row of them; none when all are NULL.

    Times are datetime64[us]. Raises StorageError for arrays with NULL in them or of other types.
    """
    with say_failures(connection), connection.cursor(binary=True) as cursor:
        cursor.execute(query.encode() if isinstance(query, str) else query, values)
        result, types = cursor.pgresult, connection.adapters.types
        assert result is not None
        kinds = [types[result.ftype(column)].name for column in range(result.nfields)]
        sent = [result.get_value(0, column) for column in range(result.nfields)]
    if any(array is None for array in sent):
        return []
    return [to_array(kind, array) for kind, array in zip(kinds, sent, strict=True) if array]


def to_array(kind: str, sent: bytes) -> NDArray[Any]:
    """Values of an array (one dimension, no NULL) as the server sends it in binary."""
    dtype = np.dtype([("size", ">i4"), ("value", SIZES[kind])])
    dimensions, nulls = np.frombuffer(sent, ">i4", 2)
    if dimensions != 1 or nulls or (len(sent) - HEAD_B) % dtype.itemsize:
        raise StorageError(f"the database sends an array of {kind} in another form than expected")
    values = np.frombuffer(sent, dtype, offset=HEAD_B)["value"]
    if kind == "timestamptz":
        return to_values(kind, values)
    return values.astype(values.dtype.newbyteorder("="))


def in_order(named: dict[str, NDArray[Any]], key: str) -> dict[str, NDArray[Any]]:
    """The same columns (n,) in the order of one of them."""
    if (named[key][1:] > named[key][:-1]).all():
        return named
    order = np.argsort(named[key])
    return {name: values[order] for name, values in named.items()}


def to_columns(selection: Selection, named: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Columns (n,) as they were read, with a flag for each quantity instead of packed ones."""
    packed = named.pop("flags")
    for key in selection.keys:
        named[f"{key}_flag"] = to_flags(key, packed, np.isnan(named[key]))
    return named


def keep_wanted(columns: dict[str, NDArray[Any]], selection: Selection) -> dict[str, NDArray[Any]]:
    """Rows with any value of the wanted flags; other values are missing. Adds column quality.

    Quality is the worst flag of what is there: the numbers of the flags rise with how bad it is,
    but for not evaluated (2), which one that is good (1) outweighs.
    """
    count = len(next(iter(columns.values())))
    there, good = np.zeros((2, count), np.bool_)
    worst = np.zeros(count, np.uint8)
    for key in selection.keys:
        names = shown(selection, key)
        if not names:
            continue
        flags = columns[f"{key}_flag"]
        held = flags != Flag.MISSING
        if selection.flags:
            held &= np.isin(flags, list(selection.flags))
            columns[f"{key}_flag"] = np.where(held, flags, np.uint8(Flag.MISSING))
            columns |= {name: np.where(held, columns[name], np.nan) for name in names}
        there |= held & ~np.all([np.isnan(columns[name]) for name in names], axis=0)
        worst = np.where(held, np.maximum(worst, flags), worst)
        good |= held & (flags == Flag.GOOD)
    worst[(worst == Flag.NOT_EVALUATED) & good] = Flag.GOOD
    columns["quality"] = worst
    return columns if there.all() else {name: values[there] for name, values in columns.items()}


def shown(selection: Selection, key: str) -> list[str]:
    """Columns with values of a quantity."""
    raw = [key] if key in selection.raw else []
    return raw + [f"{key}_corrected"] * (key in selection.corrected)


def ahead(blocks: Iterator[Read]) -> Generator[Read, None, None]:
    """The same blocks, each read by the time that it is asked for: server and writer side by side.

    One thread reads, and never more than one block further than was asked for.
    """
    with ThreadPoolExecutor(1, "download") as thread:
        following = thread.submit(next, blocks, None)
        while (block := following.result()) is not None:
            following = thread.submit(next, blocks, None)
            yield block
