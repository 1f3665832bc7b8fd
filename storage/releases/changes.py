"""What changed in a month between two of its releases, counted row by row.

1. find which rows of both files are of which node or ride
2. of each that is in both, find the rows with the same key
3. count what came, what went, and what is told otherwise, by what: value, flag, correction

Files are read a row group at a time, in their own order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ..package import Table

HELD = 2  # row groups in memory, of each file


@dataclass(frozen=True)
class Changes:
    """Rows of a table by what happened to them; each is counted once."""

    added: int = 0
    removed: int = 0
    remeasured: int = 0  # another raw value or place
    judged: int = 0  # the same, with another flag
    corrected: int = 0  # the same, corrected otherwise
    came: int = 0  # nodes or rides that were not in it before
    left: int = 0  # nodes or rides that are not in it any more

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return any(vars(self).values())


class Rows:
    """The rows of a file, by node or ride."""

    def __init__(self, path: Path, key: str) -> None:
        self.file = pq.ParquetFile(path)
        sizes = [self.file.metadata.row_group(n).num_rows for n in range(self.file.num_row_groups)]
        self.starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        self.spans = dict(find_spans(self.file, key))
        self._held: dict[int, Any] = {}

    def read(self, name: str) -> Any:
        """All rows of one node or ride, a pyarrow Table."""
        start, stop = self.spans[name]
        first = int(np.searchsorted(self.starts, start, "right")) - 1
        last = int(np.searchsorted(self.starts, stop, "left"))
        table = pa.concat_tables([self._read_group(number) for number in range(first, last)])
        return table.slice(start - int(self.starts[first]), stop - start).combine_chunks()

    def _read_group(self, number: int) -> Any:
        if number not in self._held:
            while len(self._held) >= HELD:
                self._held.pop(next(iter(self._held)))
            self._held[number] = self.file.read_row_group(number)
        return self._held[number]

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()


def find_spans(file: Any, key: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each name in column ``key`` with its first row and the one after its last."""
    names, starts, at = [], [], 0
    for batch in file.iter_batches(columns=[key]):
        encoded = batch.column(0).dictionary_encode()
        codes = encoded.indices.to_numpy(zero_copy_only=False)
        begins = np.flatnonzero(np.diff(codes, prepend=-1))
        for begin in begins.tolist():
            name = encoded.dictionary[int(codes[begin])].as_py()
            if not names or names[-1] != name:
                names.append(name)
                starts.append(at + begin)
        at += len(codes)
    yield from zip(names, pairwise([*starts, at]), strict=True)


def compare(table: Table, before: Path | None, after: Path | None) -> Changes:
    """What changed from one file to the next; None is a month without rows."""
    source, key = table.key
    old = None if before is None else Rows(before, source)
    new = None if after is None else Rows(after, source)
    try:
        return compare_rows(old, new, key)
    finally:
        for rows in (old, new):
            if rows is not None:
                rows.close()


def compare_rows(old: Rows | None, new: Rows | None, key: str) -> Changes:
    """The same of rows of files that are open."""
    was, now = (({} if rows is None else rows.spans) for rows in (old, new))
    counts = np.zeros(5, np.int64)
    if old is not None and new is not None:
        for name in (name for name in now if name in was):
            counts += count_changes(old.read(name), new.read(name), key)
    came = [name for name in now if name not in was]
    left = [name for name in was if name not in now]
    added, removed, remeasured, judged, corrected = map(int, counts)
    added += sum(stop - start for start, stop in (now[name] for name in came))
    removed += sum(stop - start for start, stop in (was[name] for name in left))
    return Changes(added, removed, remeasured, judged, corrected, len(came), len(left))


def count_changes(old: Any, new: Any, key: str) -> NDArray[np.int64]:
    """Rows (5,) of one node or ride: added, removed, remeasured, judged, corrected."""
    keys = [table[key].cast(pa.int64()).to_numpy() for table in (old, new)]
    _, here, there = np.intersect1d(*keys, return_indices=True)
    added, removed = len(keys[1]) - len(there), len(keys[0]) - len(here)
    before, after = old.take(pa.array(here)), new.take(pa.array(there))
    kinds: dict[str, list[NDArray[np.bool_]]] = {"value": [], "flag": [], "correction": []}
    for name in after.column_names:
        if name in before.column_names and name != key:
            kinds[to_kind(name)].append(find_different(before[name], after[name]))
    none = np.zeros(len(here), np.bool_)
    value, flag, correction = (reduce(np.logical_or, masks, none) for masks in kinds.values())
    told = (value, flag & ~value, correction & ~flag & ~value)
    return np.array([added, removed, *(int(mask.sum()) for mask in told)], np.int64)


def to_kind(name: str) -> str:
    """What a column tells: value, flag or correction."""
    if name.endswith("_flag"):
        return "flag"
    return "correction" if name == "correction" or name.endswith("_corrected") else "value"


def find_different(old: Any, new: Any) -> NDArray[np.bool_]:
    """Where two columns (n,) differ; missing, which is NaN or None here, is like missing."""
    was, now = old.to_numpy(), new.to_numpy()
    neither = (was != was) & (now != now)  # noqa: PLR0124 - true of NaN alone
    return (was != now) & ~neither
