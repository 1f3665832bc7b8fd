"""Parquet with the types and compression of the exports; each column tells what it is."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import numpy as np
import pyarrow as pa

from ...parquet import TIME, write_groups
from ..table import Block, Field, Stretch, Table
from .form import Form, Package, Take

TYPES = {
    "text": pa.string(),
    "time": TIME,
    "degrees": pa.float64(),
    "value": pa.float64(),
    "flag": pa.int8(),
    "number": pa.int32(),
    "geometry": pa.binary(),
}


@contextmanager
def open_parquet(file: IO[bytes], table: Table, package: Package) -> Iterator[Take]:
    """Write blocks as row groups."""
    with open_groups(file, table.fields, package, {}) as take:
        yield take


@contextmanager
def open_groups(
    file: IO[bytes], fields: Sequence[Field], package: Package, also: dict[str, Any]
) -> Iterator[Take]:
    """Write blocks as row groups; the description is metadata of the file, and so is ``also``."""
    about = {"datapackage": dict(package)} | also
    told = {key: json.dumps(value, ensure_ascii=False) for key, value in about.items()}
    schema = pa.schema([to_field(field) for field in fields], metadata=told)
    with write_groups(file, schema) as write:

        def take(block: Block) -> None:
            write([to_array(block, field) for field in fields])

        yield take


def to_field(field: Field) -> Any:
    """Type of a column, and what it is."""
    words = {"title": field.title, "unit": field.unit, "description": field.description}
    told = {name: word for name, word in words.items() if word}
    return pa.field(field.name, TYPES[field.kind], metadata=told)


def to_array(block: Block, field: Field) -> Any:
    """One column of a block; NULL where it is missing."""
    if field.name == "time":
        return pa.array(block.time, TIME)
    if field.name not in block.columns:
        constant = pa.scalar(find_constant(block.stretch, field.name), TYPES[field.kind])
        return pa.repeat(constant, len(block))
    values = block.columns[field.name]
    if field.kind == "flag":
        return pa.array(values.view(np.int8))
    null = values == 0 if field.kind == "number" else np.isnan(values)
    return pa.array(values, TYPES[field.kind], mask=null)


def find_constant(stretch: Stretch, name: str) -> Any:
    """What all rows of a stretch have in a column."""
    placed = stretch.cell != 0
    return {
        "node": stretch.node,
        "cell": f"{stretch.cell:x}" if placed else None,
        "longitude": stretch.lon,
        "latitude": stretch.lat,
        "geometry": to_point(stretch),
    }[name]


def to_point(stretch: Stretch) -> bytes | None:
    """Point of a stretch in WKB (OGC 06-103r4): byte order, type, longitude, latitude."""
    if stretch.lon is None or stretch.lat is None:
        return None
    return np.array((1, 1, (stretch.lon, stretch.lat)), POINT).tobytes()


POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("place", "<f8", 2)])
_FACTS = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}
PARQUET = Form(".parquet", _FACTS["mediatype"], _FACTS, open_parquet)
