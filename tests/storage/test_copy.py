import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.copy import BLOCK_ROWS, PATTERN_ROWS, Column, encode, to_copy
from storage.pool import connect

LETTER = {
    "smallint": "h",
    "integer": "i",
    "bigint": "q",
    "real": "f",
    "double precision": "d",
    "timestamptz": "q",
}
DTYPE = {
    "smallint": np.int16,
    "integer": np.int32,
    "bigint": np.int64,
    "real": np.float32,
    "double precision": np.float64,
    "timestamptz": np.int64,
}
VALUES = {
    "smallint": st.integers(-(2**15), 2**15 - 1),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "real": st.floats(width=32),
    "double precision": st.floats(),
    "timestamptz": st.integers(-(2**33), 2**33),
}


def slow_copy(columns):
    """One value after the other, as the manual of PostgreSQL tells it."""
    message = struct.pack(">11sii", b"PGCOPY\n\xff\r\n\0", 0, 0)
    for row in range(len(columns[0].values)):
        message += struct.pack(">h", len(columns))
        for kind, values, null in columns:
            if null is not None and null[row]:
                message += struct.pack(">i", -1)
                continue
            value = values[row].item()
            if kind == "timestamptz":
                value = (value - 946_684_800) * 1_000_000
            message += struct.pack(">i", struct.calcsize(LETTER[kind]))
            message += struct.pack(">" + LETTER[kind], value)
    return message + struct.pack(">h", -1)


@st.composite
def tables(draw):
    count = draw(st.integers(0, 6))
    columns = []
    for kind in draw(st.lists(st.sampled_from(list(LETTER)), min_size=1, max_size=6)):
        values = np.array(draw(st.lists(VALUES[kind], min_size=count, max_size=count)), DTYPE[kind])
        flags = st.lists(st.booleans(), min_size=count, max_size=count)
        null = draw(st.none() | flags)
        columns.append(Column(kind, values, None if null is None else np.array(null, np.bool_)))
    return columns


@given(tables())
def test_the_message_is_that_of_the_slow_way(columns):
    assert to_copy(columns) == slow_copy(columns)


def make_columns(count, *nulls):
    """One column of every type, then an integer per mask that is NULL there."""
    random = np.random.default_rng(1)
    columns = [
        Column(kind, random.integers(-30_000, 30_000, count).astype(dtype))
        for kind, dtype in DTYPE.items()
    ]
    return columns + [Column("integer", random.integers(0, 9, count), null) for null in nulls]


@pytest.mark.parametrize("count", [0, 1, BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 1])
def test_a_message_of_any_length_is_in_order(count):
    scattered = np.random.default_rng(2).random((12, count)) < 0.5  # more patterns than can pay
    for columns in (make_columns(count), make_columns(count, *scattered)):
        assert to_copy(columns) == slow_copy(columns)


def test_a_piece_is_a_view_that_lasts_until_the_next():
    columns = make_columns(3 * BLOCK_ROWS)
    joined = bytearray()
    for piece in encode(columns):
        joined += piece
    assert bytes(joined) == slow_copy(columns)


def test_rows_with_the_same_nulls_come_together_when_there_are_few_such_patterns():
    count = 5 * PATTERN_ROWS
    first = np.arange(count) % 7 == 0
    second = np.arange(count) > count // 2
    everywhere = np.ones(count, np.bool_)
    columns = make_columns(count, first, second, everywhere)
    groups = [
        [column.take(rows) for column in columns]
        for rows in (~first & ~second, first & ~second, ~first & second, first & second)
    ]
    wanted = b"".join(slow_copy(group)[19:-2] for group in groups)
    assert to_copy(columns)[19:-2] == wanted


def test_the_server_reads_back_what_was_sent(connection):
    for part in (0.0, 0.3, 1.0):
        check_round_trip(connection, part)


def check_round_trip(connection, part):
    random = np.random.default_rng(1)
    null = random.random(100) < part
    sent = {
        kind: Column(kind, random.integers(-30_000, 30_000, 100).astype(DTYPE[kind]), null)
        for kind in LETTER
    }
    sent["bigint"] = Column("bigint", np.arange(100))  # never NULL, keeps the order
    named = ", ".join(f'"{kind}" {kind}' for kind in sent)
    connection.execute("DROP TABLE IF EXISTS sent")
    connection.execute(f"CREATE TEMP TABLE sent ({named})")
    with connection.cursor() as cursor, cursor.copy("COPY sent FROM STDIN (FORMAT binary)") as copy:
        copy.write(to_copy(list(sent.values())))
    for kind, column in sent.items():
        seen = f'extract(epoch FROM "{kind}")::bigint' if kind == "timestamptz" else f'"{kind}"'
        rows = connection.execute(f'SELECT {seen} FROM sent ORDER BY "bigint"').fetchall()
        hidden = np.zeros(100, bool) if column.null is None else column.null
        wanted = [None if h else v for v, h in zip(column.values.tolist(), hidden, strict=True)]
        assert [row[0] for row in rows] == wanted


def test_a_server_refuses_a_message_that_is_cut(connection, database):
    message = to_copy([Column("integer", np.arange(10))])
    connection.execute("CREATE TEMP TABLE cut (value integer)")
    with (
        pytest.raises(Exception, match="COPY"),
        connection.cursor() as cursor,
        cursor.copy("COPY cut FROM STDIN (FORMAT binary)") as copy,
    ):
        copy.write(message[:-7])
    with connect(database) as other:
        other.execute("SELECT 1")


@pytest.mark.parametrize(
    ("kind", "letter", "number"), [("integer[]", "i", 23), ("bigint[]", "q", 20)]
)
def test_arrays_have_their_size_and_type_before_their_elements(kind, letter, number):
    values = np.array([[1, -2, 3], [4, 5, 2**31 - 1]])
    size = struct.calcsize(letter)
    rows = b""
    for row in values.tolist():
        array = struct.pack(">iiiii", 1, 0, number, 3, 1)
        array += b"".join(struct.pack(f">i{letter}", size, value) for value in row)
        rows += struct.pack(">hi", 1, len(array)) + array
    message = to_copy([Column(kind, values)])
    assert (
        message == slow_copy([Column("integer", np.zeros(0, np.int32))])[:-2] + rows + b"\xff\xff"
    )


def test_the_server_reads_arrays(connection):
    values = np.arange(12).reshape(4, 3) - 5
    columns = [
        Column("integer", np.arange(4)),
        *(Column(k, values) for k in ("integer[]", "bigint[]")),
    ]
    connection.execute("CREATE TEMP TABLE sent (id integer, small integer[], wide bigint[])")
    with connection.cursor() as cursor, cursor.copy("COPY sent FROM STDIN (FORMAT binary)") as copy:
        copy.write(to_copy(columns))
    found = connection.execute("SELECT id, small, wide FROM sent ORDER BY id").fetchall()
    assert found == [(i, row, row) for i, row in enumerate(values.tolist())]
