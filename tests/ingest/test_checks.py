from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.checks import NATIVE, check, check_bits, check_clock, check_order, check_span
from ingest.sources.snuffelfiets import BITS
from lokaalmeten import wire
from lokaalmeten.observations import MISSING, to_observations
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import QUANTITIES

NOW = 1_760_000_000
KEYS = ("pm1", "pm25", "pm10", "temperature")


def rows_of(counts, bits=0, time=NOW, **columns):
    counts = np.array(counts, np.int32).reshape(len(KEYS), -1)
    n = counts.shape[1]
    return to_observations(
        np.ones(n, np.int32),
        np.full(n, time, np.int64),
        KEYS,
        counts,
        bits=np.full(n, bits, np.int32),
        **columns,
    )


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.key)
def test_a_value_is_good_up_to_both_ends_of_its_span_and_fails_one_step_beyond(quantity):
    ends = [quantity.low * quantity.per, quantity.high * quantity.per]
    counts = [ends[0] - 1, ends[0], ends[1], ends[1] + 1, MISSING]
    flags = check_span([quantity.key], np.array([counts], np.int32))
    assert flags.tolist() == [[Flag.FAIL, Flag.GOOD, Flag.GOOD, Flag.FAIL, Flag.MISSING]]


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.key)
def test_a_saturated_count_fails(quantity):
    low, high = wire.SPAN[quantity.code]
    counts = [high] if quantity.high * quantity.per < high else []
    counts += [low] if quantity.low * quantity.per > low else []
    flags = check_span([quantity.key], np.array([counts], np.int32))
    assert set(flags.ravel().tolist()) <= {Flag.FAIL}


def slow_order(counts):
    flags = [Flag.NOT_EVALUATED] * len(counts)
    for index in range(len(counts) - 1):
        small, large = counts[index], counts[index + 1]
        if MISSING not in (small, large) and small > large:
            flags[index] = flags[index + 1] = Flag.SUSPECT
    return flags


@given(st.lists(st.integers(0, 3) | st.just(int(MISSING)), min_size=4, max_size=4))
def test_particles_out_of_order_are_suspect_on_both_sides(counts):
    keys = ("pm1", "pm25", "pm4", "pm10")
    flags = check_order(keys, np.array(counts, np.int32)[:, None])
    assert flags[:, 0].tolist() == slow_order(counts)


def test_a_code_of_several_bits_is_read_bit_by_bit():
    # 2080 = 2048 (PM read failed) + 32 (no fix): a test for equality would miss both
    flags = check_bits(KEYS, np.array([0, 2048, 32, 2080, 512 | 2048], np.int32), BITS)
    pm25 = flags[1].tolist()
    unknown, suspect = Flag.NOT_EVALUATED, Flag.SUSPECT
    assert pm25 == [unknown, suspect, unknown, suspect, Flag.FAIL]
    assert set(flags[3].tolist()) == {unknown}


@pytest.mark.parametrize(
    ("bit", "pm", "climate"),
    [
        (wire.BIT_WARM_UP, Flag.SUSPECT, Flag.NOT_EVALUATED),
        (wire.BIT_PM_ERROR, Flag.FAIL, Flag.NOT_EVALUATED),
        (wire.BIT_CLIMATE_ERROR, Flag.NOT_EVALUATED, Flag.FAIL),
        (wire.BIT_CLOCK_UNSURE, Flag.NOT_EVALUATED, Flag.NOT_EVALUATED),
    ],
)
def test_our_own_bits_spoil_what_they_name(bit, pm, climate):
    flags = check_bits(KEYS, np.array([bit], np.int32), NATIVE)
    assert (flags[1, 0], flags[3, 0]) == (pm, climate)


def test_a_clock_a_minute_ahead_is_let_be_and_more_is_suspect():
    flags = check_clock(np.array([NOW - 10**6, NOW + 60, NOW + 61]), 2, NOW)
    assert flags[0].tolist() == [Flag.NOT_EVALUATED, Flag.NOT_EVALUATED, Flag.SUSPECT]
    assert flags.shape == (2, 3)


def test_the_worst_answer_counts_and_a_missing_value_stays_missing():
    rows = rows_of([[300], [200], [MISSING], [1500]], bits=wire.BIT_PM_ERROR)
    flags = check(rows, NOW).flags[:, 0].tolist()
    assert flags == [Flag.FAIL, Flag.FAIL, Flag.MISSING, Flag.GOOD]


def test_checks_change_no_value():
    rows = rows_of([[99999999], [200], [MISSING], [1500]], bits=65535)
    judged = check(rows, NOW)
    assert np.array_equal(judged.counts, rows.counts)
    assert np.array_equal(judged.bits, rows.bits)


@pytest.mark.parametrize(
    ("lat", "lon", "bits", "placed"),
    [
        (520906950, 51213140, 0, True),
        (0, 0, 0, False),
        (0, 51213140, 0, True),
        (520906950, 51213140, wire.BIT_NO_FIX, False),
        (520906950, 51213140, wire.BIT_NO_FIX | wire.BIT_WARM_UP, False),
    ],
)
def test_a_false_place_loses_its_cell_but_not_its_position(lat, lon, bits, placed):
    y, x = np.array([lat], np.int32), np.array([lon], np.int32)
    rows = rows_of([[1], [1], [1], [1]], bits=bits, cell=np.array([42]), lat=y, lon=x)
    judged = check(rows, NOW)
    assert (judged.cell[0] != 0) == placed
    assert (judged.lat[0], judged.lon[0]) == (lat, lon)


def test_a_fixed_node_keeps_its_cell_whatever_its_bits_say():
    rows = replace(rows_of([[1], [1], [1], [1]], bits=65535), cell=np.array([42]))
    assert check(rows, NOW).cell[0] == 42
