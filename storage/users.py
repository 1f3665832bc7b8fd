"""A user for each part of an installation, with a password that nobody keeps.

1. make the user, or give it another password: each start of the parts has new ones
2. put it into its role (roles.py), and into no other

The names begin with that of the database, for users are the server's.
"""

import secrets
from collections.abc import Mapping

from psycopg import sql
from psycopg.conninfo import make_conninfo

from .failures import Connection, say_failures

PASSWORD_BYTES = 24
LONGEST = 63  # of a name: PostgreSQL cuts longer ones, NAMEDATALEN

_THERE = "SELECT 1 FROM pg_roles WHERE rolname = %s"


def make_users(connection: Connection, dsn: str, roles: Mapping[str, str]) -> dict[str, str]:
    """Make a user for each part, by name to its role; how each reaches the database of ``dsn``.

    The addresses have passwords in them: never print them. An older password opens nothing any
    more. Raises StorageError when the user of ``connection`` may not make users.
    """
    with say_failures(connection), connection.transaction():
        return {part: make_user(connection, dsn, part, role) for part, role in roles.items()}


def make_user(connection: Connection, dsn: str, part: str, role: str) -> str:
    """One of them; raises psycopg's errors."""
    name, password = to_user(connection.info.dbname, part), secrets.token_urlsafe(PASSWORD_BYTES)
    # made here, so that the password itself is in no log of the server
    hidden = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    there = connection.execute(_THERE, [name]).fetchone()
    statement = sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
        sql.SQL("ALTER" if there else "CREATE"), sql.Identifier(name), sql.Literal(hidden.decode())
    )
    connection.execute(statement)
    grant = sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(name))
    connection.execute(grant)
    return make_conninfo(dsn, user=name, password=password)


def to_user(database: str, part: str) -> str:
    """Name of the user of a part.

    >>> to_user("lokaalmeten", "ingest")
    'lokaalmeten_up_ingest'
    """
    end = f"_up_{part}"
    return database[: LONGEST - len(end)] + end
