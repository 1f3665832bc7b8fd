"""Rows of numbers to columns of whole steps: stacked, judged, converted.

stack    each group of samples is one matrix; matrices become columns in the order of arrival
judge    rows without a usable time or content leave with a reason
convert  units to whole steps, degrees to places and cells
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lokaalmeten import wire
from lokaalmeten.geo import PER_DEGREE, to_cells
from lokaalmeten.observations import MISSING, Int32, Int64, Observations, to_observations
from lokaalmeten.quantities import BY_KEY, QUANTITIES

from ..decode import DAY_S, EARLIEST, Message, Node

Float = NDArray[np.float64]

# Keys that samples share: the running number of each, and their values one after the other.
Groups = dict[tuple[str, ...], tuple[list[int], list[Any]]]

PLACE = ("lat", "lon", "accuracy")
KNOWN = frozenset(("t", "bits", *PLACE, *BY_KEY))
LATEST = 2.0**62  # a time that int64 still holds, far beyond what is accepted
MOST_MM = 2**31 - 1


@dataclass(frozen=True)
class Rows:
    """n samples as columns of numbers, NaN where missing, in the order of arrival."""

    message: NDArray[np.intp]  # (n,) place of the message in the batch
    named: NDArray[np.bool_]  # (n,) names a quantity, be it as missing
    strange: NDArray[np.bool_]  # (n,) has keys that nobody knows
    columns: dict[str, Float]  # (n,) by key

    def take(self, picked: NDArray[np.intp] | NDArray[np.bool_]) -> "Rows":
        """Rows by index or mask."""
        columns = {key: column[picked] for key, column in self.columns.items()}
        return Rows(self.message[picked], self.named[picked], self.strange[picked], columns)

    def column(self, key: str) -> Float:
        """Return the column of a key, NaN when no row has it."""
        return self.columns.get(key, np.full(len(self.message), np.nan))


def stack(groups: Groups, owners: Sequence[int]) -> Rows:
    """One matrix a group, then one column a key, in the order of the samples' numbers.

    ``owners`` gives the message of each number.
    """
    total = sum(len(numbers) for numbers, _ in groups.values())
    number = np.empty(total, np.intp)
    named, strange = np.zeros(total, np.bool_), np.zeros(total, np.bool_)
    occurring = {key for keys in groups for key in keys if key in KNOWN}
    columns = {key: np.full(total, np.nan) for key in occurring}
    start = 0
    for keys, (numbers, values) in groups.items():
        part = slice(start, start + len(numbers))
        start = part.stop
        number[part] = numbers
        named[part] = any(key in BY_KEY for key in keys)
        strange[part] = any(key not in KNOWN for key in keys)
        matrix = np.array(values, np.float64).reshape(len(numbers), len(keys))  # None is NaN
        for place, key in enumerate(keys):
            if key in columns:
                columns[key][part] = matrix[:, place]
    rows = Rows(np.array(owners, np.intp)[number], named, strange, columns)
    return rows if len(groups) < 2 else rows.take(np.argsort(number))


@dataclass(frozen=True)
class Senders:
    """What is known of the sender of each of n rows."""

    node: Int32  # (n,) id
    moving: NDArray[np.bool_]  # (n,)
    received: Int64  # (n,) Unix seconds

    def take(self, picked: NDArray[np.bool_]) -> "Senders":
        """Senders of the rows where ``picked``."""
        return Senders(self.node[picked], self.moving[picked], self.received[picked])


def to_senders(
    messages: Sequence[Message], nodes: Sequence[Node | None], message: NDArray[np.intp]
) -> Senders:
    """Sender of each row by the place of its message."""
    known = [(node.id, node.moving) if node else (0, False) for node in nodes]
    ids, moving = zip(*known, strict=True)
    received = [message.received for message in messages]
    return Senders(
        np.array(ids, np.int32)[message],
        np.array(moving, np.bool_)[message],
        np.array(received, np.int64)[message],
    )


def judge(rows: Rows, senders: Senders, reasons: dict[int, str]) -> NDArray[np.bool_]:
    """Mark the rows (n,) to store, and note why the others are not."""
    time = to_times(rows, senders)
    bits = rows.column("bits")
    usable = rows.named | (senders.moving & is_placed(rows))
    verdicts = (
        ("unknown quantity", ~usable & rows.strange),
        ("empty", ~usable & ~rows.strange),
        ("no time", time < EARLIEST),
        ("future", time > senders.received + DAY_S),
        ("bits", ~np.isnan(bits) & ~is_bits(bits)),
    )
    for reason, wrong in verdicts:
        for index in rows.message[wrong].tolist():
            reasons.setdefault(index, reason)
    return usable & (time >= EARLIEST) & (time <= senders.received + DAY_S)


def to_times(rows: Rows, senders: Senders) -> Int64:
    """Unix seconds (n,): the second in which the sample was taken, or that of its arrival."""
    t = rows.column("t")
    seconds = np.floor(np.clip(np.nan_to_num(t), -LATEST, LATEST)).astype(np.int64)
    return np.where(np.isnan(t), senders.received, seconds)


def is_placed(rows: Rows) -> NDArray[np.bool_]:
    """Mark rows (n,) with a position on earth."""
    return (np.abs(rows.column("lat")) <= 90) & (np.abs(rows.column("lon")) <= 180)


def is_bits(bits: Float) -> NDArray[np.bool_]:
    """Mark whole numbers (n,) that 16 bits hold."""
    return (bits >= 0) & (bits <= 65535) & (np.trunc(bits) == bits)


def to_columns(rows: Rows, senders: Senders) -> Observations:
    """Whole steps, places and cells of rows that are all to be stored."""
    keys = [quantity.key for quantity in QUANTITIES if quantity.key in rows.columns]
    counts = np.empty((len(keys), len(rows.message)), np.int32)
    for row, key in zip(counts, keys, strict=True):
        row[:] = to_steps(key, rows.columns[key])
    bits = rows.column("bits")
    place = to_places(rows, senders) if senders.moving.any() else {}
    return to_observations(
        senders.node,
        to_times(rows, senders),
        keys,
        counts,
        bits=np.where(is_bits(bits), bits, 0).astype(np.int32),
        **place,
    )


def to_steps(key: str, values: Float) -> Int32:
    """Whole steps (n,) of values in units, cut to the span of the letter; NaN is MISSING.

    >>> to_steps("pm25", np.array([12.345, np.nan, 1e300])).tolist()
    [1234, -2147483648, 2147483647]
    """
    quantity = BY_KEY[key]
    low, high = wire.SPAN[quantity.code]
    steps = np.rint(np.clip(values, low / quantity.per, high / quantity.per) * quantity.per)
    return np.where(np.isnan(steps), MISSING, steps).astype(np.int32)


def to_places(rows: Rows, senders: Senders) -> dict[str, Any]:
    """Columns lat, lon, horizontal, cell (n,) of moving nodes; a fixed one's is known."""
    placed = senders.moving & is_placed(rows)
    accuracy = rows.column("accuracy")
    known = placed & (accuracy >= 0) & (accuracy <= MOST_MM / 1000)
    degrees = {key: np.where(placed, rows.column(key), 0) for key in ("lat", "lon")}
    columns = {
        key: np.where(placed, np.rint(values * PER_DEGREE), MISSING).astype(np.int32)
        for key, values in degrees.items()
    }
    moving = senders.moving
    cell = np.zeros(len(moving), np.int64)
    cell[moving] = to_cells(columns["lat"][moving], columns["lon"][moving])
    millimetres = np.rint(np.where(known, accuracy, 0) * 1000)
    horizontal = np.where(known, millimetres, MISSING).astype(np.int32)
    return {**columns, "horizontal": horizontal, "cell": cell}
