"""Columns of text to numbers, times and steps, and the reasons why a row cannot be used."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lokaalmeten.observations import MISSING
from lokaalmeten.quantities import BY_KEY
from lokaalmeten.wire import SPAN

from ..decode import DAY_S, EARLIEST

EMPTY = ("", "NA", "N/A", "NaN", "nan", "None", "NULL", "null")
INT32 = (-(2**31) + 1, 2**31 - 1)

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Seconds = NDArray[np.int64]
Int32 = NDArray[np.int32]


class Refusals:
    """Why rows of a chunk cannot be used; of more reasons the first that was told stays."""

    def __init__(self, rows: int) -> None:
        """Refuse none yet."""
        self._code = np.zeros(rows, np.int16)
        self._reasons = [""]

    def refuse(self, rows: Mask, reason: str) -> None:
        """Refuse rows by mask, as far as they are not refused yet."""
        fresh = rows & (self._code == 0)
        if fresh.any():
            self._code[fresh] = len(self._reasons)
            self._reasons.append(reason)

    @property
    def good(self) -> Mask:
        """Mask of the rows that can be used."""
        return self._code == 0

    def list_all(self) -> list[tuple[int, str]]:
        """Row and reason of each that is refused."""
        refused = np.flatnonzero(self._code)
        return [(int(row), self._reasons[self._code[row]]) for row in refused]

    def refuse_times(
        self, seconds: Seconds, wrong: Mask, name: str, now: int, earliest: int = EARLIEST
    ) -> None:
        """Refuse times that could not be read, and those that no clock in order gives."""
        self.refuse(wrong, f"{name} is not a time")
        year = pd.Timestamp(earliest, unit="s").year
        self.refuse(seconds < earliest, f"time before {year}: the clock was not set")
        self.refuse(seconds > now + DAY_S, "time in the future")


def to_numbers(column: pa.Array | pa.ChunkedArray) -> tuple[Numbers, Mask]:
    """Values (n,) of a text column, NaN where empty, and a mask of cells that are no number."""
    try:
        values = to_floats(column)
    except pa.ArrowInvalid:
        text = column.to_pandas()
        values = np.asarray(pd.to_numeric(text, errors="coerce"), np.float64)
        empty = np.asarray(text.str.strip().isin(EMPTY) | text.isna(), np.bool_)
        return values, ~np.isfinite(values) & ~empty
    finite = np.isfinite(values)
    if finite.all():
        return values, ~finite
    null = np.asarray(column.is_null(), np.bool_)
    return np.where(finite, values, np.nan), ~finite & ~null


def to_comma(column: pa.Array | pa.ChunkedArray) -> Mask:
    """Mask (n,) of the cells that are a number with a decimal comma."""
    return np.asarray(column.to_pandas().str.fullmatch(r"\s*-?\d+,\d+\s*").eq(True), np.bool_)


def to_floats(column: pa.Array | pa.ChunkedArray) -> Numbers:
    """Values of a text column, NaN where NULL; ArrowInvalid for anything that is no number."""
    return np.asarray(pc.cast(column, pa.float64()), np.float64)


def to_seconds(column: pa.Array | pa.ChunkedArray) -> tuple[Seconds, Mask]:
    """Unix seconds (n,) of ISO 8601 times, UTC when no zone is written, and a mask of failures."""
    for kind in (pa.timestamp("us"), pa.timestamp("us", "UTC")):
        try:
            times = pc.cast(column, kind)
        except pa.ArrowInvalid:
            continue
        wrong = np.asarray(times.is_null(), np.bool_)
        micros = np.asarray(pc.fill_null(pc.cast(times, pa.int64()), 0), np.int64)
        return micros // 1_000_000, wrong
    found: Any = pd.to_datetime(column.to_pandas(), format="ISO8601", utc=True, errors="coerce")
    wrong = np.asarray(found.isna(), np.bool_)
    known = found.fillna(pd.Timestamp(0, tz="UTC")).astype("datetime64[s, UTC]")
    return np.asarray(known.astype("int64"), np.int64), wrong


def to_counts(values: Numbers, per: float) -> Int32:
    """Whole steps (n,) of values times ``per``; NaN becomes MISSING, the rest saturates."""
    steps = np.rint(np.clip(values * per, *INT32))
    return np.where(np.isnan(steps), MISSING, np.nan_to_num(steps)).astype(np.int32)


def to_steps(values: Numbers, key: str) -> Int32:
    """Whole steps (n,) of values in the unit of a quantity."""
    return to_counts(values, BY_KEY[key].per)


def saturate(keys: Sequence[str], counts: Sequence[Int32]) -> Int32:
    """Stack the counts (q, n) of ``keys``, each cut to the span of its letter as on the wire."""
    rows = []
    for key, row in zip(keys, counts, strict=True):
        low, high = SPAN[BY_KEY[key].code]
        rows.append(np.where(row == MISSING, MISSING, np.clip(row, low, high)).astype(np.int32))
    return np.stack(rows)


def to_groups(column: pa.Array | pa.ChunkedArray) -> tuple[Int32, list[str]]:
    """Index (n,) into the different texts of a column without surrounding space, and those."""
    text = pc.fill_null(pc.call_function("utf8_trim_whitespace", [column]), "")
    whole = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    found = whole.dictionary_encode()
    return np.asarray(found.indices, np.int32), found.dictionary.to_pylist()
