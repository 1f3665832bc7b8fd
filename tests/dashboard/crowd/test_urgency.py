"""What comes first in the list, and what is told of what is to come."""

import numpy as np
import pytest

from dashboard.crowd.saying import tell_next, to_chance, to_span
from dashboard.crowd.urgency import find_order, find_urgency
from dashboard.words import Words
from tests.dashboard.crowd.views import AT, CALM, GAUGES, NUMBER, make_now, make_view


def order_of(**changed):
    view = make_view(make_now(**changed))
    return [GAUGES[g] for g in find_order(find_urgency(view))]


def test_the_fullest_comes_first_then_what_is_unknown_then_what_is_likely_soonest():
    chance = np.zeros((NUMBER, 3, 2))
    chance[3, 1] = 0.1, 0.6  # orange within half an hour
    chance[4, 1] = 0.7, 0.8  # within a quarter
    signal = np.array([1, 3, -1, 0, 0])
    assert order_of(signal=signal, chance=chance) == [
        "zone/street", "zone/square", "passage/gate", "passage/stairs", "passage/arch",
    ]  # fmt: skip


def test_among_equals_the_higher_chance_of_the_higher_limit_comes_first():
    chance = np.zeros((NUMBER, 3, 2))
    chance[0, 0] = 0.4
    chance[2, 2] = 0.1
    assert order_of(chance=chance)[:2] == ["passage/gate", "zone/square"]


def test_what_is_unknown_but_has_an_alert_stands_just_below_that_level():
    warned = {"level": 3, "raised": int(AT.timestamp()), "seen": 0, "escalated": 0}
    alerts = dict.fromkeys(GAUGES, CALM) | {"zone/square": warned}
    signal = np.array([-1, 2, 3, 0, 0])
    assert order_of(signal=signal, alerts=alerts)[:3] == [
        "passage/gate", "zone/square", "zone/street",
    ]  # fmt: skip


def test_what_comes_is_the_highest_limit_that_is_likely_passed_and_else_the_next():
    chance = np.zeros((NUMBER, 3, 2))
    chance[0] = [[0.9, 0.95], [0.2, 0.6], [0.0, 0.1]]
    chance[1] = [[0.1, 0.2], [0.0, 0.0], [0.0, 0.0]]
    view = make_view(make_now(chance=chance, signal=np.array([0, 0, 3, 0, 0])))
    urgency = find_urgency(view)
    said = [tell_next(Words("nl"), view, urgency, g) for g in range(3)]
    assert said[0] == "waarschijnlijk erg druk binnen 30 min (kans 60%)"
    assert said[1] == "kans op druk binnen 30 min: 20%"
    assert said[2] == "hoogste niveau bereikt"


def test_the_peak_is_the_highest_median_and_when_it_comes():
    table = np.full((2, NUMBER, 3), 0.1)
    table[1, 0] = 0.5, 1.5, 2.5
    urgency = find_urgency(make_view(make_now(table=table)))
    assert (urgency.peak[0], urgency.peak_s[0]) == (1.5, 1800)
    assert urgency.peak_s[1] == 900  # the first of equals


@pytest.mark.parametrize(
    ("chance", "said"), [(0, "<1%"), (0.0149, "1%"), (0.5, "50%"), (1, ">99%"), (np.nan, "\u2013")]
)
def test_a_chance_is_never_nothing_or_all(chance, said):
    assert to_chance(Words("nl"), chance) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(900, "15 min"), (3600, "1 uur"), (5400, "90 min"), (9000, "2,5 uur")]
)
def test_times_ahead_are_told_in_minutes_then_hours(seconds, said):
    assert to_span(Words("nl"), seconds) == said
