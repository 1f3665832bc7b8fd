"""Which of several ways is taken, and why: chosen by losses on what was left out, and written down.

A more elaborate way must earn its keep: it is taken only when it lowers the loss by more than
``LEAST`` on rows that it did not learn from. What was chosen is stored with what was learned.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

LEAST = 0.003  # of the loss of the plain way


@dataclass(frozen=True)
class Choice:
    """What was decided for one group of forecasts."""

    group: str  # for example "1-24 h"
    chosen: str  # name of the way that is taken
    gain: float  # of the best other way, in parts of the loss of the plain one
    reason: str  # one sentence


def choose(group: str, losses: Mapping[str, Float], plain: str, *, least: float = LEAST) -> Choice:
    """The way with the least loss, if it beats ``plain`` by more than ``least``; else ``plain``.

    ``losses`` (k,) by name are mean losses on the same k parts of the data, each left out. A way
    must also win on more than half of the parts, so that one odd season does not decide. Without
    another way, or with losses that are unknown, ``plain`` stays.

    >>> losses = {"ridge": np.array([1.0, 1.0]), "trees": np.array([0.9, 0.98])}
    >>> made = choose("1-24 h", losses, "ridge")
    >>> made.chosen, round(made.gain, 3)
    ('trees', 0.06)
    """
    base = losses[plain]
    others = {name: loss for name, loss in losses.items() if name != plain}
    if not others or not np.isfinite(base).all() or base.sum() <= 0:
        return Choice(group, plain, 0.0, f"{plain}: nothing to compare it with")
    best = min(others, key=lambda name: _or_worst(others[name]))
    gain = float(1 - _or_worst(others[best]) / base.sum())
    won, parts = int((others[best] < base).sum()), len(base)
    told = f"{best} change the loss by {-gain:+.2%} and win {won} of {parts} parts"
    if gain > least and 2 * won > parts:
        return Choice(group, best, gain, f"{told}: taken")
    return Choice(group, plain, gain, f"{told}: not worth it, {plain} stays")


def _or_worst(loss: Float) -> float:
    return float(loss.sum()) if np.isfinite(loss).all() else float("inf")
