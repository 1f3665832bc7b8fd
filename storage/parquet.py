"""Columns to Parquet (parquet.apache.org) and back, in row groups of some megabytes.

    numbers, truth values, times     as they are, NULL where the column says so
    texts                            once per distinct text: Parquet keeps a dictionary itself

What anyone may know has these types: time in UTC, values as 64-bit floats, which are the same
numbers as the decimals of the CSV (32 bits would show 21.53 as 21.530000686645508, in files that
are no smaller, 27 bytes a row either way: Parquet stores each distinct value once), flags in 8
bits, cells as the usual hexadecimal text (as a number, the missing ones make a float of them in
pandas).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lokaalmeten.quality import to_flags

from .asked import list_corrected
from .copy import Column
from .forms import PARTITION, Constants, Form, Take
from .package import Table
from .stream import Block

GROUP_BYTES = 16 << 20  # of columns in memory; some 80,000 samples
COMPRESSION = "zstd"
TIME = pa.timestamp("us", tz="UTC")

ARROW: Mapping[str, Any] = {  # kind of a column: type in the file
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "real": pa.float32(),
    "double precision": pa.float64(),
    "boolean": pa.bool_(),
    "timestamptz": TIME,
    "text": pa.string(),
}


@contextmanager
def write_groups(file: IO[bytes], schema: Any) -> Iterator[Callable[[list[Any]], None]]:
    """Take arrays in the order of the schema; they become row groups of GROUP_BYTES."""
    # pyarrow's own allocator keeps 50 MB more of what the groups before have used
    pa.set_memory_pool(pa.system_memory_pool())
    batches: list[Any] = []
    held = 0

    def flush() -> None:
        nonlocal held
        if batches:
            table = pa.Table.from_batches(batches)
            writer.write_table(table, row_group_size=len(table))
            batches.clear()
            held = 0

    def take(arrays: list[Any]) -> None:
        nonlocal held
        batches.append(pa.RecordBatch.from_arrays(arrays, schema=schema))
        held += batches[-1].nbytes
        if held >= GROUP_BYTES:
            flush()

    with pq.ParquetWriter(file, schema, compression=COMPRESSION) as writer:
        yield take
        flush()


def to_array(column: Column) -> Any:
    """A column of ``fields.decode``; not of uuid."""
    values = column.values
    if values.dtype == object:
        return pa.array(values, pa.string())
    return pa.array(values, ARROW[column.kind], mask=column.null)


def to_column(kind: str, array: Any) -> Column:
    """The way back, for kinds other than text: ``to_array`` of it gives the same."""
    null = array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None
    bare = array.cast(pa.int64()) if kind == "timestamptz" else array
    values = bare.fill_null(False if kind == "boolean" else 0).to_numpy(zero_copy_only=False)
    return Column(kind, values.view("datetime64[us]") if kind == "timestamptz" else values, null)


# What anyone may know.


@contextmanager
def open_parquet(file: IO[bytes], table: Table, keys: Sequence[str]) -> Iterator[Take]:
    """Write blocks as row groups; each column tells its description and unit."""
    schema = to_schema(table, keys)
    with write_groups(file, schema) as write:

        def take(constants: Constants, block: Block) -> None:
            write(to_arrays(schema, table, keys, constants, block))

        yield take


def to_schema(table: Table, keys: Sequence[str]) -> Any:
    """Type of every column, and what it is."""
    fields = []
    for field in table.fields(keys):
        told = {name: field[name] for name in ("title", "unit", "description") if name in field}
        kind = pa.int8() if field["name"].endswith("_flag") else TYPES[field["type"]]
        fields.append(pa.field(field["name"], kind, metadata=told))
    return pa.schema(fields)


TYPES = {"string": pa.string(), "datetime": TIME, "number": pa.float64(), "integer": pa.int32()}


def to_arrays(
    schema: Any, table: Table, keys: Sequence[str], constants: Constants, block: Block
) -> list[Any]:
    """All columns of a file, in their order."""
    packed = block["flags"].values
    arrays = []
    for name, _ in table.first:
        if name in constants:
            value = pa.scalar(constants[name], schema.field(name).type)
            arrays.append(pa.repeat(value, len(packed)))
        elif name == "cell":
            arrays.append(to_h3(block[name].values))
        else:
            arrays.append(to_array(block[name]))
    for key in keys:
        arrays.append(to_array(block[key]))
        arrays.append(pa.array(to_flags(key, packed, block[key].is_null).astype(np.int8)))
    arrays += [to_array(block[name]) for name in list_corrected(keys)]
    return arrays


def to_h3(cells: NDArray[np.int64]) -> Any:
    """H3 indexes (n,) as hexadecimal text; NULL for 0, no place."""
    found, places = np.unique(cells, return_inverse=True)
    texts = [f"{cell:x}" if cell else None for cell in found.tolist()]
    return pa.array(texts, pa.string()).take(pa.array(places))


_FACTS = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}
PARQUET = Form(PARTITION, _FACTS, open_parquet)
PARTED = replace(PARQUET, width=1000)  # 43 million samples of boxes that send one a minute
