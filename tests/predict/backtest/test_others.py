"""What goes to forecast libraries and what comes back; they themselves run in a benchmark."""

import numpy as np
import pandas as pd
import pytest

from lokaalmeten.errors import ServiceError
from predict.backtest import others, outside
from predict.backtest.dataset import Kind
from tests.predict.conftest import START

WEEK = 168


def test_hole_is_the_week_before_and_else_the_last_value():
    history = np.arange(3.0 * WEEK)[:, None] * [1, 10]
    history[WEEK + 5 : WEEK + 9, 0] = np.nan
    history[2 * WEEK + 5, 0] = np.nan
    history[:3, 1] = np.nan
    filled = others.fill(history)
    assert filled[WEEK + 5 : WEEK + 9, 0].tolist() == [5, 6, 7, 8]
    assert filled[2 * WEEK + 5, 0] == 5
    assert filled[:3, 1].tolist() == [30, 30, 30]
    known = np.isfinite(history)
    np.testing.assert_array_equal(filled[known], history[known])


def test_intervals_have_the_levels_as_edges_and_come_back_as_quantiles():
    levels = np.array([0.025, 0.25, 0.5, 0.75, 0.975])
    assert others.to_intervals(levels) == [50, 95]
    rows = others.to_rows(np.arange(6.0).reshape(3, 2), np.datetime64("2026-01-01", "s"))
    assert rows["y"].tolist() == [0, 2, 4, 1, 3, 5]
    columns = ["m-lo-95", "m-lo-50", "m", "m-hi-50", "m-hi-95"]
    found = rows[["unique_id", "ds"]].join(
        pd.DataFrame(rows["y"].to_numpy()[:, None] + np.arange(5), columns=columns)
    )
    table = others.read_intervals(found.sample(frac=1, random_state=1), "m", 2, 3, levels)
    assert table.shape == (3, 2, 5)
    assert table[1, 0].tolist() == [2, 3, 4, 5, 6]


def test_libraries_that_cannot_run_are_told_in_a_sentence(monkeypatch, tmp_path):
    """A program of the name uv that fails as one without a network does."""
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\necho downloading >&2\necho 'error: no network' >&2\nexit 1\n")
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    kind = Kind("NO2", ("a",), START, np.zeros((500, 1)))
    with pytest.raises(ServiceError, match="failed on 'NO2': error: no network"):
        outside.ask_others(kind, np.array([400]))
