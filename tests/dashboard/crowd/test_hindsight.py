"""How good what was said was: by hand, and beside a slow and obvious way."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.crowd.evaluation import read_period
from dashboard.crowd.hindsight import judge_alerts, score_ahead, to_alerts
from dashboard.crowd.hindsight import to_grid as find_grid
from storage.crowd import Happened

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
STEP_S = 900
KEPT = [0.025, 0.1, 0.5, 0.9, 0.975]


def to_grid(*facts):
    """A grid of situations that are there."""
    grid = find_grid(*facts)
    assert grid is not None
    return grid


def row(number, value, quantiles, *, levels=KEPT, signal=0):
    """A situation of one gauge: what it was, and (h, l) of what was expected."""
    return {
        "time": START + number * timedelta(seconds=STEP_S),
        "gauges": ["zone/a"],
        "value": np.array([value], np.float32),
        "signal": [signal],
        "ahead_s": [900, 1800][: len(quantiles)],
        "levels": np.array(levels, np.float32),
        "quantiles": np.array(quantiles, np.float32).ravel(),
    }


def test_errors_and_bands_of_three_intervals_by_hand():
    rows = [
        row(0, 1.0, [[0, 1, 2, 3, 4]]),  # 3.5 came: in the wider band alone, 1.5 off
        row(1, 3.5, [[0, 1, 3, 4, 5]]),  # 2 came: in both, 1 off
        row(2, 2.0, [[0, 1, 2, 3, 4]]),  # nothing is known of what came
    ]
    (score,) = score_ahead(to_grid(rows, ["zone/a"], STEP_S), slice(None))
    assert (score.ahead_s, score.number) == (900, 2)
    assert score.error == pytest.approx(1.25)
    assert score.naive == pytest.approx(2.0)  # 2.5 and 1.5
    assert score.inside == (0.5, 1.0)


def test_a_missing_situation_is_no_step_and_compares_with_nothing():
    rows = [row(0, 1.0, [[1, 1, 1, 1, 1]]), row(2, 5.0, [[1, 1, 1, 1, 1]])]
    grid = to_grid(rows, ["zone/a"], STEP_S)
    assert len(grid.value) == 3
    assert score_ahead(grid, slice(None)) == []


def test_a_band_that_was_not_kept_is_not_made_up():
    rows = [row(n, 1.0, [[0, 1, 2]], levels=[0.1, 0.5, 0.9]) for n in range(3)]
    (score,) = score_ahead(to_grid(rows, ["zone/a"], STEP_S), slice(None))
    assert score.inside[0] == 1
    assert np.isnan(score.inside[1])


values = st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=3, max_size=12)


@given(values, st.randoms(use_true_random=False))
def test_scores_are_those_of_a_loop(counted, random):
    said = [[sorted(random.choices(range(10), k=5)) for _ in range(2)] for _ in counted]
    known = [float("nan") if value is None else float(value) for value in counted]
    rows = [row(n, *each) for n, each in enumerate(zip(known, said, strict=True))]
    found = {s.ahead_s: s for s in score_ahead(to_grid(rows, ["zone/a"], STEP_S), slice(None))}
    for place, seconds in enumerate((900, 1800)):
        pairs = [
            (counted[n + place + 1], said[n][place], counted[n])
            for n in range(len(counted) - place - 1)
            if counted[n + place + 1] is not None and counted[n] is not None
        ]
        if not pairs:
            assert seconds not in found
            continue
        score = found[seconds]
        assert score.number == len(pairs)
        assert score.error == pytest.approx(np.mean([abs(c - q[2]) for c, q, _ in pairs]))
        assert score.naive == pytest.approx(np.mean([abs(c - b) for c, _, b in pairs]))
        assert score.inside[0] == pytest.approx(np.mean([q[1] <= c <= q[3] for c, q, _ in pairs]))
        assert score.inside[1] == pytest.approx(np.mean([q[0] <= c <= q[4] for c, q, _ in pairs]))


def test_alerts_are_rebuilt_from_what_was_open_and_what_happened():
    rows = [row(n, 1.0, [[1] * 5]) for n in range(5)]
    grid = to_grid(rows, ["zone/a"], STEP_S)
    step = timedelta(seconds=STEP_S)
    happened = [
        Happened(START + 3 * step, "raised", "zone/a", 2),
        Happened(START + 2 * step, "seen", "zone/a", None),
        Happened(START + step, "lowered", "zone/a", 0),
    ]
    alerts = to_alerts(grid, ["zone/a"], {"zone/a": 1, "zone/gone": 3}, happened)
    assert alerts[:, 0].tolist() == [1, 0, 0, 2, 2]


def test_alerts_are_hits_misses_or_for_nothing():
    # red from row 6, warned of from row 4; yellow alone around row 30, of which nothing was said;
    # an alert of yellow at row 60 of which nothing came
    signal = np.zeros((100, 1), np.int8)
    signal[6:8], signal[30:32] = 3, 1
    alert = np.zeros((100, 1), np.int8)
    alert[4:9], alert[60:62] = 3, 1
    rows = [row(n, 1.0, [[1] * 5], signal=int(s)) for n, s in enumerate(signal[:, 0])]
    yellow, orange, red = judge_alerts(to_grid(rows, ["zone/a"], STEP_S), alert)
    assert (yellow.came, yellow.outcome.hits, yellow.outcome.missed, yellow.outcome.false) == (
        2, 1, 1, 1,
    )  # fmt: skip
    for each in (orange, red):
        assert (each.came, each.outcome.hits, each.outcome.missed, each.outcome.false) == (
            1, 1, 0, 0,
        )  # fmt: skip
        assert each.outcome.lead_rows.tolist() == [2]


@pytest.mark.parametrize(
    ("query", "days", "sane"),
    [
        ({}, ("2026-05-26", "2026-06-01"), True),
        ({"from": "2026-05-01", "to": "2026-05-31"}, ("2026-05-01", "2026-05-31"), True),
        ({"to": "2026-05-10"}, ("2026-05-04", "2026-05-10"), True),
        ({"from": "2026-05-01", "to": "2026-06-01"}, ("2026-05-26", "2026-06-01"), False),
        ({"from": "2026-05-02", "to": "2026-05-01"}, ("2026-05-26", "2026-06-01"), False),
        ({"from": "gisteren"}, ("2026-05-26", "2026-06-01"), False),
        ({"from": "9999-12-31", "to": "9999-12-31"}, ("2026-05-26", "2026-06-01"), False),
    ],
)
def test_a_period_is_days_in_order_and_not_too_many(query, days, sane):
    period, told = read_period(query, START)
    assert (period.first.isoformat(), period.last.isoformat()) == days
    assert told is sane


def test_a_period_begins_and_ends_at_dutch_midnight():
    period, _ = read_period({"from": "2026-06-01", "to": "2026-06-01"}, START)
    assert period.start.astimezone(UTC).isoformat() == "2026-05-31T22:00:00+00:00"
    assert period.stop.astimezone(UTC).isoformat() == "2026-06-01T22:00:00+00:00"
