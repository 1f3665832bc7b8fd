import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.classes import quantile_classes, to_classes
from lokaalmeten.lki import COLOURS, EDGES, GROUPS


@pytest.mark.parametrize("key", EDGES)
def test_the_class_is_the_number_of_edges_not_above_the_value(key):
    values = np.array([-3, 0, 9.99, 10, 14.9, 15, 20, 55.5, 99.9, 100, 139, 140, 200, 1000])
    classes = to_classes(key, values)
    by_hand = [sum(edge <= value for edge in EDGES[key]) for value in values]
    assert classes.of(values).tolist() == by_hand


def test_the_lki_has_eleven_classes_in_five_groups():
    assert all(len(edges) + 1 == len(COLOURS) == len(GROUPS) for edges in EDGES.values())
    assert sorted(set(GROUPS)) == [1, 2, 3, 4, 5]


finite = st.floats(-1000, 100_000)


@given(st.lists(finite, min_size=1, max_size=200), st.integers(0, 2))
def test_quantile_classes_are_few_rising_and_never_empty(values, digits):
    values = np.array(values)
    classes = quantile_classes(values, digits)
    assert 1 <= len(classes.colours) == len(classes.edges) + 1 <= 5
    assert list(classes.edges) == sorted(set(classes.edges))
    assert len(set(classes.colours)) == len(classes.colours)
    assert set(classes.of(values).tolist()) == set(range(len(classes.colours)))


@given(st.lists(finite, min_size=2, max_size=50))
def test_a_larger_value_is_never_in_a_lower_class(values):
    values = np.sort(np.array(values))
    assert (np.diff(quantile_classes(values, 1).of(values)) >= 0).all()


def test_a_hundred_values_fall_into_five_equal_classes():
    values = np.arange(100.0)
    assert np.bincount(quantile_classes(values, 1).of(values)).tolist() == [20] * 5


def test_nothing_to_classify_is_one_class():
    assert len(quantile_classes(np.array([]), 1).colours) == 1
    assert len(quantile_classes(np.array([np.nan]), 1).colours) == 1
    assert len(quantile_classes(np.array([3.0, 3.0]), 1).colours) == 1


def luminance(colour):
    """Relative luminance of #rrggbb (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_outline_of_a_hexagon_stands_out_from_the_map():
    edge, ground = luminance("#22303c"), luminance("#eef2f5")
    assert (ground + 0.05) / (edge + 0.05) >= 3
