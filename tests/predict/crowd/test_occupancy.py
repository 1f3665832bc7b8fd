"""People in zones, against a slow reading of the rules."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.crowd.occupancy import BELIEF, FACTORS, HOLD_ROWS, count_people, hold, to_density

from .places import place

DAY = 20


def slowly(town, ways, is_empty):
    """The same, interval by interval."""
    number = len(town.zones.ids)
    last, age = np.zeros(ways.shape[1]), np.full(ways.shape[1], 10**6)
    inside, entered, left = np.zeros(number), np.zeros(number), np.zeros(number)
    day_in, day_out = np.zeros(number), np.zeros(number)
    found = []
    for row, walked in enumerate(ways):
        if is_empty[row] and row:
            entered, left = entered + day_in, left + day_out
            day_in, day_out, inside = np.zeros(number), np.zeros(number), np.zeros(number)
        factor = np.clip((entered + BELIEF) / (left + BELIEF), *FACTORS)
        for way, people in enumerate(walked):
            age[way] = 0 if np.isfinite(people) else age[way] + 1
            last[way] = people if np.isfinite(people) else last[way]
        now = np.where(age <= HOLD_ROWS, last, 0)
        came, went = np.zeros(number), np.zeros(number)
        for passage, ends in enumerate(
            zip(town.passages.source, town.passages.target, strict=True)
        ):
            for leaves, enters, people in (
                (*ends, now[2 * passage]),
                (*ends[::-1], now[2 * passage + 1]),
            ):
                went[leaves] += people if leaves >= 0 else 0
                came[enters] += people if enters >= 0 else 0
        day_in, day_out = day_in + came, day_out + went
        inside = np.maximum(inside + came - factor * went, 0)
        found.append(inside)
    return np.array(found)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), holes=st.sampled_from([0.0, 0.2, 0.7]))
def test_it_is_what_one_gets_interval_by_interval(seed, holes):
    town, rng = place(), np.random.default_rng(seed)
    ways = rng.poisson(rng.uniform(0, 60, 6), (3 * DAY + 7, 6)).astype(float)
    ways[rng.random(ways.shape) < holes] = np.nan
    is_empty = np.arange(len(ways)) % DAY == 0
    found = count_people(town, ways, is_empty)
    np.testing.assert_allclose(found.people, slowly(town, ways, is_empty), atol=1e-6)
    assert (found.people >= 0).all()


def test_a_counter_that_misses_one_in_ten_is_corrected_after_a_day():
    town = place()
    ways = np.zeros((2 * DAY, 6))
    ways[:, 0] = 1000  # in by the gate ...
    ways[:, 1] = 900  # ... and all out again, of whom one in ten is missed
    found = count_people(town, ways, np.arange(2 * DAY) % DAY == 0)
    assert found.people[DAY - 1, 1] == DAY * 100  # the first day drifts
    assert found.people[-1, 1] < 0.05 * found.people[DAY - 1, 1]
    assert found.factor[1] == (2 * 0 + DAY * 1000 + BELIEF) / (DAY * 900 + BELIEF)


def test_a_zone_is_covered_when_all_its_passages_are_counted():
    town = place()
    ways = np.ones((2, 6))
    ways[1, 4] = np.nan  # the stairs belong to the square alone
    assert count_people(town, ways, np.zeros(2, bool)).covered.tolist() == [
        [True] * 2,
        [False, True],
    ]


def test_density_is_people_over_area():
    assert to_density(place(), np.array([[1000.0, 1000.0]]))[0].tolist() == [1, 2]


def test_a_hole_at_the_beginning_is_nobody():
    assert hold(np.array([[np.nan], [2.0]]), 3)[:, 0].tolist() == [0, 2]
