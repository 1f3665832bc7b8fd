from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lokaalmeten.forecasts import SILENT, YOUNG, Series
from predict.rounds.hours import Hours
from predict.rounds.telling import find_basis, find_digest, find_naive

START = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
HOLE = np.nan


def make_hours(table, **changed):
    series = (Series("node", "box-1", "pm25"),)
    facts = {"share": "node", "start": START, "series": series, "numbers": np.array([1], np.int32)}
    return Hours(**(facts | changed), table=np.asarray(table, float))


def test_what_is_known_is_counted_and_who_knows_too_little_is_refused():
    table = np.full((200, 4), HOLE)
    table[:, 0] = 5
    table[:120, 1] = 5  # nothing for 80 hours
    table[-23:, 2] = 5
    table[-100::2, 3] = 5
    basis = find_basis(table)
    assert basis.known.tolist() == pytest.approx([1, 0, 23 / 72, 0.5])
    assert basis.history.tolist() == [200, 120, 23, 50]
    assert basis.reasons == ("", SILENT, YOUNG, "")


def test_in_a_share_that_is_young_all_are():
    assert find_basis(np.full((47, 2), 5.0)).reasons == (YOUNG, YOUNG)
    assert find_basis(np.full((48, 2), 5.0)).reasons == ("", "")


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 300), st.integers(0, 2**32 - 1))
def test_the_naive_value_is_that_of_the_latest_same_hour(rows, seed):
    rng = np.random.default_rng(seed)
    table = rng.uniform(0, 50, (rows, 2))
    table[rng.random(table.shape) < 0.6] = HOLE
    found = find_naive(table)
    for ahead in range(24):
        for place in range(2):
            slow = HOLE
            for days in range(7, 0, -1):
                row = rows + ahead - 24 * days
                if row >= 0 and np.isfinite(table[row, place]):
                    slow = table[row, place]
            if np.isnan(slow):
                known = [each for each in table[-72:, place] if np.isfinite(each)]
                slow = known[-1] if known else HOLE
            assert found[ahead, place] == pytest.approx(slow, rel=1e-6, nan_ok=True)


def test_the_digest_changes_with_whatever_a_forecast_rests_on():
    table = np.array([[1.0], [HOLE]])
    digests = {
        find_digest([make_hours(table)]),
        find_digest([make_hours(table[::-1])]),
        find_digest([make_hours(table, start=START + 3600)]),
        find_digest([make_hours(table, share="place")]),
        find_digest([make_hours(table, series=(Series("node", "box-1", "pm25_corrected"),))]),
        find_digest([]),
    }
    assert len(digests) == 6
    assert find_digest([make_hours(table.copy())]) in digests
