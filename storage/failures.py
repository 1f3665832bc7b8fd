"""What a database can answer back, in one clear sentence each; never with the password."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import PoolClosed, PoolTimeout

from lokaalmeten.errors import StorageError

Connection = psycopg.Connection[Any]

EXAMPLE = "postgresql://user:password@host:5432/database"

FULL = "the server has no connection left (see its max_connections)"
MIGRATE = "its tables are not those of this version; run the migrations first: meten db migrate"

# The server gives no code for a refused connection, only words: they are looked for in order.
_CONNECT = (
    ("password authentication failed", "this user or its password is not accepted"),
    ("no password supplied", "a password is needed: put it in the DSN or in ~/.pgpass"),
    ("no pg_hba.conf entry", "the server does not admit this user from here (see its pg_hba.conf)"),
    ("Connection refused", "nothing answers there: start the database, or correct host and port"),
    ("No such file or directory", "there is no such socket: start the database, or name a host"),
    ("could not translate host name", "there is no such host"),
    ("failed to resolve host", "there is no such host"),
    ("does not support SSL", "the server speaks no TLS, which the DSN asks for (sslmode)"),
    ("received invalid response to SSL", "what answers there is no PostgreSQL: correct the port"),
    ("expected authentication request", "what answers there is no PostgreSQL: correct the port"),
    ("too many clients", FULL),
    ("remaining connection slots", FULL),
    ("too many connections for", "the server grants this user or database no more connections"),
    (
        "permission denied for database",
        "this user may not connect to it: GRANT CONNECT to the user",
    ),
    ("not currently accepting connections", "it is closed to connections (ALLOW_CONNECTIONS)"),
    ("not permitted to log in", "this is a role without a login; see: meten db roles"),
    ("role ", "there is no such user on this server"),
    ("does not exist", "there is no such database: create it, or correct the DSN"),
    ("starting up", "the server is still starting; try again in a moment"),
    ("recovery mode", "the server recovers from a crash; try again in a moment"),
    ("shutting down", "the server is stopping"),
    ("timeout", "no answer in time: is this the right host?"),
)

# What a reachable server refuses, by its SQLSTATE; {text} are its own words.
_CLASH = "{text} and was not made by this program: rename it, or use another database"
_REFUSE: tuple[tuple[type[psycopg.Error], str], ...] = (
    (PoolTimeout, "every connection of this program is busy; try again in a moment"),
    (PoolClosed, "this program is stopping"),
    (errors.DiskFull, "its disk is full; nothing of this was stored, make room and try again"),
    (errors.UndefinedTable, MIGRATE),
    (errors.NotNullViolation, MIGRATE),  # the rows of a later version leave more out
    (errors.UndefinedColumn, MIGRATE),
    (errors.UndefinedFunction, MIGRATE),
    (errors.InvalidSchemaName, MIGRATE),
    (errors.DuplicateTable, _CLASH),
    (errors.DuplicateColumn, _CLASH),
    (errors.DuplicateFunction, _CLASH),
    (errors.DuplicateObject, _CLASH),
    (errors.LockNotAvailable, "another program holds a lock for too long; try again later"),
    (errors.DeadlockDetected, "two writers waited for each other; nothing was stored, try again"),
    (errors.SerializationFailure, "{text}; ask again"),  # of a replica, to take over what is newer
    (errors.AdminShutdown, "the server stopped; nothing of this was stored"),
    (errors.QueryCanceled, "the question took too long and was stopped"),
    (errors.OutOfMemory, "the server is out of memory"),
    (errors.TooManyConnections, FULL),
)
_READ_ONLY = "it is read-only; nothing was stored, name the primary server in LOKAALMETEN_DSN"
_REPLICA = "it is a read replica; nothing was stored, name the primary server in LOKAALMETEN_DSN"
_RIGHTS = {  # on what, and which
    "schema": "the right USAGE on it",
    "function": "the right EXECUTE on it",
    "table": "a right on it (SELECT, INSERT, UPDATE or DELETE)",
    "view": "the right SELECT on it",
}


@contextmanager
def say_failures(where: "str | Connection") -> Iterator[None]:
    """Turn every psycopg error inside the block into a StorageError.

    ``where`` is the DSN or the connection in use; it only serves to name the place.
    """
    place = name_place(where)
    try:
        yield
    except errors.ReadOnlySqlTransaction as error:
        said = _REPLICA if is_replica(where) else _READ_ONLY
        raise StorageError(f"{place}: {said}") from error
    except psycopg.Error as error:
        raise StorageError(f"{place}: {to_sentence(error)}") from error


def is_replica(where: "str | Connection") -> bool:
    """Tell whether an open connection is to a server that follows another; asks nobody."""
    if isinstance(where, str) or where.closed:
        return False
    return where.info.parameter_status("in_hot_standby") == "on"


def name_place(where: "str | Connection") -> str:
    """Name host, port, database and user of a DSN or connection; never the password."""
    if isinstance(where, str):
        parts = read_dsn(where)
        host = parts.get("host") or parts.get("hostaddr") or "localhost"
        user = parts.get("user") or "of this login"
        port, name = parts.get("port") or 5432, parts.get("dbname") or user
    elif where.closed:
        return "database"
    else:
        info = where.info
        host, port, name, user = info.host, info.port, info.dbname, info.user
    return f"database {name} at {host}:{port}, user {user}"


def read_dsn(dsn: str) -> Mapping[str, Any]:
    """Read the parts of a DSN.

    Raises StorageError when it cannot be read. The DSN itself is never shown: with an @ or a /
    in the password libpq takes pieces of it for host, port or name, and would say so.
    """
    try:
        parts = conninfo_to_dict(dsn)
    except psycopg.Error:
        parts = {"port": "unreadable"}
    ports = str(parts.get("port") or "0").split(",")
    torn = any("@" in str(parts.get(name) or "") for name in ("host", "dbname"))
    if torn or not all(port.isdecimal() for port in ports):
        raise StorageError(
            f"the DSN of the database cannot be read; write it as {EXAMPLE},"
            " in the password %40 for @, %2F for /, %3A for :"
        )
    return parts


def to_sentence(error: psycopg.Error) -> str:
    """Say what went wrong and what to do about it."""
    text = _one_line(error.diag.message_primary or str(error))
    for kind, sentence in _REFUSE:
        if isinstance(error, kind):
            return sentence.format(text=text)
    if isinstance(error, errors.InsufficientPrivilege):
        return f"{text}; {_name_right(text)}"
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        known = (sentence for words, sentence in _CONNECT if words in text)
        return next(known, f"the connection is lost ({text})")
    return text


def _name_right(text: str) -> str:
    """Say which right is missing, from what the server says."""
    kind = next((kind for kind in _RIGHTS if f"denied for {kind}" in text), None)
    if kind is None:  # "must be owner of", "permission denied to create", "denied for database"
        return "it takes the owner of the tables, or an administrator of the server"
    can = "the owner of the tables can give it a role, see: meten db roles"
    return f"this user lacks {_RIGHTS[kind]}; {can}"


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "no reason given"
