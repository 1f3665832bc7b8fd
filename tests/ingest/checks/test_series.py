"""Series against slow loops over each stretch."""

import itertools
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.checks.series import MEDIAN_OF_7, check_series, find_median, to_series
from lokaalmeten.observations import MISSING
from lokaalmeten.quality import Flag

START = 1_760_000_000


def split(node, time):
    """Indices of each stretch, sample by sample."""
    stretches = []
    for index in sorted(range(len(node)), key=lambda i: (node[i], time[i])):
        last = stretches[-1][-1] if stretches else None
        if last is None or node[last] != node[index] or time[index] - time[last] > 300:
            stretches.append([])
        stretches[-1].append(index)
    return stretches


def slow_series(key, node, time, values):
    flags = [Flag.NOT_EVALUATED] * len(values)
    for stretch in split(node, time):
        for found in (slow_flat(stretch, values), slow_spikes(stretch, values)):
            for index in found:
                flags[index] = Flag.SUSPECT
        for index in slow_fast(stretch, time, values) if key == "pm25" else ():
            flags[index] = Flag.SUSPECT
    return flags


def slow_flat(stretch, values):
    for _, group in itertools.groupby(stretch, key=lambda index: values[index]):
        run = list(group)
        if len(run) >= 50 and values[run[0]] != MISSING:
            yield from run


def slow_spikes(stretch, values):
    for place in range(3, len(stretch) - 3):
        window = [int(values[index]) for index in stretch[place - 3 : place + 4]]
        if MISSING in window:
            continue
        middle = median(window)
        spread = median(abs(value - middle) for value in window)
        if abs(window[3] - middle) > max(6 * 1.4826 * spread, 1500):
            yield stretch[place]


def slow_fast(stretch, time, values):
    for one, other in itertools.pairwise(stretch):
        seconds = time[other] - time[one]
        if MISSING in (values[one], values[other]) or not 0 < seconds <= 60:
            continue
        if abs(int(values[other]) - int(values[one])) > 1000 * seconds:
            yield from (one, other)


def judge(key, node, time, values):
    node, time = np.array(node, np.int32), np.array(time, np.int64)
    counts = np.array([values], np.int32)
    return check_series([key], counts, to_series(node, time))[0].tolist()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["pm1", "pm25", "pm10"]))
def test_any_series_is_judged_as_by_hand(seed, key):
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 400))
    node = random.integers(1, 4, n)
    time = START + np.cumsum(random.choice([5, 12, 60, 145, 400], n, p=[0.3, 0.3, 0.3, 0.05, 0.05]))
    values = 1000 + random.integers(0, 3, n) * random.choice([0, 1, 400, 3000])
    values[random.random(n) < 0.03] = 90_000
    values[random.random(n) < 0.02] = MISSING
    still = random.integers(0, n)
    values[still : still + int(random.integers(0, 200))] = 700
    order = random.permutation(n)
    given = node[order], time[order], values[order]
    assert judge(key, *given) == slow_series(key, *given)


def test_zeros_and_ones_prove_the_network():
    inputs = np.array(list(itertools.product((0, 1), repeat=7)), np.int32).T
    assert find_median(inputs).tolist() == [median(column) for column in inputs.T.tolist()]
    assert len(set(MEDIAN_OF_7)) == len(MEDIAN_OF_7)


@pytest.mark.parametrize(("length", "flag"), [(49, Flag.NOT_EVALUATED), (50, Flag.SUSPECT)])
def test_fifty_equal_values_are_suspect(length, flag):
    values = [600, 601, *[700] * length, 601, 600]
    time = START + 12 * np.arange(len(values))
    flags = judge("pm25", [1] * len(values), time, values)
    assert flags[2:-2] == [flag] * length
    assert set(flags[:2] + flags[-2:]) == {Flag.NOT_EVALUATED}


def test_equal_values_on_both_sides_of_a_pause_or_of_another_node_are_two_runs():
    values, time = [700] * 98, START + 12 * np.arange(98)
    assert set(judge("pm25", [1] * 49 + [2] * 49, time, values)) == {Flag.NOT_EVALUATED}
    time[49:] += 400
    assert set(judge("pm25", [1] * 98, time, values)) == {Flag.NOT_EVALUATED}


def test_a_step_that_stays_is_no_spike():
    values = [1000, 1010, 990, 1005, 9000, 9010, 8990, 9005]
    time = START + 60 * np.arange(8)
    assert set(judge("pm10", [1] * 8, time, values)) == {Flag.NOT_EVALUATED}


def test_one_read_that_failed_is_a_spike():
    # as in a real file: 16 16 16 0 16 16 16
    values = [1600, 1600, 1600, 0, 1600, 1600, 1600]
    flags = judge("pm25", [1] * 7, START + 13 * np.arange(7), values)
    assert flags == [Flag.NOT_EVALUATED] * 3 + [Flag.SUSPECT] + [Flag.NOT_EVALUATED] * 3


def test_a_firework_of_minutes_is_no_spike():
    rise = [800, 900, 3000, 9000, 22_000, 48_000, 67_300, 60_000, 41_000, 25_000, 12_000, 5000]
    time = START + 60 * np.arange(len(rise))
    assert set(judge("pm25", [1] * len(rise), time, rise)) == {Flag.NOT_EVALUATED}


@pytest.mark.parametrize(
    ("seconds", "rise", "flag"),
    [
        (10, 10_000, Flag.NOT_EVALUATED),
        (10, 10_001, Flag.SUSPECT),
        (60, 60_001, Flag.SUSPECT),
        (61, 90_000, Flag.NOT_EVALUATED),
        (0, 90_000, Flag.NOT_EVALUATED),
    ],
)
def test_more_than_a_hundred_in_ten_seconds_is_suspect_on_both_sides(seconds, rise, flag):
    flags = judge("pm25", [1, 1], [START, START + seconds], [500, 500 + rise])
    assert flags == [flag, flag]
