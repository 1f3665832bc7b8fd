"""Days ahead of a place: hours from intervals, limits, sums, and skill on real counts."""

import numpy as np
import pytest

from predict.backtest.dataset import read_kinds
from predict.backtest.metrics import coverage, weighted_quantile_loss
from predict.calendar import ForecastError
from predict.crowd.days import LEVELS, add_zones, expect, look_days_ahead, to_hourly
from predict.crowd.planned import Planned, to_covariates
from predict.fitted import Quantiles

from .places import place

MONDAY = 1_767_571_200  # 2026-01-05T00:00Z
HOUR, DAY = 3600, 24


def test_intervals_become_hours_of_people_and_of_people_a_minute():
    counts = np.zeros((8, 6))
    counts[:, 0] = 15  # in by the gate: 15 a quarter, one a minute
    counts[5:8, 0] = np.nan
    found = to_hourly(place(), counts, 900, np.arange(8) == 0)
    street, gate = 1, 2
    assert found[0, street] == pytest.approx((15 + 30 + 45 + 60) / 4)
    assert found[0, gate] == pytest.approx(1)
    assert np.isnan(found[1, gate])  # one quarter of four is too little
    with pytest.raises(ForecastError, match="960 s do not"):
        to_hourly(place(), counts, 960, np.arange(8) == 0)


def test_zones_that_are_full_together_add_up_wider_than_zones_that_are_not():
    levels = np.array([0.1, 0.5, 0.9])
    found = Quantiles(levels, np.tile([10.0, 20.0, 30.0], (1, 2, 1)))
    rank = np.arange(20.0)[:, None, None]
    together = add_zones(found, np.concatenate([rank, rank], axis=2))
    against = add_zones(found, np.concatenate([rank, -rank], axis=2))
    assert together[0] == pytest.approx([20, 40, 60], abs=2)
    assert against[0] == pytest.approx([40, 40, 40], abs=0.1)
    assert add_zones(found, np.concatenate([rank, rank], axis=2)[:5])[0].tolist() == [20, 40, 60]


def test_columns_of_a_kind_that_was_never_there_are_left_out():
    past, coming = Planned("fair", 0, HOUR, 100), Planned("choir", 9 * HOUR, 10 * HOUR, 50)
    table = to_covariates([past, coming], 0, 12, 5)
    assert table.shape == (12, 6)
    assert table[9].tolist() == [0, 50, 0, 0, 0, 0]
    assert table[0].tolist() == [0, 100, 0, 0, 100, 0]


def test_the_chance_of_a_limit_and_the_sum_go_with_the_quantiles():
    rng = np.random.default_rng(1)
    hourly = rng.poisson(400, (40 * DAY, 5)).astype(float)
    hourly[:, 0] = rng.poisson(1500, len(hourly))  # of 1,000 m2: above yellow, below orange
    found = look_days_ahead(place(), hourly, MONDAY, hours=200)
    assert found.table.shape == (200, 5, len(LEVELS))
    assert found.basis == ("core",) * 165 + ("like days",) * 35
    assert found.known_days == 40
    assert (found.chance[0, 0] > 0.9).all()
    assert (found.chance[0, 1] < 0.1).all()
    middle = len(LEVELS) // 2
    zones = found.table[:, :2, middle].sum(axis=1)
    assert found.people[:, middle] == pytest.approx(zones, rel=0.05)
    spread = found.people[:, -1] - found.people[:, 0]
    alone = (found.table[:, :2, -1] - found.table[:, :2, 0]).sum(axis=1)
    assert (spread < alone).mean() > 0.9  # two that know nothing of each other


def test_of_what_nobody_counted_nothing_is_said():
    hourly = np.full((3 * DAY, 5), np.nan)
    hourly[:, 2] = 10
    found = look_days_ahead(place(), hourly, MONDAY, hours=24)
    assert np.isnan(found.table[:, 0]).all()
    assert np.isnan(found.people).all()
    assert np.isfinite(found.table[:, 2]).all()
    with pytest.raises(ForecastError, match="need counts of 24 hours"):
        look_days_ahead(place(), hourly[:20], MONDAY)
    with pytest.raises(ForecastError, match="1 to 336 hours, not 337"):
        look_days_ahead(place(), hourly, MONDAY, hours=337)


@pytest.mark.parametrize("known_days", [7, 60])
@pytest.mark.parametrize("folder", ["crowd_melbourne_2012_2015", "crowd_fremont_bikes"])
def test_it_beats_the_same_hour_last_week_on_real_counts(shared_data, folder, known_days):
    kind = read_kinds(shared_data / "forecasting" / folder / "series.parquet")[0]
    values, tables, weeks, truths = kind.table[:, :4], [], [], []
    for origin in np.linspace(len(values) - 9000, len(values) - 400, 4).astype(int):
        history = values[origin - known_days * DAY : origin]
        start = kind.start + HOUR * (origin - len(history))
        tables.append(expect(history, start, (), 14 * DAY)[0].table)
        weeks.append(np.tile(history[-168:], (2, 1)))
        truths.append(values[origin : origin + 14 * DAY])
    table, week, truth = map(np.array, (tables, weeks, truths))
    truth = np.where(np.isfinite(week), truth, np.nan)
    naive = np.repeat(np.nan_to_num(week)[..., None], len(LEVELS), axis=-1)
    for hours in (slice(0, 72), slice(165, 336)):  # hour by hour, and for planning
        ours = weighted_quantile_loss(table[:, hours], truth[:, hours], LEVELS)
        assert ours < 0.85 * weighted_quantile_loss(naive[:, hours], truth[:, hours], LEVELS)
    assert 0.7 < np.nanmean(coverage(table, truth, LEVELS, 0.8)) < 0.95
