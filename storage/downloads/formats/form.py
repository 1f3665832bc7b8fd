"""What every format tells and does: it opens a file and takes block after block."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from ... import lines
from ..table import Block, Field, Kind, Table

MOST_CELLS = 200_000_000  # of CSV some 1.8 GB
Take = Callable[[Block], None]
Package = Mapping[str, Any]  # description.describe


@dataclass(frozen=True)
class Form:
    """One way to write a download."""

    suffix: str  # of the name of the file
    media: str
    facts: Mapping[str, Any]  # what a Data Package says of such a file
    open: Callable[[IO[bytes], Table, Package], AbstractContextManager[Take]]
    list_fields: Callable[[Table], tuple[Field, ...]] = lambda table: table.fields
    most_cells: int = MOST_CELLS  # rows by columns of one file
    grows: bool = True  # from its beginning to its end, so that it can be read meanwhile
    check: Callable[[], None] = lambda: None  # raises FormatError where it cannot be written


def cut(block: Block) -> Iterator[Block]:
    """Parts of so many rows as become lines at once."""
    for start in range(0, len(block), lines.LINES):
        part = slice(start, start + lines.LINES)
        columns = {name: values[part] for name, values in block.columns.items()}
        yield Block(block.constants, columns)


def find_missing(values: Any, kind: Kind) -> Any:
    """Where values (n,) of a kind, or a single one, stand for nothing."""
    if kind in ("cell", "number"):
        return values == 0
    if kind in ("degrees", "value"):
        return np.isnan(values)
    return np.zeros(np.shape(values), np.bool_)
