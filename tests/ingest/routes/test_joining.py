"""The join beside one that tries every leg for every point, in plain Python."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.routes.joining import NONE, find_direction, join, lay_grid
from ingest.routes.route import read_route, to_route
from lokaalmeten.geo import METRES_PER_DEGREE

NORTH, EAST = 52.09, 5.12
TO_EAST = METRES_PER_DEGREE * math.cos(math.radians(NORTH))


def to_degrees(x, y):
    """Places of metres east and north."""
    return NORTH + np.asarray(y) / METRES_PER_DEGREE, EAST + np.asarray(x) / TO_EAST


def slow_join(route, lat, lon, corridor_m):
    """Leg, offset and metres along of every point; the first of the nearest legs."""
    found = []
    for x, y in zip(*route.to_plane(lat, lon), strict=True):
        best = (NONE, math.nan, math.nan)
        for leg in range(route.legs):
            ax, ay, bx, by = route.x[leg], route.y[leg], route.x[leg + 1], route.y[leg + 1]
            squared = (bx - ax) ** 2 + (by - ay) ** 2
            share = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / squared
            share = min(1, max(0, share))
            metres = math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay))
            if metres <= corridor_m and not metres >= best[1]:
                length = route.along[leg + 1] - route.along[leg]
                best = (leg, metres, route.along[leg] + share * length)
        found.append(best)
    return [np.array(column) for column in zip(*found, strict=True)]


def check_same(route, lat, lon, corridor_m):
    joined = join(route, lat, lon, corridor_m)
    leg, offset, along = slow_join(route, lat, lon, corridor_m)
    np.testing.assert_allclose(joined.offset_m, offset, atol=1e-6)
    # of two legs that are equally near, as at a corner, either may be the nearest by a rounding
    other = joined.leg != leg
    np.testing.assert_allclose(joined.along_m[~other], along[~other], atol=1e-5)
    assert (np.abs(joined.leg - leg)[other] == 1).all()
    return joined


metres = st.floats(-2000, 2000, allow_nan=False)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(metres, metres), min_size=2, max_size=12, unique=True),
    st.integers(0, 2**32 - 1),
    st.floats(0.5, 300),
)
def test_every_point_gets_the_nearest_leg_in_the_corridor(corners, seed, corridor_m):
    x, y = np.array(corners).T
    if np.hypot(np.diff(x), np.diff(y)).min() < 0.1:
        return
    rng = np.random.default_rng(seed)
    route = to_route(*to_degrees(x, y))
    near = rng.uniform(0, route.length_m, 40)
    lat, lon = route.find_place(near)
    shift_y, shift_x = rng.normal(0, corridor_m, (2, 40))
    lat, lon = lat + shift_y / METRES_PER_DEGREE, lon + shift_x / TO_EAST
    check_same(route, lat, lon, corridor_m)


@pytest.mark.parametrize("name", ["centraal-biltstraat-usp", "merwedekanaal"])
def test_the_real_routes_join_as_the_slow_way_does(shared_data, name):
    route = read_route(shared_data / f"snuffelfiets/{name}.csv")
    rng = np.random.default_rng(1)
    lat, lon = route.find_place(rng.uniform(0, route.length_m, 400))
    joined = check_same(route, lat + rng.normal(0, 3e-4, 400), lon + rng.normal(0, 4e-4, 400), 25)
    assert 0.2 < (joined.leg != NONE).mean() < 0.8


def test_both_sides_of_an_inner_corner_and_beyond_an_outer_one_are_in_the_corridor():
    """Where perpendiculars alone leave a gap: a point beyond a corner is on neither leg."""
    route = to_route(*to_degrees([0, 100, 100], [0, 0, 100]))
    lat, lon = to_degrees([105, 95, 108, 150], [-5, 5, -8, -8])
    joined = join(route, lat, lon, 12)
    assert (joined.leg != NONE).tolist() == [True, True, True, False]
    assert joined.offset_m[:3] == pytest.approx([math.hypot(5, 5), 5, math.hypot(8, 8)], abs=0.01)
    assert joined.along_m[[0, 2]] == pytest.approx([100, 100], abs=0.01)


def test_the_edge_of_the_corridor_is_in_it():
    route = to_route(*to_degrees([0, 100], [0, 0]))
    joined = join(route, *to_degrees([50, 50], [24.99, 25.01]), 25)
    assert (joined.leg != NONE).tolist() == [True, False]


def test_a_point_without_a_place_is_outside():
    route = to_route(*to_degrees([0, 100], [0, 0]))
    joined = join(route, np.array([np.nan, NORTH]), np.array([EAST, np.inf]), 25)
    assert joined.leg.tolist() == [NONE, NONE]
    assert np.isnan(joined.along_m).all()


def test_no_points_are_no_rows():
    route = to_route(*to_degrees([0, 100], [0, 0]))
    assert len(join(route, np.array([]), np.array([]), 25).leg) == 0


@pytest.mark.parametrize("corridor_m", [0, -1, math.nan, math.inf])
def test_a_corridor_is_a_width(corridor_m):
    route = to_route(*to_degrees([0, 100], [0, 0]))
    with pytest.raises(ValueError, match="a corridor is a number of metres above 0"):
        join(route, np.array([NORTH]), np.array([EAST]), corridor_m)


def test_the_grid_of_a_long_route_and_a_narrow_corridor_stays_small():
    route = to_route(*to_degrees([0, 40_000, 0, 40_000], [0, 40_000, 40_000, 0]))
    grid = lay_grid(route, 0.5)
    assert grid.columns * grid.rows <= 4_000_000
    x = np.linspace(0, 39_000, 50)
    lat, lon = to_degrees(x, x + 0.2)
    check_same(route, lat, lon, 0.5)


# direction


def ride_along(metres, step=10):
    route = to_route(*to_degrees([0, 1000], [0, 0]))
    joined = join(route, *to_degrees(metres, np.zeros(len(metres))), 25)
    return joined, np.zeros(len(metres), np.int64), step * np.arange(len(metres))


def test_a_ride_goes_along_a_route_or_against_it_or_stands():
    joined, ride, time = ride_along([0, 50, 100, 150])
    assert find_direction(joined, ride, time).tolist() == [1, 1, 1, 1]
    joined, ride, time = ride_along([150, 100, 50, 0])
    assert find_direction(joined, ride, time).tolist() == [-1, -1, -1, -1]
    joined, ride, time = ride_along([50, 51, 49, 50])
    assert find_direction(joined, ride, time).tolist() == [0, 0, 0, 0]


def test_neighbours_of_another_ride_or_after_a_hole_tell_no_direction():
    joined, _, time = ride_along([0, 50, 600, 550])
    assert find_direction(joined, np.array([1, 1, 2, 2]), time).tolist() == [1, 1, -1, -1]
    holes = np.array([0, 10, 1000, 1010])
    assert find_direction(joined, np.zeros(4, int), holes).tolist() == [1, 1, -1, -1]


def test_a_sample_that_left_the_corridor_tells_no_direction():
    joined, ride, time = ride_along([0, 50, 2000, 100, 50])
    assert find_direction(joined, ride, time).tolist() == [1, 1, 0, -1, -1]
