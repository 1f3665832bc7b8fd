"""Write observations: one transaction a batch, and the same batch again changes nothing.

1. bring the batch into rows: sorted, no row twice (rows.py)
2. make the pieces of the table in which they belong (edition.py)
3. send them to a temporary table in one binary COPY (copy.py)
4. insert from there what is new, and count it
5. note what was refused and how far an import is, and commit all of it at once
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from psycopg import sql

from lokaalmeten.account import Account, Mark
from lokaalmeten.errors import StorageError
from lokaalmeten.observations import Observations
from lokaalmeten.rejected import Rejected

from .copy import Column, to_copy
from .edition import ensure_partitions
from .failures import Connection, say_failures
from .imports import write_import
from .rejected import write_rejected
from .rows import to_rows

FIRST, AFTER = 0, 2**32  # times a node can send: 1970 to 2106


@dataclass(frozen=True)
class Written:
    """What became of a batch."""

    inserted: int  # new samples
    duplicate: int  # samples that were there already, or twice in the batch
    account: Account | None = None  # of the import with this batch, when it has a mark


def write(
    connection: Connection,
    batch: Sequence[Observations],
    rejected: Sequence[Rejected] = (),
    *,
    mark: Mark | None = None,
    reasons: Sequence[str] = (),
) -> Written:
    """Store samples, refused messages and the mark of an import in one transaction.

    ``mark`` says how far an import is after this batch; its account is that before it, to which
    the samples and ``reasons`` (one per refused row) of this batch are added. Raises
    StorageError, after which nothing of this call is stored and the same call may be made again.
    """
    total = sum(len(part) for part in batch)
    account = None
    with say_failures(connection), connection.transaction():
        inserted = write_rows(connection, to_rows(batch)) if total else 0
        write_rejected(connection, rejected)
        if mark is not None:
            account = mark.account.plus(inserted, total - inserted, reasons)
            write_import(connection, replace(mark, account=account))
    return Written(inserted, total - inserted, account)


def write_rows(connection: Connection, rows: dict[str, Column]) -> int:
    """Store rows that are not yet there; return how many."""
    check_time(rows)
    ensure_partitions(connection, rows["time"].values)
    names = sql.SQL(", ").join(map(sql.Identifier, rows))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS arriving (LIKE private.observation)"
            " ON COMMIT DELETE ROWS"
        )
        cursor.execute("TRUNCATE pg_temp.arriving")  # a caller's transaction may hold two batches
        copy_in = sql.SQL("COPY pg_temp.arriving ({}) FROM STDIN (FORMAT binary)").format(names)
        with cursor.copy(copy_in) as copy:
            copy.write(to_copy(list(rows.values())))
        cursor.execute(
            sql.SQL(
                "INSERT INTO private.observation ({0}) SELECT {0} FROM pg_temp.arriving"
                " ON CONFLICT (node_id, time) DO NOTHING"
            ).format(names)
        )
        return cursor.rowcount


def check_time(rows: dict[str, Column]) -> None:
    """Refuse rows of a time that no node can send; StorageError."""
    time = rows["time"].values
    wrong = (time < FIRST) | (time >= AFTER)
    if wrong.any():
        node, at = rows["node_id"].values[wrong][0], time[wrong][0]
        raise StorageError(
            f"a sample of node {node} has time {at} s, outside 1970 to 2106;"
            " nothing of its batch was stored"
        )
