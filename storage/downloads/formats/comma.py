"""CSV as in RFC 4180: UTF-8, one header line, times as 2026-01-31T23:59:00Z, dots in decimals."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

import numpy as np

from ... import lines
from ...files import FAST
from ..table import DEGREES, Block, Field, Stretch, Table
from .form import Form, Package, Take, cut


@contextmanager
def open_csv(file: IO[bytes], table: Table, _package: Package) -> Iterator[Take]:
    """Write the header, and then the lines of each block."""
    file.write(",".join(field.name for field in table.fields).encode() + lines.END)

    def take(block: Block) -> None:
        place = write_place(block.stretch)
        for part in cut(block):
            count = len(part)
            cells = [lines.to_constant(block.stretch.node, count), lines.to_times(part.time)]
            cells.append(lines.to_constant(place, count))
            cells += [to_cells(part, field) for field in table.measured]
            file.write(lines.to_lines(cells))

    yield take


@contextmanager
def open_packed(file: IO[bytes], table: Table, package: Package) -> Iterator[Take]:
    """The same, gzip; the same content gives the same bytes: the clock is left out."""
    with (
        gzip.GzipFile("", "wb", FAST, file, mtime=0) as packed,
        open_csv(cast("IO[bytes]", packed), table, package) as take,
    ):
        yield take


def write_place(stretch: Stretch) -> str:
    """Cells of the columns that tell where a node stood."""
    if stretch.lon is None or stretch.lat is None:
        return ",,"
    return f"{stretch.cell:x},{stretch.lon:.{DEGREES}f},{stretch.lat:.{DEGREES}f}"


def to_cells(block: Block, field: Field) -> lines.Cells:
    """Cells of one measured column; empty where it is missing."""
    values = block.columns[field.name]
    if field.kind == "flag":
        return lines.to_flags(values)
    null = values == 0 if field.kind == "number" else np.isnan(values)
    return lines.to_decimals(values, field.per, null)


_TEXT = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
CSV = Form(".csv", "text/csv; charset=utf-8; header=present", _TEXT, open_csv)
PACKED_CSV = Form(".csv.gz", "application/gzip", {**_TEXT, "compression": "gz"}, open_packed)
