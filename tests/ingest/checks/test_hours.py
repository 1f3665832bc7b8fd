"""Checks of hours against slow loops over every node and hour."""

import math
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.checks.hours import Grid, find_neighbours, find_typical, judge, measure_runs
from ingest.checks.review import MARGIN_S, WEEK_S, find, list_weeks
from lokaalmeten.findings import CHECKS, Hours, Places
from lokaalmeten.geo import distance_m
from lokaalmeten.quality import Flag

MONDAY = 1_760_313_600  # 2025-10-13
MARGIN = MARGIN_S // 3600
WEEK = slice(MARGIN, MARGIN + 168)
NONE = math.nan


def slow_neighbours(lat, lon):
    """Indices of the nearest 20 within 5 km, of each node."""
    found = []
    for own in range(len(lat)):
        away = [
            (float(distance_m(lat[own], lon[own], y, x)), i)
            for i, (y, x) in enumerate(zip(lat, lon, strict=True))
        ]
        found.append([i for metres, i in sorted(away) if i != own and metres <= 5000][:20])
    return found


def slow_runs(values):
    """(first, after) of known hours with equal values, at most 6 h apart."""
    runs = []
    for hour, value in enumerate(values):
        if math.isnan(value):
            continue
        if runs and hour - runs[-1][-1] <= 6 and values[runs[-1][-1]] == value:
            runs[-1].append(hour)
        else:
            runs.append([hour])
    return runs


def slow_unlike(mean, node, near):
    """1, 0 or NaN for each hour of a node: how it compares with its neighbours."""
    unlike = []
    for row in mean:
        others = [row[i] for i in near if not math.isnan(row[i])]
        if math.isnan(row[node]) or len(others) < 3:
            unlike.append(NONE)
        else:
            ratio = max(row[node], 1) / max(median(others), 1)
            unlike.append(float(ratio > 4 or ratio < 1 / 4))
    return unlike


def slow_peaks(values, unlike):
    """(hour, name) of what no neighbour confirms."""
    for hour, value in enumerate(values):
        if unlike[hour] == 0:
            continue
        if value > 150:
            yield hour, "range"
        known = [v for v in values[max(hour - 3, 0) : hour + 4] if not math.isnan(v)]
        if len(known) >= 5:
            middle = median(known)
            spread = median(abs(v - middle) for v in known)
            if abs(value - middle) > max(6 * 1.4826 * spread, 15):
                yield hour, "spike"


def slow_strangers(unlike):
    """(hour, name) of what is unlike for long."""
    for run in slow_runs(unlike):
        if unlike[run[0]] == 1 and run[-1] - run[0] + 1 > 6:
            yield from ((hour, "neighbours") for hour in run)
    week = [value for value in unlike[WEEK] if not math.isnan(value)]
    if len(week) >= 42 and sum(week) >= 0.5 * len(week):
        yield from ((hour, "persistent") for hour in range(WEEK.start, WEEK.stop))


def slow_still(values, low, high):
    """(hour, name) of what stays the same."""
    level = [-1 - hour if low[hour] != high[hour] else values[hour] for hour in range(len(values))]
    level = [NONE if math.isnan(values[hour]) else one for hour, one in enumerate(level)]
    for run in slow_runs(level):
        length = run[-1] - run[0] + 1
        if level[run[0]] >= 0 and length >= 6:
            yield from ((hour, "flat") for hour in run)
        if level[run[0]] == 0 and length >= 24:
            yield from ((hour, "zero") for hour in run)


def slow_judge(mean, low, high, near):
    """{(hour of the week, node): names of checks}, of PM2.5."""
    found = {}
    for node in range(mean.shape[1]):
        values, unlike = mean[:, node], slow_unlike(mean, node, near[node])
        for hour, name in (
            *slow_peaks(values, unlike),
            *slow_strangers(unlike),
            *slow_still(values, low[:, node], high[:, node]),
        ):
            if WEEK.start <= hour < WEEK.stop and not math.isnan(values[hour]):
                found.setdefault((hour - WEEK.start, node), set()).add(name)
    return found


