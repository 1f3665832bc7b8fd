"""Single samples against a slow reading of the table, value by value."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.checks.thresholds import CLIMATE, PM, THRESHOLDS, numbers
from ingest.checks.values import check_humidity, check_order, check_range
from lokaalmeten import wire
from lokaalmeten.observations import MISSING
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY, QUANTITIES

GOOD, UNKNOWN, SUSPECT, FAIL = Flag.GOOD, Flag.NOT_EVALUATED, Flag.SUSPECT, Flag.FAIL
EACH = pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.key)


def flags_of(key, counts, *, moving=False):
    counts = np.array([counts], np.int32)
    return check_range([key], counts, np.full(counts.shape[1], moving))[0].tolist()


def slow_range(key, count, *, moving):
    """One value, rule after rule."""
    span = BY_KEY[key]
    if count == MISSING:
        return Flag.MISSING
    if not span.low * span.per <= count <= span.high * span.per:
        return FAIL
    own = {row.key for row in THRESHOLDS if key in row.quantities}
    if "sentinel" in own and count in [round(v * span.per) for v in numbers("sentinel", key)]:
        return FAIL
    usual = numbers("range", key) if "range" in own else (span.low, span.high)
    low, high = (round(value * span.per) for value in usual)
    if not low <= count <= high and (moving or key not in PM):
        return SUSPECT
    return GOOD


@EACH
@pytest.mark.parametrize("moving", [False, True])
def test_values_at_every_border_are_judged_as_the_table_says(quantity, moving):
    borders = {quantity.low, quantity.high}
    for row in THRESHOLDS:
        if row.key in ("range", "sentinel") and quantity.key in row.quantities:
            borders |= set(numbers(row.key, quantity.key))
    steps = {round(border * quantity.per) + shift for border in borders for shift in (-1, 0, 1)}
    counts = [*sorted(steps), int(MISSING), 0]
    expected = [slow_range(quantity.key, count, moving=moving) for count in counts]
    assert flags_of(quantity.key, counts, moving=moving) == expected


@settings(deadline=None)
@given(
    st.sampled_from([q.key for q in QUANTITIES]),
    st.lists(st.integers(-(2**31), 2**31 - 1) | st.integers(-2000, 70_000), max_size=20),
    st.booleans(),
)
def test_any_values_are_judged_as_the_table_says(key, counts, moving):
    expected = [slow_range(key, count, moving=moving) for count in counts]
    assert flags_of(key, counts, moving=moving) == expected


@EACH
def test_one_step_beyond_the_span_fails(quantity):
    ends = [quantity.low * quantity.per - 1, quantity.high * quantity.per + 1]
    assert flags_of(quantity.key, ends) == [FAIL, FAIL]


@EACH
def test_a_saturated_count_fails(quantity):
    low, high = wire.SPAN[quantity.code]
    counts = [high] if quantity.high * quantity.per < high else []
    counts += [low] if quantity.low * quantity.per > low else []
    assert set(flags_of(quantity.key, counts)) <= {FAIL}


@pytest.mark.parametrize("value", [65535, 65533, -999, -1000, 655.35, 655.33])
def test_a_sentinel_is_no_particulate_matter(value):
    for key in (*PM, "no2"):
        assert flags_of(key, [round(value * BY_KEY[key].per)]) == [FAIL]


def test_a_pressure_of_all_bits_is_none():
    assert flags_of("pressure", [65_535, 65_534, 65_533]) == [FAIL, SUSPECT, FAIL]


def test_ticks_may_have_all_but_one_bit():
    assert flags_of("voc_raw", [65_533]) == [GOOD]


def test_ten_degrees_of_frost_are_no_sentinel():
    assert flags_of("temperature", [-1000, -999]) == [GOOD, GOOD]


def test_a_new_year_is_good_on_a_wall_and_suspect_on_a_bike():
    assert flags_of("pm25", [67_300]) == [GOOD]
    assert flags_of("pm25", [67_300], moving=True) == [SUSPECT]


def test_humidity_at_its_end_is_suspect():
    assert flags_of("humidity", [9949, 9950, 10_000]) == [GOOD, SUSPECT, SUSPECT]


def slow_order(counts):
    flags = [UNKNOWN] * len(counts)
    for index in range(len(counts) - 1):
        small, large = counts[index], counts[index + 1]
        if MISSING not in (small, large) and small > large:
            flags[index] = flags[index + 1] = SUSPECT
    return flags


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.integers(0, 3) | st.just(int(MISSING)), min_size=4, max_size=4), max_size=5
    )
)
def test_particles_out_of_order_are_suspect_on_both_sides(samples):
    counts = np.array(samples, np.int32).reshape(-1, 4).T
    flags = check_order(PM, counts)
    assert flags.T.tolist() == [slow_order(sample) for sample in samples]


@pytest.mark.parametrize(
    ("humidity", "flag"),
    [(9499, UNKNOWN), (9500, SUSPECT), (9949, SUSPECT), (9950, UNKNOWN), (MISSING, UNKNOWN)],
)
def test_fog_makes_particles_suspect_unless_the_humidity_is(humidity, flag):
    keys = ("pm25", "humidity", "pm10", "temperature")
    flags = check_humidity(keys, np.array([[500], [humidity], [900], [500]], np.int32))
    assert flags[:, 0].tolist() == [flag, UNKNOWN, flag, UNKNOWN]


def test_without_humidity_nobody_knows_of_fog():
    assert check_humidity(CLIMATE[:1], np.zeros((1, 3), np.int32)).tolist() == [[UNKNOWN] * 3]
