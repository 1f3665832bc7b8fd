"""Means and errors beside a slow count, and beside what is known of rides that are all alike."""

import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.routes.averages import FIRM, average, to_segments
from ingest.routes.joining import NONE, join
from ingest.routes.route import to_route
from lokaalmeten.geo import METRES_PER_DEGREE, PER_DEGREE, to_cells

row = st.tuples(
    st.integers(-1, 3),
    st.one_of(st.floats(0, 100), st.just(math.nan)),
    st.integers(10, 14),
    st.integers(100, 102),
)


def slow_average(rows):
    found = {}
    for place in sorted({r[0] for r in rows}):
        own = [r for r in rows if r[0] == place and not math.isnan(r[1])]
        if place == NONE or not own:
            continue
        mean = sum(r[1] for r in own) / len(own)
        residuals = defaultdict(float)
        for _, value, ride, _ in own:
            residuals[ride] += value - mean
        rides, error = len(residuals), math.nan
        if rides > 1:
            total = sum(u * u for u in residuals.values())
            error = math.sqrt(rides / (rides - 1) * total) / len(own)
        found[place] = (mean, error, len(own), rides, len({r[3] for r in own}))
    return found


@given(st.lists(row, max_size=60))
def test_means_errors_and_counts_are_those_of_a_slow_count(rows):
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    place, value, ride, node = columns
    ours = average(
        np.array(place, np.int64), np.array(value, float), np.array(ride, int), np.array(node, int)
    )
    slow = slow_average(rows)
    assert ours.place.tolist() == list(slow)
    for index, expected in enumerate(slow.values()):
        found = [getattr(ours, k)[index] for k in ("mean", "error", "samples", "rides", "nodes")]
        assert found == pytest.approx(list(expected), nan_ok=True, abs=1e-9)


def test_rides_of_one_sample_each_have_the_textbook_error():
    value = np.array([3.0, 5.0, 8.0, 12.0])
    found = average(np.zeros(4, int), value, np.arange(4), np.arange(4))
    assert found.error[0] == pytest.approx(value.std(ddof=1) / 2)


def test_saying_everything_ten_times_makes_a_mean_no_surer():
    value, ride = np.array([3.0, 5.0, 8.0, 12.0]), np.arange(4)
    once = average(np.zeros(4, int), value, ride, ride)
    often = average(np.zeros(40, int), np.tile(value, 10), np.tile(ride, 10), np.tile(ride, 10))
    assert often.error[0] == pytest.approx(once.error[0])
    assert often.samples[0] == 40


def test_the_error_is_the_spread_that_means_of_other_rides_show():
    """1,000 times twelve rides of different length with a level each: their means spread so."""
    rng = np.random.default_rng(7)
    means, errors, naive = [], [], []
    for _ in range(1000):
        samples = rng.integers(3, 9, 12)
        ride = np.repeat(np.arange(12), samples)
        value = 10 + rng.normal(0, 3, 12)[ride] + rng.normal(0, 1, len(ride))
        found = average(np.zeros(len(ride), int), value, ride, ride)
        means.append(found.mean[0])
        errors.append(found.error[0])
        naive.append(value.std(ddof=1) / math.sqrt(len(value)))
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(np.std(means), rel=0.12)
    assert np.mean(naive) < 0.6 * np.std(means)  # what samples would promise if they were apart


def test_one_ride_has_a_mean_and_no_error():
    found = average(np.zeros(50, int), np.arange(50.0), np.zeros(50, int), np.zeros(50, int))
    assert (found.mean[0], found.rides[0]) == (24.5, 1)
    assert math.isnan(found.error[0])


def test_a_mean_is_firm_from_27_samples_on():
    place = np.repeat([1, 2], [FIRM - 1, FIRM])
    found = average(place, np.ones(len(place)), place, place)
    assert found.firm.tolist() == [False, True]
    assert FIRM == 27


def test_segments_are_fifty_metres_along_the_route():
    route = to_route([52.0, 52.0 + 1000 / METRES_PER_DEGREE], [5.0, 5.0])
    lat = 52 + np.array([0, 49.9, 50.1, 999.9, 2000]) / METRES_PER_DEGREE
    joined = join(route, lat, np.full(5, 5.0), 25)
    assert to_segments(joined).tolist() == [0, 0, 1, 19, NONE]


def test_hexagons_are_places_like_any_other():
    rng = np.random.default_rng(3)
    lat, lon = (
        np.rint((middle + rng.normal(0, 5e-4, 400)) * PER_DEGREE).astype(np.int32)
        for middle in (52.09, 5.12)
    )
    value, ride = rng.uniform(5, 25, 400), np.repeat(np.arange(20), 20)
    cells = to_cells(lat, lon)
    found = average(cells, value, ride, ride % 7)
    slow = slow_average(list(zip(cells.tolist(), value, ride, ride % 7, strict=True)))
    assert found.place.tolist() == list(slow)
    assert len(slow) > 10
    for index, (mean, error, samples, rides, nodes) in enumerate(slow.values()):
        assert (found.samples[index], found.rides[index], found.nodes[index]) == (
            samples,
            rides,
            nodes,
        )
        assert found.mean[index] == pytest.approx(mean)
        assert found.error[index] == pytest.approx(error, nan_ok=True)
