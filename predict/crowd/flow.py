"""From what counters count to how many people go each way through a passage."""

import numpy as np
from numpy.typing import ArrayLike

from predict.calendar import ForecastError

from .place import Float, Place, add_up


def check_counts(place: Place, counts: ArrayLike) -> Float:
    """Counts (t, k) of people per interval; what cannot be (negative, infinite) is NaN.

    Raises ForecastError when there is not one column a counter.
    """
    table = np.asarray(counts, np.float64)
    if table.ndim != 2 or table.shape[1] != len(place.counters.ids):
        raise ForecastError(
            f"counts are intervals x {len(place.counters.ids)} counters, not of shape {table.shape}"
        )
    return np.where(np.isfinite(table) & (table >= 0), table, np.nan)


def to_ways(place: Place, counts: Float) -> Float:
    """People (t, 2 p) that went each way per interval; NaN where no counter said.

    Counters that see a share each are added up and divided by the share that was seen: one that
    fell silent makes the number coarser, not smaller.
    """
    known = np.isfinite(counts)
    number = 2 * len(place.passages.ids)
    seen = add_up(known * place.counters.share, place.way, number)
    people = add_up(np.where(known, counts, 0), place.way, number)
    return np.where(seen > 0, people / np.where(seen > 0, seen, 1), np.nan)


def to_flow(place: Place, ways: Float, step_s: float) -> Float:
    """People per metre of effective width and minute (t, p), both ways together.

    ``step_s`` is the interval in seconds. One way that is unknown leaves the passage unknown, but
    a passage that is counted one way only is told by that way.
    """
    both = ways.reshape(len(ways), -1, 2)
    counted = place.counted.reshape(-1, 2)
    told = np.where(counted, both, 0).sum(axis=2)
    told = np.where(counted.any(axis=1), told, np.nan)
    return told / place.passages.width_m / (step_s / 60)
