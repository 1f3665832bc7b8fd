"""The city of the benchmark of the storage: what it makes is what a city could send."""

import numpy as np
import pytest

from lokaalmeten.geo import PER_DEGREE, distance_m, to_parent
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY
from tests.benchmarks.bench_write import HOUR_S, KEYS, START
from tests.benchmarks.city import RIDE_SAMPLES, RIDE_STEP_S, STEP_M, City


@pytest.fixture(scope="module")
def city():
    return City.make(300, 20)


def test_it_is_the_same_city_each_time(city):
    again = City.make(300, 20)
    assert np.array_equal(again.cell, city.cell)
    for made, same in ((city, again), (again, city)):
        batch, other = (which.make_pages(np.array([7, 3]), 5) for which in (made, same))
        assert np.array_equal(batch.counts, other.counts)


def test_every_box_has_a_cell_of_its_own_on_the_map(city):
    assert len(np.unique(to_parent(city.cell, 9))) == 300


def test_pages_of_a_box_follow_each_other_without_a_gap(city):
    node = np.array([12, 250, 1])
    times = [city.make_pages(node, hour).time.reshape(3, 60) for hour in (4, 5)]
    assert (times[0][:, 0] // HOUR_S == START // HOUR_S + 4).all()
    assert (np.diff(np.concatenate(times, axis=1)) == 60).all()


def test_a_late_sample_is_never_one_of_a_page(city):
    node = np.arange(1, 301)
    hour = np.full(300, 3)
    samples = city.make_samples(node, hour, np.random.default_rng(1))
    paged = {
        (who, when)
        for at in (3, 4)
        for page in [city.make_pages(node, at)]
        for who, when in zip(page.node.tolist(), page.time.tolist(), strict=True)
    }
    assert not paged & set(zip(samples.node.tolist(), samples.time.tolist(), strict=True))
    whole = samples.time - START - city.offset
    assert ((whole >= 3 * HOUR_S) & (whole < 4 * HOUR_S)).all()


def test_values_lie_in_their_span_and_differ(city):
    batch = city.make_pages(np.arange(1, 301), 8)
    for key, counts in zip(KEYS, batch.counts, strict=True):
        quantity = BY_KEY[key]
        assert counts.min() >= quantity.low * quantity.per
        assert counts.max() <= quantity.high * quantity.per
        assert len(np.unique(counts)) > 10


def test_some_particulate_matter_is_suspect_and_all_else_is_good(city):
    batch = city.make_pages(np.arange(1, 301), 8)
    matter = np.array([key.startswith("pm") for key in KEYS])
    assert (batch.flags[~matter] == Flag.GOOD).all()
    suspect = batch.flags[matter] == Flag.SUSPECT
    assert 0.01 < suspect.mean() < 0.05
    assert (suspect == suspect[0]).all()


def test_a_ride_winds_through_its_hour_at_a_steady_pace(city):
    rides = city.make_rides(8)
    assert (rides.time // HOUR_S == START // HOUR_S + 8).all()
    assert (np.unique(rides.node) == np.arange(301, 321)).all()
    time, lat, lon = (
        column.reshape(20, RIDE_SAMPLES)
        for column in (rides.time, rides.lat / PER_DEGREE, rides.lon / PER_DEGREE)
    )
    assert (np.diff(time) == RIDE_STEP_S).all()
    steps = distance_m(lat[:, :-1], lon[:, :-1], lat[:, 1:], lon[:, 1:])
    assert abs(steps - STEP_M).max() < 2
    assert len(np.unique(to_parent(rides.cell, 10))) > 200
