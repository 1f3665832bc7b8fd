import numpy as np
import pyarrow as pa
import pytest

from ingest.sources.columns import Refusals, to_counts, to_groups, to_numbers, to_seconds
from lokaalmeten.observations import MISSING


def test_numbers_tell_empty_from_wrong():
    values, wrong = to_numbers(pa.array(["1.5", None, " ", "NA", "x", "-2e3", "inf"]))
    assert values[[0, 5]].tolist() == [1.5, -2000]
    assert not np.isfinite(values[[1, 2, 3, 4]]).any()
    assert wrong.tolist() == [False, False, False, False, True, False, True]
    values, wrong = to_numbers(pa.array(["1.5", None, "inf", "nan"]))
    assert wrong.tolist() == [False, False, True, True]
    assert np.isnan(values[1:]).all()


def test_counts_round_and_never_wrap():
    counts = to_counts(np.array([1.005, np.nan, 1e12, -1e12]), 100)
    assert counts.tolist() == [100, MISSING, 2**31 - 1, -(2**31) + 1]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-02", 86400),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01 00:00:09.9", 9),
        ("1970-01-01T00:00:09Z", 9),
        ("1970-01-01 00:01", 60),
    ],
)
def test_times_are_utc_unless_they_say_otherwise(text, seconds):
    alone, wrong = to_seconds(pa.array([text]))
    assert (alone.tolist(), wrong.tolist()) == ([seconds], [False])
    mixed, wrong = to_seconds(pa.array(["?", text, None]))
    assert mixed[1] == seconds
    assert wrong.tolist() == [True, False, True]


def test_groups_are_texts_without_surrounding_space():
    index, names = to_groups(pa.chunked_array([["b ", "a"], [None, "b"]]))
    assert [names[place] for place in index] == ["b", "a", "", "b"]


def test_the_first_reason_stays():
    refusals = Refusals(4)
    refusals.refuse(np.array([True, False, False, False]), "one")
    refusals.refuse(np.array([True, False, True, False]), "two")
    assert refusals.list_all() == [(0, "one"), (2, "two")]
    assert refusals.good.tolist() == [False, True, False, True]


def test_times_that_no_clock_gives_are_refused():
    refusals = Refusals(3)
    seconds = np.array([0, 1_700_000_000, 4_000_000_000])
    refusals.refuse_times(seconds, np.zeros(3, np.bool_), "t", 1_700_000_000, 1_420_070_400)
    assert refusals.list_all() == [
        (0, "time before 2015: the clock was not set"),
        (2, "time in the future"),
    ]
