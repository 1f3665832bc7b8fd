"""Correcting what is stored: for calibrations that came after the rows.

    which calibrations hold in the period? -> number their sets, once, in one order
    cut the period in blocks: some nodes, one month
    for each node of a block: read its rows -> correct them as at ingest -> write what differs

A month of a node is one transaction. What is as it should be is not written, so a run that was
interrupted is simply started again, and a block may be done twice, anywhere, in any order: sets
have their numbers before, so rows are the same to the byte.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from lokaalmeten.observations import Observations

from .correcting import Store as Calibrations
from .correcting import correct
from .periods import Applied, Member, list_sets, to_periods

NODES = 16  # of a block: a month of them is 0.7 million samples, some seconds


class Store(Calibrations, Protocol):
    """Where rows are kept; every method may raise StorageError."""

    def read_spans(  # noqa: D102
        self, nodes: Sequence[int], start: datetime, stop: datetime
    ) -> Sequence[tuple[int, datetime, datetime]]: ...
    def read_stored(  # noqa: D102
        self, node: int, start: datetime, stop: datetime
    ) -> Any: ...
    def rewrite(self, stored: Any, corrected: Observations) -> int:
        """Bring rows of ``read_stored`` up to date; how many changed."""
        ...


@dataclass(frozen=True)
class Outcome:
    """What became of a run."""

    rows: int
    changed: int


@dataclass(frozen=True)
class Block:
    """Some nodes in a stretch of time, within a month."""

    nodes: tuple[int, ...]
    start: datetime
    stop: datetime


Run = Callable[[Sequence[Applied], Sequence[Block]], Iterable[Outcome]]  # apply_block of each


def apply_all(
    store: Store,
    start: datetime,
    stop: datetime,
    nodes: Sequence[int] = (),
    run: Run | None = None,
) -> Outcome:
    """Correct the rows of a period, of some nodes or all; ``run`` does the blocks, or this store.

    Rows are counted once. A block that was done twice counts as changed what its last time
    changed. Raises StorageError; what was done before stays, and the next run goes on behind it.
    """
    applied = store.read_applied()
    members = store.read_members(nodes or None)
    store.number_sets(list_sets(applied, members, to_span(start, stop)))
    spans = store.read_spans([member.id for member in members], start, stop)
    blocks = list(list_blocks(spans, start, stop))
    if run is None:
        outcomes = (apply_block(store, applied, block) for block in blocks)
    else:
        outcomes = run(applied, blocks)
    sums = [(one.rows, one.changed) for one in outcomes]
    return Outcome(*(sum(column) for column in zip((0, 0), *sums, strict=True)))


def list_blocks(
    spans: Sequence[tuple[int, datetime, datetime]], start: datetime, stop: datetime
) -> Iterator[Block]:
    """Blocks of all months in which nodes have rows: (node, first, last moment) of each node.

    Every month has the same groups of nodes: who is elsewhere in a month is left out of it.
    """
    for at in range(0, len(spans), NODES):
        group = spans[at : at + NODES]
        first, last = min(one[1] for one in group), max(one[2] for one in group)
        for month, after in cut_months(first, last):
            there = tuple(node for node, since, till in group if since < after and till >= month)
            if there:
                yield Block(there, max(month, start), min(after, stop))


def apply_block(store: Store, applied: Sequence[Applied], block: Block) -> Outcome:
    """Correct the rows of a block; as good twice as once."""
    members = store.read_members(block.nodes)
    sums = [apply_one(store, applied, each, block.start, block.stop) for each in members]
    return Outcome(*(sum(column) for column in zip((0, 0), *sums, strict=True)))


def apply_one(
    store: Store, applied: Sequence[Applied], member: Member, start: datetime, stop: datetime
) -> tuple[int, int]:
    """Correct the rows of one node in a stretch of time; how many there are, and changed."""
    stored = store.read_stored(member.id, start, stop)
    if stored is None:
        return 0, 0
    periods = to_periods(applied, [member], store.number_sets, to_span(start, stop))
    raw = replace(stored.rows, corrected_keys=(), corrected=None, correction=None)
    return len(raw), store.rewrite(stored, correct(raw, periods))


def to_span(start: datetime, stop: datetime) -> tuple[int, int]:
    """Unix seconds around two moments."""
    return int(start.timestamp()), int(stop.timestamp()) + 1


def cut_months(first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Months (UTC) from that of ``first`` to that of ``last``, the first from ``first`` on."""
    at = first.astimezone(UTC)
    while at <= last:
        after = (at.replace(day=1) + timedelta(days=32)).replace(
            day=1, hour=0, minute=0, second=0, microsecond=0
        )
        yield at, after
        at = after
