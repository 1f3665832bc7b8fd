"""The one place that knows which server this is: TimescaleDB or plain PostgreSQL.

Every query is the same on both; only the cutting of the observations into pieces differs.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from psycopg import errors, sql

from lokaalmeten.errors import StorageError

from .failures import Connection, name_place, say_failures

OLDEST_POSTGRESQL = 15  # the first in which not everybody may create tables in schema public
OLDEST_TIMESCALEDB = (2, 18, 1)  # older: a conflict in a compressed chunk fails (its issue 7672)
PARTITION_LOCK = 0x4C4D_0002  # "LM", 2: any number of our own


@dataclass(frozen=True)
class Edition:
    """What the server is."""

    kind: Literal["timescaledb", "postgresql"]
    version: str  # of TimescaleDB, or of PostgreSQL
    license: str  # "apache", "timescale" (community), or "postgresql"

    def __str__(self) -> str:
        """Name and version for people."""
        if self.kind == "timescaledb":
            return f"TimescaleDB {self.version} ({self.license} licence)"
        return f"PostgreSQL {self.version}"


def read_edition(connection: Connection) -> Edition:
    """Tell what the database runs on."""
    with say_failures(connection):
        found = connection.execute(
            "SELECT extversion, current_setting('timescaledb.license', true)"
            " FROM pg_extension WHERE extname = 'timescaledb'"
        ).fetchone()
        if found:
            return Edition("timescaledb", found[0], found[1] or "apache")
        version = connection.execute("SHOW server_version").fetchone()
    assert version
    return Edition("postgresql", version[0].split()[0], "postgresql")


def read_identity(connection: Connection) -> str:
    """Which database of which cluster of files it is; a replica has that of its primary."""
    with say_failures(connection):
        found = connection.execute(
            "SELECT system_identifier || '/' || current_database() FROM pg_control_system()"
        ).fetchone()
    assert found
    return found[0]


def prepare(connection: Connection) -> Edition:
    """Put TimescaleDB into an empty database where the server has it and lets us.

    Raises StorageError for a server that is too old.
    """
    check_version(connection)
    with say_failures(connection):
        # the second column is NULL when the library is not loaded at start: then CREATE EXTENSION
        # would end the connection
        offered = connection.execute(
            "SELECT default_version, current_setting('timescaledb.max_background_workers', true)"
            " FROM pg_available_extensions"
            " WHERE name = 'timescaledb' AND installed_version IS NULL"
        ).fetchone()
        if offered and offered[1] is not None:
            check_timescaledb(name_place(connection), offered[0])
            with suppress(errors.InsufficientPrivilege):  # plain partitions do as well
                connection.execute("CREATE EXTENSION timescaledb")
    return read_edition(connection)


def check_version(connection: Connection) -> None:
    """Refuse a server that is too old, with a StorageError."""
    place = name_place(connection)
    major = connection.info.server_version // 10_000
    if major < OLDEST_POSTGRESQL:
        raise StorageError(
            f"{place}: PostgreSQL {major} is too old; it takes {OLDEST_POSTGRESQL} or newer"
        )
    edition = read_edition(connection)
    if edition.kind == "timescaledb":
        check_timescaledb(place, edition.version)


def check_timescaledb(place: str, version: str) -> None:
    """Refuse a TimescaleDB that is too old, with a StorageError."""
    numbers = tuple(int(part) for part in version.partition("-")[0].split("."))
    if numbers < OLDEST_TIMESCALEDB:
        oldest = ".".join(map(str, OLDEST_TIMESCALEDB))
        raise StorageError(
            f"{place}: TimescaleDB {version} is too old; install {oldest} or newer and run"
            " ALTER EXTENSION timescaledb UPDATE, or use a server without it"
        )


def ensure_partitions(connection: Connection, time: NDArray[np.int64]) -> None:
    """Make the monthly partitions in which rows of these times (Unix seconds) belong.

    Does nothing on TimescaleDB, which makes its own. Call it inside the transaction that
    writes and before it writes: a new partition is attached without stopping readers or
    writers, and two writers that want the same month wait for each other.
    """
    months = np.unique(time.astype("datetime64[s]").astype("datetime64[M]"))
    absent = _absent_months(connection, months)
    if absent:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [PARTITION_LOCK])
        for month in _absent_months(connection, months):
            connection.execute("SELECT private.make_partition(%s)", [month.item()])


def drop_pieces(connection: Connection, before: datetime, *, dry_run: bool = False) -> list[str]:
    """Drop the chunks or partitions of observations that lie wholly before a moment; their names.

    In the caller's transaction; only the owner of the table may. With ``dry_run`` only say which.
    """
    if read_edition(connection).kind == "timescaledb":
        function = "show_chunks" if dry_run else "drop_chunks"
        query = f"SELECT {function}('private.observation', older_than => %s::timestamptz)::text"
        return sorted(name for (name,) in connection.execute(query.encode(), [before]))
    month = np.datetime64(before.astimezone(UTC).replace(tzinfo=None), "M")
    old = [name for name in _partitions(connection) if name < _partition_name(month)]
    for name in () if dry_run else old:
        piece = sql.Identifier("private", name)
        detach = sql.SQL("ALTER TABLE private.observation DETACH PARTITION {}")
        connection.execute(detach.format(piece))
        connection.execute(sql.SQL("DROP TABLE {}").format(piece))
    return old


def _partitions(connection: Connection) -> list[str]:
    """Names of the partitions of observations, the oldest first."""
    rows = connection.execute(
        "SELECT p.relname::text FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid"
        " WHERE i.inhparent = 'private.observation'::regclass"
        " AND p.relname ~ '^observation_[0-9]{4}_[0-9]{2}$' ORDER BY 1"
    )
    return [name for (name,) in rows]


def _absent_months(connection: Connection, months: NDArray[np.datetime64]) -> list[np.datetime64]:
    """Months without a partition, if observations are cut in partitions at all."""
    found = connection.execute(
        "SELECT ARRAY(SELECT p.relname::text FROM pg_inherits i"
        " JOIN pg_class p ON p.oid = i.inhrelid WHERE i.inhparent = c.oid)"
        " FROM pg_class c WHERE c.oid = 'private.observation'::regclass AND c.relkind = 'p'"
    ).fetchone()
    if found is None:
        return []
    there = set(found[0])
    return [month for month in months if _partition_name(month) not in there]


def _partition_name(month: np.datetime64) -> str:
    """Name that private.make_partition gives."""
    return f"observation_{str(month).replace('-', '_')}"
