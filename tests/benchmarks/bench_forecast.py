"""How good and how fast forecasts are: rolling origins over the last year of six sets of data.

``vs_best_baseline``    mean over sets of wQL at 72 h, over that of the best baseline of the set
``vs_best_baseline24``  the same at 24 h
``vs_numpy_baseline``   the same two against the baselines of numpy alone, where BASELINES=1 puts
``vs_numpy_baseline24`` forecast libraries beside them (predict/backtest/others.py; half an hour)
``coverage80``          share of values in the 80 % interval, furthest from it of all sets
``coverage95``          the same of the 95 % interval
``coverage80_worst``    the same of the 80 % interval by quarter of the local day
``wql24_SET``           weighted quantile loss at 1-24 h; ``wql72_SET`` at 1-72 h, and so on
``coverage80_SET_0_6``  share in the 80 % interval at 00-06 of the local day, and so on
``predict_s_per_1000``  1,000 series x 72 h x 21 quantiles on one core, from a year of history
``fit_s_110x4y``        110 series of 4 years
``fit_predict_mb``      the most memory that these two took
``backtest_s``          all sets, baselines and fits included

ORIGINS=48 takes so many origins instead of 24. Real data stand beside the repository (see
tests/conftest.py); a set that is not there is skipped with a line.
"""

import os
import re
import resource
import time
from pathlib import Path

import numpy as np
from rich.console import Console

from predict.backtest.baselines import make_baselines
from predict.backtest.dataset import Kind, read_kinds
from predict.backtest.outside import ask_others
from predict.backtest.rolling import (
    CORE,
    LEVELS,
    QUARTER_H,
    Outcome,
    best_baseline,
    run,
    score,
    spread_origins,
)
from predict.core import fit, predict
from predict.holidays import dutch_holidays
from tests.benchmarks.free_days import MELBOURNE, UNITED_STATES, read_days
from tests.benchmarks.timing import measure_s

DATA = Path(__file__).parents[2] / "../shared/data/forecasting"
ORIGINS = 24
QUARTERS = {f"coverage80_{hour}_{hour + QUARTER_H}" for hour in range(0, 24, QUARTER_H)}
START = 1_609_459_200  # 2021-01-01T00Z
NL = "aq_luchtmeetnet_A_2016_2019"
# Name of a set: folder, kinds, series taken (those with most known hours), days off.
SETS = {
    "melbourne": ("crowd_melbourne_2012_2015", None, 24, read_days(MELBOURNE)),
    "beijing": ("aq_beijing_multisite", ("PM2.5", "NO2"), 24, []),
    "nl_pm25": (NL, ("PM25",), 20, sorted(dutch_holidays(range(2016, 2020)))),
    "nl_no2": (NL, ("NO2",), 20, sorted(dutch_holidays(range(2016, 2020)))),
    "fremont": ("crowd_fremont_bikes", None, 2, read_days(UNITED_STATES)),
    "bike_share": ("crowd_bikeshare_dc_2011_2012", None, 3, read_days(UNITED_STATES)),
}


def measure(scale: float) -> dict[str, float]:
    """Speed, then skill; ``scale`` makes both smaller."""
    outside = os.environ.get("BASELINES", "0") != "0"
    count = max(round(int(os.environ.get("ORIGINS", ORIGINS)) * scale), 2)
    return measure_speed(scale) | measure_skill(count, outside)


