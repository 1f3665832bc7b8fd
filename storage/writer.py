"""Write observations: one transaction a batch, and the same batch again changes nothing.

1. bring the batch into rows: sorted, no row twice (rows.py), of times that can be (clock.py)
2. split them at the newest time that is known of each node (watermarks.py)
3. make the pieces of the table in which they belong (edition.py)
4. send what is newer straight into the table by binary COPY (copy.py), the rest to a temporary
   table, from where only what is new is inserted
5. add new rows to the hours of their nodes, and note which must be added up again (hours.py), what
   was refused, which pages and anchors arrived and how far an import is; commit all at once

Step 2 only says what is fast, never what is right: when another writer was ahead, the COPY meets
its rows, the whole transaction is undone, and done again by way of the temporary table alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from psycopg import errors, sql
from psycopg.pq import TransactionStatus

from lokaalmeten.account import Account, Mark
from lokaalmeten.anchor import Anchor
from lokaalmeten.observations import Observations
from lokaalmeten.rejected import Rejected

from .anchors import write_anchors
from .clock import Clock
from .delivery import NOTHING, Ack, Arrivals, write_delivery
from .edition import ensure_partitions
from .failures import Connection, say_failures
from .hours import write_touched
from .imports import write_import
from .rejected import delete_rejected, write_rejected
from .rows import Rows, to_rows
from .sending import copy_rows, to_names
from .watermarks import Watermarks

AHEAD = (errors.UniqueViolation, errors.DeadlockDetected)  # another writer has these rows
OBSERVATION = sql.Identifier("private", "observation")
ARRIVING = sql.Identifier("pg_temp", "arriving")
MONTH_S = 28 * 86_400  # the shortest


@dataclass(frozen=True)
class Written:
    """What became of a batch."""

    inserted: int  # new samples
    duplicate: int  # samples that were there already, or twice in the batch
    account: Account | None = None  # of the import with this batch, when it has a mark
    acks: tuple[Ack, ...] = ()  # of every boot that pages arrived of


class Writer:
    """Writes batches over one connection, and remembers the newest time of each node."""

    def __init__(self, connection: Connection, *, straight: bool = True) -> None:
        """Prepare; ``straight=False`` takes the temporary table always and remembers nothing."""
        self._connection = connection
        self._watermarks = Watermarks(connection) if straight else None
        self._clock = Clock(connection)
        self._months: set[int] = set()  # whose partitions are there

    def write(
        self,
        batch: Sequence[Observations],
        rejected: Sequence[Rejected] = (),
        *,
        arrivals: Arrivals = NOTHING,
        anchors: Sequence[Anchor] = (),
        replayed: Sequence[int] = (),
        mark: Mark | None = None,
        reasons: Sequence[str] = (),
    ) -> Written:
        """Store samples and what belongs to them in one transaction.

        ``arrivals`` are the pages in which they came, for their acknowledgement, ``anchors``
        the times of boots that those told. ``replayed`` are ids of refused messages that are
        stored now and leave the table of the refused.
        ``mark`` says how far an import is after this batch; its account is that before it, to
        which the samples and ``reasons`` (one per refused row) of this batch are added. Raises
        StorageError, after which nothing of this call is stored and the same call may be made
        again.
        """
        total = sum(len(part) for part in batch)
        rows = to_rows(batch) if total else {}

        def finish(inserted: int) -> Written:
            write_rejected(self._connection, rejected)
            delete_rejected(self._connection, replayed)
            account = None
            if mark is not None:
                account = mark.account.plus(inserted, total - inserted, reasons)
                write_import(self._connection, replace(mark, account=account))
            write_anchors(self._connection, anchors)
            acks = write_delivery(self._connection, arrivals)
            return Written(inserted, total - inserted, account, acks)

        with say_failures(self._connection):
            try:
                return self._commit(rows, finish)
            except BaseException:
                self._forget()
                raise

    def _commit(self, rows: Rows, finish: Callable[[int], Written]) -> Written:
        """Write rows as fast as they allow."""
        newer = self._split(rows)
        try:
            written = self._transact(rows, newer, finish)
        except AHEAD:
            self._forget()
            written = self._transact(rows, np.zeros_like(newer), finish)
        if self._connection.info.transaction_status == TransactionStatus.IDLE:
            self._remember(rows)
        else:  # a transaction of the caller, who may still undo it
            self._forget()
        return written

    def _transact(
        self, rows: Rows, newer: NDArray[np.bool_], finish: Callable[[int], Written]
    ) -> Written:
        """One transaction: either all of it, or nothing."""
        with self._connection.transaction():
            inserted = 0
            if rows:
                self._clock.check(rows["node_id"].values, rows["time"].values)
                self._make_room(rows["time"].values)
                pieces = (take_rows(rows, ~newer), False), (take_rows(rows, newer), True)
                counts = [self._insert(piece, straight=straight) for piece, straight in pieces]
                # hours when all rows are there: until the end of this, others wait for them
                for (piece, _), count in zip(pieces, counts, strict=True):
                    if count:
                        write_touched(
                            self._connection, piece, added=count == len(piece["time"].values)
                        )
                inserted = sum(counts)
            return finish(inserted)

    def _insert(self, rows: Rows, *, straight: bool) -> int:
        """Write rows; return how many were new."""
        if not rows:
            return 0
        if straight:
            return copy_rows(self._connection, rows, OBSERVATION)
        return insert_rows(self._connection, rows)

    def _split(self, rows: Rows) -> NDArray[np.bool_]:
        """True for rows that can go straight into the table."""
        if not rows:
            return np.zeros(0, np.bool_)
        node, time = rows["node_id"].values, rows["time"].values
        if self._watermarks is None:
            return np.zeros(len(node), np.bool_)
        return self._watermarks.find_newer(node, time)

    def _make_room(self, time: NDArray[np.int64]) -> None:
        """Ask for the partitions of months that this writer did not write to before."""
        months = find_months(time)
        if not self._months.issuperset(months.astype(np.int64).tolist()):
            ensure_partitions(self._connection, months.astype("datetime64[s]").astype(np.int64))

    def _remember(self, rows: Rows) -> None:
        """Note what is committed now."""
        if rows and self._watermarks is not None:
            node, time = rows["node_id"].values, rows["time"].values
            self._watermarks.raise_to(node, time)
            self._months.update(find_months(time).astype(np.int64).tolist())

    def _forget(self) -> None:
        """Have everything read back from the database before it is used again."""
        self._months.clear()
        if self._watermarks is not None:
            self._watermarks.forget()


def write(
    connection: Connection,
    batch: Sequence[Observations],
    rejected: Sequence[Rejected] = (),
    *,
    mark: Mark | None = None,
    reasons: Sequence[str] = (),
) -> Written:
    """Store one batch, as ``Writer.write`` does; for a single one there is nothing to remember."""
    writer = Writer(connection, straight=False)
    return writer.write(batch, rejected, mark=mark, reasons=reasons)


def take_rows(rows: Rows, which: NDArray[np.bool_]) -> Rows:
    """Rows by mask; the same object when it is all of them, nothing when it is none."""
    if which.all():
        return rows
    if not which.any():
        return {}
    return {name: column.take(which) for name, column in rows.items()}


def insert_rows(connection: Connection, rows: Rows) -> int:
    """Store rows, at least one, that are not yet there; return how many."""
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS arriving (LIKE private.observation) ON COMMIT DELETE ROWS"
    )
    connection.execute("TRUNCATE pg_temp.arriving")  # a caller's transaction may hold two batches
    copy_rows(connection, rows, ARRIVING)
    statement = sql.SQL(
        "INSERT INTO private.observation ({0}) SELECT {0} FROM pg_temp.arriving"
        " ON CONFLICT (node_id, time) DO NOTHING"
    )
    return connection.execute(statement.format(to_names(rows))).rowcount


def find_months(time: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Months in which these times (Unix seconds, not empty) lie, each once."""
    ends = np.array([time.min(), time.max()])
    near = ends[1] - ends[0] < MONTH_S  # then no month lies between those of the ends
    return np.unique((ends if near else time).astype("datetime64[s]").astype("datetime64[M]"))
