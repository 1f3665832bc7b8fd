from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sources.columns import Refusals
from ingest.sources.local_time import NEVER, TWICE, to_utc

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def shown(text):
    """What a clock shows, as seconds since 1970."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def convert(texts, node=None):
    refusals = Refusals(len(texts))
    local = np.array([shown(text) for text in texts], np.int64)
    nodes = np.zeros(len(texts), np.int32) if node is None else np.array(node, np.int32)
    utc = to_utc(local, nodes, AMSTERDAM, refusals, np.ones(len(texts), np.bool_))
    found = [datetime.fromtimestamp(value, UTC).strftime("%H:%M") for value in utc.tolist()]
    return found, dict(refusals.list_all())


def test_the_hour_that_comes_twice_is_told_by_its_order():
    texts = [
        f"2025-10-26T{clock}" for clock in ("01:30", "02:00", "02:30", "02:00", "02:30", "03:00")
    ]
    assert convert(texts) == (["23:30", "00:00", "00:30", "01:00", "01:30", "02:00"], {})
    assert convert([texts[1], texts[1]]) == (["00:00", "01:00"], {})


def test_without_the_step_back_the_hour_is_refused_and_not_guessed():
    texts = [f"2025-10-26T{clock}" for clock in ("01:30", "02:00", "02:30", "03:00")]
    found, refused = convert(texts)
    assert refused == {1: TWICE, 2: TWICE}
    assert (found[0], found[3]) == ("23:30", "02:00")


def test_each_node_has_its_own_order():
    texts = [f"2025-10-26T{clock}" for clock in ("02:00", "02:00", "02:30", "02:00")]
    assert convert(texts, [1, 2, 1, 1]) == (["00:00", "00:00", "00:30", "01:00"], {1: TWICE})


def test_an_hour_that_does_not_exist_is_refused():
    texts = [f"2025-03-30T{clock}" for clock in ("01:59", "02:30", "03:00")]
    found, refused = convert(texts)
    assert refused == {1: NEVER}
    assert (found[0], found[2]) == ("00:59", "01:00")


@pytest.mark.parametrize("step_s", [600, 3600])
@given(begin=st.integers(1_600_000_000, 1_800_000_000))
def test_a_clock_that_runs_through_any_days_comes_back_to_utc(begin, step_s):
    moments = begin // step_s * step_s + step_s * np.arange(200)
    clock = [
        int(datetime.fromtimestamp(m, AMSTERDAM).replace(tzinfo=UTC).timestamp())
        for m in moments.tolist()
    ]
    refusals = Refusals(200)
    utc = to_utc(np.array(clock), np.zeros(200, np.int32), AMSTERDAM, refusals, refusals.good)
    good = refusals.good
    assert np.array_equal(utc[good], moments[good])
    # only an hour of which one of the two passes is cut off by the begin or end is not told
    assert (~good).sum() <= timedelta(hours=2).total_seconds() / step_s
