"""Observations to the rows of the table: columns by name, sorted by node and time, no row twice."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.errors import StorageError
from lokaalmeten.observations import MISSING, Observations
from lokaalmeten.quality import Flag, pack_flags
from lokaalmeten.quantities import BY_KEY, CORRECTED, QUANTITIES

from .copy import Column

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Rows = dict[str, Column]  # columns of equal length by their name in the table

PLACE = {  # column of the table: column of Observations
    "lat": "lat",
    "lon": "lon",
    "horizontal_mm": "horizontal",
    "vertical_mm": "vertical",
}
KEYS = tuple(quantity.key for quantity in QUANTITIES)
CORRECTED_KEYS = tuple(f"{key}_corrected" for key in CORRECTED)
# What is added up, in the order of the rollups' arrays, and the quantity whose flag judges it.
ROLLED = (*KEYS, *CORRECTED_KEYS)
JUDGED_BY = dict(zip(ROLLED, (*KEYS, *CORRECTED), strict=True))
# By the letter of the page. An unsigned 16-bit count needs the wider column.
KIND = {"h": "smallint", "H": "integer", "i": "integer"}
SMALLINT = (-(2**15), 2**15 - 1)
FIRST, AFTER = 0, 2**32  # times a node can send: 1970 to 2106


def to_rows(batch: Sequence[Observations]) -> Rows:
    """Columns of the observation table by name, one entry per sample; none that is all NULL.

    Rows are sorted by node and time, so that later reads find the samples of a node together
    (30 times faster from a cold disk) and two writers take locks in the same order. Of samples
    with the same node and time the first stays. A count that a smallint cannot hold becomes the
    nearest one that it can, like on the wire; the checks have failed it for its span already.
    Raises StorageError for a time that no node can send.
    """
    node = np.concatenate([part.node for part in batch])
    time = np.concatenate([part.time for part in batch])
    check_time(node, time)
    order = sort_unique(node, time)
    rows = {
        "time": Column("timestamptz", time[order]),
        "cell": to_sparse("bigint", np.concatenate([part.cell for part in batch])[order]),
        "flags": to_sparse("bigint", join_flags(batch)[order]),
        "node_id": Column("integer", node[order]),
    }
    for name, source in PLACE.items():
        values = np.concatenate([getattr(part, source) for part in batch])
        rows[name] = to_column("integer", values[order])
    rows["bits"] = to_sparse("integer", np.concatenate([part.bits for part in batch])[order])
    if any(part.period.any() for part in batch):
        period = np.concatenate([part.period for part in batch])
        rows["period_s"] = to_sparse("integer", period[order])
    present = {key for part in batch for key in part.keys}
    for key in KEYS:
        if key in present:
            rows[key] = to_column(KIND[BY_KEY[key].code], join_counts(batch, key)[order])
    if any(part.corrected is not None for part in batch):
        rows |= to_corrected(batch, order)
    return {name: column for name, column in rows.items() if not is_absent(column)}


def check_time(node: Int32, time: Int64) -> None:
    """Refuse samples of a time that no node can send; StorageError."""
    wrong = (time < FIRST) | (time >= AFTER)
    if wrong.any():
        raise StorageError(
            f"a sample of node {node[wrong][0]} has time {time[wrong][0]} s, outside 1970 to 2106;"
            " nothing of its batch was stored"
        )


def sort_unique(node: Int32, time: Int64) -> NDArray[np.intp]:
    """Indices that sort by (node, time), the first of each pair only; times as ``check_time``.

    Both in one number: pages are runs that are sorted already, which numpy's stable sort merges
    in 0.3 ms where a lexsort of 60,000 takes 2.6.
    """
    key = (node.astype(np.int64) << 32) | time
    order = np.argsort(key, kind="stable")
    key = key[order]
    fresh = np.ones(len(order), np.bool_)
    np.not_equal(key[1:], key[:-1], out=fresh[1:])
    return order if fresh.all() else order[fresh]


def join_flags(batch: Sequence[Observations]) -> Int64:
    """Packed flags of all samples; 0 where every value that is there is good."""
    found = []
    for part in batch:
        packed = pack_flags(part.keys, part.flags)
        sound = ((part.flags == Flag.GOOD) | (part.flags == Flag.MISSING)).all(axis=0)
        found.append(np.where(sound, 0, packed))
    return np.concatenate(found)


def join_counts(batch: Sequence[Observations], key: str) -> Int32:
    """Counts of one quantity of all samples, MISSING where a part does not have it."""
    return np.concatenate(
        [
            part.counts[part.keys.index(key)]
            if key in part.keys
            else np.full(len(part), MISSING, np.int32)
            for part in batch
        ]
    )


def to_corrected(batch: Sequence[Observations], order: NDArray[np.intp]) -> Rows:
    """Corrected values of those samples that have some, and by what they were corrected."""
    absent = [np.full(len(part), MISSING, np.int32) for part in batch]
    numbers = [
        none if part.correction is None else part.correction
        for part, none in zip(batch, absent, strict=True)
    ]
    rows = {"correction": to_column("integer", np.concatenate(numbers)[order])}
    for key, name in zip(CORRECTED, CORRECTED_KEYS, strict=True):
        values = [
            none
            if part.corrected is None or key not in part.corrected_keys
            else part.corrected[part.corrected_keys.index(key)]
            for part, none in zip(batch, absent, strict=True)
        ]
        rows[name] = to_column(KIND[BY_KEY[key].code], np.concatenate(values)[order])
    return rows


def to_column(kind: str, values: Int32) -> Column:
    """A column that is NULL where the values are MISSING."""
    null = values == MISSING
    if kind == "smallint":
        values = np.clip(values, *SMALLINT)
    return Column(kind, values, null if null.any() else None)


def to_sparse(kind: str, values: NDArray[Any]) -> Column:
    """A column that is NULL where the values are 0: most rows have nothing to say there."""
    null = values == 0
    return Column(kind, values, null if null.any() else None)


def is_absent(column: Column) -> bool:
    """Tell whether a column holds nothing but NULL; without a row there is nothing to say."""
    return column.null is not None and bool(column.null.all())
