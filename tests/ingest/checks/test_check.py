from dataclasses import replace

import numpy as np
import pytest

from ingest.checks import NATIVE, check
from ingest.checks.device import check_bits, check_clock
from ingest.sources.snuffelfiets import BITS
from lokaalmeten import wire
from lokaalmeten.observations import MISSING, to_observations
from lokaalmeten.quality import Flag

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


def test_compound_codes_do_not_survive():
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


def one_series(pm25, step=60, node=1):
    """Samples of one box, every ``step`` seconds."""
    n = len(pm25)
    counts = np.full((len(KEYS), n), MISSING, np.int32)
    counts[1], counts[3] = pm25, 1500
    time = NOW - 86_400 + step * np.arange(n, dtype=np.int64)
    return to_observations(np.full(n, node, np.int32), time, KEYS, counts)


def test_a_batch_in_any_order_of_nodes_gets_the_same_flags():
    random = np.random.default_rng(4)
    parts = [one_series(random.choice([900, 905, 910, 9000], 80), node=node) for node in (3, 1, 2)]
    names = ("node", "time", "lat", "lon", "horizontal", "vertical", "bits", "cell", "period")

    def judge(order):
        joined = replace(
            parts[0],
            **{name: np.concatenate([getattr(parts[i], name) for i in order]) for name in names},
            counts=np.concatenate([parts[i].counts for i in order], axis=1),
            flags=np.concatenate([parts[i].flags for i in order], axis=1),
        )
        shuffled = joined.take(random.permutation(len(joined)))
        judged = check(shuffled, NOW)
        return judged.flags[:, np.lexsort((judged.time, judged.node))]

    first = judge((0, 1, 2))
    assert (first == Flag.SUSPECT).any()
    for order in ((2, 1, 0), (1, 0, 2)):
        assert np.array_equal(judge(order), first)


def test_hours_by_the_hour_are_no_series():
    # a peak of one hour is what New Year looks like: only neighbours can tell
    judged = check(one_series([500] * 10 + [67_300] + [500] * 10, step=3600), NOW)
    assert set(judged.flags[1].tolist()) == {Flag.GOOD}


def test_a_batch_of_nothing_has_no_flags():
    assert check(one_series([]), NOW).flags.shape == (len(KEYS), 0)


def test_a_fixed_node_keeps_its_cell_whatever_its_bits_say():
    rows = replace(rows_of([[1], [1], [1], [1]], bits=65535), cell=np.array([42]))
    assert check(rows, NOW).cell[0] == 42
