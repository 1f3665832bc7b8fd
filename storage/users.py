"""A user for each part of an installation, with a password that nobody keeps.

1. make the user, or give it another password: each start of the parts has new ones
2. put it into its roles (roles.py), and out of every other

The names begin with that of the database, for users are the server's.
"""

import secrets
from collections.abc import Mapping, Sequence

from psycopg import sql
from psycopg.conninfo import make_conninfo

from lokaalmeten.errors import StorageError

from .failures import Connection, read_dsn, say_failures
from .roles import ROLES

PASSWORD_BYTES = 24
LONGEST = 63  # of a name: PostgreSQL cuts longer ones, NAMEDATALEN

_THERE = "SELECT 1 FROM pg_roles WHERE rolname = %s"


def make_users(
    connection: Connection, dsn: str, roles: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Make a user for each part, by name to its roles; how each reaches the database of ``dsn``.

    The addresses have passwords in them: never print them. An older password opens nothing any
    more. Raises StorageError when the user of ``connection`` may not make users.
    """
    with say_failures(connection), connection.transaction():
        return {part: make_user(connection, dsn, part, its) for part, its in roles.items()}


def make_user(connection: Connection, dsn: str, part: str, roles: Sequence[str]) -> str:
    """One of them; raises psycopg's errors."""
    name, password = to_user(connection.info.dbname, part), secrets.token_urlsafe(PASSWORD_BYTES)
    give_login(connection, name, password, *roles)
    others = sql.SQL(", ").join(sql.Identifier(role) for role in ROLES if role not in roles)
    connection.execute(sql.SQL("REVOKE {} FROM {}").format(others, sql.Identifier(name)))
    return make_conninfo(dsn, user=name, password=password)


def make_named(connection: Connection, dsn: str, role: str) -> str:
    """Make the user that a DSN names, with its password, in a role; the name.

    One that is there gets that password. Raises StorageError when there is no such role of ours,
    when the DSN lacks a name or a password, or when the user of ``connection`` may not make users.
    """
    given = read_dsn(dsn)
    name, password = given.get("user"), given.get("password")
    if role not in ROLES:
        raise StorageError(f"there is no role {role}; there are: {', '.join(ROLES)}")
    if not name or not password or name == connection.info.user:
        raise StorageError("the DSN needs a user of its own and a password")
    with say_failures(connection), connection.transaction():
        give_login(connection, str(name), str(password), role)
    return str(name)


def give_login(connection: Connection, name: str, password: str, *roles: str) -> None:
    """Make a user, or give it another password, and put it into its roles."""
    # made here, so that the password itself is in no log of the server
    hidden = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    there = connection.execute(_THERE, [name]).fetchone()
    statement = sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(
        sql.SQL("ALTER" if there else "CREATE"), sql.Identifier(name), sql.Literal(hidden.decode())
    )
    connection.execute(statement)
    given = sql.SQL(", ").join(map(sql.Identifier, roles))
    connection.execute(sql.SQL("GRANT {} TO {}").format(given, sql.Identifier(name)))


def to_user(database: str, part: str) -> str:
    """Name of the user of a part.

    >>> to_user("lokaalmeten", "ingest")
    'lokaalmeten_up_ingest'
    """
    end = f"_up_{part}"
    return database[: LONGEST - len(end)] + end
