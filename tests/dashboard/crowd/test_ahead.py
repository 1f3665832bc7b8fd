"""Days ahead as a few numbers a day."""

from datetime import UTC, datetime, timedelta

import numpy as np

from dashboard.crowd.ahead import find_worst, to_days
from storage.crowd_events import Ahead, Planned

START = datetime(2026, 6, 1, 20, tzinfo=UTC)  # 22 in the Netherlands
HOURS = 30


def made(**changed):
    """Thirty hours of two gauges; in the fifth, three at night, most people are expected."""
    people = np.full((HOURS, 3), (5.0, 10.0, 20.0))
    people[5] = 50, 100, 200
    facts = {
        "issued": START, "starts": START, "gauges": ["zone/a", "passage/b"],
        "basis": ["core"] * 20 + ["like days"] * 10, "known_days": 9,
        "levels": np.array([0.1, 0.5, 0.9]), "quantiles": np.ones((HOURS, 2, 3)),
        "people": people, "chance": np.zeros((2, 3, HOURS)),
    }  # fmt: skip
    return Ahead(**(facts | changed))


def test_a_day_is_a_dutch_day_with_its_busiest_hour():
    first, second, third = to_days(made(), [], 0.05)
    assert [day.day.isoformat() for day in (first, second, third)] == [
        "2026-06-01", "2026-06-02", "2026-06-03",
    ]  # fmt: skip
    assert (first.hour, first.people) == (START, (5, 10, 20))
    assert second.hour == START + timedelta(hours=5)
    assert second.people == (50, 100, 200)
    assert [day.basis for day in (first, second, third)] == ["core", "like", "like"]
    told = to_days(made(basis=["core with weather"] * 8 + ["core"] * 22), [], 0.05)
    assert [day.basis for day in told] == ["weather", "core", "core"]


def test_the_highest_limit_that_is_worth_a_word_is_told_and_where():
    chance = np.zeros((2, 3, HOURS))
    chance[0, 0, 5], chance[1, 1, 7], chance[0, 2, 7] = 0.9, 0.2, 0.04
    day = to_days(made(chance=chance), [], 0.05)[1]
    assert (day.gauge, day.level, day.chance) == ("passage/b", 2, 0.2)
    assert find_worst(np.full((2, 3, 1), np.nan), 0.05)[0] is None


def test_an_event_stands_at_every_day_that_it_touches():
    feast = Planned(1, "Feast", "feast", START, START + timedelta(hours=5), 100)
    days = to_days(made(), [feast], 0.05)
    assert [len(day.events) for day in days] == [1, 1, 0]


def test_a_day_of_which_nothing_is_known_says_so():
    day = to_days(made(people=np.full((HOURS, 3), np.nan)), [], 0.05)[0]
    assert day.hour is None
    assert day.gauge is None
