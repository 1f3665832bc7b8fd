r"""Columns to the bytes of PostgreSQL's binary COPY, without a step per row.

    head     PGCOPY\n \xff \r\n \0   flags i32   length of extension i32       19 bytes
    row      number of fields i16, then per field: length i32 (-1 = NULL) and the value
    tail     -1 i16

All numbers are big-endian (PostgreSQL manual, COPY, "Binary Format"). Rows of equal columns
have equal length, so a structured array is the message; where a value is NULL its bytes are
left out by a mask over all bytes: millions of rows a second, more than a server takes.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"
EPOCH = 946_684_800  # Unix seconds of 2000-01-01 00:00 UTC, from which PostgreSQL counts

TYPES = {  # type of the column: how its value looks in the message
    "smallint": ">i2",
    "integer": ">i4",
    "bigint": ">i8",
    "real": ">f4",
    "double precision": ">f8",
    "timestamptz": ">i8",  # microseconds since EPOCH
}


Fields = list[tuple[str, str]]


class Column(NamedTuple):
    """One column: ``kind`` is a key of TYPES, times are Unix seconds."""

    kind: str
    values: NDArray[Any]  # (n,)
    null: NDArray[np.bool_] | None = None  # (n,), True where NULL; None: nowhere


def to_copy(columns: Sequence[Column]) -> bytes:
    """The whole message for columns of equal length, in the order of the COPY statement.

    Values must fit their type: numpy would wrap them.
    """
    fields = _fields(columns)
    rows = np.zeros(len(columns[0].values), fields)
    rows["fields"] = len(columns)
    for index, column in enumerate(columns):
        _fill(rows, index, column)
    return b"".join((HEAD, _leave_out_null(rows, fields, columns), TAIL))


def _fields(columns: Sequence[Column]) -> Fields:
    """Name and type of all that a row holds; a column of only NULL has a length and no value."""
    fields = [("fields", ">i2")]
    for index, column in enumerate(columns):
        fields.append((f"length{index}", ">i4"))
        if not _all_null(column):
            fields.append((f"value{index}", TYPES[column.kind]))
    return fields


def _fill(rows: NDArray[np.void], index: int, column: Column) -> None:
    if _all_null(column):
        rows[f"length{index}"] = -1
        return
    values = column.values
    if column.kind == "timestamptz":
        values = (values.astype(np.int64) - EPOCH) * 1_000_000
    rows[f"value{index}"] = values
    size = np.dtype(TYPES[column.kind]).itemsize
    rows[f"length{index}"] = size if column.null is None else np.where(column.null, -1, size)


def _leave_out_null(rows: NDArray[np.void], fields: Fields, columns: Sequence[Column]) -> bytes:
    some = [i for i, column in enumerate(columns) if _some_null(column)]
    if not some:
        return rows.tobytes()
    # one truth value for each byte of a row, under the same names
    keep = np.ones(len(rows), [(name, "?", (np.dtype(kind).itemsize,)) for name, kind in fields])
    for index in some:
        null = columns[index].null
        assert null is not None
        keep[f"value{index}"] = ~null[:, None]
    return rows.view(np.uint8)[keep.view(np.bool_)].tobytes()


def _all_null(column: Column) -> bool:
    return column.null is not None and bool(column.null.all())


def _some_null(column: Column) -> bool:
    return column.null is not None and bool(column.null.any()) and not _all_null(column)
