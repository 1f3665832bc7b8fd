"""A counter that says nothing, or always the same, is not a calm street."""

import numpy as np
import pytest

from predict.crowd.trust import SILENT, STUCK, WELL, WRONG, judge_counters

DAY = 96


def street(days=2, mean=40, seed=1):
    rng = np.random.default_rng(seed)
    rows = np.arange(days * DAY)
    return rng.poisson(mean * (1.1 + np.sin(2 * np.pi * rows / DAY)))[:, None].astype(float)


def test_a_counter_that_says_fewer_than_nobody_is_wrong_until_it_has_counted_twice_since():
    counts = np.full((DAY, 2), 20.0)
    counts[::2] += 1
    counts[-3, 0] = -1
    assert judge_counters(counts, DAY).tolist() == [WELL, WELL]
    counts[-2, 0] = -1
    assert judge_counters(counts, DAY).tolist() == [WRONG, WELL]
    counts[-1, 0] = np.nan
    assert judge_counters(counts, DAY).tolist() == [WRONG, WELL]


def test_two_intervals_of_silence_are_told():
    counts = np.hstack([street()] * 3)
    counts[-1, 1] = np.nan
    counts[-2:, 2] = np.nan
    assert judge_counters(counts, DAY).tolist() == [WELL, WELL, SILENT]


@pytest.mark.parametrize("stuck_at", [0, 12, 500])
def test_a_frozen_counter_is_told(stuck_at):
    counts = np.hstack([street(), street(seed=2)])
    counts = counts[: DAY + DAY // 3]  # in the busy part of the day
    counts[-6:, 1] = stuck_at
    assert judge_counters(counts, DAY).tolist() == [WELL, STUCK]


def test_a_street_that_falls_to_nobody_at_its_busiest_is_told_at_once():
    counts = street()[: DAY + DAY // 4]
    counts[-1] = 0
    assert judge_counters(counts, DAY).tolist() == [STUCK]


def test_a_counter_that_died_in_the_night_is_told_in_the_morning():
    counts = street(mean=10)
    counts[DAY:] = 0
    assert judge_counters(counts[: DAY + 1], DAY).tolist() != [SILENT]
    assert judge_counters(counts[: DAY + 8], DAY).tolist() == [STUCK]


def test_a_quiet_night_is_well():
    rng = np.random.default_rng(3)
    counts = rng.poisson(0.3, (2 * DAY, 200)).astype(float)
    assert (judge_counters(counts, DAY) == WELL).all()


def test_real_counts_are_seldom_suspected():
    rng = np.random.default_rng(4)
    rows = np.arange(3 * DAY)
    mean = 25 * np.maximum(np.sin(2 * np.pi * rows / DAY), 0.02)
    counts = rng.poisson(mean[:, None], (len(rows), 100)).astype(float)
    judged = [judge_counters(counts[:end], DAY) for end in range(DAY, 3 * DAY, 7)]
    assert np.mean([found == STUCK for found in judged]) < 0.002


def test_the_first_intervals_of_a_counter_are_no_reason_for_suspicion():
    assert judge_counters(np.array([[5.0], [5.0]]), DAY).tolist() == [WELL]
