"""What asks for attention first: arrays of a view to an order, times and peaks."""

from dataclasses import dataclass

import numpy as np

from predict.crowd.levels import UNKNOWN
from predict.crowd.warning import time_to

from .view import Float, Int, View

UNSEEN = 0.5  # rank of what nobody knows: before calm; with an alert, just after its level


@dataclass(frozen=True)
class Urgency:
    """Of g gauges; all of it NaN where nothing is expected."""

    rank: Float  # (g,) level now; where it is unknown, UNSEEN or just below an alert that is open
    time_s: Float  # (g, 3) until each limit is likely passed, 0 when it is, NaN when it is not
    chance: Float  # (g, 3) of passing each limit within all times ahead
    peak: Float  # (g,) highest median ahead
    peak_s: Float  # (g,) when that is


def find_urgency(view: View) -> Urgency:
    """Urgency of every gauge of a place."""
    number = len(view.gauges)
    warned = np.zeros(number)
    for alert in view.alerts:
        warned[alert.gauge] = alert.level - UNSEEN
    rank = np.where(view.signal == UNKNOWN, np.maximum(warned, UNSEEN), view.signal)
    if view.now is None or view.is_stale:
        nothing, none = np.full(number, np.nan), np.full((number, 3), np.nan)
        return Urgency(rank, none, none, nothing, nothing)
    passed = view.now.signal[:, None] >= np.arange(1, 4)
    time_s = np.where(passed, 0.0, time_to(view.now.chance.astype(np.float64), view.now.ahead_s))
    chance = np.where(passed, 1.0, highest(view.now.chance))
    middle = int(np.argmin(np.abs(view.now.levels - 0.5)))
    peak, peak_s = find_peak(view.now.table[..., middle], view.now.ahead_s)
    return Urgency(rank, time_s, chance, peak, peak_s)


def find_order(urgency: Urgency) -> Int:
    """Gauges (g,), the most urgent first: level, then time to red and orange, then chances."""
    soon = np.nan_to_num(urgency.time_s, nan=np.inf)
    likely = -np.nan_to_num(urgency.chance)
    keys = (
        likely[:, 0], likely[:, 1], likely[:, 2], soon[:, 0], soon[:, 1], soon[:, 2], -urgency.rank,
    )  # fmt: skip
    return np.lexsort(keys)


def highest(chance: Float) -> Float:
    """Highest chance (g, 3) over the times ahead; NaN where none is known."""
    known = np.isfinite(chance).any(axis=-1)
    return np.where(known, np.nan_to_num(chance).max(axis=-1, initial=0), np.nan)


def find_peak(middle: Float, ahead_s: Int) -> tuple[Float, Float]:
    """Highest median (g,) and its time ahead (g,) of medians (h, g); NaN where none is known.

    >>> find_peak(np.array([[1.0, np.nan], [3.0, np.nan]]), np.array([900, 1800]))
    (array([ 3., nan]), array([1800.,   nan]))
    """
    known = np.isfinite(middle).any(axis=0)
    at = np.where(np.isfinite(middle), middle, -np.inf).argmax(axis=0)
    value = np.where(known, middle[at, np.arange(middle.shape[1])], np.nan)
    return value, np.where(known, np.asarray(ahead_s)[at], np.nan)
