"""Versions of the plan of a place: who saved which, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import class_row

from lokaalmeten.errors import StorageError

from .failures import Connection, say_failures

_VERSIONS = """
SELECT v.version, v.saved_at, coalesce(k.label, v.actor) AS who, k.prefix AS key,
    v.plan, v.step_s, v.empty_hour, v.open
FROM private.crowd_plan v
    JOIN private.crowd_place p ON p.id = v.place_id
    LEFT JOIN private.access_key k ON k.id = v.key_id
WHERE p.name = %s
ORDER BY v.version
"""


@dataclass(frozen=True)
class Version:
    """A plan as it was from one moment to the next version."""

    version: int
    saved_at: datetime
    who: str  # label of the key, else the user of the database
    key: str | None  # prefix; None on the command line
    plan: Mapping[str, Any]
    step_s: int
    empty_hour: int
    open: bool


def read_versions(connection: Connection, place: str) -> list[Version]:
    """All versions of a place, the oldest first; StorageError when there is no such place."""
    with say_failures(connection), connection.cursor(row_factory=class_row(Version)) as cursor:
        found = cursor.execute(_VERSIONS, [place]).fetchall()
    if not found:
        raise StorageError(f"there is no place called {place!r}; see: meten crowd list")
    return found
