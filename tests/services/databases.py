"""Fresh databases on a running server, each used by one test."""

import itertools
import os
import secrets
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from storage.server import LocalServer


class Databases:
    """Makes and drops databases on one server; migrates once and copies from there."""

    def __init__(self, server: LocalServer) -> None:
        self.server = server
        self._prefix = f"test_{secrets.token_hex(4)}"  # there may be several of us on a server
        self._numbers = itertools.count(1)
        self._template: str | None = None

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Yield the DSN of a database with nothing in it."""
        with self._fresh("template0") as dsn:
            yield dsn

    @contextmanager
    def migrated(self, migrate: Callable[[str], object]) -> Iterator[str]:
        """Yield the DSN of a database to which ``migrate`` has been applied."""
        if self._template is None:
            self._template = self._make_template(migrate)
        with self._fresh(self._template) as dsn:
            yield dsn

    def _make_template(self, migrate: Callable[[str], object]) -> str:
        name = f"{self._prefix}_template"
        self._execute(f"CREATE DATABASE {name}")
        try:
            migrate(self._dsn(name))
        except BaseException:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")
            raise
        # nobody may be connected to a database that is copied, TimescaleDB's workers included
        self._execute(
            f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            f"WHERE datname = '{name}'",
        )
        return name

    @contextmanager
    def _fresh(self, template: str) -> Iterator[str]:
        name = f"{self._prefix}_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self._dsn(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _dsn(self, name: str) -> str:
        return f"{self.server.dsn.rpartition('/')[0]}/{name}"

    def _execute(self, *statements: str) -> None:
        with psycopg.connect(self.server.dsn, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def kill_all(server: LocalServer) -> None:
    """SIGKILL the postmaster and its children, before one of them can write anything down."""
    if server.process is None or server.process.poll() is not None:
        return
    pid = server.process.pid
    os.kill(pid, signal.SIGSTOP)  # it would start new ones
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGKILL)
    server.kill()
