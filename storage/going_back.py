"""A saved database (save.py) in place of the one that is there, for the way back of an upgrade.

1. read both manifests: of what was saved before, and of what was saved since by a newer version
2. take away tables, views and functions of ours; those of others are a reason to refuse
3. make the tables of this version, and load what was saved before (load.py)
4. add the rows that came since, and what was noted of which pages arrived
5. commit: all of it, or the database stays as it was

Rows that were only changed since are as they were before. Rights that were given by hand are gone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.parquet as pq
from psycopg import sql

from lokaalmeten.errors import StorageError

from .catalogue import Table, read_tables, write_plainly
from .edition import prepare
from .failures import Connection, name_place, say_failures
from .load import WAIT_S, load, make_room, resting, write_numbering, write_numbers, write_texts
from .manifest import File, Manifest, check_file, read_manifest
from .migrate import MIGRATIONS, apply, read_migrations
from .roles import grant_rights
from .tuning import tune

CHANGED = frozenset({"delivery"})  # of which what came since holds, else nodes would be asked again

_OTHERS = """
SELECT c.relname::text FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'f', 'm') AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
)
ORDER BY 1
"""
_OURS = """
SELECT format('DROP VIEW IF EXISTS %s CASCADE', c.oid::regclass) FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v' AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
)
UNION ALL
SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', p.oid::regprocedure) FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
)
"""

Told = Callable[[int, int], None]


class Beside(Table):
    """A table with the same columns, for rows that may be there already."""

    @property
    def identifier(self) -> sql.Identifier:
        """Its name in a statement."""
        return sql.Identifier("pg_temp", f"newer_{self.name}")


def go_back(
    connection: Connection,
    before: Path,
    since: Path | None = None,
    told: Told = lambda _done, _total: None,
) -> list[str]:
    """Bring back what ``before`` holds, with the rows that ``since`` has more; in one transaction.

    Returns the tables of which rows of ``since`` could not be taken, because they have lost a
    column. Raises FormatError when a file is damaged, StorageError when the database refuses, or
    when schema public has tables that are not ours; nothing has changed then.
    """
    newer = None if since is None else check_files(since)
    left: list[str] = []
    with say_failures(connection), connection.transaction():
        connection.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_S}s"])
        take_away(connection)
        prepare(connection)
        for migration in read_migrations(MIGRATIONS):
            apply(connection, migration)
        load(connection, before, told)
        if since is not None and newer is not None:
            left = add_newer(connection, since, newer)
        grant_rights(connection)
    tune(connection)
    return left


def check_files(folder: Path) -> Manifest:
    """Manifest of a folder whose every byte is as it was saved; FormatError when one is not."""
    manifest = read_manifest(folder)
    for file in manifest.files:
        check_file(folder, file)
    return manifest


def take_away(connection: Connection) -> None:
    """Drop what is ours; StorageError when there are tables of others beside it."""
    others = [name for (name,) in connection.execute(_OTHERS.encode())]
    if others:
        raise StorageError(
            f"{name_place(connection)}: schema public has tables that are not ours"
            f" ({', '.join(others)}); move them, and whatever asks our views, to another schema"
        )
    connection.execute("DROP SCHEMA private CASCADE")
    for (statement,) in connection.execute(_OURS.encode()).fetchall():
        connection.execute(statement.encode())


def add_newer(connection: Connection, folder: Path, manifest: Manifest) -> list[str]:
    """Add rows that are not there yet; names of tables that lack a column in the files."""
    tables, left = read_tables(connection), set()
    write_plainly(connection)
    with resting(connection, tables):
        for table in tables.values():
            for file in (file for file in manifest.files if file.table == table.name):
                if not add_file(connection, table, folder, file):
                    left.add(table.name)
    write_numbering(connection, tables, manifest)
    return sorted(left)


def add_file(connection: Connection, table: Table, folder: Path, file: File) -> bool:
    """Add the rows of one file; False when it lacks columns of the table."""
    saved = pq.ParquetFile(folder / file.place)
    if set(table.columns) - set(saved.schema_arrow.names):
        return False
    beside = Beside(**vars(table))
    for group in range(saved.num_row_groups):
        read = saved.read_row_group(group, list(table.columns))
        columns = {name: read.column(name).combine_chunks() for name in table.columns}
        if table.numeric:
            make_room(connection, columns["time"])
        with made(connection, table, beside):
            (write_numbers if table.numeric else write_texts)(connection, beside, columns)
            connection.execute(to_insert(table, beside))
    return True


@contextmanager
def made(connection: Connection, table: Table, beside: Beside) -> Iterator[None]:
    """A temporary table with the columns of ``table``, for as long as the block lasts."""
    names = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    statement = sql.SQL("CREATE TEMP TABLE {} AS SELECT {} FROM {} WITH NO DATA")
    place = beside.identifier
    connection.execute(statement.format(place, names, table.identifier))
    yield
    connection.execute(sql.SQL("DROP TABLE {}").format(place))


def to_insert(table: Table, beside: Beside) -> sql.Composed:
    """Statement that moves rows over; rows that are there stay, but those of CHANGED."""
    names = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    rest = [sql.Identifier(name) for name in table.columns if name not in table.key]
    conflict: sql.Composable = sql.SQL("DO NOTHING")
    if table.name in CHANGED:
        key = sql.SQL(", ").join(map(sql.Identifier, table.key))
        values = sql.SQL(", ").join(sql.SQL("{0} = EXCLUDED.{0}").format(name) for name in rest)
        conflict = sql.SQL("({}) DO UPDATE SET {}").format(key, values)
    return sql.SQL(
        "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {} ON CONFLICT {}"
    ).format(table.identifier, names, names, beside.identifier, conflict)
