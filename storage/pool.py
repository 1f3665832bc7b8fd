"""Connections: one, or a pool of them; every failure is one clear sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool

from .failures import Connection, read_dsn, say_failures

CONNECT_TIMEOUT_S = 10


def connect(dsn: str) -> Connection:
    """Open one connection in autocommit: each statement, or each transaction block, commits.

    Raises StorageError that names host, port, database and user, never the password.
    """
    with say_failures(dsn):
        return psycopg.connect(dsn, **_options(dsn))


class Pool(ConnectionPool[Connection]):
    """A pool whose failures are StorageErrors."""

    @contextmanager
    def connection(self, timeout: float | None = None) -> Iterator[Connection]:
        """Lend a connection; commits at the end of the block, rolls back on an error."""
        with say_failures(str(self.conninfo)), super().connection(timeout) as connection:
            yield connection


def open_pool(dsn: str, size: int = 4) -> Pool:
    """Open a pool of at most ``size`` connections; close it with ``close()``.

    Raises StorageError at once when the database cannot be reached.
    """
    connect(dsn).close()  # the pool itself would try in the background and say nothing
    pool = Pool(
        dsn,
        kwargs=_options(dsn),
        min_size=1,
        max_size=size,
        check=ConnectionPool.check_connection,  # the database may have been restarted
        open=False,
    )
    pool.open()
    return pool


def _options(dsn: str) -> dict[str, Any]:
    given = read_dsn(dsn)
    return {
        "autocommit": True,
        # a plan made once for all periods would look into every chunk
        "prepare_threshold": None,
        "connect_timeout": given.get("connect_timeout", CONNECT_TIMEOUT_S),
        "application_name": given.get("application_name", "lokaalmeten"),
        "options": f"{given.get('options', '')} -c timezone=UTC".strip(),
    }
