"""How nodes are, of all of them or of those in the reach of who is signed in (migration 0040)."""

from datetime import datetime
from typing import Any, LiteralString

from psycopg.rows import class_row

from lokaalmeten.node_health import Health

from .failures import Connection, say_failures
from .sessions import to_hash

_ALL = "SELECT * FROM private.read_health(%s)"
_MINE = "SELECT * FROM public.read_my_health(%s)"


def read_health(connection: Connection, at: datetime) -> list[Health]:
    """How every node is, by name. Takes the rights of an administrator."""
    return _read(connection, _ALL, at)


def read_my_health(connection: Connection, token: str | None) -> list[Health]:
    """How the nodes are in the reach of who is signed in, by name; none for anybody else."""
    return [] if token is None else _read(connection, _MINE, to_hash(token))


def _read(connection: Connection, query: LiteralString, value: Any) -> list[Health]:
    with say_failures(connection), connection.cursor(row_factory=class_row(Health)) as cursor:
        return cursor.execute(query, [value]).fetchall()
