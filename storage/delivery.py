"""Delivery: which pages of each node are committed, so that a node knows what it may forget.

1. bring the pages of a batch into one row per boot of a node: lowest and highest sequence, gaps
2. join that with what is known, in one statement in the transaction of the rows
3. keep the gaps few
4. answer with one acknowledgement per boot

A boot starts at sequence 0. What never comes, because a full node dropped its oldest pages or
because it was refused, stays a gap; it costs two numbers and holds up nothing, as ``high`` goes
on above it. Too many gaps are made fewer by joining the lowest: pages between them are claimed no
longer, and a node that still has them sends them again. A page is never claimed wrongly.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .failures import Connection, say_failures

Int64 = NDArray[np.int64]
Gaps = tuple[tuple[int, int], ...]  # rising, apart, both ends included
Arrivals = Mapping[tuple[int, int], Sequence[int] | Int64]  # (node id, boot): sequences, any order

NOTHING: Arrivals = MappingProxyType({})
NUMBER = re.compile(r"\d+")
KEPT_GAPS = 1000  # two ingests that share a node's pages make many, for a moment
TOLD_GAPS = 100  # some 2 kB in the acknowledgement, which a node must hold in memory

# A page is open where it is open in both: below the high of each by its gaps, above it always.
# An int8range of equal ends is empty.
_WRITE = """
INSERT INTO private.delivery AS d (node_id, boot, high, gaps)
SELECT node_id, boot, high, int8multirange(int8range(0, first)) + coalesce(between.gaps, '{}')
FROM unnest(%s::integer[], %s::bigint[], %s::bigint[], %s::bigint[])
        WITH ORDINALITY AS came (node_id, boot, first, high, place)
    LEFT JOIN (
        SELECT place, range_agg(int8range(low, last, '[]')) AS gaps
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS gap (place, low, last)
        GROUP BY place
    ) between USING (place)
ORDER BY node_id, boot
ON CONFLICT (node_id, boot) DO UPDATE SET
    high = greatest(d.high, EXCLUDED.high),
    gaps = (d.gaps + int8multirange(int8range(d.high + 1, greatest(d.high, EXCLUDED.high) + 1)))
        * (EXCLUDED.gaps
            + int8multirange(int8range(EXCLUDED.high + 1, greatest(d.high, EXCLUDED.high) + 1))),
    updated_at = now()
RETURNING node_id, boot, high, nullif(gaps, '{}')::text
"""

_KEEP = "UPDATE private.delivery SET gaps = %s::int8multirange WHERE node_id = %s AND boot = %s"

_READ = """
SELECT DISTINCT ON (node_id) node_id, boot, high, nullif(gaps, '{}')::text
FROM private.delivery ORDER BY node_id, updated_at DESC, boot DESC
"""


class Ack(NamedTuple):
    """What is committed of one boot of a node: 0 to ``high`` without the ``gaps``."""

    node_id: int
    boot: int
    high: int
    gaps: Gaps


class Pages(NamedTuple):
    """The pages of a batch: b boots, and g gaps between their lowest and highest sequences."""

    node: Int64  # (b,)
    boot: Int64  # (b,)
    first: Int64  # (b,) lowest sequence
    high: Int64  # (b,) highest sequence
    place: Int64  # (g,) which of the boots, counted from 1
    low: Int64  # (g,) first sequence of the gap
    last: Int64  # (g,) last sequence of the gap


def write_delivery(connection: Connection, arrivals: Arrivals) -> tuple[Ack, ...]:
    """Note pages as committed, in the transaction of the caller; one Ack per boot that came.

    Two writers that note pages of the same boot wait for each other, and neither forgets what
    the other noted.
    """
    pages = to_pages(arrivals)
    if not len(pages.node):
        return ()
    acks = _read_acks(connection.execute(_WRITE, [_to_array(column) for column in pages]))
    for ack in acks:
        if len(ack.gaps) > KEPT_GAPS:
            kept = to_multirange(join_lowest(ack.gaps, KEPT_GAPS))
            connection.execute(_KEEP, [kept, ack.node_id, ack.boot])
    return tuple(map(_shorten, acks))


def read_delivery(connection: Connection) -> tuple[Ack, ...]:
    """Read what is committed of the boot of each node that was written to last, by node."""
    with say_failures(connection):
        return tuple(map(_shorten, _read_acks(connection.execute(_READ))))


def to_pages(arrivals: Arrivals) -> Pages:
    """Lowest, highest and gaps of each boot, whatever the order and however often a page came."""
    came = {key: sequences for key, sequences in arrivals.items() if len(sequences)}
    sizes = np.array([len(sequences) for sequences in came.values()], np.int64)
    node, boot = np.array(list(came), np.int64).reshape(-1, 2).T
    place = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    sequence = np.fromiter(chain.from_iterable(came.values()), np.int64, len(place))
    order = np.lexsort((sequence, place))
    sequence = sequence[order]  # place is in order already
    starts = np.cumsum(sizes) - sizes
    gap = np.append(sequence[1:] > sequence[:-1] + 1, False)  # after this page
    gap[starts[1:] - 1] = False  # there another boot begins
    after = np.flatnonzero(gap)
    return Pages(
        node, boot, sequence[starts], sequence[starts + sizes - 1],
        place[after], sequence[after] + 1, sequence[after + 1] - 1,
    )  # fmt: skip


def _read_acks(rows: Iterable[tuple[int, int, int, str | None]]) -> list[Ack]:
    return [Ack(node, boot, high, to_gaps(gaps)) for node, boot, high, gaps in rows]


def _shorten(ack: Ack) -> Ack:
    """The same with as many gaps as a node can hold."""
    if len(ack.gaps) <= TOLD_GAPS:
        return ack
    return ack._replace(gaps=join_lowest(ack.gaps, TOLD_GAPS))


def _to_array(column: Int64) -> str:
    """An array as PostgreSQL writes it: psycopg takes four times as long for a list."""
    return "{" + ",".join(map(str, column.tolist())) + "}"


def to_gaps(text: str | None) -> Gaps:
    """Gaps of a multirange as the database writes it, upper ends excluded; none of NULL.

    >>> to_gaps("{[0,2),[5,6)}")
    ((0, 1), (5, 5))
    """
    if text is None:
        return ()
    ends = [int(number) for number in NUMBER.findall(text)]
    return tuple((low, after - 1) for low, after in zip(ends[::2], ends[1::2], strict=True))


def to_multirange(gaps: Gaps) -> str:
    """The same for the database.

    >>> to_multirange(((0, 1), (5, 5)))
    '{[0,1],[5,5]}'
    """
    return "{" + ",".join(f"[{low},{last}]" for low, last in gaps) + "}"


def join_lowest(gaps: Gaps, most: int) -> Gaps:
    """At most so many gaps: the lowest become one, with the pages between them.

    Not the highest: a gap that is never filled would then hold up all that comes after it.

    >>> join_lowest(((2, 3), (7, 7), (9, 9)), 2)
    ((2, 7), (9, 9))
    """
    joined = len(gaps) - most
    if joined <= 0:
        return gaps
    return ((gaps[0][0], gaps[joined][1]), *gaps[joined + 1 :])
