"""Rollups: the observations added up per hour and per day, always as if from all rows there are.

1. a writer adds new rows to the hours of their nodes in its own transaction, and notes the hours in
   which anything else happened (hours.py)
2. a roll-up takes such notes and adds up those hours again from the observations; of moving nodes
   these are the hours in which the touched rides start
3. it notes the days of all these hours, and adds those up from the hours when no hour waits any
   more; then the places of these days (zones and cells), from the days of their nodes
4. commit: notes and sums change at once, and a crash before changes neither

A roll-up sees one moment, and an hour to which somebody added since then it cannot change: the
server undoes it, and it is done again. So a row is in a sum because it was added, or because the
sum was made again, and never twice. One roll-up works at a time; writers wait for none.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from psycopg import errors

from .failures import Connection, say_failures
from .statements import choose_places, find_places, read_statement

LIMIT = 5000  # hours or days of a node in one transaction: about a second
LATE = "60 s"  # days that are noted so long come before hours, of which a flood never ends
HOUR_S = 3600
RIDES = 0  # the place that stands for all rides of a day
ROLLUP_LOCK = 0x4C4D_0003  # "LM", 3: any number of our own
# somebody added to an hour meanwhile
OVERTAKEN = (errors.SerializationFailure, errors.UniqueViolation, errors.DeadlockDetected)
TRIES = 20


@dataclass(frozen=True)
class Waiting:
    """What is noted and not yet added up again."""

    notes: int
    hours: int  # of a node, one that is noted twice counted twice
    since: datetime | None  # when the oldest was noted, UTC


def roll_up(connection: Connection, limit: int = LIMIT, patience_s: float = 0) -> int:
    """Add up at most ``limit`` hours, days of nodes, or days of places; return how many it were.

    Days follow when no hour waits and they were noted ``patience_s`` ago: those of today are
    noted with every batch. 0 means that there is nothing to do. One transaction; another roll-up
    at work is waited for. Raises StorageError, after which nothing has changed.
    """
    with say_failures(connection):
        for _ in range(TRIES - 1):
            try:
                return roll_once(connection, limit, patience_s)
            except OVERTAKEN:
                pass
        return roll_once(connection, limit, patience_s)


def roll_once(connection: Connection, limit: int, patience_s: float) -> int:
    """Add up what comes first; raises one of OVERTAKEN when a writer was at the same hour."""
    with at_one_moment(connection):
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
    """Add up again the hours that are noted, and note the days; how many hours and notes."""
    hours = set(connection.execute(read_statement("take"), {"limit": limit}).fetchall())
    if hours:
        given = to_columns(list(hours))
        connection.execute(read_statement("take_equal"), given)
        hours |= set(connection.execute(read_statement("find_rides"), given).fetchall())
        write_hours(connection, list(hours))
        connection.execute(read_statement("note_ride_days"), to_columns(list(hours)))
        connection.execute(read_statement("note_days"), to_columns(list(hours)))
    return len(hours) + note_added(connection, limit)


def note_added(connection: Connection, limit: int | None = None) -> int:
    """Note, node by node, the days to which writers added; how many notes of theirs it were."""
    (notes,) = connection.execute(read_statement("note_added"), {"limit": limit}).fetchone() or (0,)
    return notes


def write_hours(connection: Connection, buckets: Sequence[tuple[int, int]]) -> None:
    """Add up hours, given as (node id, Unix seconds), from the observations."""
    given = to_columns(buckets)
    bounds = {"first": min(given["hour"]), "after": max(given["hour"]) + HOUR_S}
    found = connection.execute(read_statement("is_corrected")).fetchone()
    places = choose_places(corrected=found == (True,))
    connection.execute(read_statement("clear_hours"), given)
    connection.execute(read_statement("add_fixed", places), given | bounds)
    connection.execute(read_statement("add_rides", places), given)


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
