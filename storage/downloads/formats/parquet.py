"""Parquet with the types and compression of the exports; each column tells what it is."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import numpy as np
import pyarrow as pa

from ...parquet import TIME, to_h3, write_groups
from ..table import Block, Field, Table
from .form import Form, Package, Take, find_missing

TYPES = {
    "text": pa.string(),
    "time": TIME,
    "cell": pa.string(),
    "degrees": pa.float64(),
    "value": pa.float64(),
    "flag": pa.int8(),
    "count": pa.int32(),
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
    kind, type_ = field.kind, TYPES[field.kind]
    if field.name in block.constants:
        value = block.constants[field.name]
        if kind == "cell":
            value = f"{value:x}" if value else None
        elif kind == "time":
            value = value.item()
        elif kind != "text" and find_missing(value, kind):
            value = None
        return pa.repeat(pa.scalar(value, type_), len(block))
    if kind == "geometry":
        return to_points(block)
    values = block.columns[field.name]
    if kind == "cell":
        return to_h3(values)
    if kind == "flag":
        return pa.array(values.view(np.int8))
    return pa.array(values, type_, mask=find_missing(values, kind))


def to_points(block: Block) -> Any:
    """Centres of cells in WKB (OGC 06-103r4): byte order, type, longitude, latitude."""
    place = np.stack([np.atleast_1d(block.find(name)) for name in ("longitude", "latitude")], -1)
    points = np.zeros(len(place), POINT)
    points["order"], points["type"], points["place"] = 1, 1, place
    there = pa.array(~np.isnan(place[:, 0])).buffers()[1]
    parts = [there, pa.py_buffer(points)]
    made = pa.Array.from_buffers(pa.binary(POINT.itemsize), len(place), parts).cast(pa.binary())
    return made if len(made) == len(block) else pa.repeat(made[0], len(block))


POINT = np.dtype([("order", "u1"), ("type", "<u4"), ("place", "<f8", 2)])
_FACTS = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}
PARQUET = Form(".parquet", _FACTS["mediatype"], _FACTS, open_parquet)
