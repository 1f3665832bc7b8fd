"""What is known at an origin: how far each series and its network are from their profile.

A deviation is a standardised value less the profile of its hour. States of origin o rest on rows
before o alone; a row that is unknown counts for nothing.
"""

import numpy as np
from numpy.typing import NDArray

from .calendar import DAY_H, WEEK_H

Float32 = NDArray[np.float32]

WINDOWS_H = (3, 6, 12, 24, 72, 168)
NETWORK_H = (3, 12, 24, 72)
FADE_H = 12.0  # a last value loses a factor e of its worth in so many hours
FORGET_H = 168  # rows that states look back

OWN = ("last", *(f"mean{hours}" for hours in WINDOWS_H))
SHARED = ("network", *(f"network{hours}" for hours in NETWORK_H))
RESTLESS = ("restless24", "restless168")  # mean distance from the profile
STATES = (*OWN, *SHARED, *RESTLESS)


def make_states(deviation: Float32, shared: Float32) -> Float32:
    """States (t + 1, s, states) at each origin 0 ... t of deviations (t, s), in order of STATES.

    ``shared`` (t,) is the mean deviation of the network.

    >>> steady = make_states(np.full((200, 1), 2, np.float32), np.full(200, 2, np.float32))
    >>> np.round(steady[-1, 0, [STATES.index("last"), STATES.index("mean168")]], 1).tolist()
    [2.0, 2.0]
    """
    shared = shared[:, None]
    own = [last_known(deviation), *(trailing_mean(deviation, hours) for hours in WINDOWS_H)]
    network = [last_known(shared), *(trailing_mean(shared, hours) for hours in NETWORK_H)]
    size = np.abs(deviation)
    restless = [trailing_mean(size, hours, belief=DAY_H, prior=0.7) for hours in (DAY_H, WEEK_H)]
    states = np.empty((len(deviation) + 1, deviation.shape[1], len(STATES)), np.float32)
    for index, table in enumerate([*own, *network, *restless]):
        states[..., index] = table
    return states


def last_known(values: Float32) -> Float32:
    """Last known value before each origin (t + 1, s), fading with its age; 0 when there is none.

    >>> last_known(np.array([[2], [np.nan]], np.float32))[:, 0].astype(float).round(2).tolist()
    [0.0, 2.0, 1.84]
    """
    rows = np.arange(len(values))[:, None]
    known = np.isfinite(values)
    latest = np.maximum.accumulate(np.where(known, rows, -1), axis=0)
    held = np.take_along_axis(np.where(known, values, 0), np.maximum(latest, 0), axis=0)
    faded = np.where(latest >= 0, held * np.exp((latest - rows) / FADE_H), 0)
    return _from_next(faded.astype(np.float32))


def trailing_mean(
    values: Float32, hours: int, *, belief: float = 1.0, prior: float = 0.0
) -> Float32:
    """Mean over the ``hours`` rows before each origin (t + 1, s).

    ``prior`` counts for ``belief`` rows, so that a window with few known rows says little.
    """
    known = np.isfinite(values)
    total = _window(np.where(known, values, 0), hours)
    number = _window(known, hours)
    return ((total + belief * prior) / (number + belief)).astype(np.float32)


def _window(values: NDArray, hours: int) -> NDArray[np.float64]:
    """Sums over the ``hours`` rows before each origin (t + 1, s)."""
    sums = np.cumsum(_from_next(values), axis=0, dtype=np.float64)
    sums[hours:] = sums[hours:] - sums[:-hours]
    return sums


def _from_next(values: NDArray) -> NDArray:
    """Each row one later, after a row of zeros."""
    return np.concatenate([np.zeros_like(values[:1]), values])
