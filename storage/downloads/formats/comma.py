"""CSV as in RFC 4180: UTF-8, one header line, times as 2026-01-31T23:59:00Z, dots in decimals."""

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import IO, cast

import numpy as np

from ... import lines
from ...files import FAST
from ..table import DEGREES, Block, Field, Table
from .form import Form, Package, Take, cut, find_missing


@contextmanager
def open_csv(file: IO[bytes], table: Table, _package: Package) -> Iterator[Take]:
    """Write the header, and then the lines of each block."""
    fields = table.fields
    file.write(",".join(field.name for field in fields).encode() + lines.END)

    def take(block: Block) -> None:
        for part in cut(block):
            file.write(lines.to_lines(to_line(part, fields)))

    yield take


def to_line(block: Block, fields: Sequence[Field]) -> list[lines.Cells]:
    """Cells of lines; what is the same in all of them and stands together is one cell."""
    cells = []
    for same, group in groupby(fields, lambda field: field.name in block.constants):
        if same:
            text = ",".join(write_constant(block, field) for field in group)
            cells.append(lines.to_constant(text, len(block)))
        else:
            cells += [to_cells(block, field) for field in group]
    return cells


@contextmanager
def open_packed(file: IO[bytes], table: Table, package: Package) -> Iterator[Take]:
    """The same, gzip; the same content gives the same bytes: the clock is left out."""
    with (
        gzip.GzipFile("", "wb", FAST, file, mtime=0) as packed,
        open_csv(cast("IO[bytes]", packed), table, package) as take,
    ):
        yield take


def write_constant(block: Block, field: Field) -> str:
    """Text of what is the same in all rows; empty where it is missing."""
    value = block.constants[field.name]
    if find_missing(value, field.kind):
        return ""
    if field.kind == "time":
        return np.datetime_as_string(value, "s") + "Z"
    if field.kind == "degrees":
        return f"{value:.{DEGREES}f}"
    return f"{value:x}" if field.kind == "cell" else str(value)


def to_cells(block: Block, field: Field) -> lines.Cells:
    """Cells of one column; empty where it is missing."""
    values = block.columns[field.name]
    if field.kind == "flag":
        return lines.to_flags(values)
    if field.kind == "time":
        return lines.to_times(values)
    if field.kind == "cell":
        return lines.to_h3(values)
    per = 10**DEGREES if field.kind == "degrees" else field.per
    return lines.to_decimals(values, per, find_missing(values, field.kind))


_TEXT = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
CSV = Form(".csv", "text/csv; charset=utf-8; header=present", _TEXT, open_csv)
PACKED_CSV = Form(".csv.gz", "application/gzip", {**_TEXT, "compression": "gz"}, open_packed)
