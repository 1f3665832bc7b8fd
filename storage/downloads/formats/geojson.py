"""GeoJSON (RFC 7946): a feature per sample, a line each, at the centre of the cell of the node."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import numpy as np

from ... import lines
from ..table import CENTRE, Block, Field, Table
from .comma import to_cells, write_constant
from .form import MOST_CELLS, Form, Package, Take, cut, find_missing

QUOTED = ("text", "time", "cell")


@contextmanager
def open_geojson(file: IO[bytes], table: Table, package: Package) -> Iterator[Take]:
    """Write the beginning with the description, the features, and the end."""
    about = json.dumps(dict(package), ensure_ascii=False).encode()
    file.write(b'{"type":"FeatureCollection","datapackage":' + about + b',"features":[')
    between = b"\n"

    def take(block: Block) -> None:
        nonlocal between
        for part in cut(block):
            text = lines.to_bytes(to_feature(part, table))
            file.write(between + text[1:])  # its first comma
            between = b","

    yield take
    file.write(b"\n]}\n")


def to_feature(block: Block, table: Table) -> list[lines.Cells]:
    """Texts of the features of a block, each behind a comma."""
    count = len(block)
    cells = [
        lines.to_constant(',{"type":"Feature","geometry":', count),
        *to_place(block),
    ]
    before = ',"properties":{'
    for field in table.spatial:
        if field.kind == "geometry":
            continue
        missing = find_missing(block.find(field.name), field.kind)
        quote = '"' if field.kind in QUOTED else ""
        cells.append(lines.to_constant(f'{before}"{field.name}":', count))
        cells += to_value([lines.to_constant(quote, count), to_text(block, field)], missing, count)
        cells.append(only(lines.to_constant(quote, count), missing))
        before = ","
    cells.append(lines.to_constant("}}\n", count))
    return cells


def to_place(block: Block) -> list[lines.Cells]:
    """Points of a block, or the word null."""
    count = len(block)
    lon, lat = (to_text(block, field) for field in CENTRE)
    point = [
        lines.to_constant('{"type":"Point","coordinates":[', count),
        lon,
        lines.to_constant(",", count),
        lat,
        lines.to_constant("]}", count),
    ]
    return to_value(point, np.isnan(block.find(CENTRE[0].name)), count)


def to_text(block: Block, field: Field) -> lines.Cells:
    """Texts of a column, without quotes."""
    if field.name in block.constants:
        return lines.to_constant(write_constant(block, field), len(block))
    return to_cells(block, field)


def to_value(cells: list[lines.Cells], missing: Any, count: int) -> list[lines.Cells]:
    """The same texts, and the word null instead where all of a value is missing: one or (n,)."""
    null = lines.to_constant("null", count)
    return [*(only(each, missing) for each in cells), only(null, np.logical_not(missing))]


def only(cells: lines.Cells, missing: Any) -> lines.Cells:
    """The same texts, but nothing where one, or (n,), is missing."""
    return lines.Cells(cells.chars, cells.kept & np.logical_not(missing))


GEOJSON = Form(
    ".geojson",
    "application/geo+json",
    {"format": "geojson", "mediatype": "application/geo+json", "encoding": "utf-8"},
    open_geojson,
    lambda table: table.spatial,
    MOST_CELLS // 10,  # of several times as many bytes, and programs read it as a whole
)
