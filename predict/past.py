"""How errors of hours and series went together: ranks at past origins, kept with what was learned.

``samples.draw_samples`` puts them on the quantiles of a forecast, today's or a stored one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .features import make_clock, make_features
from .gathering import Known
from .stages import Stage
from .states import FORGET_H

Float = NDArray[np.float64]

MOST = 60  # origins that are kept, over the last year
ROWS = 500_000  # origins x hours x series that are looked at, at most; 20 origins at least
YEAR_H = 365 * 24


def rank_errors(known: Known, stages: Sequence[Stage], horizon: int) -> NDArray[np.uint8]:
    """Ranks (n, horizon, s) of errors among n past origins of one hour and series.

    An unknown error has the middle rank. A history too short for two origins has none: n is 0.
    """
    series = known.deviation.shape[1]
    origins = spread_past(known.origin, horizon, series)
    ranks = np.empty((len(origins), horizon, series), np.uint8)
    clock = make_clock(known.calendar)
    for ahead in range(1, horizon + 1):
        stage = next(each for each in stages if ahead <= each.last)
        middle = make_features(known, clock, origins, ahead) @ stage.pooled.astype(np.float32)
        ranks[:, ahead - 1] = to_ranks(known.deviation[origins + ahead - 1] - middle)
    return ranks


def spread_past(rows: int, horizon: int, series: int) -> NDArray[np.int64]:
    """Origins (n,) over the last year of history, each at another hour of the day."""
    first = max(rows - YEAR_H, FORGET_H)
    last = rows - horizon
    count = int(np.clip(ROWS // (horizon * series), 20, MOST))
    step = max((last - first) // (24 * count), 1) * 24 + 1
    return np.arange(last, first - 1, -step)[:count][::-1]


def to_ranks(errors: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Ranks of errors (n, s) within each series, NaN in the middle.

    >>> to_ranks(np.float32([[3.0], [np.nan], [-1.0]]))[:, 0].tolist()
    [2, 1, 0]
    """
    known = np.isfinite(errors)
    order = np.where(known, errors, np.inf).argsort(axis=0, kind="stable")
    ranks = order.argsort(axis=0, kind="stable")
    number = known.sum(axis=0)
    # those that are unknown take places around the middle, the upper half of the others moves up
    half = number // 2
    moved = np.where(ranks >= half, ranks + len(errors) - number, ranks)
    return np.where(known, moved, half + ranks - number).astype(np.uint8)
