"""Streamed columns against the rows that psycopg itself fetches."""

import threading
from contextlib import closing
from datetime import UTC, datetime

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lokaalmeten.errors import StorageError
from storage.copy import TYPES
from storage.fields import RUN_ROWS, TEXTS
from storage.pool import connect
from storage.stream import BLOCK_BYTES, KINDS, stream

VALUES = {
    "smallint": st.integers(-(2**15), 2**15 - 1),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "real": st.floats(width=32),
    "double precision": st.floats(),
    "timestamptz": st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),
    "boolean": st.booleans(),
    "text": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=9),
    "varchar(9)": st.sampled_from(["", "box-1", "box-2"]),
    "uuid": st.uuids(),
}
NUMBERS = "SELECT n, n::text AS name FROM generate_series(1, %s) AS n"


@st.composite
def filled(draw):
    """Types of columns, and rows of them with NULL anywhere."""
    kinds = draw(st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=5))
    rows = draw(st.lists(st.tuples(*(st.none() | VALUES[kind] for kind in kinds)), max_size=6))
    return kinds, rows


def to_rows(blocks):
    """Rows of streamed columns, as psycopg would say them."""
    rows = []
    for block in blocks:
        columns = []
        for column in block.values():
            values = column.values.tolist()
            if column.kind == "timestamptz":
                values = [value.replace(tzinfo=UTC) for value in values]
            null = [False] * len(values) if column.null is None else column.null.tolist()
            columns.append([None if n else v for v, n in zip(values, null, strict=True)])
        rows += zip(*columns, strict=True)
    return rows


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(table=filled())
def test_columns_are_the_rows_that_psycopg_fetches(connection, table):
    kinds, rows = table
    named = ", ".join(f"c{i} {kind}" for i, kind in enumerate(kinds))
    connection.prepare_threshold = None  # the same statement again, on other columns
    connection.execute("DROP TABLE IF EXISTS filled")
    connection.execute(f"CREATE TEMP TABLE filled ({named})".encode())
    places = ", ".join(["%s"] * len(kinds))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO filled VALUES ({places})".encode(), rows)
    with connection.cursor(binary=True) as cursor:
        fetched = cursor.execute("SELECT * FROM filled").fetchall()
    assert repr(to_rows(stream(connection, "SELECT * FROM filled"))) == repr(fetched)


@pytest.mark.parametrize("part", ["n > 0", "n % 3 = 0", f"n > {3 * RUN_ROWS}"])
def test_many_rows_with_whole_scattered_and_late_nulls(connection, part):
    query = (
        "SELECT n, n::float8 / 7 AS real, CASE WHEN {} THEN n::smallint END AS sometimes,"
        " 'box-' || n / 100 AS name FROM generate_series(1, %s) AS n"
    ).format(part.replace("%", "%%"))
    fetched = connection.execute(query.encode(), [6 * RUN_ROWS]).fetchall()
    assert to_rows(stream(connection, query, [6 * RUN_ROWS])) == fetched


def test_blocks_stay_small(connection):
    query = "SELECT n, repeat('x', 1000) AS text FROM generate_series(1, 20000) AS n"
    sizes = [len(block["n"].values) for block in stream(connection, query)]
    assert sum(sizes) == 20_000
    assert max(sizes) * 1000 < 1.5 * BLOCK_BYTES


def test_an_answer_without_rows_has_no_blocks(connection):
    assert list(stream(connection, NUMBERS, [0])) == []


def test_a_query_may_end_in_a_comment(connection):
    assert len(list(stream(connection, "SELECT 1 AS one -- and nothing else"))) == 1


def test_a_reader_that_stops_in_the_middle_leaves_the_connection_ready(connection):
    with closing(stream(connection, NUMBERS, [3_000_000])) as blocks:
        next(blocks)
    assert connection.execute("SELECT 1").fetchone() == (1,)
    assert len(list(stream(connection, NUMBERS, [10]))) == 1


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("SELECT 1.5::numeric AS share", "a column of type numeric: share"),
        ("SELECT 1 AS a, 2 AS a", "two columns of a name: a"),
        ("SELECT nothing", 'column "nothing" does not exist|not those of this version'),
        ("SELECT 1 / (n - 5000) AS n FROM generate_series(1, 9000) AS n", "division by zero"),
    ],
)
def test_what_cannot_be_streamed_is_said_and_the_connection_stays(connection, query, sentence):
    with pytest.raises(StorageError, match=sentence):
        list(stream(connection, query))
    assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_ends_the_connection_is_an_error_and_not_a_shorter_answer(database):
    with connect(database) as reading, connect(database) as other:
        blocks = stream(reading, NUMBERS, [10_000_000])
        next(blocks)
        ending = threading.Thread(
            target=other.execute,
            args=["SELECT pg_terminate_backend(%s)", [reading.info.backend_pid]],
        )
        ending.start()
        with pytest.raises(StorageError):
            list(blocks)
        ending.join()
        with pytest.raises(psycopg.OperationalError):
            reading.execute("SELECT 1")


def test_every_kind_that_can_be_decoded_can_be_streamed():
    assert set(KINDS.values()) == {*TYPES, *TEXTS}
