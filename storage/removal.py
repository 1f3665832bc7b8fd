"""Removal of a node, or of an owner with all nodes: everything goes, and that is proved.

1. delete the rows of the nodes, and note in private.removal what is left to do: one transaction,
   from which on the public sees nothing of them, and an ingest that still knows them keeps nothing
2. delete what is theirs in every table, and the sums of places where they were, which are made
   again without them, while no roll-up is at work
3. delete their observations, a month at a time
4. look through all tables once more
5. forget their names too, and note in the log that a removal happened

A node may have a hundred million observations: in one transaction they would be lost work when it
is interrupted, and keep the server from tidying up meanwhile. What is interrupted after step 1 is
finished by the next removal, whichever it is.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from psycopg.rows import class_row

from lokaalmeten.errors import StorageError

from .deletion import (
    OBSERVATION,
    Named,
    count_rows,
    delete_observations,
    delete_rows,
    wait_for_writers,
)
from .events import note
from .failures import Connection, name_place, say_failures
from .people import find_number
from .rides import RIDES_LOCK
from .rollups import ROLLUP_LOCK, note_added

_BEGIN = "DELETE FROM private.node WHERE id = %s"
_LEFT = "INSERT INTO private.removal (id, name, hardware) VALUES (%s, %s, %s)"
_UNFINISHED = "SELECT id, name, hardware FROM private.removal WHERE done_at IS NULL ORDER BY id"
_PLACES = """
DELETE FROM private.rollup_place r USING private.touched_place t
WHERE r.place = t.place AND r.day = t.day AND NOT r.moving
"""
_RIDE_PLACES = """
DELETE FROM private.rollup_place
WHERE moving AND day = ANY(ARRAY(SELECT day FROM private.touched_place WHERE place = 0))
"""
_DONE = """
UPDATE private.removal SET name = NULL, hardware = NULL, done_at = now()
WHERE id = %s AND done_at IS NULL
"""


@dataclass(frozen=True)
class Removed:
    """What went of a node."""

    name: str
    rows: Counter[str]  # by table
    searched: int  # tables that were looked through afterwards


def find_nodes(
    connection: Connection, *, node: str | None = None, owner: str | None = None
) -> list[Named]:
    """The node of a name, or all nodes of an owner; StorageError when there is no such."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Named)) as cursor:
        query = "SELECT id, name, hardware FROM private.node WHERE name = %s"
        value: str | int | None = node
        if owner is not None:
            query = "SELECT id, name, hardware FROM private.node WHERE owner_id = %s ORDER BY name"
            value = find_number(connection, "owner", owner)
        found = cursor.execute(query, [value]).fetchall()
    if not found and owner is None:
        raise StorageError(f"{name_place(connection)}: there is no node {node}")
    return found


def count_removal(connection: Connection, nodes: Sequence[Named]) -> Counter[str]:
    """Rows by table that a removal of these nodes would delete."""
    with say_failures(connection):
        return sum((Counter(count_rows(connection, node)) for node in nodes), Counter())


def begin_removal(
    connection: Connection, nodes: Sequence[Named], *, owner: str | None = None
) -> None:
    """Make nodes invisible, for good, and delete their owner if one is given; step 1."""
    with say_failures(connection), connection.transaction():
        for node in nodes:  # in the order of who writes rides: first this lock, then the notes
            connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", [RIDES_LOCK, node.id])
        wait_for_writers(connection)
        for node in nodes:
            connection.execute(_BEGIN, [node.id])
            connection.execute(_LEFT, [node.id, node.name, node.hardware])
            note(connection, "removal of a node begun", node=node.id)
        if owner is not None:
            number = find_number(connection, "owner", owner)
            connection.execute("DELETE FROM private.owner WHERE id = %s", [number])
            note(connection, "owner removed", owner=number, nodes=len(nodes))


def read_unfinished(connection: Connection) -> list[Named]:
    """Nodes whose removal was begun and is not done."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Named)) as cursor:
        return cursor.execute(_UNFINISHED).fetchall()


def finish_removal(
    connection: Connection, node: Named, told: Callable[[int], object] = lambda _: None
) -> Removed:
    """Delete all that is left of a node and prove it, steps 2 to 5.

    ``told`` hears how many observations went with each step. May be called again after whatever
    interrupted it. Raises StorageError, also when something is left.
    """
    went: Counter[str] = Counter()
    with say_failures(connection):
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [ROLLUP_LOCK])
            note_added(connection)
            went.update(delete_rows(connection, node))
            connection.execute(_PLACES)
            connection.execute(_RIDE_PLACES)
        for rows in delete_observations(connection, node.id):
            went[OBSERVATION] += rows
            told(rows)
        with connection.transaction():  # what an ingest that still knew the node wrote meanwhile
            went.update(delete_rows(connection, node))
            left = count_rows(connection, node)
            searched = len(left)
            if any(left.values()):
                said = ", ".join(f"{rows:,} in {table}" for table, rows in left.items() if rows)
                raise StorageError(
                    f"{name_place(connection)}: of node {node.name} rows are left: {said};"
                    " stop what writes them and repeat the removal"
                )
            connection.execute(_DONE, [node.id])
            note(connection, "node removed", node=node.id, rows=dict(went), searched=searched)
    return Removed(node.name, went, searched)
