"""What people agreed to: for one node and one purpose, given or withdrawn, the latest word counts.

Words are only added, and each does in its own transaction what follows from it (migration 0040):
what a node measured leaves everything public or comes back, and mail to its owner begins or ends.
Under which licence it is public is another matter: licences.py.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from lokaalmeten.errors import StorageError

from .events import note
from .failures import Connection, name_place, say_failures
from .sessions import to_hash

PURPOSES: Mapping[str, str] = MappingProxyType(
    {
        "publish": "publish what it measures, on the map and as open data",
        "rides": "publish its rides in trimmed form, a day later",
        "mail": "mail its owner when something is wrong with it",
    }
)

_FIND = "SELECT id, owner_id FROM private.node WHERE name = %s"
_AGREED = """
SELECT purpose, given, at, how FROM private.agreed WHERE node_id = %s ORDER BY purpose DESC
"""
_SAY = "SELECT private.say_agreement(%s, %s, %s, 'command')"
_MINE = "SELECT * FROM public.read_my_agreements(%s, %s)"
_EMAIL = "SELECT public.read_my_email(%s)"
_SAY_MINE = "SELECT public.say_my_agreement(%s, %s, %s, %s, %s, %s)"


class Agreed(NamedTuple):
    """Whether one purpose of a node is agreed to."""

    purpose: str  # of PURPOSES
    given: bool
    at: datetime | None  # None: nobody said a word, and it is as every new node
    how: str | None  # before (it was so before anybody was asked), command or page


def read_agreed(connection: Connection, node: str) -> list[Agreed]:
    """Purposes of a node, and whether each is agreed to; StorageError when there is no such."""
    with say_failures(connection):
        number, _ = _find(connection, node)
        return [Agreed(*row) for row in connection.execute(_AGREED, [number]).fetchall()]


def say_agreement(connection: Connection, node: str, purpose: str, *, given: bool) -> None:
    """Note that a purpose is agreed to for a node, or withdrawn, and do what follows from it.

    Raises StorageError when there is no such node, or when it has no such purpose.
    """
    there = [each.purpose for each in read_agreed(connection, node)]
    if purpose not in there:
        said = f"node {node} has no purpose {purpose!r}, only {' and '.join(there)}"
        raise StorageError(f"{name_place(connection)}: {said}")
    with say_failures(connection), connection.transaction():
        number, owner = _find(connection, node)
        if purpose == "mail" and given and owner is None:
            raise StorageError(
                f"{name_place(connection)}: node {node} has no owner who could be mailed; see:"
                " meten node add --owner"
            )
        connection.execute(_SAY, [number, purpose, given])
        what = "purpose agreed to" if given else "purpose withdrawn"
        note(connection, what, node=number, owner=owner, purpose=purpose)


def read_my_agreed(connection: Connection, token: str, node: str) -> list[Agreed]:
    """Purposes of an own node, and whether each is agreed to; none of somebody else's."""
    with say_failures(connection):
        rows = connection.execute(_MINE, [to_hash(token), node]).fetchall()
    return [Agreed(*row) for row in rows]


def read_my_email(connection: Connection, token: str) -> str:
    """Where who is signed in is mailed to, empty when that is not known."""
    with say_failures(connection):
        (email,) = connection.execute(_EMAIL, [to_hash(token)]).fetchone() or ("",)
    return email or ""


def say_my_agreement(
    connection: Connection,
    token: str | None,
    node: str,
    purpose: str,
    *,
    given: bool,
    email: str | None = None,
    language: str = "nl",
) -> str:
    """Agree to a purpose for an own node, or withdraw it: saved, signed out or not own.

    With ``email`` that becomes the address of the owner, empty for none.
    """
    values = [to_hash(token), node, purpose, given, email, language]
    with say_failures(connection):
        (outcome,) = connection.execute(_SAY_MINE, values).fetchone() or ("signed out",)
    return outcome


def _find(connection: Connection, node: str) -> tuple[int, int | None]:
    found = connection.execute(_FIND, [node]).fetchone()
    if found is None:
        raise StorageError(f"{name_place(connection)}: there is no node {node}")
    return found
