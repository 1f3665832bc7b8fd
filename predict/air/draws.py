"""Draws of what may come, in which hours, places and quantities move together.

Quantiles say how far off an hour may be, not whether the next one is off in the same direction;
a mean over a day hangs on that. Stretches of the past show it: what remained of them after the
simplest forecast that knows the last hour and the last day.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ..calendar import DAY_H
from ..core import Quantiles
from .values import mean_known

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

SAMPLES = 200
YEAR_H = 365 * DAY_H
FEW = 30  # errors of an hour ahead below which their size cannot be told
ALIKE = 0.95  # of one hour's error and the next, where there is no past to learn it from
BLOCK = 64  # series at a time: bounds the memory


def draw(forecast: Quantiles, history: Float) -> Float32:
    """Draws (SAMPLES, h, s) of a forecast (h, s, l) that follows the history (t, s).

    Sample number k rests on the same stretch of the past for every place, and for every quantity
    whose history has as many rows: sums over places and the worst of several quantities may be
    taken within a sample. Where there is little past, made-up errors stand in; always the same.
    """
    samples = np.empty((SAMPLES, *forecast.table.shape[:2]), np.float32)
    for part, drawn in draw_parts(forecast, history):
        samples[..., part] = drawn
    return samples


def draw_parts(forecast: Quantiles, history: Float) -> Iterator[tuple[slice, Float32]]:
    """The same, some places at a time: draws (SAMPLES, h, part), so that all need no room."""
    hours, series = forecast.table.shape[:2]
    errors = find_errors(history[-YEAR_H:], hours)
    for first in range(0, series, BLOCK):
        part = slice(first, first + BLOCK)
        yield part, order_alike(forecast.levels, forecast.table[:, part], errors[..., part])


def order_alike(levels: Float, table: Float, errors: Float32) -> Float32:
    """Even draws (n, h, s) of quantiles (h, s, l), in the order that errors (n, h, s) have.

    As ``samples.draw_samples`` does it, in a quarter of its time: what is drawn is the same for
    all, so that it is read once and put in order, not read for each rank.
    """
    chances = (np.arange(len(errors)) + 0.5) / len(errors)
    place = np.clip(np.searchsorted(levels, chances) - 1, 0, len(levels) - 2)
    share = np.clip((chances - levels[place]) / (levels[place + 1] - levels[place]), 0, 1)
    rising = np.moveaxis(table, -1, 0)
    low, high = rising[place], rising[place + 1]
    even = low + share[:, None, None] * (high - low)
    drawn = np.empty(errors.shape, np.float32)
    np.put_along_axis(drawn, errors.argsort(axis=0, kind="stable"), even, axis=0)
    return drawn


def find_errors(history: Float, hours: int) -> Float32:
    """Errors (SAMPLES, hours, s) of a simple forecast at past origins, standardised; never NaN.

    What is unknown is taken from the other places at that moment, and failing that made up.
    """
    origins = pick_origins(len(history), hours)
    errors = np.empty((SAMPLES, hours, history.shape[1]), np.float32)
    errors[:] = make_up(hours)[..., None]
    if not len(origins):
        return errors
    parts = [slice(at, at + BLOCK) for at in range(0, history.shape[1], BLOCK)]
    deviations = [to_deviation(history[:, part]) for part in parts]
    lines = fit_lines(deviations, origins, hours)
    total, number = (np.zeros((len(origins), hours)) for _ in range(2))
    found = np.empty((len(origins), *errors.shape[1:]), np.float32)
    for part, deviation in zip(parts, deviations, strict=True):
        left = left_after(deviation, origins, lines)
        known, found[..., part] = np.isfinite(left), left
        total += np.where(known, left, 0).sum(axis=2)
        number += known.sum(axis=2)
    others = np.where(number > 0, total / np.maximum(number, 1), np.nan)[..., None]
    for each in (np.broadcast_to(others, found.shape), found):
        np.copyto(errors[: len(origins)], each, where=np.isfinite(each), casting="same_kind")
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


def read_state(deviation: Float32, origins: NDArray[np.int64]) -> Float:
    """Deviation (2, n, s) of the hour before each origin and of the day before, 0 if unknown."""
    before = deviation[origins[:, None] - 1 - np.arange(DAY_H)]  # (n, day, s), the last hour first
    state = np.stack([before[:, 0], mean_known(before, axis=1)])
    return np.where(np.isfinite(before).any(axis=1), np.nan_to_num(state), 0.0)


def fit_lines(deviations: Sequence[Float32], origins: NDArray[np.int64], hours: int) -> Float:
    """What an hour ahead hangs on the last hour and the last day: (hours, 2), of all places."""
    gram, cross = np.zeros((hours, 2, 2)), np.zeros((hours, 2))
    for deviation in deviations:
        state = read_state(deviation, origins)
        target = deviation[origins[:, None] + np.arange(hours)]  # (n, hours, s)
        valid = np.isfinite(target)
        squares = state[:, None] * state[None]  # (2, 2, n, s)
        gram += np.einsum("abns,nhs->hab", squares, valid.astype(np.float64), optimize=True)
        filled = np.where(valid, target, 0.0)
        cross += np.einsum("ans,nhs->ha", state, filled, optimize=True)
    gram += 1e-3 * np.eye(2) * (1 + np.trace(gram, axis1=1, axis2=2))[:, None, None]
    return np.linalg.solve(gram, cross[..., None])[..., 0]


def left_after(deviation: Float32, origins: NDArray[np.int64], lines: Float) -> Float:
    """What lines (hours, 2) leave (n, hours, s), standardised."""
    target = deviation[origins[:, None] + np.arange(len(lines))]
    error = target - np.einsum("ha,ans->nhs", lines, read_state(deviation, origins))
    valid = np.isfinite(target)
    number = valid.sum(axis=0)
    size = np.sqrt((np.where(valid, error, 0.0) ** 2).sum(axis=0) / np.maximum(number, 1))
    enough = (number >= FEW) & (size > 0)
    return np.where(enough, error / np.where(enough, size, 1), np.nan)


def make_up(hours: int) -> Float:
    """Errors (SAMPLES, hours) of which each is like the one before; the same in every call."""
    noise = np.random.default_rng(0).standard_normal((SAMPLES, hours))
    for hour in range(1, hours):
        fresh = np.sqrt(1 - ALIKE**2) * noise[:, hour]
        noise[:, hour] = ALIKE * noise[:, hour - 1] + fresh
    return noise
