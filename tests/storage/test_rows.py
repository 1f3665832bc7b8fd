from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lokaalmeten.errors import StorageError
from lokaalmeten.observations import MISSING, to_observations
from lokaalmeten.quality import unpack_flags
from storage.rows import check_time, sort_unique, to_rows


def is_null(column):
    return None if column.null is None else column.null.tolist()


NODES = st.integers(-2, 3) | st.sampled_from([-(2**31), 2**31 - 1])
TIMES = st.integers(0, 4) | st.sampled_from([2**31, 2**32 - 1])
PAIRS = st.lists(st.tuples(NODES, TIMES), max_size=30)


@given(PAIRS)
def test_rows_are_sorted_by_node_and_time_and_the_first_of_each_pair_stays(pairs):
    node, time = (np.array(pairs, np.int64).reshape(-1, 2)).T
    firsts = {}
    for index, pair in enumerate(pairs):
        firsts.setdefault(pair, index)
    assert sort_unique(node.astype(np.int32), time).tolist() == [
        firsts[pair] for pair in sorted(firsts)
    ]


def test_parts_with_different_quantities_become_one_table():
    box = to_observations(
        np.array([2, 2], np.int32), np.array([60, 0]), ("pm25", "co2"), np.array([[1, 2], [3, 4]])
    )
    counter = to_observations(
        np.array([1], np.int32), np.array([0]), ("count_in",), np.array([[9]])
    )
    rows = to_rows([box, counter])
    assert rows["node_id"].values.tolist() == [1, 2, 2]
    assert rows["time"].values.tolist() == [0, 0, 60]
    assert rows["pm25"].values.tolist() == [MISSING, 2, 1]
    assert is_null(rows["pm25"]) == [True, False, False]
    assert is_null(rows["count_in"]) == [False, True, True]
    assert unpack_flags("co2", rows["flags"].values).tolist() == [9, 2, 2]
    assert unpack_flags("count_in", rows["flags"].values).tolist() == [2, 9, 9]
    assert "pm10" not in rows


def test_a_count_beyond_its_column_becomes_the_nearest_that_fits():
    time, counts = np.arange(3), np.array([[40_000, -40_000, MISSING]], np.int32)
    column = to_rows([to_observations(np.ones(3, np.int32), time, ("temperature",), counts)])[
        "temperature"
    ]
    assert column.values.tolist()[:2] == [32_767, -32_768]
    assert is_null(column) == [False, False, True]


def test_a_column_of_which_nothing_was_measured_is_not_there():
    counts = np.array([[1, 2], [MISSING, MISSING]], np.int32)
    rows = to_rows([to_observations(np.ones(2, np.int32), np.arange(2), ("pm25", "co2"), counts)])
    assert set(rows) == {"time", "flags", "node_id", "pm25"}


def test_a_row_keeps_flags_only_where_a_value_is_anything_but_good():
    counts = np.array([[1, 2, 3], [4, MISSING, 6]], np.int32)
    made = to_observations(np.ones(3, np.int32), np.arange(3), ("pm25", "co2"), counts)
    flags = np.array([[1, 1, 1], [1, 9, 3]], np.uint8)
    rows = to_rows([replace(made, flags=flags)])
    assert is_null(rows["flags"]) == [True, True, False]
    assert unpack_flags("pm25", rows["flags"].values[2:]).tolist() == [1]
    assert unpack_flags("co2", rows["flags"].values[2:]).tolist() == [3]


def test_corrected_values_stand_beside_the_raw_ones_of_the_parts_that_have_them():
    keys, counts = ("pm25", "humidity"), np.array([[1, 2], [3, 4]], np.int32)
    plain = to_observations(np.full(2, 1, np.int32), np.arange(2), keys, counts)
    made = replace(
        to_observations(np.full(2, 2, np.int32), np.arange(2), keys, counts),
        corrected_keys=("humidity", "pm25"),
        corrected=np.array([[40_000, 5], [6, MISSING]], np.int32),
        correction=np.array([9, 9], np.int32),
    )
    rows = to_rows([made, plain])
    assert is_null(rows["pm25_corrected"]) == [True, True, False, True]
    assert rows["pm25_corrected"].values[2] == 6
    assert rows["humidity_corrected"].values.tolist()[2:] == [32_767, 5]  # a smallint
    assert is_null(rows["correction"]) == [True, True, False, False]
    assert rows["pm25"].values.tolist() == [1, 2, 1, 2]
    assert {"no2_corrected", "pm10_corrected"}.isdisjoint(rows)
    assert not {name for name in to_rows([plain]) if "correct" in name}


def test_what_is_the_same_for_every_sample_takes_no_room():
    counts = np.array([[1, 2]], np.int32)
    place = {"cell": np.array([0, 5]), "bits": np.array([32, 0], np.int32)}
    rows = to_rows(
        [to_observations(np.ones(2, np.int32), np.arange(2), ("pm25",), counts, **place)]
    )
    assert is_null(rows["cell"]) == [True, False]
    assert is_null(rows["bits"]) == [False, True]


@pytest.mark.parametrize("time", [-1, 2**32])
def test_a_time_that_no_node_can_send_is_refused(time):
    with pytest.raises(StorageError, match=f"node 6 has time {time} s"):
        check_time(np.array([5, 6], np.int32), np.array([2**32 - 1, time]))
