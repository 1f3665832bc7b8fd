"""Some steps ahead from a few days: honest, never absurd, better than what anyone would guess."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from predict.calendar import ForecastError
from predict.exceed import exceedance
from predict.nowcast import MOST_ROWS, nowcast, pick_origins

DAY = 96
LEVELS = np.arange(0.05, 0.96, 0.05)
SAIL = Path(__file__).parents[3] / "shared/data/crowd_sail2025/sensordata_SAIL2025_20-22aug.csv"


def make_event(days, series, seed=0):
    """People per quarter of an hour at like places; each day has a mood of its own."""
    rng = np.random.default_rng(seed)
    rows = np.arange(DAY * days)
    day = np.maximum(np.sin(2 * np.pi * (rows - 30) / DAY), 0.05)
    mood = np.repeat(rng.uniform(0.5, 1.5, days), DAY)
    return rng.poisson(np.outer(day * mood, rng.uniform(20, 300, series))).astype(float)


def pinball(values, table, levels):
    error = values[..., None] - table
    return np.maximum(levels * error, (levels - 1) * error).mean()


def roll(values, ahead, origins, **keywords):
    """Quantiles (o, s, l) of one step ahead from each origin, nothing later being known."""
    return np.stack(
        [nowcast(values[:o], LEVELS, [ahead], day=DAY, **keywords).then.table[0] for o in origins]
    )


@settings(max_examples=60, deadline=None)
@given(
    history=hnp.arrays(
        np.float64,
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=40),
        elements=st.one_of(
            st.floats(-10, 1e6), st.sampled_from([np.nan, np.inf, 0.0, -1.0]), st.just(5.0)
        ),
    )
)
def test_quantiles_are_known_rise_and_are_never_negative_whatever_the_history(history):
    possible = np.isfinite(history) & (history >= 0)
    if not possible.any():
        with pytest.raises(ForecastError, match="nothing is known"):
            nowcast(history, LEVELS, [1, 4, 30], day=DAY)
        return
    table = nowcast(history, LEVELS, [1, 4, 30], day=DAY).then.table
    assert np.isfinite(table).all()
    assert (table >= 0).all()
    assert (np.diff(table, axis=-1) >= 0).all()


def test_it_beats_now_yesterday_and_their_mean_even_when_these_know_their_past_errors():
    values = make_event(4, 20)
    origins = np.arange(2 * DAY, len(values) - 4, 5)
    for ahead in (1, 2, 4):
        came = values[origins + ahead - 1]
        ours = pinball(came, roll(values, ahead, origins), LEVELS)
        rows = np.arange(DAY, len(values))
        now, old = values[rows - ahead], values[rows - DAY]
        for guess in (now, old, (now + old) / 2):
            error = (np.sqrt(values[rows]) - np.sqrt(guess))[: 2 * DAY]
            reach = np.quantile(error, LEVELS, axis=0).T  # of the future as well: a hard opponent
            said = np.sqrt(guess[origins + ahead - 1 - DAY])[..., None] + reach
            assert ours < pinball(came, np.maximum(said, 0) ** 2, LEVELS)


def test_intervals_hold_what_they_promise():
    values = make_event(4, 20, seed=3)
    origins = np.arange(2 * DAY, len(values) - 4, 3)
    table = roll(values, 4, origins)
    came = values[origins + 3]
    inside = (came >= table[..., 1]) & (came <= table[..., -2])
    assert 0.76 < inside.mean() < 0.88  # nominal 0.80; counts near 0 lie in more


def test_a_silent_series_is_told_wider_and_the_others_as_before():
    values = make_event(3, 10)
    broken = values.copy()
    broken[-8:, 0] = np.nan
    whole, hurt = (
        nowcast(each, [0.1, 0.9], [2], day=DAY).then.table[0] for each in (values, broken)
    )
    width = hurt[:, 1] - hurt[:, 0]
    assert width[0] > 1.3 * (whole[0, 1] - whole[0, 0])
    np.testing.assert_allclose(hurt[1:], whole[1:], rtol=0.1)


def test_a_sensor_that_sticks_or_jumps_does_not_spoil_the_others():
    values = make_event(3, 24, seed=5)[: -DAY // 2]  # at noon
    broken = values.copy()
    broken[DAY:, 0] = 7
    broken[-30:, 1] = 1e6
    levels = [0.1, 0.5, 0.9]
    whole, hurt = (
        nowcast(each, levels, [4], day=DAY).then.table[0, 2:] for each in (values, broken)
    )
    width = whole[:, 2] - whole[:, 0]
    assert np.abs(hurt[:, 1] - whole[:, 1]).max() < 0.5 * width.max()
    assert np.median((hurt[:, 2] - hurt[:, 0]) / width) < 1.5


def test_the_latest_origin_is_learned_from_and_the_rows_are_bounded():
    origins = pick_origins(3 * DAY, 1000, DAY, 4)
    assert origins[-1] == 3 * DAY - 4
    assert len(origins) * 1000 <= MOST_ROWS
    assert origins[0] >= DAY


def test_before_there_is_a_yesterday_it_does_with_the_last_hours():
    values = make_event(1, 10)[:70]
    table = nowcast(values[:66], [0.05, 0.5, 0.95], [1], day=DAY).then.table[0]
    came = values[66]
    assert ((came >= table[:, 0]) & (came <= table[:, 2])).mean() > 0.6
    assert np.abs(table[:, 1] - came).mean() < 0.5 * came.mean()


@pytest.mark.parametrize("ahead", [[], [0], [49], [1, 100]])
def test_steps_that_cannot_be_told_are_refused(ahead):
    with pytest.raises(ForecastError, match="steps ahead are 1 to 48"):
        nowcast(np.ones((100, 1)), LEVELS, ahead, day=DAY)


@pytest.mark.skipif(not SAIL.exists(), reason="needs ../shared/data/crowd_sail2025")
def test_sail_2025_is_foreseen_better_than_by_the_best_naive_guess():
    table = pd.read_csv(SAIL)
    counts = table.filter(regex=r"_\d+$").to_numpy(float)  # sensor_direction
    values = counts.reshape(-1, 5, counts.shape[1]).sum(axis=1)  # 15 minutes
    origins = np.arange(DAY + 8, len(values) - 4, 2)
    for ahead in (1, 2, 4):
        came = values[origins + ahead - 1]
        now, old = values[origins - 1], values[origins + ahead - 1 - DAY]
        table = roll(values, ahead, origins)
        naive = min(np.abs(came - guess).mean() / 2 for guess in (now, old, (now + old) / 2))
        assert pinball(came, table, LEVELS) < 0.85 * naive
        inside = (came >= table[..., 1]) & (came <= table[..., -2])
        assert abs(inside.mean() - 0.8) < 0.04


def test_the_highest_until_then_is_never_below_what_comes_then_and_holds_what_it_promises():
    values = make_event(4, 20, seed=7)
    origins = np.arange(2 * DAY, len(values) - 4, 3)
    inside = []
    for origin in origins:
        found = nowcast(values[:origin], LEVELS, [4], day=DAY)
        assert (found.peak.table >= found.then.table).all()
        came = values[origin : origin + 4].max(axis=0)
        inside.append((came >= found.peak.table[0, :, 1]) & (came <= found.peak.table[0, :, -2]))
    assert 0.74 < np.mean(inside) < 0.88


def test_one_row_ahead_the_highest_is_that_row():
    found = nowcast(make_event(2, 3), LEVELS, [1], day=DAY)
    np.testing.assert_array_equal(found.peak.table, found.then.table)


def test_a_peak_until_later_is_no_lower_in_whatever_order_steps_are_asked():
    rng = np.random.default_rng(4)
    rows = np.arange(3 * 48)
    people = rng.poisson(30 + 25 * np.sin(rows / 48 * 2 * np.pi)[:, None], (len(rows), 4))
    steps = [8, 1, 3, 2, 5]
    peak = nowcast(people, [0.1, 0.5, 0.9], steps, day=48).peak
    order = np.argsort(steps)
    assert (np.diff(peak.table[order], axis=0) >= 0).all()
    chance = exceedance(peak, 45.0)
    assert (np.diff(chance[order], axis=0) >= -1e-12).all()
    assert 0 < chance.mean() < 1
