"""Draws of what may come, in which hours, places and quantities move together.

Quantiles say how far off an hour may be, not whether the next one is off in the same direction;
a mean over a day hangs on that. Stretches of the past show it: what remained of them after the
simplest forecast that knows the last hour and the last day.
"""

import numpy as np
from numpy.typing import NDArray

from ..calendar import DAY_H
from ..core import Quantiles
from ..samples import draw_samples

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

SAMPLES = 200
YEAR_H = 365 * DAY_H
FEW = 30  # errors of an hour ahead below which a size cannot be told
ALIKE = 0.95  # of one hour's error and the next, where there is no past to learn it from
BLOCK = 64  # series at a time: bounds the memory


def draw(forecast: Quantiles, history: Float) -> Float32:
    """Draws (SAMPLES, h, s) of a forecast (h, s, l) that follows the history (t, s).

    Sample number k rests on the same stretch of the past for every place, and for every quantity
    whose history has as many rows: sums over places and the worst of several quantities may be
    taken within a sample. Where there is little past, made-up errors stand in; always the same.
    """
    hours, series = forecast.table.shape[:2]
    samples = np.empty((SAMPLES, hours, series), np.float32)
    errors = find_errors(history[-YEAR_H:], hours)
    for first in range(0, series, BLOCK):
        part = slice(first, first + BLOCK)
        chosen = Quantiles(forecast.levels, forecast.table[:, part])
        samples[..., part] = draw_samples(chosen, errors[..., part])
    return samples


def find_errors(history: Float, hours: int) -> Float32:
    """Errors (SAMPLES, hours, s) of a simple forecast at past origins, standardised; never NaN.

    What is unknown is taken from the other places at that moment, and failing that made up.
    """
    deviation = to_deviation(history)
    origins = pick_origins(len(history), hours)
    made = make_up(hours)
    errors = np.empty((SAMPLES, hours, history.shape[1]), np.float32)
    errors[:] = made[..., None]
    if len(origins):
        found = left_after(deviation, origins, hours)
        others = mean_known(found, axis=2)
        found = np.where(np.isfinite(found), found, others[..., None])
        errors[: len(origins)] = np.where(np.isfinite(found), found, errors[: len(origins)])
    return errors


def pick_origins(rows: int, hours: int) -> NDArray[np.int64]:
    """Rows (n,) of at most SAMPLES past origins, the latest first, each a day apart if possible."""
    room = rows - hours - DAY_H
    stride = int(np.clip(room // SAMPLES, 1, DAY_H))
    return np.arange(rows - hours, DAY_H - 1, -stride, dtype=np.int64)[:SAMPLES]


def to_deviation(history: Float) -> Float32:
    """How far the roots of values (t, s) are from the mean at that hour of the day."""
    rows, series = history.shape
    days = -(-rows // DAY_H)
    padded = np.full((days * DAY_H, series), np.nan)
    padded[:rows] = np.sqrt(history)
    by_day = padded.reshape(days, DAY_H, series)
    return (by_day - mean_known(by_day, axis=0)).reshape(-1, series)[:rows].astype(np.float32)


def left_after(deviation: Float32, origins: NDArray[np.int64], hours: int) -> Float:
    """What a line through the last hour and the last day leaves (n, hours, s), standardised."""
    before = deviation[origins[:, None] - 1 - np.arange(DAY_H)]  # (n, day, s), the last hour first
    known = np.isfinite(before)
    state = np.stack([before[:, 0], mean_known(before, axis=1)])  # (2, n, s)
    state = np.where(known.any(axis=1), np.nan_to_num(state), 0.0)
    target = deviation[origins[:, None] + np.arange(hours)]  # (n, hours, s)
    valid = np.isfinite(target)
    filled = np.where(valid, target, 0.0)
    gram = np.einsum("ans,bns,nhs->hab", state, state, valid.astype(np.float64))
    gram += 1e-3 * np.eye(2) * (1 + np.trace(gram, axis1=1, axis2=2))[:, None, None]
    cross = np.einsum("ans,nhs->ha", state, filled)
    lines = np.linalg.solve(gram, cross[..., None])[..., 0]  # (hours, 2)
    error = target - np.einsum("ha,ans->nhs", lines, state)
    number = valid.sum(axis=0)
    size = np.sqrt((np.where(valid, error, 0.0) ** 2).sum(axis=0) / np.maximum(number, 1))
    return np.where((number >= min(FEW, len(origins))) & (size > 0), error / size, np.nan)


def make_up(hours: int) -> Float:
    """Errors (SAMPLES, hours) of which each is like the one before; the same in every call."""
    noise = np.random.default_rng(0).standard_normal((SAMPLES, hours))
    for hour in range(1, hours):
        fresh = np.sqrt(1 - ALIKE**2) * noise[:, hour]
        noise[:, hour] = ALIKE * noise[:, hour - 1] + fresh
    return noise


def mean_known(values: NDArray, axis: int) -> Float:
    """Mean of what is known along an axis; NaN where nothing is."""
    known = np.isfinite(values)
    number = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.where(number > 0, total / np.maximum(number, 1), np.nan)
