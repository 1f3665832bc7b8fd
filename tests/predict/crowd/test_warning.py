"""Alerts are raised when it is likely, lowered when it surely is not, and never flap."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predict.crowd.levels import GREEN, ORANGE, RED, UNKNOWN, YELLOW
from predict.crowd.warning import (
    ESCALATED,
    LOWERED,
    RAISED,
    Rules,
    acknowledge,
    no_alerts,
    time_to,
    update_alerts,
)

RULES = Rules(raise_at=0.5, lower_at=0.3, hold_s=600, cool_s=600, escalate_s=900)
STEP_S = 300


def chance_of(level, share=0.9):
    """A chance to be above each limit up to a level."""
    return np.where(np.arange(1, 4)[None, :, None] <= level, share, 0.0)


def live(chances, signals=None, rules=RULES, alerts=None):
    """Levels and events of one gauge, step by step."""
    alerts = alerts or no_alerts(1)
    levels, events = [], []
    for step, chance in enumerate(chances):
        signal = np.array([signals[step] if signals else GREEN], np.int8)
        alerts, said = update_alerts(alerts, 10_000 + step * STEP_S, chance, signal, rules)
        levels.append(int(alerts.level[0]))
        events += [(step, event.what, event.level) for event in said]
    return levels, events, alerts


def test_an_alert_is_raised_when_it_is_likely_and_lowered_after_it_held():
    levels, events, _ = live([chance_of(0), chance_of(2), *[chance_of(0)] * 4])
    assert levels == [GREEN, ORANGE, ORANGE, ORANGE, GREEN, GREEN]
    assert events[0] == (1, RAISED, ORANGE)
    assert (4, LOWERED, GREEN) in events


def test_between_the_two_chances_nothing_changes():
    levels, events, _ = live([chance_of(1), *[chance_of(1, 0.4)] * 9])
    assert levels == [YELLOW] * 10
    assert events == [(0, RAISED, YELLOW)]
    assert live([chance_of(1, 0.4)] * 5)[0] == [GREEN] * 5


def test_a_chance_that_comes_and_goes_raises_one_alert():
    _, events, _ = live([chance_of(1), chance_of(0)] * 6)
    assert [what for _, what, _ in events] == [RAISED]


def test_after_a_fall_the_same_level_waits_and_a_higher_one_does_not():
    fell = [chance_of(1), *[chance_of(0)] * 3]
    levels, _, _ = live([*fell, chance_of(1), chance_of(1)])
    assert levels[3:] == [GREEN, GREEN, YELLOW]  # lowered at step 3, cool until step 5
    levels, _, _ = live([*fell, chance_of(3)])
    assert levels[-1] == RED


def test_it_goes_up_at_once_and_down_by_steps_of_what_still_holds():
    levels, events, _ = live([chance_of(1), chance_of(3), *[chance_of(1)] * 4])
    assert levels == [YELLOW, RED, RED, RED, YELLOW, YELLOW]
    assert (1, RAISED, RED) in events


def test_how_full_it_is_now_raises_as_well():
    levels, _, _ = live([chance_of(0)] * 2, signals=[GREEN, RED])
    assert levels == [GREEN, RED]


def test_nothing_is_lowered_because_a_counter_fell_silent():
    unknown = np.full((1, 3, 2), np.nan)
    levels, _, _ = live([chance_of(2), *[unknown] * 9], signals=[GREEN, *[UNKNOWN] * 9])
    assert levels == [ORANGE] * 10


def test_what_nobody_looks_at_escalates_once_and_what_was_seen_does_not():
    _, events, alerts = live([chance_of(2)] * 6)
    assert [(step, what) for step, what, _ in events] == [(0, RAISED), (3, ESCALATED)]
    seen = acknowledge(live([chance_of(2)])[2], 0)
    assert live([chance_of(2)] * 6, alerts=seen)[1] == []
    assert alerts.escalated[0]


def test_a_yellow_alert_does_not_escalate():
    assert [what for _, what, _ in live([chance_of(1)] * 9)[1]] == [RAISED]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1)), min_size=1, max_size=40))
def test_changes_are_never_nearer_than_the_hold_except_upwards(steps):
    levels, events, _ = live([chance_of(level, share) for level, share in steps])
    changes = [(step, what, level) for step, what, level in events if what != ESCALATED]
    for (first, _, _), (then, what, _) in pairwise(changes):
        assert what == RAISED or (then - first) * STEP_S >= RULES.hold_s
    open_level, fell = GREEN, {}  # at which step an alert last fell below each level
    for step, what, level in changes:
        if what == LOWERED:
            fell |= dict.fromkeys(range(level + 1, open_level + 1), step)
        elif level in fell:
            assert (step - fell[level]) * STEP_S >= RULES.cool_s
        open_level = level
    assert all(GREEN <= level <= RED for level in levels)


def test_the_time_to_a_limit_is_the_first_likely_step():
    chance = np.array([[[0.2, 0.5, 0.9], [0.0, 0.1, 0.6], [0, 0, 0]]])
    found = time_to(chance, np.array([900, 1800, 3600]))
    assert found[0, :2].tolist() == [1800, 3600]
    assert np.isnan(found[0, 2])
    assert np.isnan(time_to(np.full((1, 3, 2), np.nan), np.array([1, 2]))).all()


def test_gauges_do_not_hang_on_each_other():
    rng = np.random.default_rng(1)
    chances = rng.random((30, 5, 3, 2)) * (rng.random((30, 5, 1, 1)) < 0.6)
    together = no_alerts(5)
    alone = [no_alerts(1) for _ in range(5)]
    for step, chance in enumerate(chances):
        now, signal = 1000 + step * STEP_S, np.zeros(5, np.int8)
        together, _ = update_alerts(together, now, chance, signal, RULES)
        alone = [
            update_alerts(one, now, chance[[g]], signal[[g]], RULES)[0]
            for g, one in enumerate(alone)
        ]
        assert together.level.tolist() == [int(one.level[0]) for one in alone]


def test_rules_that_were_not_given_are_those_of_the_documents():
    assert (Rules().raise_at, Rules().lower_at) == (0.5, 0.3)
    assert pytest.approx(Rules().hold_s) == 900
