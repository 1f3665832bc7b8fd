"""Trees on what the regression leaves, kept only where they help on blocks left out.

Needs the extra ``boost`` (LightGBM), and only where a fit asks for trees or has some. Trees see
errors of the regression that were left out, on a sample of its rows, for a group of horizons; they
are judged on blocks of time that they did not see either, by the absolute error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .calendar import ForecastError, Int64
from .intervals import Scored
from .selection import Choice, choose

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

GROUPS = (24, 72, 166)  # last hour ahead of each group
SAMPLE = 40_000  # rows of a group
FOLDS = 4
FAR = 4.0  # standard deviations; an error further off pulls no harder
ROUNDS = 100
HOW = {
    "objective": "regression",
    "learning_rate": 0.05,
    "num_leaves": 31,
    "min_data_in_leaf": 200,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "num_threads": 1,
    "seed": 1,
    "deterministic": True,
    "verbosity": -1,
}
PLAIN, TREES = "ridge", "trees"


@dataclass(frozen=True)
class Sample:
    """Some rows of the regression and the errors that it makes when it has not seen them."""

    features: Float32  # (n, f + 1), the last one is hours ahead
    residual: Float32  # (n,) known
    blocks: Int64  # (n,) of time


@dataclass(frozen=True)
class Trees:
    """Trees for horizons up to ``last``, as LightGBM writes them; empty where they do not help."""

    last: int
    text: str
    choice: Choice


def sample_rows(rows: Any, scored: Scored, series: int, part: float) -> Sample:
    """Known rows of a block of series (``stages.Rows``), evenly: its share of SAMPLE.

    That is by its own among all ``series``, and by the ``part`` of the group that a stage is.
    """
    ahead = np.concatenate([np.full(len(at), hours) for hours, at in rows.picks])
    known, own = np.flatnonzero(np.isfinite(scored.residual)), scored.residual.shape[1]
    most = max(SAMPLE * part * own / series, 1)
    row, column = np.divmod(known[:: max(round(len(known) / most), 1)], own)
    features = np.column_stack([rows.features[row, column], ahead[row].astype(np.float32)])
    return Sample(features, scored.residual[row, column], rows.blocks[row])


def fit_trees(samples: Sequence[Sample], first: int, last: int) -> Trees:
    """Trees of a group of horizons, and whether they are worth it."""
    features, residual, blocks = (
        np.concatenate([getattr(each, name) for each in samples])
        for name in ("features", "residual", "blocks")
    )
    group, target = f"{first}-{last} h", np.clip(residual, -FAR, FAR)
    folds = blocks % FOLDS
    if min((folds == fold).sum() for fold in range(FOLDS)) < 10 * HOW["min_data_in_leaf"]:
        return Trees(last, "", choose(group, {PLAIN: np.ones(1)}, PLAIN))
    losses: dict[str, list[float]] = {PLAIN: [], TREES: []}
    for fold in range(FOLDS):
        seen, left = folds != fold, folds == fold
        said = np.asarray(grow(features[seen], target[seen]).predict(features[left]))
        losses[PLAIN].append(float(np.abs(residual[left]).mean()))
        losses[TREES].append(float(np.abs(residual[left] - said).mean()))
    choice = choose(group, {name: np.array(each) for name, each in losses.items()}, PLAIN)
    text = grow(features, target).model_to_string() if choice.chosen == TREES else ""
    return Trees(last, text, choice)


def grow(features: Float32, target: Float32) -> Any:
    """Trees for features (n, f) and target (n,)."""
    library = read_library()
    return library.train(HOW, library.Dataset(features, target), num_boost_round=ROUNDS)


def read_trees(trees: Trees) -> Any | None:
    """Trees ready to be asked, None where there are none."""
    return read_library().Booster(model_str=trees.text) if trees.text else None


def add_trees(grown: Any | None, features: Float32, ahead: int) -> Float32:
    """What trees add (s,) to the forecast with features (s, f)."""
    if grown is None:
        return np.zeros(len(features), np.float32)
    wide = np.column_stack([features, np.full(len(features), ahead, np.float32)])
    return np.asarray(grown.predict(wide, num_threads=1), np.float32)


def read_library() -> Any:
    """LightGBM; ForecastError without it."""
    try:
        import lightgbm
    except ImportError as error:
        raise ForecastError(
            "trees need LightGBM: uv sync --extra boost, or pip install lightgbm"
        ) from error
    return lightgbm
