"""The whole step from counts to chances, on a day of a small town."""

import numpy as np
import pytest

from predict.calendar import ForecastError
from predict.crowd.levels import GREEN, RED, UNKNOWN
from predict.crowd.plan import read_place
from predict.crowd.situation import AHEAD_S, LEVELS, look
from predict.crowd.trust import SILENT, STUCK, WRONG

from .places import changed, place, plan

DAY = 96  # intervals of 15 minutes
EMPTY = np.arange(2 * DAY) % DAY == 20  # at five in the morning


def counts_of(people=60.0, days=2, seed=1):
    """As many in by the gate and the arch as out again later (t, 6)."""
    rng = np.random.default_rng(seed)
    rows = np.arange(days * DAY) % DAY
    come = people * np.exp(-(((rows - 50) / 12) ** 2))
    go = people * np.exp(-(((rows - 70) / 12) ** 2))
    return rng.poisson(np.stack([come, go] * 3, axis=1)).astype(float)


def test_every_gauge_has_a_value_a_signal_and_chances_that_rise_with_the_horizon_of_quantiles():
    found = look(place(), counts_of()[: DAY + 60], 900, EMPTY[: DAY + 60])
    assert found.people.shape == (2,)
    assert found.values.shape == found.signal.shape == (5,)
    assert found.table.shape == (len(AHEAD_S), 5, len(LEVELS))
    assert found.chance.shape == (5, 3, len(AHEAD_S))
    assert found.ahead_s.tolist() == list(AHEAD_S)
    assert (np.diff(found.table, axis=-1) >= 0).all()
    assert (np.diff(found.chance, axis=1) <= 1e-12).all()  # red is not likelier than yellow


def test_people_are_those_who_came_in_less_those_who_went():
    counts = counts_of()
    found = look(place(), counts[:60], 900, np.zeros(60, bool))
    street = (
        counts[:60, 0].sum() - counts[:60, 1].sum() - counts[:60, 2].sum() + counts[:60, 3].sum()
    )
    assert found.people[1] == pytest.approx(max(street, 0), abs=15)  # it never went below none


def test_a_square_that_is_over_its_limit_is_red():
    town = read_place(changed("zone", "square", limits=[0.01, 0.02, 0.03]))
    found = look(town, counts_of()[: DAY + 62], 900, EMPTY[: DAY + 62])
    assert found.signal[0] == RED
    assert found.chance[0, 2, 0] > 0.5


def test_a_stuck_counter_never_reads_as_calm():
    counts = counts_of(people=400)[: DAY + 56]
    whole = look(place(), counts, 900, EMPTY[: DAY + 56])
    counts[-2:, 0] = 0  # the gate, at its busiest
    found = look(place(), counts, 900, EMPTY[: DAY + 56])
    assert whole.signal[2] == GREEN or whole.values[2] > 0
    assert found.judged[0] == STUCK
    assert found.signal[2] == UNKNOWN
    assert found.table[0, 2, -1] > 0.5 * whole.table[0, 2, len(LEVELS) // 2]


def test_a_silent_counter_leaves_its_passage_unknown_and_its_zone_after_an_hour():
    counts = counts_of()
    counts[-2:, 0] = np.nan
    found = look(place(), counts, 900, EMPTY)
    assert found.judged[0] == SILENT
    assert np.isnan(found.values[2])
    assert np.isfinite(found.people[1])
    counts[-6:, 0] = np.nan
    found = look(place(), counts, 900, EMPTY)
    assert np.isnan(found.people[1])
    assert found.signal[1] == UNKNOWN
    assert np.isfinite(found.people[0])  # the square has other passages


def test_a_gauge_that_was_never_counted_has_no_chance_and_the_others_do():
    drawn = plan()
    drawn["features"] = [
        f for f in drawn["features"] if not f["properties"]["id"].startswith("stairs-")
    ]
    found = look(read_place(drawn), counts_of()[:, :4], 900, EMPTY)
    assert np.isnan(found.chance[4]).all()
    assert np.isnan(found.values[0])  # of the square, a passage is not counted
    assert np.isfinite(found.chance[[1, 2, 3]]).all()


@pytest.mark.parametrize("step_s", [0, -60, 7])
def test_a_step_that_does_not_divide_a_day_is_refused(step_s):
    with pytest.raises(ForecastError, match="an interval divides a day"):
        look(place(), counts_of(), step_s, EMPTY)


def test_nothing_is_expected_from_less_than_two_hours():
    found = look(place(), counts_of()[:7], 900, EMPTY[:7])
    assert np.isnan(found.chance).all()
    assert (found.signal == GREEN).all()
    assert np.isfinite(look(place(), counts_of()[:8], 900, EMPTY[:8]).chance).all()


@pytest.mark.parametrize("wrong", [-3.0, np.inf])
def test_a_counter_that_says_what_cannot_be_is_told_as_wrong_and_its_passage_is_unknown(wrong):
    counts = counts_of()[: DAY + 60]
    counts[-2:, 0] = wrong
    found = look(place(), counts, 900, EMPTY[: DAY + 60])
    assert found.judged[0] == WRONG
    assert found.signal[2] == UNKNOWN  # the gate
    assert (found.people[np.isfinite(found.people)] >= 0).all()


def test_the_peak_until_then_is_no_lower_than_then_and_rises_with_time():
    found = look(place(), counts_of()[: DAY + 60], 900, EMPTY[: DAY + 60])
    assert (found.peak >= found.table).all()
    assert found.peak.shape == found.table.shape
