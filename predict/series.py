"""Rows of many series, in any order and with holes, as one regular grid: time x series.

A hole stays a hole (NaN): nothing is filled in.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lokaalmeten.errors import LokaalmetenError

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]

HOUR = 3600


class SeriesError(LokaalmetenError):
    """Rows that have no single place on a grid; the message names the first of them."""


@dataclass(frozen=True)
class Grid:
    """s series at t moments, ``step`` seconds apart."""

    start: int  # Unix seconds of the first row
    step: int  # seconds
    names: tuple[str, ...]  # (s,)
    table: Float  # (t, s), NaN where nothing is known

    @property
    def times(self) -> Int64:
        """Unix seconds of each row (t,)."""
        return self.start + self.step * np.arange(len(self.table), dtype=np.int64)


def to_grid(
    names: ArrayLike, time: ArrayLike, values: ArrayLike, start: int, stop: int, *, step: int = HOUR
) -> Grid:
    """Put rows on the grid ``start, start + step, ... < stop``; series in the order of names.

    ``names`` text, ``time`` Unix seconds, ``values`` float or NaN, all (n,), in any order; rows
    outside ``start <= time < stop`` are left out. Raises SeriesError for two rows of one series
    and time, a time between two rows of the grid, and an infinite value.

    >>> grid = to_grid(["b", "a"], [7200, 0], [5, 3], 0, 10800)
    >>> grid.names, grid.table.tolist()
    (('a', 'b'), [[3.0, nan], [nan, nan], [nan, 5.0]])
    """
    who, when = np.asarray(names, object).astype(str), np.asarray(time, np.int64)
    what = np.asarray(values, np.float64)
    inside = (when >= start) & (when < stop)
    who, when, what = who[inside], when[inside], what[inside]
    row, off = np.divmod(when - start, step)
    _refuse(off != 0, who, when, f"is not a whole number of {step} s after {_say(start)}")
    _refuse(np.isinf(what), who, when, "holds an infinite value")
    series, column = np.unique(who, return_inverse=True)
    _refuse(_repeats(row * len(series) + column), who, when, "is there twice")
    table = np.full((-(-(stop - start) // step), len(series)), np.nan)
    table[row, column] = what
    return Grid(start, step, tuple(series.tolist()), table)


def drop_thin(names: ArrayLike, values: ArrayLike, counts: ArrayLike, share: float) -> Float:
    """Values with NaN where a mean rests on less than ``share`` of what its series usually has.

    ``counts`` (n,) is the number of measurements behind each value; usual is the median of the
    series.
    """
    series, column = np.unique(np.asarray(names, object).astype(str), return_inverse=True)
    number = np.asarray(counts, np.float64)
    order = np.lexsort([number, column])
    first = np.searchsorted(column[order], np.arange(len(series) + 1))
    middle = number[order][(first[:-1] + first[1:]) // 2] if len(series) else number
    return np.where(number < share * middle[column], np.nan, np.asarray(values, np.float64))


def _repeats(place: Int64) -> NDArray[np.bool_]:
    """Rows whose place was taken by an earlier row."""
    repeated = np.ones(len(place), bool)
    repeated[np.unique(place, return_index=True)[1]] = False
    return repeated


def _refuse(wrong: NDArray[np.bool_], names: NDArray[np.str_], time: Int64, why: str) -> None:
    if wrong.any():
        at = int(wrong.argmax())
        raise SeriesError(
            f"series {str(names[at])!r}: the row of {_say(int(time[at]))} {why} "
            f"({int(wrong.sum())} such rows)"
        )


def _say(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).isoformat().replace("+00:00", "Z")
