"""One download from question to bytes: what is asked is checked before anything is written.

1. find the stretches, and the quantities where none were named
2. refuse what is too much for one file
3. describe it
4. write it, while the next block is already being read
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import IO, Any

from lokaalmeten.errors import FormatError

from ..failures import Connection
from .description import describe, find_corrections, find_terms, name_file
from .formats import FORMATS
from .formats.form import Form
from .reading import ahead, read_blocks
from .selection import Selection, Stretch, find_keys, find_stretches
from .table import Table

ROWS_A_DAY = 1440  # of a box, which has a sample a minute; what it will be is only known afterwards


@dataclass(frozen=True)
class Download:
    """What will be written, and how."""

    form: Form
    selection: Selection
    stretches: list[Stretch]
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
    stretches = find_stretches(connection, selection)
    if not selection.keys:
        selection = replace(selection, keys=find_keys(connection, stretches))
    fields = form.list_fields(Table(selection))
    check_size(form, format_, stretches, len(fields))
    corrections = find_corrections(connection, selection)
    terms = find_terms(connection, selection, stretches)
    package = describe(form, selection, stretches, fields, terms, corrections)
    return Download(form, selection, stretches, package)


def check_size(form: Form, format_: str, stretches: list[Stretch], columns: int) -> None:
    """Refuse more than a file of a form should hold, with a FormatError."""
    days = sum(stretch.days for stretch in stretches)
    rows, most = round(days * ROWS_A_DAY), form.most_cells // columns
    if rows > most:
        raise FormatError(
            f"This is {days:,.0f} days of single nodes, some {rows:,} rows of {columns} columns;"
            f" a download as {format_} has at most {most:,}. Ask for a shorter period, for fewer"
            " nodes or for fewer quantities, and for the rest after it."
        )


def write_download(connection: Connection, download: Download, file: IO[bytes]) -> int:
    """Write all of it and return the number of rows. Raises StorageError."""
    table, rows = Table(download.selection), 0
    blocks = read_blocks(connection, download.selection, download.stretches)
    with (
        closing(ahead(blocks)) as read,
        download.form.open(file, table, download.package) as take,
    ):
        for block in read:
            take(block)
            rows += len(block)
    return rows
