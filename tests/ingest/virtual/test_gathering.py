"""The made-up evening: its plan is a place, and its people come, stay and go."""

import numpy as np

from ingest.virtual.gathering import COLUMNS, DAYS, EVENING, make_counts, make_plan
from predict.crowd.flow import to_ways
from predict.crowd.occupancy import count_people, to_density
from predict.crowd.plan import read_place


def test_zones_fill_past_orange_and_are_nearly_empty_at_the_end():
    place, counts = read_place(make_plan()), make_counts().astype(float)
    assert place.counters.ids == COLUMNS
    is_empty = np.isin(np.arange(len(counts)), [0, 96, DAYS * 96 - 8])
    density = to_density(place, count_people(place, to_ways(place, counts), is_empty).people)
    evening = density[-EVENING:]
    assert (evening.max(axis=0) > place.zones.limits[:, 1]).all()
    assert (density[: DAYS * 96].max(axis=0) < 0.3).all()
    assert (evening[-1] < 0.2 * evening.max(axis=0)).all()


def test_the_same_evening_is_made_each_time_and_another_by_another_seed():
    assert (make_counts() == make_counts()).all()
    assert (make_counts() != make_counts(2)).any()
