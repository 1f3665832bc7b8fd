"""Rolling origins: for each origin of a past year, what each model said and what came."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.errors import LokaalmetenError

from ..calendar import DAY_H, HOUR, to_local_hours
from ..core import Fitted, Quantiles, fit, predict
from ..exceed import exceedance
from ..models import Forecaster
from . import metrics
from .baselines import make_baselines
from .dataset import Kind

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]

Learn = Callable[..., Fitted]

CORE = "core"
LEVELS = np.array([0.025, *np.arange(0.05, 0.96, 0.05).round(2), 0.975])
SCORED = slice(1, -1)  # levels of wQL and CRPS: 0.05 ... 0.95
SHORT_H, LONG_H = 24, 72
TEST_H = 365 * 24
MEMORY_H = 80 * 168  # of history that a forecast is given
LEAST_H = 8 * 168  # of history before the first origin
FIRST_HOUR = 6  # of the day, of the first origin
GROWTH = 0.05  # the core is fitted anew when its history has grown by this part since the last fit
RARE = 0.95  # the limit whose exceedance is scored: this quantile of the history of a series
QUARTER_H = 6  # coverage is also told by quarter of the local day


@dataclass(frozen=True)
class Outcome:
    """What models said and what came: n origins, h hours, s series, l levels."""

    kind: str
    origins: Int64  # (n,) rows
    hours: Int64  # (n, h) of the local day
    truth: Float  # (n, h, s)
    quantiles: dict[str, Float]  # (n, h, s, l) of each model
    chances: dict[str, Float]  # (n, h, s) that the limit is exceeded
    limit: Float  # (s,)
    scale: Float  # (s,) mean error of "like yesterday" in the history


def spread_origins(kind: Kind, count: int, horizon: int = LONG_H) -> Int64:
    """``count`` origins over the last year of a kind: the first at 06:00 by the clock of the file.

    Each is an hour later in the day than the one before. Raises LokaalmetenError when less than
    eight weeks would remain to learn from.
    """
    rows = len(kind.table)
    step = max((min(TEST_H, rows // 2) - horizon) // max(count - 1, 1) // DAY_H, 1) * DAY_H + 1
    first = rows - horizon - step * (count - 1)
    first -= (first + kind.start // HOUR - FIRST_HOUR) % DAY_H
    if first < LEAST_H:
        raise LokaalmetenError(
            f"{rows} hours are too few for {count} origins: eight weeks must come before the first"
        )
    return first + step * np.arange(count, dtype=np.int64)


def run(
    kind: Kind,
    origins: Int64,
    *,
    zone: str = "UTC",
    holidays: Sequence[date] = (),
    learn: Learn = fit,
    others: Mapping[str, Float] | None = None,
    on_origin: Callable[[], object] = lambda: None,
) -> Outcome:
    """Let the core and the baselines forecast from each origin; nothing later reaches them.

    ``learn`` is ``core.fit`` or does the same elsewhere; ``others`` are quantiles (n, h, s, l) of
    other models at these origins.
    """
    table, first = kind.table, int(origins[0])
    models = {model.name: model for model in make_baselines()}
    said: dict[str, list[Float]] = {name: [] for name in (CORE, *models)}
    fitted, fitted_at = None, 0
    for at in origins.tolist():
        if fitted is None or at - fitted_at >= GROWTH * fitted_at:
            fitted, fitted_at = (
                learn(table[:at], kind.start, zone=zone, holidays=holidays, horizon=LONG_H),
                at,
            )
        said[CORE].append(predict_from(fitted, table[:at], kind.start))
        for name, model in models.items():
            said[name].append(forecast_from(model, table[:at]))
        on_origin()
    quantiles = {name: np.stack(each) for name, each in said.items()} | dict(others or {})
    limit = np.nan_to_num(np.nanquantile(table[:first], RARE, axis=0))
    rows = origins[:, None] + np.arange(LONG_H)
    return Outcome(
        kind.name,
        origins,
        to_local_hours(kind.start, len(table), zone)[rows] % 24,
        table[rows],
        quantiles,
        {name: chance_of(each, limit) for name, each in quantiles.items()},
        limit,
        np.nanmean(np.abs(table[24:first] - table[: first - 24]), axis=0),
    )


def predict_from(fitted: Fitted, history: Float, start: int) -> Float:
    """Quantiles (h, s, l) of the core, from as much history as it makes use of."""
    skipped = max(len(history) - MEMORY_H, 0)
    return predict(fitted, history[skipped:], start + HOUR * skipped, LEVELS).table


def forecast_from(model: Forecaster, history: Float) -> Float:
    """Quantiles (h, s, l) of a baseline from a year of history, 0 where it knows nothing."""
    model.fit(history[-TEST_H:])
    return np.nan_to_num(model.predict(LONG_H, LEVELS))


def chance_of(quantiles: Float, limit: Float) -> Float:
    """Chance (n, h, s) that the limit (s,) is exceeded, of quantiles (n, h, s, l)."""
    return np.stack([exceedance(Quantiles(LEVELS, each), limit) for each in quantiles])


def score(outcome: Outcome, model: str) -> dict[str, float]:
    """Numbers of one model, by name; coverage as a share, CRPS in the unit of the series."""
    table, truth = outcome.quantiles[model], outcome.truth
    inner, levels = table[..., SCORED], LEVELS[SCORED]
    middle = table[..., len(LEVELS) // 2]
    numbers = {
        f"wql{hours}": metrics.weighted_quantile_loss(inner[:, :hours], truth[:, :hours], levels)
        for hours in (SHORT_H, LONG_H)
    }
    numbers["mase"] = metrics.mase(middle, truth, outcome.scale)
    numbers["crps"] = metrics.crps(inner, truth, levels)
    numbers["brier"] = metrics.brier(outcome.chances[model], truth, outcome.limit)
    for share in (0.80, 0.95):
        inside = metrics.coverage(table, truth, LEVELS, share)
        numbers[f"coverage{share:.0%}"[:-1]] = float(np.nanmean(inside))
        each = {
            f"coverage{100 * share:.0f}_{hour}_{hour + QUARTER_H}": float(
                np.nanmean(inside[outcome.hours // QUARTER_H == hour // QUARTER_H])
            )
            for hour in range(0, DAY_H, QUARTER_H)
        }
        worst = max(each.values(), key=lambda found: abs(found - share))
        numbers |= each | {f"coverage{100 * share:.0f}_worst": worst}
    return numbers


def best_baseline(scores: dict[str, dict[str, float]], key: str) -> float:
    """Least ``key`` of all but the core."""
    return min(numbers[key] for name, numbers in scores.items() if name != CORE)


def errors_by_horizon(outcome: Outcome, model: str) -> Float:
    """Weighted quantile loss of each hour ahead (h,)."""
    inner, levels = outcome.quantiles[model][..., SCORED], LEVELS[SCORED]
    return np.array(
        [
            metrics.weighted_quantile_loss(inner[:, hour], outcome.truth[:, hour], levels)
            for hour in range(LONG_H)
        ]
    )
