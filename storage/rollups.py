"""Rollups: the observations added up per hour and per day, always as if from all rows there are.

1. a write notes the hours that it touches, in its own transaction, and leaves beside the note what
   it adds to them where it knows that (``write_touched``, parts.py)
2. a roll-up takes such notes: parts are added to their hours; hours in which anything else happened
   are added up again from the observations
3. of moving nodes these are the hours in which the touched rides start
4. it notes the days of these hours, and adds those up from the hours when no hour waits any more;
   then the places of these days (zones and cells), from the days of their nodes
5. commit: notes and sums change at once, and a crash before changes neither

A roll-up sees one moment: what is not in the notes that it can see is not in the rows that it can
see. So a row is in a sum by its part, or by being added up again, and never by both. One roll-up
works at a time; writers wait for none.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from .copy import Column
from .failures import Connection, say_failures
from .parts import Runs, add_up, find_runs, has_place
from .rows import Rows
from .sending import copy_rows
from .statements import find_places, read_statement

LIMIT = 5000  # hours or days of a node in one transaction: about a second
LATE = "60 s"  # days that are noted so long come before hours, of which a flood never ends
HOUR_S = 3600
RIDES = 0  # the place that stands for all rides of a day
PART = sql.Identifier("private", "part")
ROLLUP_LOCK = 0x4C4D_0003  # "LM", 3: any number of our own


@dataclass(frozen=True)
class Waiting:
    """What is noted and not yet added up again."""

    notes: int
    hours: int  # of a node, one that is noted twice counted twice
    since: datetime | None  # when the oldest was noted, UTC


def write_touched(connection: Connection, rows: Rows, *, added: bool) -> None:
    """Note in the caller's transaction which hours rows touch; sorted by node and time, not empty.

    ``added`` says that all of them are new: then what they add is left beside the note.
    """
    runs = find_runs(rows)
    parts = ~has_place(rows, runs) if added else np.zeros(len(runs.starts), np.bool_)
    if parts.any():
        write_parts(connection, rows, runs, parts)
    if not parts.all():
        write_notes(connection, runs.node[~parts], runs.hour[~parts])


def write_notes(connection: Connection, node: NDArray[np.int32], hour: NDArray[np.int64]) -> None:
    """Note hours to add up again, sorted; one note for each stretch of hours that follow."""
    starts, after = find_stretches(node, hour)
    given = (node[starts], hour[starts], after)
    connection.execute(read_statement("note"), [column.tolist() for column in given])


def write_parts(connection: Connection, rows: Rows, runs: Runs, picked: NDArray[np.bool_]) -> None:
    """Note hours (r,), likewise, and what rows add to them."""
    node, hour = runs.node[picked], runs.hour[picked]
    starts, after = find_stretches(node, hour)
    given = connection.execute(read_statement("number"), [len(starts)]).fetchall()
    ids = np.array(given, np.int64)[:, 0]
    sums = {name: column.take(picked) for name, column in add_up(rows, runs).items()}
    keys = {
        "id": Column("bigint", np.repeat(ids, np.diff(starts, append=len(node)))),
        "hour": Column("timestamptz", hour),
        "node_id": Column("integer", node),
    }
    # first the parts: what is not kept any more goes with its note (private.cut_notes)
    copy_rows(connection, keys | sums, PART)
    columns = [column.tolist() for column in (ids, node[starts], hour[starts], after)]
    connection.execute(read_statement("note_parts"), columns)


def find_stretches(
    node: NDArray[np.int32], hour: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Where stretches of hours (r,) of a node that follow each other start, and when they end."""
    fresh = (node[1:] != node[:-1]) | (hour[1:] > hour[:-1] + HOUR_S)
    starts = np.flatnonzero(np.append(True, fresh))
    return starts, hour[np.append(starts[1:], len(node)) - 1] + HOUR_S


def roll_up(connection: Connection, limit: int = LIMIT, patience_s: float = 0) -> int:
    """Add up at most ``limit`` hours, days of nodes, or days of places; return how many it were.

    Days follow when no hour waits and they were noted ``patience_s`` ago: those of today are
    noted with every batch. 0 means that there is nothing to do. One transaction; another roll-up
    at work is waited for. Raises StorageError, after which nothing has changed.
    """
    with say_failures(connection), at_one_moment(connection):
        late = connection.execute(read_statement("days_are_late"), [LATE]).fetchone() == (True,)
        return (
            (late and roll_days(connection, limit))
            or roll_hours(connection, limit)
            or roll_days(connection, limit, patience_s)
            or roll_places(connection, limit)
        )