def measure_speed(scale: float) -> dict[str, float]:
    """Seconds to fit and to predict, of made-up series."""
    rows = round(4 * 8766 * min(scale, 1))
    many, long = make_series(min(rows, 8760), round(1000 * scale)), make_series(rows, 110)
    fitted = fit(many, START)
    work = {
        "predict": lambda: predict(fitted, many, START, LEVELS),
        "fit": lambda: fit(long, START),
    }
    found = measure_s(work, rounds=3)
    return {
        "predict_s_per_1000": found["predict"] * 1000 / many.shape[1],
        "fit_s_110x4y": found["fit"],
        "fit_predict_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def make_series(rows: int, series: int) -> np.ndarray:
    """Counts that know day and week, and holes (rows x series)."""
    rng = np.random.default_rng(0)
    hours = np.arange(rows)
    usual = 30 + 20 * np.sin(2 * np.pi * hours / 24) + 8 * np.sin(2 * np.pi * hours / 168)
    table = rng.poisson(np.outer(usual, rng.uniform(0.2, 5, series))).astype(float)
    table[rng.uniform(size=table.shape) < 0.05] = np.nan
    return table


def measure_skill(count: int, outside: bool) -> dict[str, float]:
    """Weighted quantile loss and coverage of each set, and ratios to the best baseline."""
    begun, numbers = time.perf_counter(), {}
    ratios: dict[str, list[float]] = {}
    covered: dict[str, list[float]] = {"80": [], "80_worst": [], "95": []}
    for name, (folder, wanted, series, holidays) in SETS.items():
        file = DATA / folder / "series.parquet"
        if not file.is_file():
            Console(stderr=True).print(f"{name} is skipped: no file {folder}/{file.name}")
            continue
        kinds = [k for k in read_kinds(file) if not wanted or k.name in wanted]
        taken = [take(kind, series // len(kinds)) for kind in kinds]
        scores = score_set(taken, holidays, count, outside)
        plain = {model: scores[model] for model in (CORE, *(m.name for m in make_baselines()))}
        for hours, key in (("24", "wql24"), ("", "wql72")):
            numbers |= {f"{key}_{name}": scores[CORE][key]}
            numbers |= {
                f"{key}_{name}_{to_key(model)}": scores[model][key]
                for model in scores
                if model not in plain
            }
            for kind_of, those in (("best", scores), ("numpy", plain)):
                ratio = scores[CORE][key] / best_baseline(those, key)
                ratios.setdefault(f"vs_{kind_of}_baseline{hours}", []).append(ratio)
        for what, each in covered.items():
            numbers[f"coverage{what}_{name}"] = scores[CORE][f"coverage{what}"]
            each.append(scores[CORE][f"coverage{what}"])
        numbers |= {
            f"{key.replace('_', f'_{name}_', 1)}": share
            for key, share in scores[CORE].items()
            if key in QUARTERS
        }
    if not ratios:
        return {}
    furthest = {
        f"coverage{what}": max(each, key=lambda c: abs(c - float(what[:2]) / 100))
        for what, each in covered.items()
    }
    means = {key: float(np.mean(each)) for key, each in ratios.items()}
    return means | furthest | numbers | {"backtest_s": time.perf_counter() - begun}


def to_key(model: str) -> str:
    """Name of a model as part of a key."""
    return re.sub("[^a-z0-9]+", "_", model.lower())


def score_set(
    kinds: list[Kind], holidays: list, count: int, outside: bool
) -> dict[str, dict[str, float]]:
    """Scores by model of all kinds of a set together: each kind is forecast apart."""
    found = []
    for kind in kinds:
        origins = spread_origins(kind, count)
        others = ask_others(kind, origins) if outside else None
        found.append(run(kind, origins, holidays=holidays, others=others))
    joined = found[0] if len(found) == 1 else join(found)
    return {model: score(joined, model) for model in joined.quantiles}


def join(found: list[Outcome]) -> Outcome:
    """Outcomes of several kinds at the same origins as one."""
    first = found[0]
    models = first.quantiles
    return Outcome(
        first.kind,
        first.origins,
        first.hours,
        np.concatenate([each.truth for each in found], axis=2),
        {m: np.concatenate([each.quantiles[m] for each in found], axis=2) for m in models},
        {m: np.concatenate([each.chances[m] for each in found], axis=2) for m in models},
        np.concatenate([each.limit for each in found]),
        np.concatenate([each.scale for each in found]),
    )


def take(kind: Kind, series: int) -> Kind:
    """The ``series`` with most known hours in the last two years, up to the last hour of most."""
    known = np.isfinite(kind.table)
    best = np.sort(np.argsort(-known[-2 * 8760 :].sum(axis=0), kind="stable")[:series])
    last = int(np.flatnonzero(known[:, best].mean(axis=1) > 0.5).max()) + 1
    return Kind(
        kind.name, tuple(kind.series[at] for at in best), kind.start, kind.table[:last, best]
    )
