"""Counts to flow, on numbers that a child can add."""

import numpy as np
import pytest

from predict.calendar import ForecastError
from predict.crowd.flow import check_counts, to_flow, to_ways
from predict.crowd.plan import read_place

from .places import counter, place, plan


def test_flow_is_people_both_ways_over_effective_width_and_minutes():
    town = place()
    ways = to_ways(town, np.array([[60.0, 40.0, 0, 0, 8, 4]]))
    # gate: 100 people, 5 m wide, 5 minutes; stairs: 12 people, 2 m
    assert to_flow(town, ways, 300)[0].tolist() == [4.0, 0.0, 1.2]


def test_a_silent_counter_makes_the_number_coarser_and_not_smaller():
    drawn = plan()
    drawn["features"][5]["properties"]["share"] = 0.5
    drawn["features"].append(counter("gate-f2", "gate", share=0.25))
    town = read_place(drawn)
    counts = np.array([[50.0, 0, 0, 0, 0, 0, 25], [np.nan, 0, 0, 0, 0, 0, 25]])
    assert to_ways(town, counts)[:, 0].tolist() == [100, 100]


def test_unknown_stays_unknown():
    town = place()
    counts = np.array([[np.nan, 5.0, 1, 1, 1, 1]])
    assert np.isnan(to_ways(town, counts)[0, 0])
    assert np.isnan(to_flow(town, to_ways(town, counts), 60)[0, 0])


def test_a_passage_that_is_counted_one_way_is_told_by_that_way():
    drawn = plan()
    drawn["features"] = [f for f in drawn["features"] if f["properties"]["id"] != "gate-b"]
    town = read_place(drawn)
    ways = to_ways(town, np.array([[50.0, 0, 0, 0, 0]]))
    assert to_flow(town, ways, 60)[0, 0] == 10


def test_what_cannot_be_counted_is_unknown():
    found = check_counts(place(), [[-1, np.inf, 3, 0, np.nan, 2]])[0]
    assert np.isnan(found).tolist() == [True, True, False, False, True, False]


def test_another_number_of_counters_is_refused():
    with pytest.raises(ForecastError, match="intervals x 6 counters"):
        check_counts(place(), np.zeros((3, 5)))
