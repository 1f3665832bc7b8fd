"""Observations to the rows of the table: columns by name, sorted by node and time, no row twice."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.observations import MISSING, Observations
from lokaalmeten.quality import pack_flags
from lokaalmeten.quantities import QUANTITIES

from .copy import Column

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

PLACE = {  # column of the table: column of Observations
    "lat": "lat",
    "lon": "lon",
    "horizontal_mm": "horizontal",
    "vertical_mm": "vertical",
    "bits": "bits",
}
# By the letter of the page. An unsigned 16-bit count needs the wider column.
KIND = {"h": "smallint", "H": "integer", "i": "integer"}
SMALLINT = (-(2**15), 2**15 - 1)


def to_rows(batch: Sequence[Observations]) -> dict[str, Column]:
    """Columns of the observation table by name, one entry per sample.

    Rows are sorted by node and time, so that later reads find the samples of a node together
    (30 times faster from a cold disk) and two writers take locks in the same order. Of samples
    with the same node and time the first stays. A count that a smallint cannot hold becomes the
    nearest one that it can, like on the wire; the checks have failed it for its span already.
    """
    node = np.concatenate([part.node for part in batch])
    time = np.concatenate([part.time for part in batch])
    order = sort_unique(node, time)
    rows = {
        "time": Column("timestamptz", time[order]),
        "cell": Column("bigint", np.concatenate([part.cell for part in batch])[order]),
        "flags": Column("bigint", join_flags(batch)[order]),
        "node_id": Column("integer", node[order]),
    }
    for name, source in PLACE.items():
        values = np.concatenate([getattr(part, source) for part in batch])
        rows[name] = to_column("integer", values[order])
    present = {key for part in batch for key in part.keys}
    for quantity in QUANTITIES:
        if quantity.key in present:
            counts = join_counts(batch, quantity.key)
            rows[quantity.key] = to_column(KIND[quantity.code], counts[order])
    return rows


def sort_unique(node: Int32, time: Int64) -> NDArray[np.intp]:
    """Indices that sort by (node, time), the first of each pair only."""
    order = np.lexsort((time, node))
    node, time = node[order], time[order]
    again = np.zeros(len(order), np.bool_)
    again[1:] = (node[1:] == node[:-1]) & (time[1:] == time[:-1])
    return order[~again]


def join_flags(batch: Sequence[Observations]) -> Int64:
    """Packed flags of all samples."""
    return np.concatenate([pack_flags(part.keys, part.flags) for part in batch])


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


def to_column(kind: str, values: Int32) -> Column:
    """A column that is NULL where the values are MISSING."""
    null = values == MISSING
    if kind == "smallint":
        values = np.clip(values, *SMALLINT)
    return Column(kind, values, null if null.any() else None)
