"""One download from question to bytes: what is asked is checked before anything is written.

1. find the stretches, and the quantities where none were named
2. refuse what is too much for one file
3. describe it
4. write it, while the next block is already being read
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import IO, Any

from lokaalmeten.errors import FormatError

from ..failures import Connection
from .description import describe, find_corrections, find_terms, name_file
from .formats import FORMATS
from .formats.form import Form
from .reading import ahead, read_blocks
from .rides import find_ridden, find_rides, read_rides
from .selection import Selection, Subject, find_keys, find_stretches
from .table import Block, Table


@dataclass(frozen=True)
class Way:
    """How what is selected is found and read, in pieces: stretches of nodes, or rides."""

    find: Callable[[Connection, Selection], Sequence[Any]]
    find_keys: Callable[[Connection, Selection, Any], tuple[str, ...]]
    read: Callable[[Connection, Selection, Any], Iterator[Block]]
    said: str


WAYS: Mapping[Subject, Way] = {
    "observations": Way(find_stretches, find_keys, read_blocks, "stays of nodes in a place"),
    "rides": Way(find_rides, find_ridden, read_rides, "rides"),
}


@dataclass(frozen=True)
class Download:
    """What will be written, and how."""

    form: Form
    selection: Selection
    pieces: Sequence[Any]
    package: Mapping[str, Any]  # its description

    @property
    def name(self) -> str:
        """Name of its file."""
        return name_file(self.form, self.selection)


def prepare(connection: Connection, selection: Selection, format_: str) -> Download:
    """Look up what a selection is; nothing of the samples is read.

    Raises FormatError when it is too much for one file, or cannot be written here.
    """
    form = FORMATS[format_]
    form.check()
    way = WAYS[selection.of]
    pieces = way.find(connection, selection)
    if not selection.keys:
        selection = replace(selection, keys=way.find_keys(connection, selection, pieces))
    table = Table(selection)
    fields = form.list_fields(table)
    check_size(form, table, pieces, len(fields))
    corrections = find_corrections(connection, selection)
    terms = find_terms(connection, selection, pieces)
    package = describe(form, table, pieces, fields, terms, corrections)
    return Download(form, selection, pieces, package)


def check_size(form: Form, table: Table, pieces: Sequence[Any], columns: int) -> None:
    """Refuse more than a file of a form should hold, with a FormatError."""
    rows, most = round(sum(piece.rows for piece in pieces)), form.most_cells // columns
    if rows > most:
        raise FormatError(
            f"This is {len(pieces):,} {WAYS[table.selection.of].said}, some {rows:,} rows of"
            f" {columns} columns; a file {form.suffix} has at most {most:,}. Ask for a shorter"
            " period, for fewer nodes or for fewer quantities, and for the rest after it."
        )


def write_download(connection: Connection, download: Download, file: IO[bytes]) -> int:
    """Write all of it and return the number of rows. Raises StorageError."""
    table, rows = Table(download.selection), 0
    read = WAYS[download.selection.of].read
    blocks = read(connection, download.selection, download.pieces)
    with (
        closing(ahead(blocks)) as following,
        download.form.open(file, table, download.package) as take,
    ):
        for block in following:
            take(block)
            rows += len(block)
    return rows
