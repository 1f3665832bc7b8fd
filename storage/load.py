"""A saved database (save.py) back into an empty one, on whichever kind of server.

1. read the manifest, and every byte of the files, before anything is written
2. the tables must be those of the same migrations, and empty; nobody else writes meanwhile
3. table by table, each after those that it speaks of: send the row groups of its files
4. count: as many rows as were saved
5. go on numbering where the saved database was
6. commit: all of it is there, or nothing

Own triggers rest meanwhile: what they would add is in the files.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from psycopg import sql

from lokaalmeten.errors import FormatError, StorageError

from .catalogue import MONTHLY, Table, read_tables, write_plainly
from .edition import ensure_partitions
from .failures import Connection, name_place, say_failures
from .manifest import File, Manifest, check_file, check_migrations, read_manifest
from .parquet import to_column
from .sending import copy_rows

WAIT_S = 60  # for whoever writes at that moment
ESCAPES = (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))  # of COPY, text format
ANALYZE = "ANALYZE private.observation"

Told = Callable[[int, int], None]  # bytes done, bytes in all; each is read twice


def load(connection: Connection, folder: Path, told: Told = lambda _done, _total: None) -> Manifest:
    """Bring a saved database into an empty migrated one; all of it or nothing.

    Raises FormatError when a file is missing, damaged or of a newer version, StorageError when
    the database is of another version or not empty, or refuses.
    """
    manifest = read_manifest(folder)
    done, total = 0, 2 * manifest.bytes
    with say_failures(connection):
        check_migrations(connection, manifest)
    for file in manifest.files:
        check_file(folder, file)
        told(done := done + file.bytes, total)
    with say_failures(connection), connection.transaction():
        tables = read_tables(connection)
        check_tables(connection, tables, manifest)
        write_plainly(connection)
        with resting(connection, tables):
            for table in tables.values():
                for file in (file for file in manifest.files if file.table == table.name):
                    write_file(connection, table, folder, file)
                    told(done := done + file.bytes, total)
        write_numbering(connection, tables, manifest)
    with say_failures(connection):
        connection.execute(ANALYZE)  # what there is, is estimated from this
    return manifest


def check_tables(connection: Connection, tables: Mapping[str, Table], manifest: Manifest) -> None:
    """Keep others from writing; refuse tables that are not empty, or not those of the files."""
    place = name_place(connection)
    if others := {file.table for file in manifest.files} - set(tables):
        raise StorageError(f"{place}: it has no table private.{min(others)}, which was saved")
    connection.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_S}s"])
    names = sql.SQL(", ").join(table.identifier for table in tables.values())
    connection.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(names))
    for table in tables.values():
        question = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(table.identifier)
        if connection.execute(question).fetchone() == (True,):
            raise StorageError(
                f"{place}: private.{table.name} holds rows already; load into a new database,"
                " to which only meten db migrate was applied"
            )


@contextmanager
def resting(connection: Connection, tables: Mapping[str, Table]) -> Iterator[None]:
    """Have our own triggers do nothing inside the block."""
    turn(connection, tables, sql.SQL("DISABLE"))
    yield
    turn(connection, tables, sql.SQL("ENABLE"))  # after a failure all is rolled back


def turn(connection: Connection, tables: Mapping[str, Table], word: sql.SQL) -> None:
    """Have our own triggers rest, or work again."""
    for table in tables.values():
        for name in table.triggers:
            statement = sql.SQL("ALTER TABLE {} {} TRIGGER {}")
            connection.execute(statement.format(table.identifier, word, sql.Identifier(name)))


def write_file(connection: Connection, table: Table, folder: Path, file: File) -> None:
    """Send the rows of one file; FormatError when they are not those of the table."""
    path, rows = folder / file.place, 0
    saved = pq.ParquetFile(path)
    if saved.schema_arrow.names != list(table.columns):
        raise FormatError(f"{path} has other columns than private.{table.name} has here")
    for group in range(saved.num_row_groups):
        arrays = [column.combine_chunks() for column in saved.read_row_group(group).columns]
        columns = dict(zip(table.columns, arrays, strict=True))
        if table.name == MONTHLY:
            make_room(connection, columns["time"])
        write = write_numbers if table.numeric else write_texts
        rows += write(connection, table, columns)
    if rows != file.rows:
        raise FormatError(f"{path} has {rows} rows and {file.rows} were saved")


def make_room(connection: Connection, time: Any) -> None:
    """Have partitions for observations of these moments."""
    moments = to_column("timestamptz", time).values
    ensure_partitions(connection, moments.astype("datetime64[s]").astype(np.int64))


def write_numbers(connection: Connection, table: Table, columns: Mapping[str, Any]) -> int:
    """Send observations by binary COPY."""
    rows = {name: to_column(table.columns[name], array) for name, array in columns.items()}
    return copy_rows(connection, rows, table.identifier)


def write_texts(connection: Connection, table: Table, columns: Mapping[str, Any]) -> int:
    """Send columns of any kind by COPY of text."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(table.identifier, names)
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            copy.write(to_lines(list(columns.values())))
        return cursor.rowcount


def to_lines(arrays: Sequence[Any]) -> bytes:
    r"""Columns as lines of COPY's text format: tabs between, \N for NULL."""
    texts = []
    for array in arrays:
        text = array.cast(pa.string())
        if pa.types.is_string(array.type):
            for plain, escaped in ESCAPES:
                options = pc.ReplaceSubstringOptions(plain, escaped)
                text = pc.call_function("replace_substring", [text], options)
        texts.append(text.fill_null("\\N"))
    ended = [*texts[:-1], join([texts[-1], pa.scalar("")], "\n")]
    lines = join(ended, "\t")
    _, ends, chars = lines.buffers()  # the texts lie one behind the other
    return chars[: np.frombuffer(ends, np.int32)[len(lines)]].to_pybytes()


def join(texts: Sequence[Any], between: str) -> Any:
    """Texts of each row as one."""
    return pc.call_function("binary_join_element_wise", [*texts, pa.scalar(between)])


def write_numbering(
    connection: Connection, tables: Mapping[str, Table], manifest: Manifest
) -> None:
    """Go on where the numbers of the saved database were."""
    for table in tables.values():
        for column, sequence in table.numbering.items():
            last, given = manifest.numbering.get(f"{table.name}.{column}", (1, False))
            connection.execute("SELECT setval(%s::regclass, %s, %s)", [sequence, last, given])
