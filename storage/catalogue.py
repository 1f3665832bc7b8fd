"""The tables of schema private as the server knows them, for whoever copies all of them.

A table that a later migration adds is found like the others: nothing here names one, but what
stays behind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from psycopg import sql

from .copy import TYPES
from .failures import Connection
from .stream import KINDS

MONTHLY = "observation"  # the one table that is large
LEFT = frozenset({"migration"})  # written by whoever makes the tables
TEXT = "text"


@dataclass(frozen=True)
class Table:
    """A table: the columns that can be written, and what hangs on it."""

    name: str
    columns: Mapping[str, str]  # kind by name: a key of copy.TYPES, or text for all else
    key: Sequence[str]  # columns of the primary key
    after: Sequence[str]  # tables that its foreign keys speak of
    numbering: Mapping[str, str]  # sequence (with its schema) by column
    triggers: Sequence[str]  # of our own

    @property
    def identifier(self) -> sql.Identifier:
        """Its name in a statement."""
        return sql.Identifier("private", self.name)

    @property
    def numeric(self) -> bool:
        """Tell whether its rows go in binary: the observations, numbers and moments."""
        return self.name == MONTHLY and all(kind in TYPES for kind in self.columns.values())


_TABLES = """
SELECT
    c.relname::text,
    (SELECT array_agg(ARRAY[a.attname::text, t.typname::text] ORDER BY a.attnum)
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
    (SELECT coalesce(array_agg(a.attname::text ORDER BY k.place), '{}')
        FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
        WHERE i.indrelid = c.oid AND i.indisprimary),
    (SELECT coalesce(array_agg(f.relname::text), '{}')
        FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid),
    (SELECT coalesce(array_agg(ARRAY[a.attname::text, s.name] ORDER BY a.attnum), '{}')
        FROM pg_attribute a CROSS JOIN LATERAL
            pg_get_serial_sequence(c.oid::regclass::text, a.attname) AS s (name)
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND s.name IS NOT NULL),
    (SELECT coalesce(array_agg(g.tgname::text ORDER BY g.tgname), '{}')
        FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
        WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgenabled <> 'D'
            AND p.pronamespace IN ('private'::regnamespace, 'public'::regnamespace))
FROM pg_class c
WHERE c.relnamespace = 'private'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY c.relname
"""

# How values look as text, whatever the server or the user has set; what pg_dump sets too.
_WRITING = """
SET LOCAL datestyle = 'ISO, YMD';
SET LOCAL intervalstyle = 'postgres';
SET LOCAL bytea_output = 'hex';
SET LOCAL extra_float_digits = 1;
"""


def read_tables(connection: Connection) -> dict[str, Table]:
    """Tables by name, each after those that its foreign keys speak of; without LEFT."""
    found = {}
    for name, columns, key, after, numbering, triggers in connection.execute(_TABLES).fetchall():
        found[name] = Table(name, to_kinds(name, columns), key, after, dict(numbering), triggers)
    order = TopologicalSorter({name: found[name].after for name in found}).static_order()
    return {name: found[name] for name in order if name in found and name not in LEFT}


def to_kinds(table: str, columns: Iterable[Sequence[str]]) -> dict[str, str]:
    """Kind by name of columns given with the names of their types.

    Numbers and truth values stay what they are, of observations the moments too. All else is the
    text that the server writes itself, whatever type a later migration brings; moments of other
    tables may be infinite.
    """
    kept = set(TYPES) - (set() if table == MONTHLY else {"timestamptz"})
    kinds = {name: KINDS.get(type_, TEXT) for name, type_ in columns}
    return {name: kind if kind in kept else TEXT for name, kind in kinds.items()}


def write_plainly(connection: Connection) -> None:
    """Have values look the same on every server until the end of the caller's transaction."""
    connection.execute(_WRITING)
