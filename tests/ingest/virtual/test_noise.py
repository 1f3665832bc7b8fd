import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.virtual.noise import hash64, normal, to_key, uniform, wave

KEY = to_key("test")
MANY = np.arange(200_000)


def slow_splitmix64(key, counter):
    """SplitMix64's output for the state ``key + counter * golden``, in Python's own integers."""
    mask = 2**64 - 1
    x = (key + counter * 0x9E3779B97F4A7C15) & mask
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & mask
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & mask
    return x ^ (x >> 31)


@given(st.integers(0, 2**64 - 1), st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20))
def test_hash_is_splitmix64(key, counters):
    assert hash64(key, counters).tolist() == [slow_splitmix64(key, at) for at in counters]


def test_first_number_is_the_published_one():
    """State 0 gives 0xE220A8397B1DCDAF first, in every SplitMix64."""
    assert hash64(0, 1) == 0xE220A8397B1DCDAF


def test_keys_depend_on_every_part():
    parts = [(1, "box-001", "pm"), (2, "box-001", "pm"), (1, "box-002", "pm"), (1, "box-001", "x")]
    assert len({to_key(*part) for part in parts}) == 4


def test_uniform_numbers_fill_the_unit_interval_evenly():
    counts, _ = np.histogram(uniform(KEY, MANY), bins=20, range=(0, 1))
    assert counts.sum() == len(MANY)
    assert abs(counts / len(MANY) - 0.05).max() < 0.003


def test_normal_numbers_have_mean_zero_and_deviation_one():
    numbers = normal(KEY, MANY)
    assert abs(numbers.mean()) < 0.01
    assert abs(numbers.std() - 1) < 0.01
    assert abs(numbers).max() <= 3.5


def test_streams_of_different_keys_are_unrelated():
    other = normal(to_key("other"), MANY)
    assert abs(np.corrcoef(normal(KEY, MANY), other)[0, 1]) < 0.01


@pytest.mark.parametrize("draw", [uniform, normal, lambda key, at: wave(key, at, 600)])
def test_a_moment_is_the_same_alone_and_in_any_array(draw):
    times = np.array([5, -7, 1_795_392_000, 0, 5])
    together = draw(KEY, times)
    assert [float(draw(KEY, int(at))) for at in times] == together.tolist()
    assert draw(KEY, times[::-1]).tolist() == together[::-1].tolist()


def test_wave_is_smooth_and_forgets():
    period = 600
    line = wave(KEY, MANY * 10, period)
    assert abs(np.diff(line)).max() < 0.2  # 10 s is a sixtieth of the period
    assert 0.7 < line.std() < 1.0
    apart = 3 * period // 10
    assert abs(np.corrcoef(line[apart:], line[:-apart])[0, 1]) < 0.05
