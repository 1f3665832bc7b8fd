import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lokaalmeten.errors import LokaalmetenError
from predict.series import HOUR, SeriesError, drop_thin, to_grid

START = 1_767_225_600  # 2026-01-01T00:00Z
STOP = START + 48 * HOUR


def slow_grid(rows, start, stop, step):
    """One row after the other into a dictionary."""
    names = sorted({name for name, time, _ in rows if start <= time < stop})
    table = [[float("nan")] * len(names) for _ in range(start, stop, step)]
    for name, time, value in rows:
        if start <= time < stop:
            table[(time - start) // step][names.index(name)] = value
    return names, table


@st.composite
def rows(draw):
    places = st.tuples(st.sampled_from(["a", "b", "c-1", "zz"]), st.integers(-5, 60))
    chosen = draw(st.lists(places, unique=True, max_size=40))
    value = st.floats(-1e6, 1e6) | st.just(float("nan"))
    return [(name, START + at * HOUR, draw(value)) for name, at in chosen]


@given(rows())
def test_grid_is_what_a_dictionary_makes_of_the_rows_in_any_order(rows):
    names, table = slow_grid(rows, START, STOP, HOUR)
    who, when, what = ([row[column] for row in rows] for column in range(3))
    grid = to_grid(who, when, what, START, STOP)
    assert grid.names == tuple(names)
    np.testing.assert_array_equal(grid.table, np.array(table).reshape(48, len(names)))


def test_times_belong_to_the_rows():
    grid = to_grid(["a"], [START + 3 * HOUR], [7.0], START, STOP)
    assert grid.times[np.isfinite(grid.table[:, 0])].tolist() == [START + 3 * HOUR]
    assert (len(grid.times), grid.times[-1]) == (48, STOP - HOUR)


def test_nothing_becomes_an_empty_grid():
    grid = to_grid([], [], [], START, STOP)
    assert (grid.names, grid.table.shape) == ((), (48, 0))


def test_last_step_may_be_cut_off():
    assert to_grid(["a"], [START], [1], START, START + 90 * 60).table.shape == (2, 1)


@pytest.mark.parametrize(
    ("name", "time", "value", "message"),
    [
        ("b", START, 3.0, r"series 'b': the row of 2026-01-01T00:00:00Z is there twice \(1"),
        ("b", START + 60, 1.0, r"series 'b': .*T00:01:00Z is not a whole number of 3600 s after"),
        ("a", START + HOUR, np.inf, r"series 'a': .*T01:00:00Z holds an infinite value"),
    ],
)
def test_rows_without_a_single_place_are_named(name, time, value, message):
    with pytest.raises(SeriesError, match=message):
        to_grid(["a", "b", name], [START, START, time], [1.0, 2.0, value], START, STOP)
    assert issubclass(SeriesError, LokaalmetenError)


def test_rows_outside_the_window_are_left_out_even_when_they_are_wrong():
    grid = to_grid(["a", "x", "x"], [START, STOP, STOP], [1.0, np.inf, 2.0], START, STOP)
    assert grid.names == ("a",)


def test_hour_with_few_measurements_is_a_hole():
    names = ["box"] * 4 + ["counter"] * 3
    counts = [60, 60, 29, 30, 20, 20, 9]
    kept = drop_thin(names, np.arange(7.0), counts, share=0.5)
    assert np.isnan(kept).tolist() == [False, False, True, False, False, False, True]


def test_usual_number_is_that_of_the_series_itself():
    kept = drop_thin(["rare"] * 3 + ["often"] * 3, np.ones(6), [1, 1, 1, 60, 60, 1], share=0.5)
    assert np.isnan(kept).tolist() == [False, False, False, False, False, True]
    assert drop_thin([], [], [], share=0.5).tolist() == []
