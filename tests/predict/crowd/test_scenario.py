"""What if: people go elsewhere, later, or stay; none is lost."""

import numpy as np
import pytest

from predict.calendar import ForecastError
from predict.crowd.plan import read_place
from predict.crowd.scenario import close_passage, delay_arrivals, ends_of, fill_zones

from .places import passage, place, plan


def test_who_cannot_leave_through_a_closed_passage_takes_the_others_by_width():
    drawn = plan()
    drawn["features"].append(passage("lane", "square", None, width_m=6))
    town = read_place(drawn)
    ways = np.zeros((1, 8))
    ways[0, 4] = 100  # out by the stairs
    changed = close_passage(town, ways, 2)
    # the square is left by the arch backward (4 m), and by the lane (6 m)
    assert changed[0].tolist() == [0, 0, 0, 40, 0, 0, 60, 0]


def test_who_came_from_outside_takes_the_other_entrances_or_does_not_come():
    drawn = plan()
    drawn["features"].append(passage("door", None, "street", width_m=1))
    ways = np.zeros((1, 8))
    ways[0, 0] = 50
    assert close_passage(read_place(drawn), ways, 0)[0].tolist() == [0, 0, 0, 0, 0, 0, 50, 0]
    assert close_passage(place(), ways[:, :6], 0).sum() == 0


def test_arrivals_come_later_and_the_last_of_them_after_the_end():
    ways = np.zeros((4, 6))
    ways[:, 0], ways[:, 2] = [1, 2, 3, 4], 9
    changed = delay_arrivals(place(), ways, [0], 1)
    assert changed[:, 0].tolist() == [0, 1, 2, 3]
    assert changed[:, 2].tolist() == [9] * 4
    assert delay_arrivals(place(), ways, [0], 9)[:, 0].sum() == 0
    with pytest.raises(ForecastError, match="0 intervals or more, not -1"):
        delay_arrivals(place(), ways, [0], -1)


def test_zones_fill_by_who_comes_less_who_goes():
    ways = np.zeros((3, 6))
    ways[:, 0] = 10  # into the street
    ways[:, 2] = 4  # on to the square
    found = fill_zones(place(), np.array([5.0, 0.0]), ways)
    assert found.tolist() == [[9, 6], [13, 12], [17, 18]]
    added = np.zeros((3, 2))
    added[1, 0] = 100
    assert fill_zones(place(), np.array([5.0, 0.0]), ways, added)[:, 0].tolist() == [9, 113, 117]


def test_nobody_leaves_who_is_not_there():
    ways = np.zeros((2, 6))
    ways[0, 4] = 50
    ways[1, 2] = 20
    assert fill_zones(place(), np.array([10.0, 0.0]), ways)[:, 0].tolist() == [0, 20]


def test_ends_of_ways():
    assert [ends_of(place(), way) for way in range(6)] == [
        (-1, 1), (1, -1), (1, 0), (0, 1), (0, -1), (-1, 0)
    ]  # fmt: skip
