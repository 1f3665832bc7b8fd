"""Rows of a file as text, and a table of hours made of them; errors name line and column."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.errors import FormatError

from ..calendar import DAY_H, HOUR
from .weather import COLUMNS, Columns, Weather

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]

LONGEST_H = 50 * 366 * DAY_H
MISSING = {"", "nan", "NaN", "null", "NA"}


@dataclass(frozen=True)
class Rows:
    """Rows of a file as they stand there."""

    path: Path
    numbers: Sequence[int]  # (n,) line of each; of JSON the place in its lists, from 1 on
    cells: Mapping[str, Sequence[str]]  # (n,) of each column

    def refuse(self, at: int, column: str, why: str) -> FormatError:
        """The error that names one cell."""
        found = self.cells[column][at]
        where = f"{self.path}, line {self.numbers[at]}, column {column}"
        return FormatError(f"{where}: {found!r} {why}")

    def read_numbers(self, column: str) -> Float:
        """Numbers (n,) of a column, NaN where there is none; FormatError names the first other."""
        cells = self.cells[column]
        values = np.full(len(cells), np.nan)
        for at, cell in enumerate(cells):  # text of a file that a person downloaded
            if cell not in MISSING:
                try:
                    values[at] = float(cell)
                except ValueError:
                    raise self.refuse(at, column, "is no number") from None
                if not np.isfinite(values[at]):
                    raise self.refuse(at, column, "is no number")
        return values


def split_lines(path: Path, lines: Sequence[str], header: int) -> Rows:
    """Rows below the header line; FormatError names the first that is shorter or longer."""
    names = [name.strip() for name in next(csv.reader([lines[header].lstrip("# ")]))]
    numbers, table = [], []
    for number, cells in enumerate(csv.reader(lines[header + 1 :]), header + 2):
        if not "".join(cells).strip("# ,"):
            continue
        if len(cells) != len(names):
            raise FormatError(
                f"{path}, line {number}: has {len(cells)} columns where its header has {len(names)}"
            )
        numbers.append(number)
        table.append([cell.strip() for cell in cells])
    if not table:
        raise FormatError(f"{path}: holds no hours")
    return Rows(path, numbers, dict(zip(names, map(list, zip(*table, strict=True)), strict=True)))


def to_weather(rows: Rows, column: str, times: Int64, columns: Columns) -> Weather:
    """Columns (n,) at times (n,), in any order, on a table of every hour between."""
    if not columns:
        raise FormatError(f"{rows.path}: has none of the columns {', '.join(COLUMNS)}")
    for at in np.flatnonzero(times % HOUR)[:1]:
        raise rows.refuse(int(at), column, "is not a whole hour")
    start = int(times.min())
    place = (times - start) // HOUR
    if place.max() >= LONGEST_H:
        raise rows.refuse(int(place.argmax()), column, "is more than 50 years after the first")
    order = np.argsort(place, kind="stable")
    for at in order[1:][np.diff(place[order]) == 0][:1]:
        raise rows.refuse(int(at), column, "is an hour that was there before")
    names = tuple(name for name in COLUMNS if name in columns)
    table = np.full((int(place.max()) + 1, len(names)), np.nan)
    table[place] = np.stack([columns[name] for name in names], axis=1)
    return Weather(start, names, table)
