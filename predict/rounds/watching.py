"""Watching whether intervals still hold what they promise; when not, the next round learns anew."""

from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.forecasts import Kept

from ..drift import Drift, find_drift
from .desk import Desk
from .hours import Hours

Float = NDArray[np.float64]

WATCHED_DAYS = 14
PART = 4  # of the tallies: 19 to 24 hours ahead, so that most hours of a day are told of once
LEVEL = 0.8
LEAST_H = 168  # a week: weekdays and weekends


def watch(desk: Desk, quantity: str, hours: Hours, kept: Kept, now: datetime) -> Drift | None:
    """Drift that was found now for the first time since the share was learned, and is noted.

    Only hours count that this fit itself forecast a day ahead.
    """
    if kept.drifted_at is not None:
        return None
    first = max(now - timedelta(days=WATCHED_DAYS), kept.fitted_at + timedelta(days=1))
    inside = desk.read_inside(hours.numbers, first.date() + timedelta(days=1), PART)
    counts = (inside[name].to_numpy(np.int64) for name in ("hours", "forecasts", "inside"))
    found = find_drift(to_covered(*counts), LEVEL, least=LEAST_H)
    if found is None:
        return None
    facts = (found.share, found.low, found.high)
    return found if desk.note_drift(quantity, hours.share, now, *facts) else None


def to_covered(
    hours: NDArray[np.int64], forecasts: NDArray[np.int64], inside: NDArray[np.int64]
) -> Float:
    """Days (d,) as hours: 1 inside, 0 not, as many as one place has.

    Places are right and wrong together, so all of them count as much as one.

    >>> to_covered(np.array([4]), np.array([400]), np.array([300])).tolist()
    [1.0, 1.0, 1.0, 0.0]
    """
    held = np.round(hours * inside / np.maximum(forecasts, 1)).astype(np.int64)
    return np.repeat(
        np.tile([1.0, 0.0], len(hours)), np.stack([held, hours - held], axis=1).ravel()
    )
