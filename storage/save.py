"""A whole database as files, private data too, for a server elsewhere or of the other kind.

1. take one moment of the database: writers go on, and nothing of them is half in it
2. ask the server which tables there are (catalogue.py)
3. cut the observations in months (UTC); other tables are one piece
4. stream each piece by its key (stream.py) into a Parquet file (parquet.py)
5. note every file with its rows and SHA-256, last, in the manifest (manifest.py)

Rollups come along, and the notes of what waits for them: of hours whose samples were dropped they
are all that is left. The same database gives the same files, but for the moment in the manifest.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from psycopg import sql

from lokaalmeten.errors import FormatError

from .catalogue import MONTHLY, TEXT, Table, read_tables, write_plainly
from .failures import Connection, say_failures
from .files import say_unwritable, whole
from .manifest import PRIVATE_FILE, PRIVATE_FOLDER, File, Manifest, describe_file, write_manifest
from .migrate import read_applied
from .parquet import ARROW, to_array, write_groups
from .queries import to_piece
from .stream import read_kinds, stream

Told = Callable[[int, int], None]  # pieces done, pieces in all


@dataclass(frozen=True)
class Piece:
    """Rows of a table that become one file."""

    table: Table
    place: str  # below the folder
    query: sql.Composed
    bounds: dict[str, Any]


def save(connection: Connection, folder: Path, told: Told = lambda _done, _total: None) -> Manifest:
    """Write all tables of schema private into a new folder, which only this user may read.

    In one transaction that only reads, and with memory that does not grow with the data. Raises
    FormatError when the folder is not empty or cannot be written, StorageError when the database
    refuses; nothing is left in the folder then.
    """
    with say_unwritable(folder), new_folder(folder), say_failures(connection), moment(connection):
        (taken_at,) = connection.execute("SELECT now()::text").fetchone() or ("",)
        tables = read_tables(connection)
        numbering = read_numbering(connection, tables)
        pieces = [piece for table in tables.values() for piece in cut(connection, table)]
        files = []
        for number, piece in enumerate(pieces):
            told(number, len(pieces))
            files.append(write_piece(connection, folder, piece))
        migrations = dict(read_applied(connection).values())
        manifest = Manifest(taken_at, migrations, numbering, files)
        write_manifest(folder, manifest)
    return manifest


@contextmanager
def new_folder(folder: Path) -> Iterator[None]:
    """Make a folder that is empty again when something fails; FormatError when it is not now."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FormatError(f"{folder} is not empty; name a new folder")
    folder.chmod(PRIVATE_FOLDER)
    try:
        yield
    except BaseException:
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise


@contextmanager
def moment(connection: Connection) -> Iterator[None]:
    """One moment of the database, for as long as the block lasts."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        write_plainly(connection)
        yield


def read_numbering(connection: Connection, tables: dict[str, Table]) -> dict[str, tuple[int, bool]]:
    """How far the numbers of each table are given out; those of deleted rows never come again."""
    numbering = {}
    for table in tables.values():
        for column, sequence in table.numbering.items():
            query = sql.SQL("SELECT last_value, is_called FROM {}").format(to_piece(sequence))
            numbering[f"{table.name}.{column}"] = connection.execute(query).fetchone()
    return numbering


def cut(connection: Connection, table: Table) -> Iterator[Piece]:
    """The pieces of a table."""
    if table.name != MONTHLY:
        yield Piece(table, f"{table.name}.parquet", to_query(table, sql.SQL("")), {})
        return
    inside = sql.SQL(" WHERE time >= %(start)s AND time < %(stop)s")
    months = sql.SQL("SELECT DISTINCT date_trunc('month', time) FROM {} ORDER BY 1")
    for (start,) in connection.execute(months.format(table.identifier)).fetchall():
        stop = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
        place = f"{table.name}/month={start:%Y-%m}/part-0.parquet"
        yield Piece(table, place, to_query(table, inside), {"start": start, "stop": stop})


def to_query(table: Table, condition: sql.SQL) -> sql.Composed:
    """The rows of a table in the order of its key, each column as its kind."""
    columns = [
        sql.SQL("{0}::text AS {0}" if kind == TEXT else "{0}").format(sql.Identifier(name))
        for name, kind in table.columns.items()
    ]
    # of the table: in ORDER BY a bare name is that of the text beside it
    key = sql.SQL(", ").join(sql.Identifier("saved", name) for name in table.key)
    return sql.SQL("SELECT {} FROM {} AS saved{}{}").format(
        sql.SQL(", ").join(columns),
        table.identifier,
        condition,
        sql.SQL(" ORDER BY {}").format(key) if table.key else sql.SQL(""),
    )


def write_piece(connection: Connection, folder: Path, piece: Piece) -> File:
    """Write one file."""
    path, rows = folder / piece.place, 0
    for parent in reversed(path.relative_to(folder).parents):
        (folder / parent).mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    kinds = read_kinds(connection, piece.query, piece.bounds)
    schema = pa.schema([(name, ARROW[kind]) for name, kind in kinds.items()])
    with (
        whole(path, PRIVATE_FILE) as file,
        write_groups(file, schema) as write,
        closing(stream(connection, piece.query, piece.bounds, kinds)) as blocks,
    ):
        for block in blocks:
            arrays = [to_array(column) for column in block.values()]
            write(arrays)
            rows += len(arrays[0])
    return describe_file(folder, piece.table.name, piece.place, rows)
