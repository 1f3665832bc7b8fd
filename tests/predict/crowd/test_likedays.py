"""Days to come from days that were alike: worked out by hand, and on made-up weeks."""

import numpy as np
import pytest

from predict.crowd.likedays import Days, foresee, mean_like, scale, weigh
from predict.crowd.planned import Planned

MONDAY = 1_767_571_200  # 2026-01-05T00:00Z
HOUR, DAY = 3600, 24
LEVELS = np.array([0.1, 0.5, 0.9])


def days(*weekdays, event=None, people=None, free=None):
    none = [-1] * len(weekdays)
    return Days(
        np.array(weekdays),
        np.array(event or none),
        np.array(people or [0.0] * len(weekdays)),
        np.array(free or [0.0] * len(weekdays)),
    )


def test_a_like_day_counts_most_and_later_days_not_at_all():
    found = weigh(days(0, 1, 5), days(0, 1, 5), 1)
    assert (found[np.triu_indices(3)] == 0).all()
    assert found[1, 0] == pytest.approx(0.25 * 0.5 ** (1 / 42))  # Tuesday by Monday
    assert found[2, 1] == pytest.approx(0.05 * 0.5 ** (1 / 42))  # Saturday by Tuesday


def test_a_day_without_school_says_less_of_one_with_it():
    three = days(0, 0, 0, free=[0.0, 1.0, 1 / 3])
    recent = 0.5 ** (np.arange(3) / 42)
    assert weigh(three, three, 1)[1, 0] == pytest.approx(0.4 * recent[1])
    assert weigh(three, three, 1)[2, :2] == pytest.approx([0.8 * recent[2], 0.6 * recent[1]])


def test_an_event_is_told_by_a_like_one_and_by_its_size():
    three = days(0, 1, 2, event=[3, -1, 3], people=[100.0, 0.0, 200.0])
    assert weigh(three, three, 1)[2].round(3).tolist() == [0.968, 0.005, 0]
    assert scale(three, three)[2, :2].tolist() == [pytest.approx(np.sqrt(2)), 1]
    huge = days(0, 1, event=[3, 3], people=[10.0, 9000.0])
    assert scale(huge, huge)[1, 0] == pytest.approx(np.sqrt(3))  # no further than was seen


def test_the_mean_is_that_of_the_slow_way():
    rng = np.random.default_rng(1)
    table = rng.uniform(0, 9, (5, DAY, 2))
    table[rng.random(table.shape) < 0.2] = np.nan
    weight, factor = rng.random((5, 5)), rng.uniform(0.5, 2, (5, 5))
    found = mean_like(table, weight, factor)
    for d, h, s in ((0, 3, 1), (4, 23, 0)):
        known = [p for p in range(5) if np.isfinite(table[p, h, s])]
        total = sum(weight[d, p] * factor[d, p] * table[p, h, s] for p in known)
        assert found[d, h, s] == pytest.approx(total / sum(weight[d, p] for p in known))


def test_an_event_to_come_looks_like_the_one_before_and_not_like_other_evenings():
    hours = 21 * DAY
    quiet = 100 + 50 * np.sin(np.arange(hours) / DAY * 2 * np.pi)
    values = np.random.default_rng(2).poisson(quiet).astype(float)[:, None]
    start = MONDAY + 15 * DAY * HOUR + 19 * HOUR
    values[15 * DAY + 19 : 15 * DAY + 22] += 1000
    before = Planned("concert", start, start + 3 * HOUR, 1000)
    later = start + 9 * DAY * HOUR
    coming = Planned("concert", later, later + 3 * HOUR, 1000)
    row = 24 * DAY + 20 - hours  # an hour in the middle of it
    given = (values, MONDAY, 6 * DAY, LEVELS)
    with_it = foresee(*given, zone="UTC", events=[before, coming]).found.table[row, 0]
    without = foresee(*given, zone="UTC", events=[before]).found.table[row, 0]
    assert with_it[1] > 900
    assert without[1] < 200
    other = Planned("market", coming.starts, coming.ends, 1000)
    unlike = foresee(*given, zone="UTC", events=[before, other]).found.table[row, 0]
    assert unlike[1] < 400  # nothing is made up of an event of which nothing is known


@pytest.mark.parametrize("known_days", [1, 2, 4, 20])
def test_whatever_is_known_quantiles_rise_and_are_no_fewer_than_none(known_days):
    values = np.random.default_rng(3).poisson(5, (known_days * DAY, 3)).astype(float)
    values[:5, 1] = np.nan
    table = foresee(values, MONDAY, 14 * DAY, LEVELS, zone="Europe/Amsterdam").found.table
    known = table[:, [0, 2]]
    assert np.isfinite(known).all()
    assert (np.diff(table, axis=-1)[np.isfinite(table[..., 1:])] >= 0).all()
    assert (known >= 0).all()
    assert (known[..., 2] > known[..., 0]).all()
