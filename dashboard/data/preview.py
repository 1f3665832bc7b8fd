"""What a choice will give: how much it is, its first rows, and how to cite it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from storage.downloads.answer import WAYS, Download
from storage.downloads.formats.form import find_missing
from storage.downloads.table import Block, Field, Table

from ..words import DASH, Words, decimals

ROWS = 8


@dataclass(frozen=True)
class Preview:
    """The first rows of a download, as texts."""

    download: Download
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    @property
    def expected(self) -> int:
        """About how many rows it has; that is known only when it is made."""
        return round(sum(piece.rows for piece in self.download.pieces))


def read_preview(connection: Any, words: Words, download: Download) -> Preview:
    """Read as little as gives the first rows."""
    selection = download.selection
    fields = [field for field in Table(selection).fields if field.kind != "degrees"]
    rows: list[list[str]] = []
    blocks = WAYS[selection.of].read(connection, selection, download.pieces)
    for block in islice(blocks, ROWS):
        rows += to_rows(words, block, fields, ROWS - len(rows))
        if len(rows) == ROWS:
            break
    return Preview(download, [field.name for field in fields], rows)


def to_rows(words: Words, block: Block, fields: Sequence[Field], most: int) -> list[list[str]]:
    """The first rows of a block."""
    count = min(most, len(block))
    columns = []
    for field in fields:
        found = block.find(field.name)
        values = [found] * count if field.name in block.constants else found[:count]
        columns.append([to_text(words, field, value) for value in values])
    return [list(row) for row in zip(*columns, strict=True)]


def to_text(words: Words, field: Field, value: Any) -> str:
    """One value for people."""
    if field.kind == "time":
        return f"{np.datetime_as_string(value, 's').replace('T', ' ')} UTC"
    if field.kind != "text" and find_missing(value, field.kind):
        return DASH
    if field.kind == "cell":
        return f"{value:x}"
    if field.kind == "flag":
        return words.flag(int(value))
    if field.kind == "value":
        return words.number(float(value), decimals(field.name.removesuffix("_corrected")))
    return str(value)
