"""Correcting what is stored: for calibrations that came after the rows.

    for each node, month by month: read its rows -> correct them as at ingest -> write what differs

A month of a node is one transaction. What is as it should be is not written, so a run that was
interrupted is simply started again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from lokaalmeten.observations import Observations

from .correcting import Store as Calibrations
from .correcting import correct
from .periods import Applied, Member, to_periods


class Store(Calibrations, Protocol):
    """Where rows are kept; every method may raise StorageError."""

    def read_span(  # noqa: D102
        self, node: int, start: datetime, stop: datetime
    ) -> tuple[datetime, datetime] | None: ...
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


def apply_all(
    store: Store,
    start: datetime,
    stop: datetime,
    nodes: Sequence[int] = (),
    told: Callable[[int, int], None] = lambda _done, _total: None,
) -> Outcome:
    """Correct the rows of a period, of some nodes or all; ``told`` hears how many nodes are done.

    Raises StorageError; what was done before stays, and the next run goes on behind it.
    """
    applied = store.read_applied()
    members = [one for one in store.read_members() if not nodes or one.id in nodes]
    rows = changed = 0
    for done, member in enumerate(members):
        told(done, len(members))
        span = store.read_span(member.id, start, stop)
        for first, after in cut_months(*span) if span else ():
            some, written = apply_one(store, applied, member, first, min(after, stop))
            rows, changed = rows + some, changed + written
    told(len(members), len(members))
    return Outcome(rows, changed)


def apply_one(
    store: Store, applied: Sequence[Applied], member: Member, start: datetime, stop: datetime
) -> tuple[int, int]:
    """Correct the rows of one node in a stretch of time; how many there are, and changed."""
    stored = store.read_stored(member.id, start, stop)
    if stored is None:
        return 0, 0
    span = int(start.timestamp()), int(stop.timestamp()) + 1
    periods = to_periods(applied, [member], store.number_sets, span)
    raw = replace(stored.rows, corrected_keys=(), corrected=None, correction=None)
    return len(raw), store.rewrite(stored, correct(raw, periods))


def cut_months(first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Months (UTC) from that of ``first`` to that of ``last``, the first from ``first`` on."""
    at = first.astimezone(UTC)
    while at <= last:
        after = (at.replace(day=1) + timedelta(days=32)).replace(
            day=1, hour=0, minute=0, second=0, microsecond=0
        )
        yield at, after
        at = after
