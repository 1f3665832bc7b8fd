"""The log of what was done: numbers of nodes, projects and owners, never their names.

A number tells nothing once that which it counted is removed, so the log forgets by itself. Who did
it, and when, the server writes.
"""

from typing import Any

from psycopg.types.json import Jsonb

from .failures import Connection

_NOTE = """
INSERT INTO private.event (what, node, project, owner, detail) VALUES (%s, %s, %s, %s, %s)
"""


def note(
    connection: Connection,
    what: str,
    *,
    node: int | None = None,
    project: int | None = None,
    owner: int | None = None,
    **detail: Any,
) -> None:
    """Note in the caller's transaction that something was done, to what, and facts about it.

    ``detail`` is what JSON holds; it must name no person and no node.
    """
    connection.execute(_NOTE, [what, node, project, owner, Jsonb(detail)])
