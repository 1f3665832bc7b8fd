import re
from collections import Counter

import numpy as np
import pytest

from ingest.virtual.city import City, to_degrees, to_metres
from lokaalmeten.geo import distance_m, to_cells


@pytest.fixture(scope="module")
def city():
    return City(1)


def test_same_seed_is_the_same_town_and_another_seed_another(city):
    assert City(1).nodes == city.nodes
    assert City(2).boxes != city.boxes
    assert not np.array_equal(City(2).streets.x, city.streets.x)


def test_node_names_are_unique_and_fit_the_topics(city):
    names = [node.name for node in city.nodes]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", name) for name in names)
    assert Counter(node.kind for node in city.nodes) == {"box": 60, "bike": 25, "counter": 8}


def test_boxes_stand_beside_streets_and_spread_over_the_map(city):
    lat = np.array([box.lat for box in city.boxes])
    lon = np.array([box.lon for box in city.boxes])
    away = city.streets.away_m(*to_metres(lat, lon))
    assert away.max() < 15
    assert away.min() > 0
    apart = distance_m(lat[:, None], lon[:, None], lat, lon)
    np.fill_diagonal(apart, np.inf)
    assert apart.min() > 100
    steps = [(degrees * 1e7).astype(np.int32) for degrees in (lat, lon)]
    assert len(set(to_cells(*steps, resolution=9).tolist())) > 45


def test_bikes_live_in_quiet_streets_and_work_across_town(city):
    for bike in city.bikes:
        assert 1300 < city.streets.distance(bike.home, bike.work) < 2600
    assert len({bike.home for bike in city.bikes}) == len(city.bikes)
    assert all(bike.lat is None and bike.lon is None for bike in city.bikes)


def test_metres_and_degrees_are_inverses_and_agree_with_the_sphere():
    x, y = np.array([0.0, 1500.0, -900.0]), np.array([0.0, -1400.0, 700.0])
    lat, lon = to_degrees(x, y)
    back = to_metres(lat, lon)
    assert np.allclose(back, [x, y], atol=1e-6)
    assert distance_m(lat[0], lon[0], lat, lon) == pytest.approx(np.hypot(x, y), rel=1e-3)


def test_every_node_has_a_name_of_its_own_and_only_fixed_ones_a_place(city):
    names = [node.name for node in city.nodes]
    assert len(names) == len(set(names)) == 93
    for node in city.nodes:
        assert (node.lat is None) == (node.lon is None) == (node.kind == "bike")
