"""Status: what the server is, whether the tables are of this version, and what they hold.

1. what the server is, and which migrations it has
2. where these are all: how large each part is, in how many pieces, and what waits
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from . import reader, rejected
from .edition import Edition, read_edition
from .failures import Connection, say_failures
from .migrate import Version, read_version
from .queries import read_queries
from .roles import ROLES
from .rollups import Waiting, waiting
from .tuning import has_columnstore

QUERIES = read_queries(Path(__file__).with_name("status.sql"))


@dataclass(frozen=True)
class Sizes:
    """Bytes on disk; ``rest`` is all that the others are not, the server's own tables included."""

    observations: int
    indexes: int  # of the observations
    rollups: int
    rest: int

    @property
    def total(self) -> int:
        """Of the whole database."""
        return self.observations + self.indexes + self.rollups + self.rest


@dataclass(frozen=True)
class Pieces:
    """The chunks or partitions in which observations are cut."""

    count: int
    first: datetime | None  # start of the first, UTC
    after: datetime | None  # end of the last, UTC
    compressed: int


@dataclass(frozen=True)
class Contents:
    """What a database of this version holds."""

    sizes: Sizes
    pieces: Pieces
    columnstore: bool
    nodes: int
    samples: reader.Count  # public ones
    extent: tuple[datetime, datetime] | None  # of what is public
    waiting: Waiting
    waiting_s: float  # since the oldest of it was noted, by the server's clock
    rejected: list[tuple[str, int, datetime]]  # reason, messages, last


@dataclass(frozen=True)
class Status:
    """What there is to say; ``contents`` only of a database of this version."""

    edition: Edition
    postgresql: str
    version: Version
    roles: list[str]
    contents: Contents | None


def read_status(connection: Connection) -> Status:
    """Look at everything; some 20 ms. Raises StorageError, also for who may not read the tables."""
    with say_failures(connection):
        edition, version = read_edition(connection), read_version(connection)
        (server,) = connection.execute("SHOW server_version").fetchone() or ("",)
        there = {name for (name,) in connection.execute(QUERIES["roles"].encode(), [list(ROLES)])}
        roles = [name for name in ROLES if name in there]
        contents = read_contents(connection, edition) if version.current else None
    return Status(edition, server.split()[0], version, roles, contents)


def read_contents(connection: Connection, edition: Edition) -> Contents:
    """Look at what is in the tables."""
    pieces = connection.execute(QUERIES[f"pieces_{edition.kind}"].encode()).fetchone()
    assert pieces
    left, refused = waiting(connection), rejected.rejected_counts(connection)
    now = connection.execute("SELECT clock_timestamp()").fetchone()
    assert now
    return Contents(
        sizes=read_sizes(connection, edition),
        pieces=Pieces(*pieces),
        columnstore=edition.kind == "timescaledb" and has_columnstore(connection),
        nodes=len(reader.nodes(connection)),
        samples=reader.count(connection),
        extent=reader.extent(connection),
        waiting=left,
        waiting_s=0.0 if left.since is None else max((now[0] - left.since).total_seconds(), 0.0),
        rejected=list(refused.itertuples(index=False, name=None)),
    )


def read_sizes(connection: Connection, edition: Edition) -> Sizes:
    """How large each part is."""
    with connection.transaction():
        connection.execute("SET LOCAL jit = off")  # takes longer than the answer
        of_observations = connection.execute(QUERIES[f"size_{edition.kind}"].encode()).fetchone()
        found = connection.execute(QUERIES["size"].encode()).fetchone()
    assert of_observations
    assert found
    (table, indexes), (total, rollups) = of_observations, found
    return Sizes(table, indexes, rollups, total - table - indexes - rollups)
