"""Blocks of series, at once, on threads and on a real cluster of two processes."""

import numpy as np
import pytest

from lokaalmeten.errors import ClusterError
from predict.blocks import Block, fit_blocks, predict_blocks
from predict.calendar import ForecastError
from predict.core import fit, predict
from predict.graph import fit_apart, predict_apart
from tests.predict.conftest import START, make_city

LEVELS = [0.0005, 0.1, 0.5, 0.9, 0.9995]
CLOCK = {"zone": "Europe/Amsterdam", "horizon": 30}
ROWS = 24 * 60


@pytest.fixture(scope="module")
def towns():
    """Eight series, one of them young and one unknown, and weather of each."""
    table = make_city(60, 8)
    table[: -24 * 3, 1] = np.nan
    table[:, 4] = np.nan
    weather = np.random.default_rng(2).normal(1000, 10, (ROWS + 30, 8, 2))
    return table, weather


@pytest.fixture(scope="module")
def undivided(towns):
    table, weather = towns
    fitted = fit(table, START, ahead=weather[:ROWS], back=weather[:ROWS], **CLOCK)
    said = predict(fitted, table, START, LEVELS, ahead=weather, back=weather[:ROWS])
    return fitted, said


def to_blocks(towns, rows):
    table, weather = towns
    parts = (slice(0, 1), slice(1, 2), slice(2, 8))
    return [Block(table[:, at], weather[:rows, at], weather[:ROWS, at]) for at in parts]


def check_same(fitted, said, undivided):
    whole, expected = undivided
    np.testing.assert_allclose(said.table, expected.table, rtol=1e-6, atol=1e-6)
    for one, other in zip(fitted.stages, whole.stages, strict=True):
        np.testing.assert_allclose(one.pooled, other.pooled, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(one.errors.own, other.errors.own, rtol=1e-6, atol=1e-6)
    assert fitted.past.shape == whole.past.shape


def test_blocks_forecast_what_all_series_together_do(towns, undivided):
    fitted = fit_blocks(to_blocks(towns, ROWS), START, **CLOCK)
    said = predict_blocks(fitted, to_blocks(towns, ROWS + 30), START, LEVELS)
    check_same(fitted, said, undivided)


def test_threads_forecast_the_same(towns, undivided):
    fitted = fit_apart(to_blocks(towns, ROWS), START, **CLOCK)
    said = predict_apart(fitted, to_blocks(towns, ROWS + 30), START, LEVELS)
    check_same(fitted, said, undivided)


@pytest.mark.filterwarnings("ignore")  # of a server within a test, not of ours
def test_cluster_of_two_processes_forecasts_the_same(towns, undivided):
    distributed = pytest.importorskip("distributed", reason="the extra scale is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        where = cluster.scheduler_address
        fitted = fit_apart(to_blocks(towns, ROWS), START, cluster=where, **CLOCK)
        blocks = to_blocks(towns, ROWS + 30)
        said = predict_apart(fitted, blocks, START, LEVELS, cluster=where)
    check_same(fitted, said, undivided)


def test_cluster_that_is_not_there_is_named(towns):
    pytest.importorskip("distributed", reason="the extra scale is not installed")
    with pytest.raises(ClusterError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:8139"):
        fit_apart(to_blocks(towns, ROWS), START, cluster="tcp://127.0.0.1:8139", **CLOCK)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (Block(np.ones((ROWS - 1, 2))), "the same hours"),
        (Block(np.ones((ROWS, 2)), np.ones((ROWS, 1))), "the same covariates"),
    ],
)
def test_blocks_that_do_not_belong_together_are_refused(second, message):
    with pytest.raises(ForecastError, match=message):
        fit_blocks([Block(np.ones((ROWS, 2))), second], START)
