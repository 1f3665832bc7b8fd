"""What a choice will give: how much it is, its first rows, and how to cite it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np

from storage.downloads.answer import WAYS, Download
from storage.downloads.formats.form import find_missing
from storage.downloads.selection import Stretch
from storage.downloads.table import Block, Field, Table

from ..words import DASH, Words, decimals

ROWS = 8
PIECES, LONGEST = 12, timedelta(days=5)  # that are looked into, however few rows are wanted


@dataclass(frozen=True)
class Preview:
    """The first rows of a download, as texts."""

    download: Download
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    is_whole: bool  # whether all of it was looked into for these rows

    @property
    def expected(self) -> int:
        """About how many rows it has; that is known only when it is made."""
        return round(sum(piece.rows for piece in self.download.pieces))


def read_preview(connection: Any, words: Words, download: Download) -> Preview:
    """Read as little as gives the first rows."""
    selection = download.selection
    fields = [field for field in Table(selection).fields if field.kind != "degrees"]
    rows: list[list[str]] = []
    pieces = [shorten(piece) for piece in download.pieces[:PIECES]]
    for block in WAYS[selection.of].read(connection, selection, pieces):
        rows += to_rows(words, block, fields, ROWS - len(rows))
        if len(rows) == ROWS:
            break
    is_whole = pieces == list(download.pieces)
    return Preview(download, [field.name for field in fields], rows, is_whole)


def shorten(piece: Any) -> Any:
    """A ride, or the first days of a node in a place."""
    if not isinstance(piece, Stretch):
        return piece
    return replace(piece, stop=min(piece.stop, piece.start + LONGEST))


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
