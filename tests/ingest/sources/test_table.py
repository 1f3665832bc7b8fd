import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources import table
from ingest.sources.table import read_table, to_counts, to_numbers, to_seconds
from lokaalmeten.errors import FormatError
from lokaalmeten.observations import MISSING


def write(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def rows_of(path, skip_to=2):
    return [
        (int(line), value)
        for chunk in read_table(path, ["a"], "a test", skip_to)
        for line, value in zip(chunk.lines, chunk.frame["a"], strict=True)
    ]


def test_every_line_is_a_row_or_has_a_reason(tmp_path):
    path = write(tmp_path, 'a,b\n1,2\n\n3\n"4,5",6\n"7,8\n9,\x00\n10,11,12\n13,14\n')
    chunks = list(read_table(path, ["a"], "a test"))
    assert rows_of(path) == [(2, "1"), (5, "4,5"), (9, "13")]
    assert [(line, reason) for line, reason, _ in chunks[0].bad] == [
        (3, "empty line"),
        (4, "1 of 2 fields"),
        (6, "quote without an end"),
        (7, "not text"),
        (8, "3 of 2 fields"),
    ]


def test_small_chunks_give_the_same_rows(tmp_path, monkeypatch):
    path = write(tmp_path, "a,b\n" + "".join(f"{index},x\n" for index in range(1000)))
    whole = rows_of(path)
    monkeypatch.setattr(table, "CHUNK_CHARACTERS", 100)
    chunks = list(read_table(path, ["a"], "a test"))
    assert rows_of(path) == whole
    assert len(chunks) > 10
    assert [chunk.last for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    assert chunks[-1].next_line == 1002


@given(skip_to=st.integers(2, 30))
def test_reading_goes_on_at_the_line_that_is_asked_for(skip_to, tmp_path_factory):
    path = write(tmp_path_factory.mktemp("t"), "a,b\n" + "".join(f"{n},x\n" for n in range(20)))
    assert rows_of(path, skip_to) == rows_of(path)[skip_to - 2 :]


def test_lines_may_end_as_on_windows_and_the_file_may_have_a_mark(tmp_path):
    path = write(tmp_path, b"\xef\xbb\xbfa;b\r\n1;2\r\n")
    assert rows_of(path) == [(2, "1")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty; expected a test"),
        ("\n", "is empty; expected a test"),
        ("b,c\n1,2\n", "is not a test: line 1 lacks a (found: b, c)"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_a_sentence(tmp_path, text, said):
    with pytest.raises(FormatError, match=r"t\.csv: ") as refused:
        rows_of(write(tmp_path, text))
    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(FormatError, match=r"gone.csv: cannot be read: No such file"):
        rows_of(tmp_path / "gone.csv")


def test_numbers_tell_empty_from_wrong():
    values, wrong = to_numbers(pd.Series(["1.5", "", "NA", "x", "-2e3", "inf"], dtype=str))
    assert values[[0, 4]].tolist() == [1.5, -2000]
    assert np.isnan(values[[1, 2, 3]]).all()
    assert wrong.tolist() == [False, False, False, True, False, True]


def test_counts_round_and_never_wrap():
    counts = to_counts(np.array([1.005, np.nan, 1e12, -1e12]), 100)
    assert counts.tolist() == [100, MISSING, 2**31 - 1, -(2**31) + 1]


def test_times_are_utc_unless_they_say_otherwise():
    seconds, wrong = to_seconds(
        pd.Series(["1970-01-02", "1970-01-01T01:00:00+01:00", "1970-01-01T00:00:09.9", "?"])
    )
    assert seconds[:3].tolist() == [86400, 0, 9]
    assert wrong.tolist() == [False, False, False, True]
