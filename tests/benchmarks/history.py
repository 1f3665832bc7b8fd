"""What lies before the first hour of a city: a year by the day and a month by the hour.

Of the year there is a sample a day of every box, so that the table has as many pieces as after a
year. Years of samples a minute would be a thousand million rows; what the questions read of them is
rollups, and those are made by copying the first day: a row of a day is as large and as costly to
read whatever it says.
"""

from typing import LiteralString

import numpy as np
from psycopg import sql

from storage.failures import Connection
from storage.writer import Writer
from tests.benchmarks.bench_write import START
from tests.benchmarks.city import DAY_S, City
from tests.benchmarks.filling import without_notes

YEAR_DAYS, MONTH_DAYS = 365, 30
TOGETHER = 30  # days in a batch
OF_FIXED = "r.node_id IN (SELECT id FROM private.node WHERE NOT moving)"


def write_year(connection: Connection, city: City) -> int:
    """Write a sample a day of every box, without adding it up; return how many."""
    writer, rows = Writer(connection), 0
    node = np.arange(1, city.boxes + 1)
    for first in range(-YEAR_DAYS, 0, TOGETHER):
        noon = START + np.arange(first, min(first + TOGETHER, 0)) * DAY_S + DAY_S // 2
        time = city.offset[:, None] + noon
        with without_notes():
            rows += writer.write([city.observe(np.repeat(node, len(noon)), time.ravel())]).inserted
    return rows


def copy_first_day(connection: Connection) -> int:
    """Copy the rollups of the first day to the days before it; return the bytes that they take."""
    before = read_rollup_bytes(connection)
    copy_rollups(connection, "rollup_day", "day", YEAR_DAYS, OF_FIXED)
    copy_rollups(connection, "rollup_hour", "hour", MONTH_DAYS, OF_FIXED)
    copy_rollups(connection, "rollup_place", "day", YEAR_DAYS, "NOT r.moving")
    return read_rollup_bytes(connection) - before


def copy_rollups(
    connection: Connection, table: str, column: str, days: int, chosen: LiteralString
) -> None:
    """Copy what fixed nodes have of the first day, whatever other columns there are."""
    names = [
        sql.Identifier(name)
        for (name,) in connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' AND attidentity = ''",
            [f"private.{table}"],
        )
    ]
    moved = sql.Identifier(column)
    earlier = sql.SQL("r.{} - back * INTERVAL '1 day'").format(moved)
    statement = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {values} FROM {table} r"
        " CROSS JOIN generate_series(1, %(days)s) AS back"
        " WHERE {chosen}"
        " AND r.{moved} >= to_timestamp(%(start)s) AND r.{moved} < to_timestamp(%(after)s)"
    ).format(
        table=sql.Identifier("private", table),
        names=sql.SQL(", ").join(names),
        values=sql.SQL(", ").join(
            earlier if name == moved else sql.SQL("r.{}").format(name) for name in names
        ),
        moved=moved,
        chosen=sql.SQL(chosen),
    )
    connection.execute(statement, {"days": days, "start": START, "after": START + DAY_S})


def read_rollup_bytes(connection: Connection) -> int:
    """Bytes of all rollups with their indexes."""
    row = connection.execute(
        "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class"
        " WHERE relnamespace = 'private'::regnamespace AND relkind = 'r'"
        " AND starts_with(relname, 'rollup_')"
    ).fetchone()
    assert row
    return row[0]
