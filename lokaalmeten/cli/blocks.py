"""The database that blocks of a long piece of work open, wherever they are done.

In threads of this process it is the one that the command was given. A worker of a cluster opens
the one that its own environment names (``LOKAALMETEN_DSN``, ``LOKAALMETEN_READ_DSN``): no DSN, and
so no password, goes into a graph, to a scheduler or into its logs. What does go is which database
it must be, and a worker that has another one refuses.
"""

import socket
from typing import Any

from lokaalmeten.errors import SettingsError
from lokaalmeten.settings import read_settings
from storage.edition import read_identity
from storage.failures import Connection
from storage.pool import connect
from storage.store import Store


class Database:
    """A database to open in a block; ``reading`` as for ``storage.pool.connect``."""

    def __init__(self, dsn: str, *, reading: bool = False) -> None:
        """Look which database it is; raises StorageError when it cannot be reached."""
        self._dsn, self._reading = dsn, reading
        with connect(dsn, reading=reading) as connection:
            self._identity = read_identity(connection)

    def __getstate__(self) -> dict[str, Any]:
        """All but the DSN."""
        return self.__dict__ | {"_dsn": ""}

    def connect(self) -> Connection:
        """A connection. Raises StorageError, and SettingsError on a worker without its own DSN."""
        connection = connect(self._find_dsn(), reading=self._reading)
        self._check(read_identity(connection))
        return connection

    def open_store(self) -> Store:
        """A store, likewise."""
        store = Store(self._find_dsn())
        self._check(store.ask(read_identity))
        return store

    def _find_dsn(self) -> str:
        if self._dsn:
            return self._dsn
        settings = read_settings()
        try:
            return settings.need_read_dsn() if self._reading else settings.need_dsn()
        except SettingsError as error:
            raise SettingsError(f"the Dask worker on {socket.gethostname()}: {error}") from error

    def _check(self, found: str) -> None:
        if found != self._identity:
            raise SettingsError(
                f"the Dask worker on {socket.gethostname()} has another database ({found}) than"
                f" this command ({self._identity}): give it the same LOKAALMETEN_DSN"
            )
