"""Which features are asked for, and in which pages: beside a slow look at each of them."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from dashboard.features.table import (
    Asked,
    Table,
    cut_page,
    find_rows,
    is_inside,
    to_points,
    to_time,
)

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DEGREES = st.integers(-180, 180)
PLACES = st.tuples(DEGREES, st.integers(-90, 90))
FEATURES = st.lists(
    st.tuples(
        st.text("abc:/é", min_size=1, max_size=3),
        st.one_of(st.none(), PLACES),
        st.one_of(st.none(), st.integers(0, 5)),
        st.sampled_from(["box", "counter"]),
    ),
    max_size=12,
    unique_by=lambda feature: feature[0],
)
HOURS = st.one_of(st.none(), st.integers(0, 5))


def to_table(features):
    lon, lat = np.array(
        [(np.nan, np.nan) if place is None else place for _, place, _, _ in features], float
    ).reshape(-1, 2).T  # fmt: skip
    times = [None if hour is None else to_time(NOON + hour * HOUR) for _, _, hour, _ in features]
    return Table(
        [name for name, _, _, _ in features],
        to_points(lat, lon),
        {"kind": [kind for _, _, _, kind in features]},
        np.array(times, "datetime64[us]"),
    )


def is_wanted(feature, box, start, stop, kind):
    """The same by comparing numbers, a feature at a time."""
    _, place, hour, its_kind = feature
    if box is not None:
        if place is None:
            return False
        (lon, lat), (west, south, east, north) = place, box
        between = west <= lon <= east if west <= east else (lon >= west or lon <= east)
        if not (between and south <= lat <= north):
            return False
    if hour is not None and start is not None and hour < start:
        return False
    if hour is not None and stop is not None and hour > stop:
        return False
    return kind in (None, its_kind)


@given(
    FEATURES,
    st.one_of(st.none(), st.tuples(PLACES, PLACES)),
    HOURS,
    HOURS,
    st.sampled_from([None, "box"]),
    st.integers(1, 4),
)
def test_pages_behind_each_other_are_what_was_asked_for_once_each(
    features, corners, start, stop, kind, limit
):
    box = None
    if corners is not None:
        (west, south), (east, north) = corners
        box = (west, min(south, north), east, max(south, north))
    first, last = (None if hour is None else NOON + hour * HOUR for hour in (start, stop))
    table = to_table(features)
    equal = {} if kind is None else {"kind": kind}
    found, after, pages = [], None, 0
    while pages == 0 or after is not None:
        asked = Asked(limit, box, first, last, after, equal)
        page, after = cut_page(table, find_rows(table, asked), asked)
        found += table.take(page).ids
        pages += 1
    wanted = sorted(
        feature[0] for feature in features if is_wanted(feature, box, start, stop, kind)
    )
    assert found == wanted
    assert pages == max(1, -(-len(wanted) // limit))


@pytest.mark.parametrize(
    ("box", "inside"),
    [
        ((4.0, 51.0, 6.0, 53.0), True),
        ((5.5, 52.5, 6.0, 53.0), True),  # within it
        ((5.0, 51.0, 5.0, 53.0), True),  # a line through its edge
        ((5.5, 52.5, 5.5, 52.5), True),  # a point in it
        ((6.5, 52.0, 7.0, 53.0), False),
        ((170.0, 51.0, 5.2, 53.0), True),  # across longitude 180
        ((170.0, 51.0, -170.0, 53.0), False),
    ],
)
def test_a_polygon_is_in_a_box_that_it_touches(box, inside):
    shapes = np.array([shapely.box(5.0, 52.0, 6.0, 53.0)], object)
    assert is_inside(shapes, box).tolist() == [inside]
