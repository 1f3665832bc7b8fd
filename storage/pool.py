"""Connections: one, or a pool of them; every failure is one clear sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool

from .failures import Connection, read_dsn, say_failures

CONNECT_TIMEOUT_S = 10

# Whoever vanished without a word is given up after 20 s. By default a client waits a quarter of an
# hour for a confirmation and two hours for an answer; a server waits as long, and meanwhile keeps
# the rows of the unfinished transaction from everybody else. tcp(7); PostgreSQL manual, "Parameter
# Key Words" for our side, "TCP Settings" for the server's.
PATIENCE = {"idle": 10, "interval": 5, "count": 2}  # s, s, times
USER_TIMEOUT_MS = 20_000
NEVER = 1 << 31  # executions after which a statement is prepared that did not ask for it
READ_ONLY = " -c default_transaction_read_only=on"


def connect(dsn: str, *, reading: bool = False) -> Connection:
    """Open one connection in autocommit: each statement, or each transaction block, commits.

    ``reading`` has the server refuse whatever would write, as a replica does. Raises StorageError
    that names host, port, database and user, never the password.
    """
    with say_failures(dsn):
        return psycopg.connect(dsn, **_options(dsn, reading=reading))


class Pool(ConnectionPool[Connection]):
    """A pool whose failures are StorageErrors."""

    @contextmanager
    def connection(self, timeout: float | None = None) -> Iterator[Connection]:
        """Lend a connection; commits at the end of the block, rolls back on an error."""
        with say_failures(str(self.conninfo)), super().connection(timeout) as connection:
            yield connection


def open_pool(dsn: str, size: int = 4, *, reading: bool = False) -> Pool:
    """Open a pool of at most ``size`` connections; close it with ``close()``.

    ``reading`` as for ``connect``. Raises StorageError at once when the database cannot be
    reached.
    """
    connect(dsn).close()  # the pool itself would try in the background and say nothing
    pool = Pool(
        dsn,
        kwargs=_options(dsn, reading=reading),
        min_size=1,
        max_size=size,
        check=ConnectionPool.check_connection,  # the database may have been restarted
        open=False,
    )
    pool.open()
    return pool


def _options(dsn: str, *, reading: bool) -> dict[str, Any]:
    given, closing = read_dsn(dsn), READ_ONLY if reading else ""
    ours: dict[str, Any] = {f"keepalives_{name}": value for name, value in PATIENCE.items()}
    ours |= {
        "tcp_user_timeout": USER_TIMEOUT_MS,
        "connect_timeout": CONNECT_TIMEOUT_S,
        "application_name": "lokaalmeten",
    }
    theirs = {f"tcp_keepalives_{name}": value for name, value in PATIENCE.items()}
    theirs["tcp_user_timeout"] = USER_TIMEOUT_MS
    session = " ".join(f"-c {name}={value}" for name, value in theirs.items())
    return {
        **{name: given.get(name, value) for name, value in ours.items()},
        "autocommit": True,
        # only what asks for it: a plan made once for all periods would look into every chunk
        "prepare_threshold": NEVER,
        "options": f"{session} {given.get('options', '')} -c timezone=UTC{closing}",
    }
