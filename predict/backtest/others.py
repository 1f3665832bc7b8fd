# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "flaircast>=0.6.1",
#     "lightgbm>=4.6",
#     "mlforecast>=1.0.2; sys_platform != 'win32'",
#     "statsforecast>=2.0.3; sys_platform != 'win32'",
# ]
# ///
"""Forecast libraries beside the core, in an environment of their own that uv makes.

They are no part of the product: this file is started as a program (``outside.py``) with a task in
and an answer out, both npz without code, and imports nothing of ours.

    uv run --script predict/backtest/others.py task.npz answer.npz

The task holds ``table`` (t, s) hourly, NaN where unknown, ``start`` (Unix seconds), ``origins``
(n,) rows, ``levels`` (l,) and ``horizon``; the answer, by name of a model, quantiles (n, h, s, l).
"""

import sys
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

HOUR = 3600
WEEK_H = 168
YEAR_H = 365 * 24
SEASON_H = 8 * WEEK_H  # of history for models that fit a state at every hour: a year takes minutes
PATHS = 500  # sampled futures of flaircast
WINDOWS = 8  # of plain conformal intervals
Float = np.ndarray
Model = Callable[[Float, np.datetime64, int, Float], Float]


def main(task: str, answer: str) -> None:
    """Answer a task with the quantiles of every model, one line on standard output each."""
    warnings.simplefilter("ignore")
    given = np.load(task, allow_pickle=False)
    table, start, levels = given["table"], int(given["start"]), given["levels"]
    horizon = int(given["horizon"])
    found = {}
    for name, forecast in make_models().items():
        said = []
        for at in given["origins"].tolist():
            first = max(at - YEAR_H, 0)
            begin = np.datetime64(start + HOUR * first, "s")
            said.append(forecast(fill(table[first:at]), begin, horizon, levels))
        found[name] = np.maximum(np.sort(np.stack(said), axis=-1), 0)
        print(name, flush=True)  # noqa: T201 - read by the one who started this
    np.savez_compressed(answer, **found)


def make_models() -> dict[str, Model]:
    """Models by name; each gives quantiles (h, s, l) of a filled history (t, s)."""
    return {
        "flaircast": forecast_flair,
        "Theta": partial(forecast_states, which="Theta"),
        "AutoETS": partial(forecast_states, which="AutoETS"),
        "MSTL": partial(forecast_states, which="MSTL"),
        "mlforecast + LightGBM": forecast_trees,
    }


def fill(history: Float) -> Float:
    """History (t, s) as these libraries want it: a hole is the week before, then the last value."""
    whole = history.copy()
    for at in range(WEEK_H, len(whole), WEEK_H):
        week = whole[at : at + WEEK_H]
        week[:] = np.where(np.isnan(week), whole[at - WEEK_H : at][: len(week)], week)
    return pd.DataFrame(whole).ffill().bfill().fillna(0).to_numpy()


def forecast_flair(history: Float, begin: np.datetime64, horizon: int, levels: Float) -> Float:
    """flaircast, one series after the other, from sampled futures."""
    from flaircast import flair_forecast

    paths = [flair_forecast(y, horizon, "h", n_samples=PATHS, seed=0) for y in history.T]
    return np.moveaxis(np.quantile(np.array(paths), levels, axis=1), 0, -1).transpose(1, 0, 2)


def forecast_states(
    history: Float, begin: np.datetime64, horizon: int, levels: Float, *, which: str
) -> Float:
    """Theta, AutoETS and MSTL of statsforecast, with its own intervals."""
    from statsforecast import StatsForecast
    from statsforecast.models import MSTL, AutoETS, DynamicOptimizedTheta

    models = {
        "Theta": lambda: DynamicOptimizedTheta(season_length=24, alias="m"),
        "AutoETS": lambda: AutoETS(season_length=24, alias="m"),
        "MSTL": lambda: MSTL(season_length=[24, WEEK_H], alias="m"),
    }
    recent = history[-SEASON_H:]
    rows = to_rows(recent, begin + np.timedelta64(HOUR * (len(history) - len(recent)), "s"))
    made = StatsForecast(models=[models[which]()], freq="h", n_jobs=1)
    found = made.forecast(df=rows, h=horizon, level=to_intervals(levels))
    return read_intervals(found, "m", history.shape[1], horizon, levels)


def forecast_trees(history: Float, begin: np.datetime64, horizon: int, levels: Float) -> Float:
    """LightGBM on lags, rolling means and the clock, with plain conformal intervals."""
    from lightgbm import LGBMRegressor
    from mlforecast import MLForecast
    from mlforecast.lag_transforms import RollingMean
    from mlforecast.utils import PredictionIntervals

    made = MLForecast(
        models={"m": LGBMRegressor(n_estimators=200, num_leaves=63, verbosity=-1, n_jobs=1)},
        freq="h",
        lags=[1, 2, 3, 24, 48, WEEK_H],
        lag_transforms={1: [RollingMean(24)], 24: [RollingMean(24)], WEEK_H: [RollingMean(24)]},
        date_features=["hour", "dayofweek", "month"],
    )
    rows = to_rows(np.log1p(np.maximum(history, 0)), begin)  # an analyser may say -2 in clean air
    made.fit(rows, prediction_intervals=PredictionIntervals(n_windows=WINDOWS, h=horizon))
    found = made.predict(horizon, level=to_intervals(levels))
    return np.expm1(read_intervals(found, "m", history.shape[1], horizon, levels))


def to_rows(history: Float, begin: np.datetime64) -> pd.DataFrame:
    """Rows unique_id, ds, y of a table (t, s); names sort as the columns do."""
    rows, series = history.shape
    times = begin + np.arange(rows) * np.timedelta64(HOUR, "s")
    return pd.DataFrame(
        {
            "unique_id": np.repeat([f"{n:05d}" for n in range(series)], rows),
            "ds": pd.to_datetime(np.tile(times, series)),
            "y": history.T.ravel(),
        }
    )


def to_intervals(levels: Float) -> list[int | float]:
    """Central intervals in percent whose edges are these levels."""
    shares = sorted({round(float(200 * abs(level - 0.5)), 6) for level in levels} - {0.0})
    return [int(each) if each == int(each) else each for each in shares]


def read_intervals(found: Any, name: str, series: int, horizon: int, levels: Float) -> Float:
    """Quantiles (h, s, l) from columns like m-lo-80 and m-hi-80."""
    columns = []
    for level in levels:
        share = round(float(200 * abs(level - 0.5)), 6)
        whole = int(share) if share == int(share) else share
        side = "lo" if level < 0.5 else "hi"
        columns.append(name if share == 0 else f"{name}-{side}-{whole}")
    ordered = found.reset_index().sort_values(["unique_id", "ds"])
    table = ordered[columns].to_numpy(float).reshape(series, horizon, len(levels))
    return table.transpose(1, 0, 2)


if __name__ == "__main__":
    main(*sys.argv[1:])
