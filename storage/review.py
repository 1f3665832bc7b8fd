"""Reviews: hours to look at again, and the flags of their samples raised to what was found.

1. read what did not fail when it came in: from the rollups, and where those leave values out, from
   the observations with the flags that they came in with
2. write what was found of a week: samples of the hours that were or are found get their flags anew,
   from those they came in with; what a sample had is kept beside (``flags_given``)
3. the hours in which a flag changed are noted for the rollups, in the same transaction

Written twice it changes nothing, and what is not found any more is as it came in.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from psycopg import sql

from lokaalmeten.findings import VERSION, Findings, Hours, Places
from lokaalmeten.quality import BITS
from lokaalmeten.quantities import SLOT

from .deletion import ANY_SIZE
from .failures import Connection, say_failures
from .hours import write_notes
from .parts import HOUR_S
from .queries import fill, read_queries, to_piece
from .rows import KEYS

REVIEW_LOCK = 0x4C4D_0023  # "LM", 23: any number of our own


class Stretch(NamedTuple):
    """Hours that follow each other with the same finding."""

    node: int
    quantity: str
    first: int  # Unix seconds
    after: int
    flag: int
    checks: int
    version: int


class Review:
    """What a review asks of one connection; every method may raise StorageError."""

    def __init__(self, connection: Connection) -> None:
        """Use a connection that nobody else uses meanwhile."""
        self._connection = connection

    def read_span(self) -> tuple[int, int] | None:
        """Unix seconds from the first to the last hour with a value; None when there is none."""
        with say_failures(self._connection):
            found = self._connection.execute(compose("span")).fetchone()
        return None if found is None or found[0] is None else found

    def read_hours(self, quantity: str, first: int, after: int) -> Hours:
        """Hours of all fixed nodes; what waits to be added up is not among them."""
        rows = self._ask("hours", {"first": first, "after": after}, quantity)
        node, hour, samples, total, low, high = np.array(rows, np.int64).reshape(-1, 6).T
        return Hours(
            node.astype(np.int32),
            hour,
            samples.astype(np.int32),
            total,
            low.astype(np.int32),
            high.astype(np.int32),
        )

    def read_places(self, first: int, after: int) -> Places:
        """Where fixed nodes stood last in a period; those without a place are left out."""
        found = np.array(self._ask("places", {"first": first, "after": after}), np.float64)
        node, lat, lon = found.reshape(-1, 3).T
        return Places(node.astype(np.int32), lat, lon)

    def write_findings(
        self, found: Sequence[Findings], first: int, after: int, nodes: Collection[int] | None
    ) -> int:
        """Have a week say what was found of it, of some nodes or all; samples that it changed."""
        given = {"first": first, "after": after, "nodes": None if nodes is None else list(nodes)}
        stretches = to_stretches(found)
        with say_failures(self._connection), self._connection.transaction():
            self._connection.execute("SELECT pg_advisory_xact_lock(%s)", [REVIEW_LOCK])
            known = [Stretch._make(row) for row in self._ask("found", given)]
            if set(known) != set(stretches):
                self._connection.execute(compose("forget"), given)
                self._connection.execute(compose("keep"), to_arrays(stretches))
            return self._raise(to_buckets(known, stretches), first, after)

    def _raise(self, buckets: Mapping[str, list[int]], first: int, after: int) -> int:
        """Give the samples of hours their flags anew, and note the hours where one changed."""
        if not buckets["node"]:
            return 0
        self._connection.execute(ANY_SIZE)
        rows = self._ask("raise", {**buckets, "first": first, "after": after})
        if rows:
            node, hour, samples = np.array(rows, np.int64).T
            write_notes(self._connection, node.astype(np.int32), hour)
            return int(samples.sum())
        return 0

    def _ask(
        self, name: str, given: Mapping[str, object], quantity: str = KEYS[0]
    ) -> list[tuple[int, ...]]:
        with say_failures(self._connection):
            return self._connection.execute(compose(name, quantity), given).fetchall()


@cache
def compose(name: str, quantity: str = KEYS[0]) -> sql.Composed:
    """A statement of review.sql."""
    pieces = {
        "place": to_piece(str(KEYS.index(quantity) + 1)),
        "key": sql.Identifier(quantity),
        "slot": to_piece(str(BITS * SLOT[quantity])),
    }
    return fill(read_queries(Path(__file__).with_name("review.sql"))[name], **pieces)


def to_stretches(found: Sequence[Findings]) -> list[Stretch]:
    """Hours that follow each other and say the same, as one."""
    stretches = []
    for one in found:
        order = np.lexsort((one.hour, one.node))
        node, hour, flag, checks = (column[order] for column in one[1:])
        fresh = np.ones(len(hour), np.bool_)
        fresh[1:] = hour[1:] != hour[:-1] + HOUR_S
        for column in (node, flag, checks):
            fresh[1:] |= column[1:] != column[:-1]
        starts = np.flatnonzero(fresh)
        after = hour[np.append(starts[1:], len(hour)) - 1] + HOUR_S if len(hour) else hour
        columns = (node[starts], hour[starts], after, flag[starts], checks[starts])
        for who, begin, end, what, why in zip(*(c.tolist() for c in columns), strict=True):
            stretches.append(Stretch(who, one.quantity, begin, end, what, why, VERSION))
    return stretches


def to_arrays(stretches: Sequence[Stretch]) -> dict[str, list[object]]:
    """Stretches as the parameters of a statement."""
    return {name: [getattr(one, name) for one in stretches] for name in Stretch._fields}


def to_buckets(known: Sequence[Stretch], found: Sequence[Stretch]) -> dict[str, list[int]]:
    """Hours of nodes that were found before or are now, and what is found of them, packed."""
    packed: dict[tuple[int, int], int] = {}
    for stretch in known:
        for hour in range(stretch.first, stretch.after, HOUR_S):
            packed.setdefault((stretch.node, hour), 0)
    for stretch in found:
        bits = stretch.flag << BITS * SLOT[stretch.quantity]
        for hour in range(stretch.first, stretch.after, HOUR_S):
            packed[stretch.node, hour] = packed.get((stretch.node, hour), 0) | bits
    return {
        "node": [node for node, _ in packed],
        "hour": [hour for _, hour in packed],
        "found": list(packed.values()),
    }
