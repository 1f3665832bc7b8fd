"""A delimited text file as chunks of string columns, every line accounted for.

Lines that do not fit the header are handed back with number and reason; nothing is skipped
silently and nothing is guessed. Numbers and times are converted column by column.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lokaalmeten.errors import FormatError
from lokaalmeten.observations import MISSING
from lokaalmeten.quantities import BY_KEY
from lokaalmeten.wire import SPAN

CHUNK_CHARACTERS = 4_000_000  # some 30,000 lines: bounded memory, and a progress bar that moves
SEPARATORS = (",", ";", "\t")
EMPTY = ("", "NA", "NaN", "nan", "None", "NULL")

BadLine = tuple[int, str, str]  # line number counted from 1, reason, text


@dataclass(frozen=True)
class Layout:
    """How the lines of one file are cut."""

    header: list[str]
    separator: str
    wanted: Sequence[str]


@dataclass(frozen=True)
class Chunk:
    """Some lines of a file: string columns, the line number of each row, lines that do not fit."""

    frame: pd.DataFrame
    lines: NDArray[np.int64]  # (n,) line number of each row of the frame
    bad: list[BadLine]
    next_line: int  # where the next chunk begins
    last: bool  # nothing follows
    characters: int  # of the file read so far, for a progress bar


def read_table(path: Path, wanted: Sequence[str], kind: str, skip_to: int = 2) -> Iterator[Chunk]:
    """Yield a UTF-8 file from line ``skip_to`` on, columns ``wanted``, all values as strings.

    Raises FormatError when it cannot be read, is empty or lacks a column; the message says
    which, and ``kind`` names what was expected.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            layout = read_header(text.readline(), path, wanted, kind)
            yield from _read_chunks(text, layout, skip_to)
    except OSError as error:
        raise FormatError(f"{path}: cannot be read: {error.strerror}") from error


def read_header(line: str, path: Path, wanted: Sequence[str], kind: str) -> Layout:
    """Column names and separator of the first line; FormatError when columns are missing."""
    if not line.strip():
        raise FormatError(f"{path}: is empty; expected {kind}")
    separator = max(SEPARATORS, key=line.count)
    header = next(csv.reader([line], delimiter=separator))
    missing = [name for name in wanted if name not in header]
    if missing:
        raise FormatError(
            f"{path}: is not {kind}: line 1 lacks {', '.join(missing)} "
            f"(found: {', '.join(header)[:120]})"
        )
    return Layout(header, separator, wanted)


def _read_chunks(text: TextIO, layout: Layout, skip_to: int) -> Iterator[Chunk]:
    """Cut the open file into chunks; a quoted field must not hold a line end."""
    first, at = 2, 0
    lines = text.readlines(CHUNK_CHARACTERS)
    while lines:
        following = text.readlines(CHUNK_CHARACTERS)
        at += sum(map(len, lines))
        numbered = [pair for pair in enumerate(lines, first) if pair[0] >= skip_to]
        first += len(lines)
        if numbered:
            good, numbers, bad = _sort_lines(numbered, layout)
            frame = _to_frame(good, layout)
            yield Chunk(frame, np.array(numbers, np.int64), bad, first, not following, at)
        lines = following


def _sort_lines(
    numbered: list[tuple[int, str]], layout: Layout
) -> tuple[list[str], list[int], list[BadLine]]:
    """Lines that have as many fields as the header, their numbers, and the others with a reason."""
    good: list[str] = []
    numbers: list[int] = []
    bad: list[BadLine] = []
    for number, line in numbered:
        bare = line.rstrip("\r\n")
        reason = _refuse(bare, layout)
        if reason is None:
            good.append(bare)
            numbers.append(number)
        else:
            bad.append((number, reason, bare))
    return good, numbers, bad


def _refuse(line: str, layout: Layout) -> str | None:
    """Name what keeps a line from being a row; None for a row."""
    if not line:
        return "empty line"
    if "\0" in line:
        return "not text"
    fields = line.count(layout.separator) + 1
    if '"' in line:
        if line.count('"') % 2:
            return "quote without an end"
        fields = len(next(csv.reader([line], delimiter=layout.separator)))
    return None if fields == len(layout.header) else f"{fields} of {len(layout.header)} fields"


def _to_frame(lines: list[str], layout: Layout) -> pd.DataFrame:
    """Wanted columns of the lines as strings, one row a line."""
    if not lines:
        return pd.DataFrame({name: pd.Series([], dtype=str) for name in layout.wanted})
    return pd.read_csv(
        io.StringIO("\n".join(lines)),
        sep=layout.separator,
        names=layout.header,
        usecols=list(layout.wanted),
        dtype=str,
        keep_default_na=False,
        skip_blank_lines=False,
    )


def to_numbers(column: Any) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Values (n,) of a string column, NaN where empty, and a mask of cells that are no number."""
    values = np.asarray(pd.to_numeric(column, errors="coerce"), np.float64)
    empty = np.asarray(column.str.strip().isin(EMPTY), np.bool_)
    return values, ~np.isfinite(values) & ~empty


def to_counts(values: NDArray[np.float64], per: float) -> NDArray[np.int32]:
    """Whole steps (n,) of values times ``per``; NaN becomes MISSING, the rest saturates."""
    steps = np.rint(np.clip(values * per, -(2**31) + 1, 2**31 - 1))
    return np.where(np.isnan(steps), MISSING, np.nan_to_num(steps)).astype(np.int32)


def saturate(keys: Sequence[str], counts: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    """Stack the counts (q, n) of ``keys``, each cut to the span of its letter as on the wire."""
    rows = []
    for key, row in zip(keys, counts, strict=True):
        low, high = SPAN[BY_KEY[key].code]
        rows.append(np.where(row == MISSING, MISSING, np.clip(row, low, high)).astype(np.int32))
    return np.stack(rows)


def to_seconds(column: Any) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Unix seconds (n,) of ISO 8601 times, UTC when no zone is written, and a mask of failures."""
    times: Any = pd.to_datetime(column, format="ISO8601", utc=True, errors="coerce")
    wrong = np.asarray(times.isna(), np.bool_)
    known = times.fillna(pd.Timestamp(0, tz="UTC")).astype("datetime64[s, UTC]")
    return np.asarray(known.astype("int64"), np.int64), wrong
