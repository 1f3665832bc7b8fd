r"""Columns to lines of CSV (RFC 4180), without a step per row.

    every cell becomes characters, and which of them are there    two arrays (width, n) a column
    the cells lie beside each other, commas between                one table of characters
    what is there is taken out of it                               the bytes of the file

Nothing here is quoted: numbers, times, H3 indexes and names hold no comma, quote or end of line.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

LINES = 8192  # made at once: some 3 MB stay in the cache
END = b"\r\n"
DAY_S = 86_400
ZERO = ord("0")
HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
HEX_DIGITS = 15  # of an H3 index: the first of the 16 is always 0
CLOCK = ((13, 3600), (16, 60), (19, 1))  # in 2026-11-24T17:03:29Z: place behind, seconds of one


class Cells(NamedTuple):
    """The texts of one column: the characters of a row that are kept are its text."""

    chars: NDArray[np.uint8]  # (width, n)
    kept: NDArray[np.bool_]  # (width, n)


def to_lines(columns: Sequence[Cells]) -> bytes:
    """Lines of cells of equal length, in the order of the columns."""
    count = columns[0].chars.shape[1]
    comma, end = to_constant(",", count), to_constant(END.decode(), count)
    beside = [cells for column in columns for cells in (column, comma)]
    beside[-1] = end
    return to_bytes(beside)


def to_bytes(cells: Sequence[Cells]) -> bytes:
    """What cells of equal length hold, row by row, with nothing between them."""
    chars, kept = (np.concatenate(parts).T for parts in zip(*cells, strict=True))
    return np.ascontiguousarray(chars)[np.ascontiguousarray(kept)].tobytes()


def to_constant(text: str, count: int) -> Cells:
    """The same ASCII text in every row."""
    chars = np.frombuffer(text.encode("ascii"), np.uint8)[:, None]
    return Cells(np.broadcast_to(chars, (len(text), count)), np.ones((len(text), count), np.bool_))


def to_decimals(values: NDArray[Any], per: int, null: NDArray[np.bool_] | None = None) -> Cells:
    """Numbers (n,) rounded to a step of ``1 / per``, a power of ten; nothing where NULL.

    As many decimals as the step has, also when they are zero: they tell how fine it is.
    """
    there = np.ones(len(values), np.bool_) if null is None else ~null
    count = np.rint(np.where(there, values, 0) * per).astype(np.int64)
    size = np.abs(count)
    largest, decimals = int(size.max(initial=0)), len(str(per)) - 1
    digits = max(len(str(largest)), decimals + 1)
    size = size.astype(np.uint32 if largest < 2**32 else np.uint64)
    rows = []
    rest = size
    for place in range(digits):  # from the right
        tens = rest // 10
        shown = there if place <= decimals else there & (size >= 10**place)
        rows.append((rest - tens * 10 + ZERO, shown))
        rest = tens
        if place + 1 == decimals:
            rows.append((ord("."), there))
    rows.append((ord("-"), there & (count < 0)))
    return stack(rows[::-1], len(values))


def to_flags(flags: NDArray[np.uint8]) -> Cells:
    """Numbers (n,) of one digit."""
    return Cells((flags + ZERO)[None], np.ones((1, len(flags)), np.bool_))


def to_times(times: NDArray[np.datetime64]) -> Cells:
    """Moments (n,) in UTC as 2026-11-24T17:03:29Z, to the second, as nodes send them.

    A table of the days from the first to the last is made: they lie within years, not ages.
    """
    seconds = times.astype("datetime64[s]").astype(np.int64)
    day, second = np.divmod(seconds, DAY_S)
    first = int(day.min())
    days = np.arange(first, int(day.max()) + 1).astype("datetime64[D]")
    texts = np.char.add(np.datetime_as_string(days), "T00:00:00Z").astype("S20")
    chars = texts.view(np.uint8).reshape(len(days), 20)[day - first].T.copy()
    for behind, size in CLOCK:
        tens, ones = np.divmod(second // size % (24 if size == 3600 else 60), 10)
        chars[behind - 2] = tens + ZERO
        chars[behind - 1] = ones + ZERO
    return Cells(chars, np.ones(chars.shape, np.bool_))


def to_h3(cells: NDArray[np.int64]) -> Cells:
    """H3 indexes (n,) as their usual hexadecimal text; nothing for 0, no place."""
    places = 4 * np.arange(HEX_DIGITS - 1, -1, -1)[:, None]
    chars = HEX[(cells >> places) & 15]
    return Cells(chars, np.broadcast_to(cells != 0, chars.shape))


def stack(rows: Sequence[tuple[Any, NDArray[np.bool_]]], count: int) -> Cells:
    """Characters with their masks, from left to right."""
    chars = np.empty((len(rows), count), np.uint8)
    for place, (row, _) in enumerate(rows):
        chars[place] = row
    return Cells(chars, np.array([shown for _, shown in rows]))
