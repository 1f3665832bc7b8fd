"""The log of what was done: numbers of nodes, projects and owners, never their names.

A number tells nothing once that which it counted is removed, so the log forgets by itself. Who did
it, and when, the server writes; on the pages also with which key (migration 0041). Names are looked
up when it is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from .failures import Connection, say_failures

_NOTE = """
INSERT INTO private.event (what, node, project, owner, detail) VALUES (%s, %s, %s, %s, %s)
"""

_READ = """
SELECT e.at, e.what, coalesce(k.label, e.actor) AS who, k.prefix AS key,
    CASE
        WHEN e.key_id IS NOT NULL THEN 'pages'
        WHEN e.program = 'lokaalmeten' THEN 'command line'
        ELSE e.program
    END AS way,
    jsonb_strip_nulls(jsonb_build_object(
        'node', CASE WHEN e.node IS NOT NULL THEN coalesce(n.name, e.node::text) END,
        'project', CASE WHEN e.project IS NOT NULL THEN coalesce(p.name, e.project::text) END,
        'owner', CASE WHEN e.owner IS NOT NULL THEN coalesce(o.name, e.owner::text) END,
        'key', coalesce(about.prefix, e.detail ->> 'key'),
        'place', coalesce(c.name, e.detail ->> 'place'),
        'zone', coalesce(z.name, e.detail ->> 'zone')
    )) AS about,
    jsonb_strip_nulls(e.detail - ARRAY['key', 'place', 'zone']) AS facts
FROM private.event e
    LEFT JOIN private.access_key k ON k.id = e.key_id
    LEFT JOIN private.node n ON n.id = e.node
    LEFT JOIN private.project p ON p.id = e.project
    LEFT JOIN private.owner o ON o.id = e.owner
    LEFT JOIN private.access_key about ON about.id::text = e.detail ->> 'key'
    LEFT JOIN private.crowd_place c ON c.id::text = e.detail ->> 'place'
    LEFT JOIN private.zone z ON z.id::text = e.detail ->> 'zone'
WHERE e.at >= %s ORDER BY e.id
"""


@dataclass(frozen=True)
class Event:
    """One thing that somebody did."""

    at: datetime
    what: str
    who: str  # label of the key, else the user of the database
    key: str | None  # prefix of the key on the pages
    way: str  # pages, command line, else the name of the program
    about: Mapping[str, str]  # kind to name, or to the number of what is gone
    facts: Mapping[str, Any]


def read_events(connection: Connection, since: datetime) -> list[Event]:
    """What was done since a moment, the earliest first."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Event)) as cursor:
        return cursor.execute(_READ, [since]).fetchall()


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
