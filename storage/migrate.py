"""Bring a database to the tables of this version: numbered SQL files, each applied once."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from lokaalmeten.errors import StorageError

from .edition import check_version, prepare
from .failures import Connection, name_place, say_failures
from .pool import connect
from .roles import grant_rights
from .tuning import tune

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x4C4D_0001  # "LM", 1: any number of our own
WAIT_S = 60  # for another migration, or for a table that is in use
NEWER = (
    "{place}: it has migration {name}, which this program does not know;"
    " install the newer version of the program"
)

_RECORD = """
CREATE SCHEMA IF NOT EXISTS private;
CREATE TABLE IF NOT EXISTS private.migration (
    number integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE private.migration IS 'One row is one file of storage/migrations that was applied';
COMMENT ON COLUMN private.migration.number IS 'First four digits of the file name';
COMMENT ON COLUMN private.migration.name IS 'File name without .sql';
COMMENT ON COLUMN private.migration.checksum IS 'SHA-256 of the file, hexadecimal';
COMMENT ON COLUMN private.migration.applied_at IS 'When it was applied';
"""


@dataclass(frozen=True)
class Migration:
    """One file of SQL."""

    number: int
    name: str
    text: str
    checksum: str


@dataclass(frozen=True)
class Version:
    """Which files a database has, by name, in order."""

    applied: list[str]
    pending: list[str]  # files of this program that it does not have
    unknown: list[str]  # that it has and this program does not

    @property
    def current(self) -> bool:
        """Whether it is the version of this program."""
        return not (self.pending or self.unknown)


def migrate(dsn: str, folder: Path = MIGRATIONS) -> list[str]:
    """Apply what is not yet applied, in order; return the names applied.

    Each file is one transaction: it is there in full, with its mark, or not at all. Then the roles
    of the server, if it has them, get their rights again (`roles.py`), and what this server is
    better with is set up (`tuning.py`). Two at once wait for each other. Raises StorageError when
    the server is too old, when a file that was applied has changed since, or when the database is
    newer than this program.
    """
    migrations = read_migrations(folder)
    with connect(dsn) as connection, say_failures(connection):
        connection.execute("SELECT set_config('lock_timeout', %s, false)", [f"{WAIT_S}s"])
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        pending = check_applied(connection, migrations)
        for migration in pending:
            apply(connection, migration)
        whole = {migration.number for migration in read_migrations(MIGRATIONS)}
        if whole <= {migration.number for migration in migrations}:
            if pending:  # roles.sql speaks of every table of this version
                with connection.transaction():
                    grant_rights(connection)
            tune(connection)
    return [migration.name for migration in pending]


def read_migrations(folder: Path) -> list[Migration]:
    """Read the files ``NNNN_name.sql`` in order."""
    found = []
    for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql")):
        text = path.read_text("utf-8")  # line ends become \n: a checkout may differ in them
        checksum = hashlib.sha256(text.encode()).hexdigest()
        found.append(Migration(int(path.name[:4]), path.stem, text, checksum))
    return found


def check_applied(connection: Connection, migrations: list[Migration]) -> list[Migration]:
    """Compare files and database; return what is still to do, in a database that is ready for it.

    Raises StorageError as ``migrate`` does.
    """
    applied = read_applied(connection)
    check_version(connection)
    place = name_place(connection)
    files = {migration.number: migration for migration in migrations}
    for number, (name, checksum) in applied.items():
        if number not in files:
            raise StorageError(NEWER.format(place=place, name=name))
        if files[number].checksum != checksum:
            raise StorageError(
                f"{place}: migration {files[number].name} was applied and has changed since;"
                " restore the file and put the change in a new one"
            )
    if not applied:
        prepare(connection)
    return [migration for migration in migrations if migration.number not in applied]


def read_version(connection: Connection) -> Version:
    """Compare by name what the database has with the files of this program."""
    with say_failures(connection):
        applied = [name for name, _ in read_applied(connection).values()]
    files = [migration.name for migration in read_migrations(MIGRATIONS)]
    pending = [name for name in files if name not in applied]
    return Version(applied, pending, [name for name in applied if name not in files])


def check_known(connection: Connection) -> None:
    """Refuse a database that is newer than this program, with a StorageError."""
    unknown = read_version(connection).unknown
    if unknown:
        raise StorageError(NEWER.format(place=name_place(connection), name=unknown[0]))


def read_applied(connection: Connection) -> dict[int, tuple[str, str]]:
    """Read what was applied: number to (name, checksum); empty for a new database."""
    there = connection.execute("SELECT to_regclass('private.migration')").fetchone()
    if there == (None,):
        return {}
    rows = connection.execute(
        "SELECT number, name, checksum FROM private.migration ORDER BY number"
    )
    return {number: (name, checksum) for number, name, checksum in rows}


def apply(connection: Connection, migration: Migration) -> None:
    """Run one file and note it, in one transaction."""
    try:
        with connection.transaction(), say_failures(connection):
            connection.execute(_RECORD)
            connection.execute(migration.text.encode())
            connection.execute(
                "INSERT INTO private.migration (number, name, checksum) VALUES (%s, %s, %s)",
                [migration.number, migration.name, migration.checksum],
            )
    except StorageError as error:
        raise StorageError(
            f"{error} (in migration {migration.name}; nothing of it was applied)"
        ) from error
