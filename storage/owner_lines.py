"""Samples, hours and days of a node of an owner as lines of CSV, piece by piece.

Nothing is left out as it is for the public: places are the precise ones, flags those before a
review as well. Memory stays the same, whatever there is of a node (stream.py, lines.py).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from lokaalmeten.quality import to_flags
from lokaalmeten.quantities import BY_KEY

from . import lines
from .copy import Column
from .failures import Connection
from .lines import Cells
from .owner_export import QUERIES
from .queries import fill
from .rows import CORRECTED_KEYS, KEYS, ROLLED
from .stream import Block, stream

DEGREES = 10_000_000  # steps in which the database keeps places
MEAN, EXTREME = 10_000, 1000  # steps to which hours and days are rounded: finer than any sensor's
OCTAL = 3 * np.arange(20, -1, -1)[:, None]  # 21 flags of three bits


class Piece(NamedTuple):
    """Lines of a file, and of how many rows they are."""

    lines: bytes
    rows: int


def write_observations(connection: Connection, node: int) -> Iterator[Piece]:
    """The header, then all samples of a node by time. Raises StorageError."""
    columns = sql.SQL(", ").join(map(sql.Identifier, [*KEYS, *CORRECTED_KEYS]))
    query = fill(QUERIES["observations"], columns=columns)
    yield from _write(connection, query, node, _OBSERVATION)


def write_hours(connection: Connection, node: int) -> Iterator[Piece]:
    """The header, then all hours of a node, of rides by cell. Raises StorageError."""
    yield from _write(connection, fill(QUERIES["hours"]), node, _HOUR)


def write_days(connection: Connection, node: int) -> Iterator[Piece]:
    """The header, then all days of a fixed node by the clock of Europe/Amsterdam."""
    yield from _write(connection, fill(QUERIES["days"]), node, _DAY)


def to_moments(times: NDArray[np.datetime64]) -> Cells:
    """Moments (n,) in UTC, with a fraction only in a block where one has some."""
    if (times == times.astype("datetime64[s]")).all():
        return lines.to_times(times)
    return to_words(np.char.add(np.datetime_as_string(times, "us"), "Z").astype("S27"))


def to_days(days: NDArray[np.datetime64]) -> Cells:
    """Days (n,) as 2026-01-31."""
    return to_words(np.datetime_as_string(days, "D").astype("S10"))


def to_words(texts: NDArray[np.bytes_]) -> Cells:
    """ASCII texts (n,) without what CSV would quote."""
    chars = np.ascontiguousarray(texts).view(np.uint8).reshape(len(texts), -1).T
    return Cells(chars, chars != 0)


def to_flag_words(key: str, packed: NDArray[np.int64], null: NDArray[np.bool_]) -> Cells:
    """The flag of each value of a quantity as a word; nothing where there is no value."""
    chars, kept = to_words(_FLAG_WORDS[to_flags(key, packed, null)])
    return Cells(chars, kept & ~null)


def to_octal(packed: Column) -> Cells:
    """Packed flags as 21 digits, one a quantity, the first of them last; nothing where NULL."""
    chars = ((packed.values >> OCTAL) & 7).astype(np.uint8) + np.uint8(lines.ZERO)
    return Cells(chars, np.broadcast_to(~packed.is_null, chars.shape))


def _write(
    connection: Connection, query: sql.Composed, node: int, columns: Mapping[str, "_ToCells"]
) -> Iterator[Piece]:
    yield Piece(",".join(columns).encode() + lines.END, 0)
    with closing(stream(connection, query, {"node": node})) as blocks:
        for part in chain.from_iterable(map(_cut, blocks)):
            cells = [to_cells(part) for to_cells in columns.values()]
            yield Piece(lines.to_lines(cells), cells[0].chars.shape[1])


def _cut(block: Block) -> Iterator[Block]:
    """Parts of a block of so many rows as become lines at once."""
    for start in range(0, len(next(iter(block.values())).values), lines.LINES):
        part = slice(start, start + lines.LINES)
        yield {name: column.take(part) for name, column in block.items()}


_ToCells = Callable[[Block], Cells]


def _number(name: str, per: int = 1) -> _ToCells:
    """Cells of a column of numbers in units, rounded to steps of ``1 / per``."""
    return lambda block: lines.to_decimals(block[name].values, per, block[name].null)


def _count(name: str, per: int = 1) -> _ToCells:
    """Cells of a column of whole steps, ``per`` of which are a unit."""

    def to_cells(block: Block) -> Cells:
        return lines.to_decimals(block[name].values / per, per, block[name].null)

    return to_cells


def _values(name: str, convert: Callable[[NDArray[Any]], Cells]) -> _ToCells:
    return lambda block: convert(block[name].values)


def _flag(key: str) -> _ToCells:
    return lambda block: to_flag_words(key, block["flags"].values, block[key].is_null)


def _name_quantities(block: Block) -> Cells:
    return to_words(_ROLLED[block["quantity"].values - 1])


def _list_quantities() -> dict[str, _ToCells]:
    """Value and flag of each quantity, then what some are corrected to."""
    found: dict[str, _ToCells] = {}
    for key in KEYS:
        found |= {key: _count(key, BY_KEY[key].per), f"{key}_flag": _flag(key)}
    for name in CORRECTED_KEYS:
        found[name] = _count(name, BY_KEY[name.removesuffix("_corrected")].per)
    return found


_FLAG_WORDS = np.array(["", "good", "not evaluated", "suspect", "fail", *[""] * 4, "missing"], "S")
_ROLLED = np.array(ROLLED, "S")
_OBSERVATION: Mapping[str, _ToCells] = {
    "time": _values("time", to_moments),
    "lat": _count("lat", DEGREES),
    "lon": _count("lon", DEGREES),
    "cell": _values("cell", lines.to_h3),
    "accuracy_m": _count("horizontal_mm", 1000),
    "height_accuracy_m": _count("vertical_mm", 1000),
    "period_s": _number("period_s"),
    "error_bits": _number("bits"),
    **_list_quantities(),
    "correction": _number("correction"),
    "flags_before_review": lambda block: to_octal(block["flags_given"]),
}
_SUMS: Mapping[str, _ToCells] = {
    "quantity": _name_quantities,
    "samples": _number("samples"),
    "good": _number("good"),
    "mean": _number("mean", MEAN),
    "low": _number("low", EXTREME),
    "high": _number("high", EXTREME),
}
_HOUR: Mapping[str, _ToCells] = {
    "hour": _values("hour", lines.to_times),
    "ride": _number("ride"),
    "cell": _values("cell", lines.to_h3),
    **_SUMS,
}
_DAY: Mapping[str, _ToCells] = {
    "day": _values("day", to_days),
    **_SUMS,
    "expected": _number("expected"),
    "hours": _number("hours"),
}
