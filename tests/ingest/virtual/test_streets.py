import heapq
from itertools import pairwise

import numpy as np
import pytest

from ingest.virtual.streets import plan_streets, to_points


@pytest.fixture(scope="module")
def streets():
    return plan_streets(1)


def slow_distances(streets, start):
    """Dijkstra."""
    neighbours = {}
    for (a, b), length in zip(streets.edges.tolist(), streets.length.tolist(), strict=True):
        neighbours.setdefault(a, []).append((b, length))
        neighbours.setdefault(b, []).append((a, length))
    found, queue = {}, [(0.0, start)]
    while queue:
        metres, here = heapq.heappop(queue)
        if here not in found:
            found[here] = metres
            for there, length in neighbours[here]:
                heapq.heappush(queue, (metres + length, there))
    return found


def test_every_corner_can_be_reached_and_the_way_is_the_shortest(streets):
    for start in (0, 5, 80, 140):
        truth = slow_distances(streets, start)
        assert len(truth) == len(streets.x)
        for end, metres in truth.items():
            assert streets.distance(start, end) == pytest.approx(metres)


def test_path_goes_along_streets_and_is_as_long_as_promised(streets):
    pairs = {tuple(sorted(edge)) for edge in streets.edges.tolist()}
    for start, end in ((0, 156), (100, 20), (65, 72), (7, 7)):
        path = streets.path(start, end)
        assert (path[0], path[-1]) == (start, end)
        steps = {tuple(sorted(step)) for step in pairwise(path)}
        assert steps <= pairs
        assert to_points(streets, path)[2][-1] == pytest.approx(streets.distance(start, end))


@pytest.mark.parametrize("main", [False, True])
def test_distance_to_the_nearest_street_is_that_to_its_nearest_point(streets, main):
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-1800, 1800, (2, 50))
    share = np.linspace(0, 1, 2001)[:, None]
    a, b = streets.edges[streets.main if main else slice(None)].T
    on_x = (streets.x[a] + share * (streets.x[b] - streets.x[a])).ravel()
    on_y = (streets.y[a] + share * (streets.y[b] - streets.y[a])).ravel()
    slow = [np.hypot(on_x - px, on_y - py).min() for px, py in zip(x, y, strict=True)]
    assert streets.away_m(x, y, main=main) == pytest.approx(slow, abs=0.2)


def test_town_is_some_three_kilometres_across(streets):
    assert 2900 < np.ptp(streets.x) < 3300
    assert 2900 < np.ptp(streets.y) < 3300
    assert streets.length.min() > 30
