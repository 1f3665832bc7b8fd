"""What a notice tells of a situation, by hand."""

from datetime import UTC, datetime

import numpy as np
import pytest

from predict.crowd.facts import find_end, to_facts
from predict.crowd.situation import LEVELS, Situation
from predict.crowd.warning import Event

from .places import place

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
AHEAD = np.array([900, 1800, 3600])


def situation(middle, value=0.8, people=800.0):
    """A square whose density is expected to be ``middle`` (h,), the levels 0.1 either way."""
    table = np.array(middle)[:, None, None] + (LEVELS - 0.5) / 4
    table = np.repeat(table, 5, axis=1)
    chance = np.zeros((5, 3, 3))
    chance[0, 0], chance[0, 1] = [0.6, 0.7, 0.9], [0.1, 0.55, 0.72]
    return Situation(
        np.zeros(6, np.int8),
        np.array([people, np.nan]),
        np.array([value, np.nan, 40.0, 1.0, 1.0]),
        np.zeros(5, np.int8),
        AHEAD,
        table,
        np.maximum.accumulate(table, axis=0),
        chance,
    )


def test_an_alert_of_a_zone_says_how_full_how_sure_how_far_and_until_when():
    said = to_facts(place(), situation([1.5, 2.25, 1.75]), NOON, Event(0, "raised", 2), 0)
    assert (said["title"], said["gauge"], said["name"]) == ("Town", "zone/square", "square")
    assert (said["level"], said["reach"], said["limit"]) == (2, 2, 2.0)
    assert (said["value"], said["service"]) == (0.8, "D")
    assert (said["people"], said["capacity"]) == (800, 2000)
    assert (said["chance"], said["within_s"], said["time_to_s"]) == (0.72, 3600, 1800)
    assert said["peak"] == [pytest.approx(2.15), pytest.approx(2.25), pytest.approx(2.35)]
    assert (said["until"], said["lasts"]) == ("2026-06-01T12:30:00+00:00", False)


def test_an_alert_that_goes_down_is_about_the_level_that_it_had():
    said = to_facts(place(), situation([0.5, 0.5, 0.5]), NOON, Event(0, "lowered", 0), 2)
    assert (said["level"], said["reach"], said["limit"], said["until"]) == (0, 2, 2.0, None)


def test_of_a_passage_there_are_no_people_and_what_is_unknown_is_none():
    said = to_facts(place(), situation([np.nan] * 3), NOON, Event(2, "raised", 1), 0)
    assert (said["gauge"], said["service"], said["people"], said["capacity"]) == (
        "passage/gate", "C", None, None
    )  # fmt: skip
    assert said["peak"] == [None] * 3
    zone = to_facts(place(), situation([1.0] * 3), NOON, Event(1, "raised", 1), 0)
    assert (zone["value"], zone["service"], zone["people"]) == (None, None, None)


def test_what_is_full_to_the_end_of_what_is_foreseen_lasts():
    assert find_end(situation([1.0, 1.0, 3.0]), 0, 2.0) == (3600, True)
    assert find_end(situation([1.0, 1.0, 1.0]), 0, 2.0) == (None, False)
