"""Hours that a batch touches: brought up to date in its transaction, or noted for a roll-up.

All that new rows do to an hour is to add to it, and what they add is known while they are in
memory (parts.py). An hour is noted in private.touched, and added up again from all of its rows,
when one of them was known before, when its node moves, and when very many nodes send a row or two.
"""

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from .copy import Column
from .failures import Connection
from .parts import HOUR_S, Runs, add_up, find_runs, has_place
from .rows import Rows
from .sending import copy_rows
from .statements import find_places, read_statement

Int64 = NDArray[np.int64]
ADDING = sql.Identifier("pg_temp", "adding")
# An hour takes 30 us, a row 2: a flood of single samples must not wait for their hours.
FEW_ROWS = 4
FEW_HOURS = 1000


def write_touched(connection: Connection, rows: Rows, *, added: bool) -> None:
    """Bring hours up to date, or note them, in the caller's transaction.

    Rows are sorted by node and time and not empty; ``added`` says that all of them are new.
    """
    runs = find_runs(rows)
    known = choose_known(rows, runs) if added else np.zeros(len(runs.starts), np.bool_)
    if known.any():
        add_to_hours(connection, rows, runs, known)
    if not known.all():
        write_notes(connection, runs.node[~known], runs.hour[~known])


def choose_known(rows: Rows, runs: Runs) -> NDArray[np.bool_]:
    """True (r,) of hours to which new rows are added at once."""
    fixed = ~has_place(rows, runs)
    first = np.flatnonzero(np.append(True, runs.node[1:] != runs.node[:-1]))  # hour of each node
    hours = np.diff(first, append=len(runs.node))
    counts = np.diff(runs.starts[first], append=len(rows["time"].values))
    many = np.repeat(counts >= FEW_ROWS, hours)
    return fixed & (many | (int((fixed & ~many).sum()) <= FEW_HOURS))


def add_to_hours(connection: Connection, rows: Rows, runs: Runs, picked: NDArray[np.bool_]) -> None:
    """Add rows to their hours (r,), and note those that the server leaves out."""
    sums = {name: column.take(picked) for name, column in add_up(rows, runs).items()}
    keys = {
        "hour": Column("timestamptz", runs.hour[picked]),
        "node_id": Column("integer", runs.node[picked]),
    }
    connection.execute(read_statement("adding"))
    copy_rows(connection, keys | sums, ADDING)
    places = find_places(int(np.bitwise_or.reduce(sums["there"].values)))
    left_out = connection.execute(read_statement("add", places)).fetchall()
    if left_out:
        node, hour = np.array(left_out, np.int64).T
        write_notes(connection, node.astype(np.int32), hour)


def write_notes(connection: Connection, node: NDArray[np.int32], hour: Int64) -> None:
    """Note hours to add up again, sorted; one note for each stretch of hours that follow."""
    starts, after = find_stretches(node, hour)
    given = (node[starts], hour[starts], after)
    connection.execute(read_statement("note"), [column.tolist() for column in given])


def find_stretches(node: NDArray[np.int32], hour: Int64) -> tuple[NDArray[np.intp], Int64]:
    """Where stretches of hours (r,) of a node that follow each other start, and when they end."""
    fresh = (node[1:] != node[:-1]) | (hour[1:] > hour[:-1] + HOUR_S)
    starts = np.flatnonzero(np.append(True, fresh))
    return starts, hour[np.append(starts[1:], len(node)) - 1] + HOUR_S
