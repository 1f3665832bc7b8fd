r"""Columns to the bytes of PostgreSQL's binary COPY, without a step per row.

    head     PGCOPY\n \xff \r\n \0   flags i32   length of extension i32       19 bytes
    row      number of fields i16, then per field: length i32 (-1 = NULL) and the value
    tail     -1 i16

All numbers are big-endian (PostgreSQL manual, COPY, "Binary Format"). Rows of equal columns
have equal length, so a structured array is the message. NULLs break that, in three ways:

    none, or whole columns    one layout for all rows                  60 million rows a second
    few patterns of NULL      one layout per pattern, rows grouped     15 million
    scattered                 a mask over all bytes leaves them out     3 million

A server takes less than one million. The way back is in fields.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

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
    "boolean": "?",
}

ARRAYS = {
    "smallint[]": (">i2", 21),
    "integer[]": (">i4", 23),
    "bigint[]": (">i8", 20),
    "real[]": (">f4", 700),
}  # elements, and their number in pg_type

BLOCK_ROWS = 4096  # some 600 kB: stays in the cache, and the server works on it meanwhile
PATTERN_ROWS = 1000  # a pattern of fewer rows costs more than the mask

Fields = list[tuple[str, "str | np.dtype[Any]"]]


class Column(NamedTuple):
    """One column of a kind in TYPES or ARRAYS; times are Unix seconds or datetime64[us]."""

    kind: str
    values: NDArray[Any]  # (n,); of ARRAYS (n, elements), none of which is NULL
    null: NDArray[np.bool_] | None = None  # (n,), True where NULL; None: nowhere

    @property
    def is_null(self) -> NDArray[np.bool_]:
        """True (n,) where it is NULL."""
        return np.zeros(len(self.values), np.bool_) if self.null is None else self.null

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Self:
        """Rows by index, mask or slice."""
        null = None if self.null is None else self.null[rows]
        return self._replace(values=self.values[rows], null=null)


def to_copy(columns: Sequence[Column]) -> bytes:
    """The whole message; see ``encode``."""
    return b"".join([bytes(piece) for piece in encode(columns)])


def encode(columns: Sequence[Column]) -> Iterator[bytes | memoryview]:
    """The message piece by piece, for columns of equal length in the order of the COPY statement.

    A piece holds until the next is asked for: all are made in the same memory. Values must fit
    their type: numpy would wrap them. Rows keep their order, except that those with the same
    columns NULL come together when there are few such patterns.
    """
    yield HEAD
    for group in group_rows(columns):
        yield from encode_rows(group)
    yield TAIL


def group_rows(columns: Sequence[Column]) -> Iterator[Sequence[Column]]:
    """Rows by pattern of NULL, where that is worth it, else all as they are."""
    nulls = [column.null for column in columns if column.null is not None]
    patterns = np.zeros(len(columns[0].values), np.int64)
    for bit, null in enumerate(nulls[:63]):
        patterns |= null.astype(np.int64) << bit
    found = np.unique(patterns) if nulls else patterns[:1]
    if len(found) <= 1 or len(nulls) > 63 or len(found) * PATTERN_ROWS > len(patterns):
        yield columns
        return
    for pattern in found:
        rows = np.flatnonzero(patterns == pattern)
        yield [column.take(rows) for column in columns]


def encode_rows(columns: Sequence[Column]) -> Iterator[memoryview]:
    """The rows of a message, BLOCK_ROWS at a time."""
    sizes = [to_type(column).itemsize for column in columns]
    filled = [index for index, column in enumerate(columns) if not _all_null(column)]
    sparse = [index for index in filled if _some_null(columns[index])]
    total = len(columns[0].values)
    fields = _fields(columns)
    block = np.empty(min(total, BLOCK_ROWS), fields)
    block["fields"] = len(columns)
    for index, size in enumerate(sizes):
        block[f"length{index}"] = size if index in filled else -1
    for start in range(0, total, BLOCK_ROWS):
        rows = block[: total - start]
        part = slice(start, start + len(rows))
        for index in filled:
            rows[f"value{index}"] = _to_values(columns[index], part)
        missing = {index: _null(columns[index], part) for index in sparse}
        for index, null in missing.items():
            rows[f"length{index}"] = np.where(null, -1, sizes[index])
        yield _leave_out(missing, rows, fields).data


def _fields(columns: Sequence[Column]) -> Fields:
    """Name and type of all that a row holds; a column of only NULL has a length and no value."""
    fields: Fields = [("fields", ">i2")]
    for index, column in enumerate(columns):
        fields.append((f"length{index}", ">i4"))
        if not _all_null(column):
            fields.append((f"value{index}", to_type(column)))
    return fields


def to_type(column: Column) -> np.dtype[Any]:
    """How one value looks in the message; of an array first what it is (array_send)."""
    if column.kind not in ARRAYS:
        return np.dtype(TYPES[column.kind])
    kind, _ = ARRAYS[column.kind]
    head = [(name, ">i4") for name in ("dimensions", "nulls", "type", "length", "first")]
    elements = np.dtype([("size", ">i4"), ("value", kind)])
    return np.dtype([*head, ("elements", elements, column.values.shape[1:])])


def _to_values(column: Column, part: slice) -> NDArray[Any]:
    """Values as the server counts them."""
    values = column.values[part]
    if column.kind == "timestamptz":
        if values.dtype.kind == "M":
            return values.view(np.int64) - EPOCH * 1_000_000
        return (values.astype(np.int64) - EPOCH) * 1_000_000
    return to_arrays(column, values) if column.kind in ARRAYS else values


def to_arrays(column: Column, values: NDArray[Any]) -> NDArray[np.void]:
    """Rows of values (n, elements) as arrays of one dimension, counted from 1."""
    kind, number = ARRAYS[column.kind]
    arrays = np.empty(len(values), to_type(column))
    head = {"dimensions": 1, "nulls": 0, "type": number, "length": values.shape[1], "first": 1}
    for name, value in head.items():
        arrays[name] = value
    arrays["elements"]["size"] = np.dtype(kind).itemsize
    arrays["elements"]["value"] = values
    return arrays


def _leave_out(
    missing: Mapping[int, NDArray[np.bool_]], rows: NDArray[np.void], fields: Fields
) -> NDArray[np.uint8]:
    """The bytes of a block without those of the values that are NULL."""
    whole = rows.view(np.uint8)
    if not missing:
        return whole
    # one truth value for each byte of a row, under the same names
    kept = np.ones(len(rows), [(name, "?", (np.dtype(kind).itemsize,)) for name, kind in fields])
    for index, null in missing.items():
        kept[f"value{index}"] = ~null[:, None]
    return whole[kept.view(np.bool_)]


def _null(column: Column, part: slice) -> NDArray[np.bool_]:
    assert column.null is not None
    return column.null[part]


def _all_null(column: Column) -> bool:
    return column.null is not None and bool(column.null.all())


def _some_null(column: Column) -> bool:
    return column.null is not None and bool(column.null.any())
