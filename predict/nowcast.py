"""What comes in the next minutes to hours, from a few days of many like series; no domain inside.

The story: values on one scale, what is known at an origin (``recent.py``), one regression over
all series for each step ahead, honest errors from blocks of time left out, quantiles. It has no
profile of a week as ``core.py`` has: an event lasts days, and yesterday is the best that is known
of today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .calendar import ForecastError, Int64
from .fitted import Quantiles, check_history
from .models import check_levels
from .recent import COLUMNS, QUARTERS, WINDOWS, Recent, look_back, make_rows, measure_unrest
from .ridge import solve, sum_products
from .spread import compare_unrest, find_growth, find_shape, size_errors
from .transform import fit_transform

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]

BLOCKS = 6  # of time, each left out once
MOST_ROWS = 60_000  # origins x series to learn from: an update of 1,000 series takes a second
FEWEST = 16  # origins that know a day ago, before only those are learned from
FAR = 4.0  # standard deviations; a target further off pulls no harder
YOUNG = 12.0  # origins learned from after which intervals are wider by the square root of 2
PRIOR = 1.0  # standard deviations of an error where nothing was learned


@dataclass(frozen=True)
class Learned:
    """What holds for one step ahead."""

    weights: Float  # (columns,)
    size: Float  # (s,) usual distance of an error now, standard deviations
    errors: Float  # (e,) errors over their size, rising
    chance: Float  # (e,) share of errors at or below each


@dataclass(frozen=True)
class Outlook:
    """What may come: whether it gets too full within an hour is not whether it is so in an hour."""

    then: Quantiles  # of each row ahead
    peak: Quantiles  # of the highest value up to it


def nowcast(
    history: ArrayLike, levels: ArrayLike, ahead: Sequence[int], *, day: int, bounded: bool = True
) -> Outlook:
    """Quantiles at ``levels`` of the rows ``ahead`` (1 is the first that follows the history).

    ``history`` (t, s) are s like series at t steady steps, ``day`` of them in a day, NaN where
    unknown; two to five days are enough, and without a whole day it does with the last hours.
    ``bounded`` series are never below 0; values below count as unknown. Tables are
    (len(ahead), s, l), in the unit of the series. A series that fell silent is told from its
    network and yesterday, and wider.

    Raises ForecastError for another shape, steps beyond half a day, or nothing known at all;
    ValueError for levels that are no probabilities.

    >>> rows = np.arange(2 * 96)
    >>> people = np.random.default_rng(1).poisson(40 + 30 * np.sin(rows / 96 * 2 * np.pi))
    >>> found = nowcast(people[:, None], [0.1, 0.5, 0.9], [1, 2, 4], day=96)
    >>> found.then.table.shape, bool((found.peak.table >= found.then.table).all())
    ((3, 1, 3), True)
    """
    values, chances = check_history(history), np.sort(check_levels(levels))
    if not ahead or not all(1 <= step <= day // 2 for step in ahead):
        raise ForecastError(f"steps ahead are 1 to {day // 2}, half a day, not {list(ahead)}")
    transform = fit_transform(values, bounded=bounded)
    standard = transform.to_standard(values)
    if not np.isfinite(standard).any():
        raise ForecastError(f"nothing is known of any of {values.shape[1]} series: no forecast")
    recent = look_back(standard, day)
    tables = np.stack([_foresee(recent, standard, n, chances) for n in ahead], axis=1)
    then, peak = (transform.from_standard(table) for table in tables)
    order = np.argsort(ahead)  # a peak until later is no lower than one until sooner
    peak[order] = np.maximum.accumulate(np.maximum(then, peak)[order])
    return Outlook(Quantiles(chances, then), Quantiles(chances, peak))


def _foresee(recent: Recent, standard: Float32, ahead: int, levels: Float) -> Float:
    """Standardised quantiles (2, s, l) of the row ``ahead``, and of the highest up to it."""
    rows, series = standard.shape
    origins = pick_origins(rows, series, recent.day, ahead)
    features, guess = make_rows(recent, np.append(origins, rows), ahead)
    age_days = (rows - origins) / recent.day
    unrest = compare_unrest(measure_unrest(recent, np.append(origins, rows)), age_days)
    hours_silent = recent.silent / max(recent.day / 24, 1)
    tables = []
    for came in (standard[ahead - 1 :], highest(standard, ahead))[: 1 if ahead == 1 else 2]:
        learned = _learn(features[:-1], came[origins] - guess[:-1], unrest, age_days)
        middle = guess[-1] + features[-1] @ learned.weights
        size = learned.size * np.sqrt(1 + hours_silent)
        reach = np.interp(levels, learned.chance, learned.errors)
        tables.append(middle[:, None] + size[:, None] * reach)
    return np.stack([tables[0], tables[-1]])


def highest(values: Float32, number: int) -> Float32:
    """Highest known of each row and those after it, ``number`` in all (t + 1 - number, s).

    >>> highest(np.array([[1.0], [np.nan], [3.0], [2.0]]), 2)[:, 0].tolist()
    [1.0, 3.0, 3.0]
    """
    after = max(len(values) + 1 - number, 0)
    return reduce(np.fmax, (values[n : n + after] for n in range(number)))


def _learn(features: Float32, target: Float32, unrest: Float, age_days: Float) -> Learned:
    """Learn what came (n, s) beyond the first guess, from features (n, s, columns).

    Errors are larger where there was unrest (n + 1, s), of which the last row is now.
    """
    number, series = target.shape
    if number < BLOCKS or not np.isfinite(target).any():
        return _know_nothing(series)
    blocks = np.arange(number) * BLOCKS // number
    found = solve([sum_products(features, np.clip(target, -FAR, FAR), blocks, BLOCKS)])
    errors = np.empty(target.shape)
    for block in range(BLOCKS):
        chosen = blocks == block
        errors[chosen] = target[chosen] - features[chosen] @ found.left_out[block]
    growth = unrest ** find_growth(errors, unrest[:-1], age_days)
    errors /= growth[:-1]
    size = size_errors(errors, age_days)
    rising, chance = find_shape(errors / size, age_days)
    return Learned(found.whole, growth[-1] * size * np.sqrt(1 + YOUNG / number), rising, chance)


def pick_origins(rows: int, series: int, day: int, ahead: int) -> Int64:
    """Origins (n,) to learn from: those that know a day ago once there are some, the latest too."""
    first = max(WINDOWS) * max(round(day / QUARTERS), 1)
    last = rows - ahead
    if last - day >= FEWEST:
        first = day
    stride = max(-(-(last + 1 - first) * series // MOST_ROWS), 1)
    return np.arange(last, first - 1, -stride)[::-1]


def _know_nothing(series: int) -> Learned:
    """The last value, broadly: nothing was learned yet."""
    spread = np.linspace(-2.5, 2.5, 101)
    chance = 1 / (1 + np.exp(-1.702 * spread))  # a logistic curve within 0.01 of the normal's
    return Learned(np.zeros(COLUMNS), np.full(series, PRIOR), spread, chance)
