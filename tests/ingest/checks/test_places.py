"""Positions against a slow look at every step."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.checks.device import NATIVE
from ingest.checks.places import check_places, find_jumps
from lokaalmeten import wire
from lokaalmeten.geo import distance_m
from lokaalmeten.observations import MISSING, to_observations
from lokaalmeten.quality import Flag

START = 1_760_000_000
STEP = 900  # 1e-7 degree north, some 10 m: 36 km/h in a second


def track(lat, seconds=1, lon=51_200_000, bits=0, accuracy=None):
    n = len(lat)
    time = START + seconds * np.arange(n, dtype=np.int64)
    return to_observations(
        np.ones(n, np.int32),
        time,
        ("pm25",),
        np.full((1, n), 500, np.int32),
        lat=np.array(lat, np.int32),
        lon=np.where(np.array(lat) == 0, 0, lon).astype(np.int32),
        bits=np.broadcast_to(np.array(bits, np.int32), n),
        horizontal=None if accuracy is None else np.array(accuracy, np.int32),
    )


def flags_of(*args, **columns):
    return check_places(track(*args, **columns), NATIVE).tolist()


def slow_jumps(node, time, lat, lon):
    found = set()
    steps = {}
    order = sorted(range(len(node)), key=lambda i: (node[i], time[i]))
    for one, other in pairwise(order):
        gap = time[other] - time[one]
        if node[one] != node[other] or gap > 300:
            continue
        places = lat[one] / 1e7, lon[one] / 1e7, lat[other] / 1e7, lon[other] / 1e7
        metres = float(distance_m(*places))
        fast = metres > 12.5 * max(gap, 1)
        steps.setdefault(one, []).append(fast)
        steps.setdefault(other, []).append(fast)
        if fast and metres > 200 and metres / max(gap, 1) > 200 / 12:
            found |= {one, other}
    return found | {index for index, fasts in steps.items() if all(fasts)}


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32))
def test_any_track_is_judged_as_by_hand(seed):
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 60))
    node = random.integers(1, 3, n).astype(np.int32)
    time = START + np.cumsum(random.choice([1, 12, 400], n, p=[0.45, 0.5, 0.05]))
    lat, lon = (
        (base + np.cumsum(random.integers(-900, 900, n))).astype(np.int32)
        for base in (521_000_000, 51_200_000)
    )
    off = random.random(n) < 0.1
    lat[off] += random.integers(-60_000, 60_000, off.sum()).astype(np.int32)
    found = find_jumps(node, time, lat, lon)
    assert set(found.tolist()) == slow_jumps(node, time, lat, lon)


def test_a_place_at_zero_zero_fails_and_spoils_no_other():
    # the bug of a peer: two jumps of 5,800 km, and the whole ride is dropped as too long
    lat = [520_900_000 + STEP * i for i in range(6)]
    lat[3] = 0
    assert flags_of(lat) == [Flag.GOOD] * 3 + [Flag.FAIL] + [Flag.GOOD] * 2


def test_a_stale_place_without_a_fix_fails():
    lat = [520_900_000, 520_900_000 + STEP, 521_900_000, 520_900_000 + 3 * STEP]
    bits = [0, 0, wire.BIT_NO_FIX | wire.BIT_WARM_UP, 0]
    assert flags_of(lat, bits=bits) == [Flag.GOOD, Flag.GOOD, Flag.FAIL, Flag.GOOD]


@pytest.mark.parametrize(
    ("accuracy", "flag"), [(30_000, Flag.GOOD), (30_001, Flag.SUSPECT), (MISSING, Flag.GOOD)]
)
def test_a_place_known_to_thirty_metres_is_good(accuracy, flag):
    assert flags_of([520_900_000], accuracy=[accuracy]) == [flag]


def test_one_sample_out_of_line_is_suspect_alone():
    lat = [520_900_000 + STEP * i for i in range(5)]
    lat[2] += 14 * STEP  # 140 m, too fast and no jump
    assert flags_of(lat) == [Flag.GOOD] * 2 + [Flag.SUSPECT] + [Flag.GOOD] * 2


def test_a_jump_to_elsewhere_makes_both_its_ends_suspect():
    lat = [520_900_000, 520_900_000 + STEP, 521_900_000, 521_900_000 + STEP]
    assert flags_of(lat) == [Flag.GOOD, Flag.SUSPECT, Flag.SUSPECT, Flag.GOOD]


def test_a_bicycle_may_race():
    assert set(flags_of([520_900_000 + round(1.2 * STEP) * i for i in range(9)])) == {Flag.GOOD}


def test_a_node_without_a_position_is_missing_one():
    assert flags_of([int(MISSING)] * 2) == [Flag.MISSING] * 2
