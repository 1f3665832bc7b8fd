"""The index against a slow reading of its table, and its rule of the total."""

from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lokaalmeten.lki import (
    COLOURS,
    EDGES,
    GROUP_COLOURS,
    GROUPS,
    SUBSTANCES,
    to_group,
    to_index,
    to_total,
)

VALUES = st.lists(st.one_of(st.floats(-10, 1500), st.just(float("nan"))), max_size=50)
NUMBERS = st.integers(0, 11)


@pytest.mark.parametrize("key", EDGES)
@given(values=VALUES)
def test_the_index_is_one_more_than_the_edges_reached(key, values):
    slow = [0 if isnan(x) else 1 + sum(edge <= x for edge in EDGES[key]) for x in values]
    assert to_index(key, np.array(values)).tolist() == slow


def test_every_index_has_a_class_and_a_colour():
    assert all(len(edges) == 10 and list(edges) == sorted(edges) for edges in EDGES.values())
    assert len(GROUPS) == len(COLOURS) == 11
    assert to_group(np.arange(12)).tolist() == [0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5]
    assert len(GROUP_COLOURS) == max(GROUPS)
    assert set(EDGES) == SUBSTANCES


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=50))
def test_the_highest_decides_and_four_equal_ones_make_one_more(rows):
    table = np.array(rows).T
    parts = dict(zip(sorted(SUBSTANCES), table, strict=True))
    slow = []
    for row in rows:
        equal = len(set(row)) == 1 and row[0] > 0
        slow.append(min(max(row) + 1, 11) if equal else max(row))
    assert to_total(parts).tolist() == slow


def test_fewer_substances_are_not_raised():
    same = np.array([1, 4, 11])
    assert to_total({"pm25": same, "pm10": same}).tolist() == [1, 4, 11]