def make_town(seed):
    """Some nodes, near and far, sound and broken in every way, with holes."""
    random = np.random.default_rng(seed)
    nodes, hours = int(random.integers(1, 9)), 168 + 2 * MARGIN
    lat, lon = 52 + random.random(nodes) * 0.05, 5 + random.random(nodes) * 0.1
    lat[random.random(nodes) < 0.1] = NONE
    common = np.round(8 + 6 * np.sin(np.arange(hours) / 9)[:, None] * random.random(nodes), 1)
    mean = common + random.integers(0, 3, common.shape)
    mean[random.random(mean.shape) < 0.01] = 300
    for node in np.flatnonzero(random.random(nodes) < 0.5):
        first, last = np.sort(random.integers(0, hours, 2))
        mean[first:last, node] *= random.choice([0, 0.1, 10, 0.25])
    even = random.random(mean.shape) < 0.9
    mean[random.random(mean.shape) < random.choice([0, 0.2, 0.8])] = NONE
    low, high = np.where(even, mean, mean - 1), np.where(even, mean, mean + 1)
    return mean, low, high, lat, lon


def judge_fast(mean, low, high, lat, lon):
    near = find_neighbours(lat, lon)
    return judge("pm25", Grid(mean, low, high, find_typical(mean, near)), WEEK)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_any_town_is_judged_as_by_hand(seed):
    mean, low, high, lat, lon = make_town(seed)
    flags, bits = judge_fast(mean, low, high, lat, lon)
    found = slow_judge(mean, low, high, slow_neighbours(lat, lon))
    for (hour, node), checks in np.ndenumerate(bits):
        names = {name for place, name in enumerate(CHECKS) if checks >> place & 1}
        assert names == found.get((hour, node), set())
        worst = Flag.FAIL if names & {"zero", "persistent"} else Flag.SUSPECT
        if np.isnan(mean[WEEK][hour, node]):
            assert flags[hour, node] == Flag.MISSING
        else:
            assert flags[hour, node] == (worst if names else Flag.GOOD)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_the_order_of_the_nodes_says_nothing(seed):
    mean, low, high, lat, lon = make_town(seed)
    order = np.random.default_rng(seed).permutation(len(lat))
    flags, bits = judge_fast(mean, low, high, lat, lon)
    again = judge_fast(mean[:, order], low[:, order], high[:, order], lat[order], lon[order])
    assert np.array_equal(flags[:, order], again[0])
    assert np.array_equal(bits[:, order], again[1])


def test_the_nearest_twenty_are_asked():
    lat = 52 + np.arange(60, dtype=np.float64) * 0.0009
    near = find_neighbours(lat, np.full(60, 5.0))
    slow = slow_neighbours(lat, np.full(60, 5.0))
    assert [set(row[row >= 0].tolist()) for row in near] == [set(one) for one in slow]
    assert near.shape == (60, 20)


def test_a_node_without_a_place_has_no_neighbours():
    near = find_neighbours(np.array([52, NONE, 52]), np.array([5, NONE, 5]))
    assert [row[row >= 0].tolist() for row in near] == [[2], [], [0]]
    assert find_neighbours(np.array([]), np.array([])).shape == (0, 0)


def test_a_run_goes_on_over_a_few_missing_hours_and_ends_at_more():
    code = np.array([[1, 1, NONE, NONE, NONE, NONE, NONE, 1, NONE, 0, 0]]).T
    assert measure_runs(code).ravel().tolist() == [8, 8, 0, 0, 0, 0, 0, 8, 0, 2, 2]
    code = np.array([[1, 1, *[NONE] * 6, 1]]).T
    assert measure_runs(code).ravel().tolist() == [2, 2, *[0] * 6, 1]


def test_weeks_begin_on_monday_whatever_is_asked_for():
    assert list(list_weeks(MONDAY, MONDAY + 1)) == [(MONDAY, MONDAY + WEEK_S)]
    assert list(list_weeks(MONDAY - 1, MONDAY)) == [(MONDAY - WEEK_S, MONDAY)]
    assert len(list(list_weeks(MONDAY - 1, MONDAY + 1))) == 2
    assert list(list_weeks(MONDAY, MONDAY)) == []


@pytest.mark.parametrize("began", [0, 30, 47])
def test_a_night_that_began_last_week_counts_as_long_as_it_is(began):
    first = MONDAY - MARGIN_S
    hour = first + 3600 * np.arange(began, MARGIN + 1)
    zero, n = np.zeros(len(hour), np.int32), len(hour)
    hours = Hours(
        np.ones(n, np.int32), hour, np.ones(n, np.int32), zero.astype(np.int64), zero, zero
    )
    found = find(
        "pm25",
        hours,
        Places(zero[:0], hour[:0] / 1, hour[:0] / 1),
        (first, MONDAY + WEEK_S + MARGIN_S),
    )
    length = MARGIN + 1 - began
    expected = Flag.FAIL if length >= 24 else Flag.SUSPECT if length >= 6 else None
    assert found.hour.tolist() == ([] if expected is None else [MONDAY])
    assert found.flag.tolist() == ([] if expected is None else [expected])
