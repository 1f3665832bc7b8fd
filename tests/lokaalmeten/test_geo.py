"""The cells that cover a box: none whose centre lies in it may be left out."""

import h3.api.basic_int as h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lokaalmeten.geo import cover_box, to_parent

BOXES = st.one_of(
    st.tuples(st.floats(3.2, 7.3), st.floats(50.7, 53.6), st.floats(0.001, 4), st.floats(0.001, 3)),
    st.tuples(st.floats(-175, 130), st.floats(-85, 60), st.floats(0.001, 45), st.floats(0.001, 25)),
)


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
