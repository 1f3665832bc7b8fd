"""How rows of an export become a file: as CSV here, as Parquet in parquet.py.

A form opens a file and takes blocks of columns, one after the other, with what is the same in all
rows of a block beside it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from lokaalmeten.quality import to_flags
from lokaalmeten.quantities import BY_KEY

from . import lines
from .asked import list_corrected
from .package import TIME, Table
from .stream import Block

Constants = Mapping[str, "str | datetime"]  # columns by name that have one value in a block
Take = Callable[[Constants, Block], None]


@dataclass(frozen=True)
class Form:
    """One way to write a file."""

    shape: str  # path below the folder; {} are table, month and part
    facts: Mapping[str, Any]  # what a Data Package says of such a file
    open: Callable[[IO[bytes], Table, Sequence[str]], AbstractContextManager[Take]]
    width: int = 0  # nodes or rides of a part; 0 are all of a month


@contextmanager
def open_csv(file: IO[bytes], table: Table, keys: Sequence[str]) -> Iterator[Take]:
    """Write the header and then the lines of each block."""
    file.write(",".join(table.header(keys)).encode() + lines.END)

    def take(constants: Constants, block: Block) -> None:
        for part in cut_block(block):
            file.write(lines.to_lines(to_cells(table, keys, constants, part)))

    yield take


def cut_block(block: Block) -> Iterator[Block]:
    """Parts of a block of so many rows as become lines at once."""
    for start in range(0, len(block["flags"].values), lines.LINES):
        part = slice(start, start + lines.LINES)
        yield {name: column.take(part) for name, column in block.items()}


def to_cells(
    table: Table, keys: Sequence[str], constants: Constants, block: Block
) -> list[lines.Cells]:
    """Cells of all columns: the first ones, value and flag of each quantity, what is corrected."""
    packed = block["flags"].values
    cells = []
    for name, _ in table.first:
        if name in constants:
            cells.append(lines.to_constant(to_text(constants[name]), len(packed)))
        else:
            cells.append(FIRST[name](block[name].values))
    for key in keys:
        column = block[key]
        cells.append(lines.to_decimals(column.values, BY_KEY[key].per, column.null))
        cells.append(lines.to_flags(to_flags(key, packed, block[key].is_null)))
    for name in list_corrected(keys):
        per = BY_KEY[name.removesuffix("_corrected")].per if name != "correction" else 1
        cells.append(lines.to_decimals(block[name].values, per, block[name].null))
    return cells


def to_text(value: str | datetime) -> str:
    """A constant as its cell."""
    return value if isinstance(value, str) else value.strftime(TIME)


FIRST: Mapping[str, Callable[[Any], lines.Cells]] = {
    "time": lines.to_times,
    "cell": lines.to_h3,
    "second": lambda second: lines.to_decimals(second, 1),
}
_TEXT = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
CSV = Form("{}-{}.csv", _TEXT, open_csv)
PACKED_CSV = Form("{}-{}.csv.gz", {**_TEXT, "compression": "gz"}, open_csv)
PARTITION = "{}/month={}/part-{}.parquet"  # in which DuckDB, Spark and Dask see a column month
SHAPES = (CSV.shape, PACKED_CSV.shape, PARTITION)
