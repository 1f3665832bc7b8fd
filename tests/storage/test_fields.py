"""Rows of COPY to columns, against the encoder and against one value after the other."""

import struct
from uuid import UUID

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lokaalmeten.errors import StorageError
from storage.copy import HEAD, TAIL, Column, to_copy
from storage.fields import RUN_ROWS, TEXT_BYTES, decode
from storage.stream import to_blocks
from tests.storage.test_copy import DTYPE, make_columns, tables


def cut_rows(message, count):
    """The rows of a message, found one length after the other."""
    rows, at = [], len(HEAD)
    while message[at:] != TAIL:
        begin, at = at, at + 2
        for _ in range(count):
            (length,) = struct.unpack_from(">i", message, at)
            at += 4 + max(length, 0)
        rows.append(message[begin:at])
    return rows


def to_list(column):
    """Values with None where NULL."""
    values = column.values
    if column.kind == "timestamptz" and values.dtype.kind == "M":
        values = values.astype("datetime64[s]").astype(np.int64)
    null = np.zeros(len(values), bool) if column.null is None else column.null
    return [None if none else value for value, none in zip(values.tolist(), null, strict=True)]


def assert_same(found, sent):
    for seen, column in zip(found, sent, strict=True):
        assert repr(to_list(seen)) == repr(to_list(column))  # NaN is not NaN
        if column.kind != "timestamptz":
            assert seen.values.dtype == DTYPE[column.kind]


@given(tables())
def test_columns_come_back_from_the_message_that_was_made_of_them(columns):
    rows = cut_rows(to_copy(columns), len(columns))
    if rows:
        assert_same(decode([column.kind for column in columns], rows), columns)


def check_rows(columns, order=slice(None)):
    rows = cut_rows(to_copy(columns), len(columns))
    assert len(rows) == len(columns[0].values)
    found = decode([column.kind for column in columns], rows)
    assert_same(found, [column.take(order) for column in columns])


def test_long_runs_of_rows_that_are_alike():
    count = 5 * RUN_ROWS
    null = np.arange(count) >= 2 * RUN_ROWS
    # the encoder brings the rows with the same NULLs together: here they are already
    check_rows(make_columns(count, null))
    check_rows(make_columns(count))
    check_rows(make_columns(count, np.ones(count, bool)))


def test_scattered_nulls():
    check_rows(make_columns(3000, *(np.random.default_rng(2).random((12, 3000)) < 0.5)))


def test_rows_of_equal_length_whose_nulls_lie_elsewhere():
    swapped = np.arange(3000) % 2 == 0
    columns = [Column("integer", np.arange(3000, dtype=np.int32), n) for n in (swapped, ~swapped)]
    odd_last = np.argsort(~swapped, kind="stable")
    rows = cut_rows(to_copy(columns), 2)
    assert len({len(row) for row in rows}) == 1
    found = decode(["integer", "integer"], rows)
    assert sorted(map(str, zip(*map(to_list, found), strict=True))) == sorted(
        map(str, zip(*(to_list(column.take(odd_last)) for column in columns), strict=True))
    )


def to_row(*values):
    """One row of texts as the manual tells it; None is NULL."""
    parts = [struct.pack(">i", -1) if v is None else struct.pack(">i", len(v)) + v for v in values]
    return struct.pack(">h", len(values)) + b"".join(parts)


TEXTS = st.none() | st.text(st.characters(exclude_characters="\0"), max_size=4) | st.just("ab")


@given(st.lists(TEXTS, min_size=1, max_size=8))
@example(["a", None, None, "a", "a", ""])
@example([None, "", None])
@example(["a" * (TEXT_BYTES + 1), "a" * (TEXT_BYTES + 1), "b"])
def test_texts_come_back(texts):
    rows = [to_row(None if text is None else text.encode()) for text in texts]
    (column,) = decode(["text"], rows)
    assert to_list(column) == texts


def test_equal_texts_in_a_row_are_one_object():
    (column,) = decode(["text"], [to_row(b"box-1")] * 3 + [to_row(b"box-2")])
    assert column.values[0] is column.values[2]
    assert column.values.tolist() == ["box-1", "box-1", "box-1", "box-2"]


def test_names_of_rides_and_truths_come_back():
    rows = [to_row(bytes(range(16)), b"\1"), to_row(None, b"\0")]
    name, truth = decode(["uuid", "boolean"], rows)
    assert to_list(name) == [UUID(bytes=bytes(range(16))), None]
    assert to_list(truth) == [True, False]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([to_row(b"abcd", b"abcd")], "does not have 1 columns"),
        ([to_row(b"abcd") + b"x"], "more than 1 columns"),
        ([to_row(b"abcd")[:-1]], "breaks off"),
        ([to_row(b"abcd")[:4]], "breaks off"),
        ([b"\0"], "does not have 1 columns"),
        ([struct.pack(">hi", 1, -2)], "breaks off"),
        ([to_row(b"ab")], "of type integer has 2 bytes"),
        ([to_row(b"abcd"), to_row(b"ab"), to_row(None)], "of type integer has 2 bytes"),
    ],
)
def test_bytes_that_are_no_such_rows_are_refused(rows, sentence):
    with pytest.raises(StorageError, match=sentence):
        decode(["integer"], rows)


@pytest.mark.parametrize("sent", [2**63 - 1, -(2**63)])
def test_an_infinite_time_is_refused(sent):
    with pytest.raises(StorageError, match="infinite"):
        decode(["timestamptz"], [to_row(struct.pack(">q", sent))])


def blocks(*messages):
    return list(to_blocks({"number": "integer"}, messages))


ROW = to_row(b"\0\0\0\7")


def test_head_and_tail_may_come_with_a_row_or_alone():
    for messages in ([HEAD + ROW, ROW, TAIL], [HEAD, ROW, ROW, TAIL]):
        (block,) = blocks(*messages)
        assert block["number"].values.tolist() == [7, 7]
    assert blocks(HEAD, TAIL) == blocks(HEAD + TAIL) == []


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_message_that_lacks_its_end_is_an_error_and_not_a_shorter_answer(count):
    messages = [HEAD + ROW, ROW, ROW, TAIL]
    with pytest.raises(StorageError, match=r"begin like one|breaks off before its end"):
        blocks(*messages[:count])


def test_nothing_comes_after_the_end():
    with pytest.raises(StorageError, match="goes on after its end"):
        blocks(HEAD + ROW, TAIL, ROW)
