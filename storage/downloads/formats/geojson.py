"""GeoJSON (RFC 7946): a feature per sample, a line each, at the centre of the cell of the node."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import numpy as np

from ... import lines
from ..table import DEGREES, Block, Field, Stretch, Table
from .comma import to_cells
from .form import MOST_CELLS, Form, Package, Take, cut


@contextmanager
def open_geojson(file: IO[bytes], table: Table, package: Package) -> Iterator[Take]:
    """Write the beginning with the description, the features, and the end."""
    about = json.dumps(dict(package), ensure_ascii=False).encode()
    file.write(b'{"type":"FeatureCollection","datapackage":' + about + b',"features":[')
    between = b"\n"

    def take(block: Block) -> None:
        nonlocal between
        for part in cut(block):
            text = lines.to_bytes(to_feature(part, table.measured))
            file.write(between + text[1:])  # its first comma
            between = b","

    yield take
    file.write(b"\n]}\n")


def to_feature(block: Block, measured: Sequence[Field]) -> list[lines.Cells]:
    """Texts of the features of a block, each behind a comma."""
    count = len(block)
    cells = [lines.to_constant(write_head(block.stretch), count), lines.to_times(block.time)]
    before = '",'
    for field in measured:
        cells.append(lines.to_constant(f'{before}"{field.name}":', count))
        cells += [to_cells(block, field), to_null(block, field)]
        before = ","
    cells.append(lines.to_constant("}}\n", count))
    return cells


def write_head(stretch: Stretch) -> str:
    """What all features of a stretch begin with, up to their time."""
    place, cell = "null", "null"
    if stretch.lon is not None and stretch.lat is not None:
        point = f"[{stretch.lon:.{DEGREES}f},{stretch.lat:.{DEGREES}f}]"
        place, cell = f'{{"type":"Point","coordinates":{point}}}', f'"{stretch.cell:x}"'
    told = f'"node":"{stretch.node}","cell":{cell},"time":"'
    return f',{{"type":"Feature","geometry":{place},"properties":{{{told}'


def to_null(block: Block, field: Field) -> lines.Cells:
    """The word null where a value is missing."""
    values = block.columns[field.name]
    null = values == 0 if field.kind == "number" else np.isnan(values)
    chars, _ = lines.to_constant("null", len(block))
    return lines.Cells(chars, np.broadcast_to(null, chars.shape))


GEOJSON = Form(
    ".geojson",
    "application/geo+json",
    {"format": "geojson", "mediatype": "application/geo+json", "encoding": "utf-8"},
    open_geojson,
    lambda table: table.spatial,
    MOST_CELLS // 10,  # of several times as many bytes, and programs read it as a whole
)
