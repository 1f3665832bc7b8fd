import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas import DataFrame

from dashboard.hexagons import COARSEST, FINEST, WIDTH_M, View, to_columns, to_hex, to_view

UTRECHT = (5.0, 52.0, 5.2, 52.2)


def test_cells_are_written_as_h3_writes_them():
    cells = [h3.latlng_to_cell(52.09, 5.12, resolution) for resolution in range(16)]
    assert to_hex([h3.str_to_int(cell) for cell in cells]) == cells


@given(st.floats(0, 22), st.floats(0, 22))
def test_zooming_in_never_gives_larger_hexagons(zoom, other):
    low, high = sorted((zoom, other))
    assert COARSEST <= View(low, UTRECHT).resolution <= View(high, UTRECHT).resolution <= FINEST


@pytest.mark.parametrize("zoom", [10.0, 10.5, 11.3, 12, 13, 14.1, 14.2, 15])
def test_hexagons_are_wide_enough_to_point_at_and_small_enough_to_tell_streets_apart(zoom):
    metres_per_pixel = 40_075_017 * np.cos(np.radians(52)) / 512 / 2**zoom
    pixels = WIDTH_M[View(zoom, UTRECHT).resolution] / metres_per_pixel
    assert 12 <= pixels <= 130


def test_widths_are_those_of_h3():
    for resolution, width in WIDTH_M.items():
        edge = h3.average_hexagon_edge_length(resolution, unit="m")
        assert width == pytest.approx(edge * 3**0.5, rel=0.02)


@given(st.floats(-180, 179), st.floats(-90, 89), st.floats(0.001, 1), st.floats(0.001, 1))
def test_the_wide_box_holds_the_view_and_stays_on_the_globe(west, south, width, height):
    view = View(12, (west, south, west + width, south + height))
    box = view.wide_box
    assert box[0] <= view.box[0] < view.box[2] <= box[2]
    assert box[1] <= view.box[1] < view.box[3] <= box[3]
    assert -180 <= box[0] < box[2] <= 180
    assert -90 <= box[1] < box[3] <= 90


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {},
        "zoom",
        {"zoom": 12},
        {"zoom": "x", "box": UTRECHT},
        {"zoom": 12, "box": [1, 2, 3]},
        {"zoom": 12, "box": [5.2, 52.0, 5.0, 52.2]},
        {"zoom": float("nan"), "box": UTRECHT},
        {"zoom": 12, "box": [5.0, 52.0, float("inf"), 52.2]},
    ],
)
def test_a_view_that_makes_no_sense_is_no_view(sent):
    assert to_view(sent) is None


def test_a_view_is_read_from_what_the_browser_sends():
    assert to_view({"zoom": 12.5, "box": list(UTRECHT)}) == View(12.5, UTRECHT)


def test_columns_keep_their_length_and_order():
    cell = h3.str_to_int(h3.latlng_to_cell(52.09, 5.12, 9))
    frame = DataFrame({"cell": [cell, cell + 0], "mean": [1.23456, 7.0], "count": [3, 9]})
    columns = to_columns(frame, 2)
    assert columns["means"] == [1.23, 7.0]
    assert columns["counts"] == [3, 9]
    assert columns["cells"] == [h3.int_to_str(cell)] * 2
