"""Roles with least rights: one for each part that asks the database, and who administers.

1. make the roles, once for a server
2. give each what `roles.sql` says, again after every migration

A role is a group without a login. Rights that were given by hand stay.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from psycopg import sql

from .failures import Connection, say_failures

RIGHTS = Path(__file__).parent / "roles.sql"
ROLES: Mapping[str, str] = MappingProxyType(
    {
        "lokaalmeten_reader": "reads what is public: dashboard, open data",
        "lokaalmeten_ingest": "stores what nodes send; changes and deletes nothing measured",
        "lokaalmeten_publisher": "reads what is public and writes forecasts",
        "lokaalmeten_broker": "reads who may log in to the broker, as hashes, and nothing else",
        "lokaalmeten_login": "says which account elsewhere somebody signed in with; the dashboard",
        "lokaalmeten_admin": "registers nodes, imports, looks at what was rejected, deletes",
    }
)

_THERE = "SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)"
_NAMES = "SELECT rolname::text FROM pg_roles WHERE rolname = ANY(%s)"


def make_roles(connection: Connection) -> list[str]:
    """Make the roles that the server does not have and give all of them their rights here.

    Returns the names of those that were made. Raises StorageError when the user may not make
    roles, or when the database has not all migrations.
    """
    with say_failures(connection), connection.transaction():
        there = {name for (name,) in connection.execute(_NAMES, [list(ROLES)])}
        absent = [name for name in ROLES if name not in there]
        for name in absent:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))
        grant_rights(connection)
    return absent


def grant_rights(connection: Connection) -> bool:
    """Give the roles their rights in this database; False where the server does not have them.

    In the transaction of the caller.
    """
    found = connection.execute(_THERE, [list(ROLES)]).fetchone()
    if found != (len(ROLES),):
        return False
    connection.execute(RIGHTS.read_text("utf-8").encode())
    return True
