"""The bytes of PostgreSQL's binary COPY to columns; copy.py is the way there, and tells the format.

    join the messages of a block: one message is one row, so their lengths tell where each begins
    cut it into runs of rows of equal length, where those are long
    rows alike in all their lengths    one structured view over the run
    other rows                         a walk over the fields, all rows at once

Texts become Python's own: one step per run of equal texts, as in rows sorted by name.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.errors import StorageError

from .copy import EPOCH, TYPES, Column

TEXTS: dict[str, Callable[[bytes], Any]] = {  # kinds without a number: how one value is read
    "text": bytes.decode,
    "uuid": lambda value: UUID(bytes=value),
}
RUN_ROWS = 1000  # shorter runs on average cost more than the walk
TEXT_BYTES = 64  # texts up to this length are compared with the one before; a name of a node fits
SINCE_1970_US = EPOCH * 1_000_000
LATEST_US = 2**63 - 1 - SINCE_1970_US  # the last that datetime64[us] can hold; infinity is later

Bytes = NDArray[np.uint8]
Offsets = NDArray[np.int64]
Mask = NDArray[np.bool_]


def decode(kinds: Sequence[str], rows: Sequence[bytes | bytearray | memoryview]) -> list[Column]:
    """Columns of a block of rows (at least one), as the server sends them in COPY.

    ``kinds`` are keys of TYPES or TEXTS. Numbers come in the width of their type, timestamptz as
    datetime64[us] in UTC, text and uuid as str and UUID in an array of objects. Where ``null`` is
    True the value says nothing. Raises StorageError for bytes that are no such rows.
    """
    sizes = np.fromiter(map(len, rows), np.int64, len(rows))
    data = np.frombuffer(b"".join(rows), np.uint8)
    ends = np.cumsum(sizes)
    parts = [
        decode_run(kinds, data[ends[first] - sizes[first] : ends[after - 1]], sizes[first:after])
        for first, after in cut_runs(sizes)
    ]
    return [join(columns) for columns in zip(*parts, strict=True)]


def cut_runs(sizes: Offsets) -> Iterator[tuple[int, int]]:
    """First row and the one after the last of each run of equal sizes; all rows if they vary."""
    edges = np.flatnonzero(np.diff(sizes)) + 1
    if (len(edges) + 1) * RUN_ROWS > len(sizes):
        edges = edges[:0]
    bounds = [0, *edges.tolist(), len(sizes)]
    yield from pairwise(bounds)


def decode_run(kinds: Sequence[str], data: Bytes, sizes: Offsets) -> list[Column]:
    """Columns of rows that lie one after the other."""
    if (sizes == sizes[0]).all():
        rows = data.reshape(len(sizes), int(sizes[0]))
        lengths = read_lengths(len(kinds), rows[0].tobytes())
        if lengths is not None and (columns := decode_alike(kinds, rows, lengths)) is not None:
            return columns
    return walk(kinds, data, sizes)


def read_lengths(count: int, row: bytes) -> list[int] | None:
    """The lengths that one row states; None when they are not those of a row of ``count``."""
    lengths, at = [], 2
    for _ in range(count):
        length = int.from_bytes(row[at : at + 4], "big", signed=True)
        lengths.append(length)
        at += 4 + max(length, 0)
    return lengths if at == len(row) and min(lengths) >= -1 else None


def decode_alike(kinds: Sequence[str], rows: Bytes, lengths: Sequence[int]) -> list[Column] | None:
    """Columns of rows (n, bytes) that all have these lengths; None when one has others."""
    heads, starts, at = {"fields": (">i2", 0)}, [], 2
    for index, length in enumerate(lengths):
        heads[f"length{index}"] = (">i4", at)
        starts.append(at + 4)
        at += 4 + max(length, 0)
    formats, offsets = zip(*heads.values(), strict=True)
    shape = {"names": list(heads), "formats": formats, "offsets": offsets, "itemsize": at}
    stated = rows.view(np.dtype(shape))[:, 0]  # pyright: ignore[reportArgumentType,reportCallIssue]
    expected = [len(kinds), *lengths]
    if not all((stated[name] == value).all() for name, value in zip(heads, expected, strict=True)):
        return None
    table = zip(kinds, starts, lengths, strict=True)
    return [decode_column(kind, rows, start, length) for kind, start, length in table]


def decode_column(kind: str, rows: Bytes, start: int, length: int) -> Column:
    """The column that lies between the same bytes of every row (n, bytes)."""
    if length < 0:
        return to_nulls(kind, len(rows))
    if kind in TEXTS:
        at = start + rows.shape[1] * np.arange(len(rows), dtype=np.int64)
        lengths = np.full(len(rows), length, np.int64)
        return Column(kind, to_objects(TEXTS[kind], rows.reshape(-1), at, lengths))
    check_length(kind, length)
    raw = rows[:, start : start + length]
    return Column(kind, to_values(kind, np.ascontiguousarray(raw).view(TYPES[kind])[:, 0]))


def walk(kinds: Sequence[str], data: Bytes, sizes: Offsets) -> list[Column]:
    """Columns of rows of any lengths: field by field, for all rows at once."""
    padded = np.concatenate([data, np.zeros(16, np.uint8)])  # behind the last there may be no value
    ends = np.cumsum(sizes)
    at = ends - sizes
    if (sizes < 2).any() or (read_at(padded, at, ">i2") != len(kinds)).any():
        raise StorageError(f"a row of the answer does not have {len(kinds)} columns")
    at, columns = at + 2, []
    for kind in kinds:
        if (at + 4 > ends).any():
            raise StorageError("a row of the answer breaks off")
        lengths = read_at(padded, at, ">i4").astype(np.int64)
        at = at + 4
        null, held = lengths < 0, np.maximum(lengths, 0)
        if (at + held > ends).any() or (lengths < -1).any():
            raise StorageError("a row of the answer breaks off")
        columns.append(walk_column(kind, padded, at, held, null))
        at = at + held
    if (at != ends).any():
        raise StorageError(f"a row of the answer has more than {len(kinds)} columns")
    return columns


def walk_column(kind: str, data: Bytes, at: Offsets, held: Offsets, null: Mask) -> Column:
    """The column whose values begin ``at``, and hold so many bytes where they are not NULL."""
    if null.all():
        return to_nulls(kind, len(at))
    some = null if null.any() else None
    if kind in TEXTS:
        return Column(kind, to_objects(TEXTS[kind], data, at, held, some), some)
    for length in np.unique(held[~null]):
        check_length(kind, int(length))
    values = read_at(data, np.where(null, 0, at), TYPES[kind])
    if some is not None:
        values[null] = np.zeros((), values.dtype)
    return Column(kind, to_values(kind, values), some)


def read_at(data: Bytes, at: Offsets, kind: str) -> NDArray[Any]:
    """Values of one type that begin at any bytes."""
    shape = (len(data) - np.dtype(kind).itemsize + 1,)
    return np.ndarray(shape, kind, data, strides=(1,))[at]


def to_values(kind: str, sent: NDArray[Any]) -> NDArray[Any]:
    """Values in the order of bytes of this machine, times since 1970."""
    values = sent.astype(sent.dtype.newbyteorder("="))
    if kind != "timestamptz":
        return values
    if values.max() > LATEST_US or values.min() == -(2**63):
        raise StorageError("a time of the answer is infinite, or after the year 294246")
    return (values + SINCE_1970_US).view("datetime64[us]")


def to_objects(
    convert: Callable[[bytes], Any],
    data: Bytes,
    at: Offsets,
    lengths: Offsets,
    null: Mask | None = None,
) -> NDArray[np.object_]:
    """Texts as objects, None where NULL; one step for each that differs from the one before."""
    null = np.zeros(len(at), np.bool_) if null is None else null
    heads = np.flatnonzero(differs(data, at, lengths, null))
    whole, found = data.tobytes(), np.empty(len(heads), object)
    spans = zip(at[heads].tolist(), lengths[heads].tolist(), null[heads].tolist(), strict=True)
    found[:] = [None if none else convert(whole[a : a + size]) for a, size, none in spans]
    return np.repeat(found, np.diff(heads, append=len(at)))


def differs(data: Bytes, at: Offsets, lengths: Offsets, null: Mask) -> Mask:
    """Tell of each text whether it is another than the one before; of long ones always."""
    fresh = np.ones(len(at), np.bool_)
    width = int(lengths.max())
    if width > TEXT_BYTES:
        return fresh
    places = np.arange(width)
    inside = places < lengths[:, None]
    texts = np.where(inside, data[np.where(inside, at[:, None] + places, 0)], 0)
    same = (texts[1:] == texts[:-1]).all(axis=1) & (lengths[1:] == lengths[:-1])
    fresh[1:] = ~same | (null[1:] != null[:-1])
    return fresh


def to_nulls(kind: str, count: int) -> Column:
    """A column of nothing but NULL."""
    dtype: Any = object if kind in TEXTS else np.dtype(TYPES[kind]).newbyteorder("=")
    if kind == "timestamptz":
        dtype = "datetime64[us]"
    values = np.full(count, None) if kind in TEXTS else np.zeros(count, dtype)
    return Column(kind, values, np.ones(count, np.bool_))


def join(columns: Sequence[Column]) -> Column:
    """The same column of several runs."""
    if len(columns) == 1:
        return columns[0]
    null = None
    if any(column.null is not None for column in columns):
        masks = [np.zeros(len(c.values), np.bool_) if c.null is None else c.null for c in columns]
        null = np.concatenate(masks)
    return Column(columns[0].kind, np.concatenate([c.values for c in columns]), null)


def check_length(kind: str, length: int) -> None:
    """Refuse a value that is not as wide as its type, with a StorageError."""
    if length != np.dtype(TYPES[kind]).itemsize:
        raise StorageError(f"in the answer a value of type {kind} has {length} bytes")
