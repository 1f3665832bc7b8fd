"""What is known at an origin, against a slow reading of the definitions."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.recent import AROUND, COLUMNS, QUARTERS, WINDOWS, look_back, make_rows

DAY = 96


def mean_of_known(values):
    known = [value for value in values if np.isfinite(value)]
    return sum(known) / len(known) if known else np.nan


def slow_trailing(column, origin):
    """Means of each window before an origin; an empty one says what the next wider says."""
    found = [mean_of_known(column[max(origin - n, 0) : origin]) for n in WINDOWS]
    return widen(found)


def slow_around(column, row):
    return widen([mean_of_known(column[max(row - n, 0) : row + n + 1]) for n in AROUND])


def widen(found):
    for place in reversed(range(len(found) - 1)):
        if np.isnan(found[place]):
            found[place] = found[place + 1]
    return found


def series_with_holes(seed, rows=2 * DAY + 20, series=3, holes=0.4):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(rows, series)).astype(np.float32)
    values[rng.random(values.shape) < holes] = np.nan
    return values


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), holes=st.sampled_from([0.0, 0.4, 0.9]))
def test_windows_are_means_of_what_is_known(seed, holes):
    values = series_with_holes(seed, holes=holes)
    recent = look_back(values, DAY)
    assert QUARTERS == DAY  # a quarter is a row, so the windows are in rows
    for origin in (0, 1, 5, DAY, len(values)):
        for series in range(values.shape[1]):
            slow = slow_trailing(values[:, series].tolist(), origin)
            np.testing.assert_allclose(recent.trailing[:, origin, series], slow, atol=1e-6)
    for row in (0, 7, len(values) - 1):
        slow = slow_around(values[:, 1].tolist(), row)
        np.testing.assert_allclose(recent.around[:, row, 1], slow, atol=1e-6)


def test_windows_of_three_minutes_span_the_same_time():
    minutes = np.repeat(np.arange(100, dtype=np.float32), 5)[:, None]  # 5 rows a quarter
    fine, coarse = look_back(minutes, 480), look_back(minutes[::5], 96)
    np.testing.assert_allclose(fine.trailing[:, 500], coarse.trailing[:, 100])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), ahead=st.integers(1, DAY // 2))
def test_nothing_later_than_the_origin_is_used(seed, ahead):
    values, origin = series_with_holes(seed), 2 * DAY
    noise = values.copy()
    noise[origin:] = 99
    rows = [make_rows(look_back(each, DAY), np.array([origin]), ahead) for each in (values, noise)]
    np.testing.assert_array_equal(rows[0][0], rows[1][0])
    np.testing.assert_array_equal(rows[0][1], rows[1][1])


def test_the_first_guess_is_half_of_now_and_half_of_a_day_ago():
    values = np.zeros((DAY + 10, 1), np.float32)
    values[-2:] = 4  # the last two quarters
    values[12:15] = 3  # around a day before the fourth row that comes
    features, guess = make_rows(look_back(values, DAY), np.array([DAY + 10]), 4)
    assert features.shape == (1, 1, COLUMNS)
    assert guess[0, 0] == (4 + 3) / 2


def test_a_series_that_was_silent_for_hours_is_taken_to_be_as_a_day_ago():
    values = np.ones((2 * DAY, 2), np.float32)
    values[DAY:, 0] = np.nan
    _, guess = make_rows(look_back(values, DAY), np.array([2 * DAY - DAY // 4]), 1)
    assert guess[0].tolist() == [1, 1]


def test_silence_is_counted_from_the_last_known_row():
    values = np.ones((20, 3), np.float32)
    values[-5:, 1] = np.nan
    values[:, 2] = np.nan
    assert look_back(values, DAY).silent.tolist() == [0, 5, 20]
