"""What is unknown stays unknown; a young place borrows the past of its network."""

import numpy as np
import pytest

from predict.air.values import GROWN_H, drop_stuck, lend_history, mean_known, median_known, to_known
from tests.predict.air.conftest import make_air

ROWS = 24 * 60


def test_only_what_air_can_hold_is_known():
    found = to_known([[-10.0, -10.1, 0.0, 900.0, np.inf, np.nan]])
    np.testing.assert_array_equal(found, [[0, np.nan, 0, 900, np.nan, np.nan]])


def test_a_value_that_stands_still_for_a_day_is_unknown_while_others_move():
    air = make_air(5, 3)
    air[10:34, 0], air[50:73, 1], air[80:, 2] = 7.0, 7.0, 0.0
    found = drop_stuck(air)
    gone = np.zeros(air.shape, bool)
    gone[10:34, 0], gone[80:, 2] = True, True  # 23 hours of the second may be
    np.testing.assert_array_equal(np.isnan(found), gone)
    np.testing.assert_array_equal(found[~gone], air[~gone])


def test_a_network_that_stands_still_as_a_whole_is_taken_at_its_word():
    for still in (np.full((100, 2), 8.0), np.zeros((100, 1))):
        np.testing.assert_array_equal(drop_stuck(still), still)
    holes = np.full((100, 2), np.nan)
    np.testing.assert_array_equal(drop_stuck(holes), holes)


def test_a_young_place_is_lent_its_ratio_to_the_network():
    """Twice the others while it measured: about twice the others before."""
    air = make_air(60, 4)
    air[:, 0] = 2 * air[:, 1:].mean(axis=1)
    young = air.copy()
    young[:-72, 0] = np.nan
    lent = lend_history(young)
    assert np.median(lent[:-72, 0] / air[:-72, 0]) == pytest.approx(1, abs=0.2)
    np.testing.assert_array_equal(lent[-72:], young[-72:])
    np.testing.assert_array_equal(lent[:, 1:], young[:, 1:])


def test_nothing_is_lent_to_grown_silent_or_unheard_places_and_no_hole_is_filled():
    air = make_air(60, 5)
    air[: ROWS - GROWN_H, 0] = np.nan  # just grown
    air[-200:, 1] = np.nan  # fell silent
    air[:, 2] = np.nan  # never heard
    air[: -24 * 5, 3], air[-30:-20, 3] = np.nan, np.nan  # young, with a hole
    lent = lend_history(air)
    np.testing.assert_array_equal(lent[:, [0, 1, 2, 4]], air[:, [0, 1, 2, 4]])
    assert np.isnan(lent[-30:-20, 3]).all()
    assert np.isfinite(lent[: -24 * 5, 3]).all()


def test_a_network_of_young_places_lends_nothing():
    air = make_air(10, 3)
    air[:100, 0] = np.nan
    assert lend_history(air) is air


def test_a_place_of_one_hour_is_nearly_as_usual():
    air = make_air(60, 3)
    air[:-1, 0], air[-1, 0] = np.nan, 50 * air[-1, 1]
    lent = lend_history(air)
    assert np.median(lent[:-1, 0]) < 8 * np.median(air[:, 1])
    zero = air.copy()
    zero[:, 1:] = 0.0
    assert np.isfinite(lend_history(zero)[:, 0]).all()


def test_means_and_medians_of_nothing_are_unknown():
    table = np.array([[1.0, np.nan], [4.0, np.nan], [7.0, np.nan]])
    for known in (mean_known, median_known):
        np.testing.assert_array_equal(known(table, axis=0), [4, np.nan])
        np.testing.assert_array_equal(known(table, axis=1), [1, 4, 7])
        np.testing.assert_array_equal(known(np.full((2, 2), np.nan), axis=1), [np.nan] * 2)
