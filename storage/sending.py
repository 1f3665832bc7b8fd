"""Columns to a table, by one binary COPY."""

from collections.abc import Mapping

from psycopg import sql

from .copy import Column, encode
from .failures import Connection


def copy_rows(connection: Connection, columns: Mapping[str, Column], table: sql.Identifier) -> int:
    """Send rows, at least one; return how many. Raises UniqueViolation when one is there."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(table, to_names(columns))
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for piece in encode(list(columns.values())):
                copy.write(piece)
        return cursor.rowcount


def to_names(columns: Mapping[str, Column]) -> sql.Composed:
    """Names of the columns for a statement."""
    return sql.SQL(", ").join(map(sql.Identifier, columns))
