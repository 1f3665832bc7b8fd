import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas import DataFrame

from dashboard.hexagons import (
    CLOSEST,
    COARSEST,
    FINEST,
    NOTHING,
    WIDTH_M,
    View,
    find_box,
    fit_zoom,
    join,
    limit,
    to_columns,
    to_hex,
    to_parts,
)

UTRECHT = (5.0, 52.0, 5.2, 52.2)


def cells_around(resolution, rings, lat=52.09, lon=5.12):
    disk = h3.grid_disk(h3.latlng_to_cell(lat, lon, resolution), rings)
    return np.array(sorted(map(h3.str_to_int, disk)), np.int64)


def frame_of(cells, seed=0):
    random = np.random.default_rng(seed)
    count = random.integers(1, 50, len(cells))
    return DataFrame({"cell": cells, "mean": random.uniform(0, 90, len(cells)), "count": count})


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


def test_a_box_that_fits_is_as_wide_or_as_high_as_the_map_without_its_padding():
    zoom = fit_zoom((5.0, 52.0, 5.2, 52.001), 900, 540)  # flat: its width decides
    assert 512 * 2**zoom * 0.2 / 360 == pytest.approx(900 - 48)
    zoom = fit_zoom((5.0, 0.0, 5.001, 0.2), 900, 540)  # at the equator a degree is a degree
    assert 512 * 2**zoom * 0.2 / 360 == pytest.approx(540 - 48, rel=1e-4)
    assert fit_zoom((5, 52, 5, 52), 900, 540) == CLOSEST


def test_the_box_of_cells_holds_all_their_corners():
    cells = cells_around(COARSEST, 4)
    west, south, east, north = find_box(cells)
    for cell in to_hex(cells):
        for lat, lon in h3.cell_to_boundary(cell):
            assert south <= lat <= north
            assert west <= lon <= east
    assert find_box(cells[:0]) == NOTHING


@pytest.mark.parametrize("resolution", [9, 8, 7, 4])
def test_joined_cells_are_the_parents_with_all_values_of_their_children(resolution):
    frame = frame_of(np.append(cells_around(10, 12), cells_around(9, 3, lat=52.1)))
    found = join(frame, resolution)
    slow = {}
    for cell, mean, count in zip(frame["cell"], frame["mean"], frame["count"], strict=True):
        parent = h3.str_to_int(h3.cell_to_parent(h3.int_to_str(cell), resolution))
        total, number = slow.get(parent, (0, 0))
        slow[parent] = total + mean * count, number + count
    assert found["cell"].tolist() == sorted(slow)
    for cell, mean, count in zip(found["cell"], found["mean"], found["count"], strict=True):
        assert (mean, count) == (pytest.approx(slow[cell][0] / slow[cell][1]), slow[cell][1])


def test_of_too_many_hexagons_coarser_ones_are_made_until_they_are_few():
    frame = frame_of(cells_around(10, 20))
    kept, resolution = limit(frame, 10, 200)
    assert len(kept) <= 200 < len(join(frame, resolution + 1))
    assert kept["count"].sum() == frame["count"].sum()
    assert limit(frame, 10)[0] is frame


def unpack(parts):
    """As cells.js does, in numbers of JavaScript: up to 2 to the 53rd."""
    for part in parts:
        shift, number = 3 * (15 - part["resolution"]), 0
        for step in part["steps"]:
            number += step
            assert 0 < number < 2**53
            yield (number << shift) | ((1 << shift) - 1)


def test_steps_are_the_cells_again_the_coarse_ones_first():
    cells = np.concatenate([cells_around(10, 3), cells_around(9, 2), cells_around(7, 1)])
    shuffled = np.random.default_rng(3).permutation(cells)
    parts, order = to_parts(shuffled)
    assert [part["resolution"] for part in parts] == [7, 9, 10]
    assert list(unpack(parts)) == shuffled[order].tolist()
    assert sorted(unpack(parts)) == sorted(cells.tolist())


@given(st.integers(0, 12), st.floats(-89, 89), st.floats(-180, 180))
def test_every_cell_that_can_be_shown_goes_there_and_back(resolution, lat, lon):
    cell = np.array([h3.str_to_int(h3.latlng_to_cell(lat, lon, resolution))], np.int64)
    assert list(unpack(to_parts(cell)[0])) == cell.tolist()


def test_columns_stay_with_their_cells():
    cells = cells_around(9, 1)[::-1].copy()
    frame = DataFrame({"cell": cells, "mean": cells / 7e15, "count": np.arange(7)})
    columns = to_columns(frame, 4)
    for place, (cell, mean) in enumerate(
        zip(unpack(columns["parts"]), columns["means"], strict=True)
    ):
        assert mean == round(cell / 7e15, 4)
        assert columns["counts"][place] == cells.tolist().index(cell)
    assert set(columns) == {"parts", "means", "counts"}
    with_bounds = frame.assign(low=1.23456, high=7.0)
    assert to_columns(with_bounds, 4)["lows"] == [1.2346] * 7
