"""A look at a database that is in use: what says whether all is well, within some seconds.

1. how it is reached, how its clock differs from ours, where its files lie
2. where its tables are of this version: how large it is, what waits, when nodes were heard
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address

from psycopg.conninfo import make_conninfo

from lokaalmeten.errors import StorageError

from .edition import read_edition
from .failures import Connection, read_dsn, say_failures
from .migrate import Version, read_version
from .pool import connect
from .rollups import Waiting, waiting

# Of a moving node too, whose last moment is in no view: only its kind leaves this file.
_HEARD = """
SELECT n.kind, n.moving, count(*), max(o.time),
    count(*) FILTER (WHERE NOT n.moving AND o.time < now() - interval '1 day'),
    count(*) FILTER (WHERE NOT n.moving AND o.time IS NULL)
FROM private.node n LEFT JOIN LATERAL (
    SELECT time FROM private.observation WHERE node_id = n.id ORDER BY time DESC LIMIT 1
) o ON true
GROUP BY n.kind, n.moving ORDER BY n.kind
"""

# A view leaves out what a user may not know; SHOW would refuse.
_SERVER = """
SELECT (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()),
    (SELECT setting FROM pg_settings WHERE name = 'data_directory'),
    pg_database_size(current_database())
"""


@dataclass(frozen=True)
class Heard:
    """Nodes of one kind; ``silent`` are fixed ones that were heard, and not for a day."""

    kind: str
    moving: bool
    nodes: int
    newest: datetime | None  # sample, UTC
    silent: int
    never: int  # fixed ones that were never heard


@dataclass(frozen=True)
class Server:
    """How a server is reached and what it is; ``clock_s`` is how far it is ahead of us."""

    name: str
    is_local: bool  # on this machine
    is_encrypted: bool
    folder: str  # of its data; "" when this user may not know
    size: int  # of the database, bytes
    clock_s: float
    unsure_s: float  # by so much ``clock_s`` may be wrong: half of the way there and back
    version: Version


@dataclass(frozen=True)
class Use:
    """What waits to be added up, for how long by the server's clock, and who was heard when."""

    waiting: Waiting
    waiting_s: float
    heard: list[Heard]


@dataclass(frozen=True)
class Checkup:
    """Both; ``use`` only of tables of this version, and ``trouble`` when it could not be read."""

    server: Server
    use: Use | None
    trouble: str = ""


def look_at(dsn: str, patience_s: int) -> Checkup:
    """Look at a database; StorageError when it cannot be reached in ``patience_s`` seconds."""
    read_dsn(dsn)  # one that cannot be read is refused without being shown
    with connect(make_conninfo(dsn, connect_timeout=patience_s)) as connection:
        with say_failures(connection):
            connection.execute(f"SET statement_timeout = '{patience_s:d}s'".encode())
            server = read_server(connection)
        if not server.version.current:
            return Checkup(server, None)
        try:
            return Checkup(server, read_use(connection))
        except StorageError as error:  # this user may not read it, or it takes too long
            return Checkup(server, None, str(error))


def read_server(connection: Connection) -> Server:
    """What can be said of any server; raises psycopg's errors."""
    version, edition = read_version(connection), read_edition(connection)
    before = datetime.now(UTC)
    (theirs,) = connection.execute("SELECT clock_timestamp()").fetchone() or (before,)
    way = (datetime.now(UTC) - before) / 2
    found = connection.execute(_SERVER.encode()).fetchone()
    assert found
    encrypted, folder, size = found
    return Server(
        name=str(edition),
        is_local=is_here(connection.info.host),
        is_encrypted=bool(encrypted),
        folder=folder or "",
        size=size,
        clock_s=(theirs - before - way).total_seconds(),
        unsure_s=way.total_seconds(),
        version=version,
    )


def read_use(connection: Connection) -> Use:
    """What waits and who was heard; StorageError for who may not read the tables."""
    with say_failures(connection):
        left = waiting(connection)
        (now,) = connection.execute("SELECT clock_timestamp()").fetchone() or (datetime.now(UTC),)
        heard = [Heard(*row) for row in connection.execute(_HEARD.encode())]
    behind = 0.0 if left.since is None else (now - left.since).total_seconds()
    return Use(left, max(behind, 0.0), heard)


def is_here(host: str) -> bool:
    """Whether a host is this machine, as far as its name or address says.

    >>> is_here("127.0.0.1"), is_here("/run/postgresql"), is_here("db.example.org")
    (True, True, False)
    """
    if host in ("", "localhost") or host.startswith(("/", "@")):  # a socket of this machine
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
