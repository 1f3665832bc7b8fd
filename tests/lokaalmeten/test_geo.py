"""The cells of a box and of an outline: none whose centre lies in it may be left out."""

import h3.api.basic_int as h3
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lokaalmeten.geo import cover_box, find_cells, find_resolution, to_parent
from tests.services.outlines import box as to_box
from tests.services.outlines import cut_hole, holds, join

BOXES = st.one_of(
    st.tuples(st.floats(3.2, 7.3), st.floats(50.7, 53.6), st.floats(0.001, 4), st.floats(0.001, 3)),
    st.tuples(st.floats(-175, 130), st.floats(-85, 60), st.floats(0.001, 45), st.floats(0.001, 25)),
)


@settings(deadline=None)
@given(BOXES, st.integers(0, 9), st.integers(0, 2**32 - 1))
def test_every_centre_in_a_box_has_its_parent_in_the_cover(box, finest, seed):
    west, south, width, height = box
    east, north = west + width, south + height
    found = cover_box((west, south, east, north), finest)
    if found is None:
        return
    resolution, cover = found
    assert resolution <= finest
    assert cover == sorted(set(cover))
    assert {h3.get_resolution(cell) for cell in cover} == {resolution}
    random = np.random.default_rng(seed)
    for share in (random.random((60, 2)), np.array([[0, 0], [0, 1], [1, 0], [1, 1], [0, 0.5]])):
        lat, lon = south + share[:, 0] * height, west + share[:, 1] * width
        for y, x in zip(lat, lon, strict=True):
            for fine in range(max(finest, resolution), 12):
                cell = h3.latlng_to_cell(y, x, fine)
                at_lat, at_lon = h3.cell_to_latlng(cell)
                if south <= at_lat <= north and west <= at_lon <= east:
                    assert to_parent(np.array([cell]), resolution)[0] in cover


def test_a_cover_is_some_dozens_of_cells():
    for size in (0.002, 0.01, 0.1, 1.0, 2.5):
        found = cover_box((5.0, 52.0, 5.0 + size, 52.0 + size), 9)
        assert found is not None
        assert 7 <= len(found[1]) <= 120
    assert cover_box((5.0, 52.0, 5.1, 52.1), 3)[0] == 3


@pytest.mark.parametrize(
    "box",
    [
        (5, 52, 5, 53),
        (6, 52, 5, 53),
        (5, 53, 6, 52),
        (-180, -90, 180, 90),
        (5, 80, 6, 90),
        (170, 10, 179, 20),
        (float("nan"), 52, 6, 53),
        (-60, -60, 60, 60),
    ],
)
def test_no_cover_where_it_cannot_be_told_cheaply(box):
    assert cover_box(box, 9) is None


# outlines


def slow_cells(outline, resolution, west, south, east, north):
    """Cells about a box whose centre lies in an outline, one by one."""
    edge = h3.average_hexagon_edge_length(resolution, unit="m") / 111_195 / 2
    cells = {
        h3.latlng_to_cell(y, x, resolution)
        for y in np.arange(south - 2 * edge, north + 2 * edge, edge)
        for x in np.arange(west - 2 * edge, east + 2 * edge, edge)
    }
    centres = {cell: h3.cell_to_latlng(cell) for cell in cells}
    return {cell for cell, (lat, lon) in centres.items() if holds(outline, lon, lat)}


SIDE = st.floats(0.02, 0.08)


@settings(max_examples=40, deadline=None)
@given(st.floats(3.4, 7.0), st.floats(50.8, 53.4), SIDE, SIDE, st.sampled_from("whp"))
def test_cells_of_an_outline_are_those_with_their_centre_in_it(west, south, width, height, form):
    bounds = (west, south, west + width, south + height)
    outline = to_box(*bounds)
    if form == "h":
        third = (width / 3, height / 3, 2 * width / 3, 2 * height / 3)
        inner = (bounds[side % 2] + third[side] for side in range(4))
        outline = cut_hole(outline, to_box(*inner))
    if form == "p":  # two that overlap
        outline = join(outline, to_box(west, south, west + width / 2, south + height / 2))
    found = find_cells(outline, 9)
    assert set(h3.uncompact_cells(found, 9)) == slow_cells(outline, 9, *bounds)
    assert len(set(found)) == len(found)


def test_a_large_outline_is_told_by_few_cells():
    found = find_cells(to_box(5.0, 52.0, 6.0, 52.6), 9)
    assert len(found) < len(h3.uncompact_cells(found, 9)) / 10


def ring(*positions):
    return {"type": "Polygon", "coordinates": [list(positions)]}


@pytest.mark.parametrize(
    ("outline", "sentence"),
    [
        ({}, "an outline is a Polygon or a MultiPolygon, not None"),
        ({"type": "Point", "coordinates": [5, 52]}, "not 'Point'"),
        ({"type": "Polygon"}, "not GeoJSON"),
        ({"type": "Polygon", "coordinates": None}, "not GeoJSON"),
        ({"type": "Polygon", "coordinates": []}, "not GeoJSON"),
        ({"type": "MultiPolygon", "coordinates": []}, "not GeoJSON"),
        ({"type": "Polygon", "coordinates": [[5, 52], [6, 52]]}, "not GeoJSON"),
        (ring([5, 52], [6, 52]), "not GeoJSON"),
        (ring([5, 52], ["a", "b"], [6, 53]), "not GeoJSON"),
        ({"type": "Polygon", "coordinates": [[[5, 52], [6, 52], [6, 53]], 7]}, "not GeoJSON"),
        (ring([136000, 455000], [137000, 455000], [137000, 456000]), "136000, 455000 is no long"),
        (ring([5, 52], [6, 52], [float("nan"), 53]), "nan, 53 is no longitude"),
        (to_box(5, 52, 5.0001, 52.0001), "too small: no cell of resolution 9 lies in it"),
        (to_box(-10, 40, 20, 60), "a zone is at most 200,000 km2"),
    ],
)
def test_what_is_no_outline_is_told_in_a_sentence(outline, sentence):
    with pytest.raises(ValueError, match=sentence):
        find_cells(outline, 9)


def test_a_height_beside_a_position_is_left_alone():
    flat = find_cells(ring([5, 52], [5.1, 52], [5.1, 52.1]), 9)
    assert find_cells(ring([5, 52, 3], [5.1, 52, 3], [5.1, 52.1, 3]), 9) == flat


def test_a_cell_has_a_resolution_and_another_number_is_none():
    cell = h3.latlng_to_cell(52.09, 5.12, 9)
    assert find_resolution(cell) == 9
    assert find_resolution(h3.cell_to_parent(cell, 4)) == 4
    for number in (0, -1, 123, cell + 1, 1 << 64):
        with pytest.raises(ValueError, match="there is no cell"):
            find_resolution(number)
