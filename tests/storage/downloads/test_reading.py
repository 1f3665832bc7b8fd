"""Arrays as the server sends them, and blocks that are read one ahead."""

import threading
from contextlib import closing
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lokaalmeten.errors import StorageError
from storage.downloads.reading import (
    BLOCK_ROWS,
    LONGEST,
    SHORTEST,
    ahead,
    choose_length,
    read_arrays,
)

KINDS = {
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "double precision": st.floats(allow_nan=False),
}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), kind=st.sampled_from(list(KINDS)))
def test_arrays_are_what_the_server_aggregated(connection, data, kind):
    values = data.draw(st.lists(KINDS[kind], min_size=1, max_size=20))
    query = f"SELECT array_agg(v) FROM unnest(%(values)s::{kind}[]) AS v"
    (found,) = read_arrays(connection, query, {"values": values})
    assert found.tolist() == values


def test_of_no_rows_there_are_no_arrays(connection):
    query = "SELECT array_agg(time), array_agg(flags) FROM public.observation WHERE false"
    assert read_arrays(connection, query, {}) == []


def test_null_in_an_array_is_refused(connection):
    with pytest.raises(StorageError, match="another form"):
        read_arrays(connection, "SELECT array_agg(v) FROM (VALUES (1), (NULL)) AS t (v)", {})


@given(
    rows=st.integers(0, 10**7),
    length=st.floats(SHORTEST.total_seconds(), LONGEST.total_seconds()),
)
def test_the_next_window_holds_about_a_block(rows, length):
    following = choose_length(timedelta(seconds=length), rows).total_seconds()
    assert SHORTEST.total_seconds() <= following <= LONGEST.total_seconds()
    if rows > BLOCK_ROWS:
        assert following <= max(length, SHORTEST.total_seconds())
    if SHORTEST.total_seconds() < following < LONGEST.total_seconds() and rows:
        expected = rows * following / length
        assert expected == pytest.approx(BLOCK_ROWS, rel=0.01) or following / length in (
            pytest.approx(8, rel=0.01),
            pytest.approx(1 / 8, rel=0.01),
        )


def test_one_block_is_read_ahead_and_no_more():
    read, asked = [], threading.Event()

    def blocks():
        for number in range(5):
            read.append(number)
            if number == 1:
                asked.set()
            yield np.array([number])

    with closing(ahead(blocks())) as found:
        assert next(found).tolist() == [0]
        assert asked.wait(5)
    assert read == [0, 1]
    assert [block.tolist() for block in ahead(blocks())] == [[0], [1], [2], [3], [4]]


def test_what_goes_wrong_while_reading_reaches_the_writer():
    def blocks():
        yield np.zeros(1)
        raise StorageError("gone")

    with pytest.raises(StorageError, match="gone"):
        list(ahead(blocks()))