@contextmanager
def at_one_moment(connection: Connection) -> Iterator[None]:
    """A transaction that sees what is committed before it, and no other roll-up beside it."""
    # of the session, for it must be ours before the transaction looks
    connection.execute("SELECT pg_advisory_lock(%s)", [ROLLUP_LOCK])
    try:
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            connection.execute("SET LOCAL jit = off")  # takes longer than the sums
            # a crash may undo it: then its notes are back as well
            connection.execute("SET LOCAL synchronous_commit = off")
            yield
    finally:
        if not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(%s)", [ROLLUP_LOCK])


def roll_hours(connection: Connection, limit: int) -> int:
    """Bring hours up to date; how many."""
    added = connection.execute(read_statement("take_parts"), {"limit": limit}).fetchall()
    again = set(connection.execute(read_statement("take"), {"limit": limit}).fetchall())
    again |= list_hours(note for *note, moving in added if moving)
    buckets = again | list_hours(note for *note, _ in added)
    if again:
        given = to_columns(list(again))
        equal = connection.execute(read_statement("take_equal"), given).fetchall()
        added += [note for note in equal if note[-1]]
        buckets |= list_hours(note for *note, _ in equal)
        again |= set(connection.execute(read_statement("find_rides"), given).fetchall())
        write_hours(connection, list(again))
        connection.execute(read_statement("note_ride_days"), to_columns(list(again)))
    if added:
        given = to_columns(list(again)) | {"parts": [note[0] for note in added]}
        connection.execute(read_statement("add_parts"), given)
        connection.execute(read_statement("clear_parts"), given)
    if buckets:
        connection.execute(read_statement("note_days"), to_columns(list(buckets)))
    return len(buckets)


def list_hours(notes: Iterable[Sequence[int]]) -> set[tuple[int, int]]:
    """Hours (node id, Unix seconds) of notes (id, node id, first, after)."""
    return {(n, hour) for _, n, first, after in notes for hour in range(first, after, HOUR_S)}


def write_hours(connection: Connection, buckets: Sequence[tuple[int, int]]) -> None:
    """Add up hours, given as (node id, Unix seconds), from the observations."""
    given = to_columns(buckets)
    bounds = {"first": min(given["hour"]), "after": max(given["hour"]) + HOUR_S}
    connection.execute(read_statement("clear_hours"), given)
    connection.execute(read_statement("add_fixed"), given | bounds)
    connection.execute(read_statement("add_rides"), given)


def roll_days(connection: Connection, limit: int, patience_s: float = 0) -> int:
    """Add up days from their hours; how many."""
    given = {"limit": limit, "patience": patience_s}
    taken = connection.execute(read_statement("take_days"), given).fetchall()
    if taken:
        node, day = zip(*taken, strict=True)
        given = {"node": list(node), "day": list(day)}
        connection.execute(read_statement("clear_days"), given)
        (there,) = connection.execute(read_statement("find_there"), given).fetchone() or (0,)
        connection.execute(read_statement("add_days", find_places(there or 0)), given)
        connection.execute(read_statement("note_places"), given)
    return len(taken)


def roll_places(connection: Connection, limit: int) -> int:
    """Add up days of places from those of their nodes, and from rides; how many."""
    taken = connection.execute(read_statement("take_places"), [limit]).fetchall()
    if taken:
        place, day = zip(*taken, strict=True)
        given = {"place": list(place), "day": list(day)}
        connection.execute(read_statement("clear_places"), given)
        (there,) = connection.execute(read_statement("find_there_places"), given).fetchone() or (0,)
        connection.execute(read_statement("add_places", find_places(there or 0)), given)
        if RIDES in place:
            connection.execute(read_statement("clear_ride_places"), given)
            found = connection.execute(read_statement("find_there_rides"), given).fetchone() or (0,)
            connection.execute(read_statement("add_ride_places", find_places(found[0] or 0)), given)
    return len(taken)


def to_columns(buckets: Sequence[tuple[int, int]]) -> dict[str, list[int]]:
    """Hours as the parameters of a statement."""
    return {"node": [node for node, _ in buckets], "hour": [hour for _, hour in buckets]}


def waiting(connection: Connection) -> Waiting:
    """Tell what waits to be added up. Raises StorageError."""
    with say_failures(connection):
        row = connection.execute(read_statement("waiting")).fetchone()
    assert row
    return Waiting(*row)
