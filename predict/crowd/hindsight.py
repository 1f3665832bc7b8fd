"""After an event: which alerts were right, which came too late, which were false."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
Int64 = NDArray[np.int64]


@dataclass(frozen=True)
class Outcome:
    """Episodes above a limit and alerts of it, of all gauges together."""

    hits: int  # episodes that an alert was open for when they began
    missed: int
    false: int  # alerts during which, and within their reach after, nothing came
    lead_rows: Float  # (hits,) intervals between the alert and the beginning


def compare(above: Bool, alert: Bool, reach: int) -> Outcome:
    """How alerts (t, g) foresaw what was above the limit (t, g).

    An alert is false when nothing was above from its beginning to ``reach`` rows after its end.
    """
    lead, false, missed = [], 0, 0
    for over, told in zip(above.T, alert.T, strict=True):
        begins = np.flatnonzero(starts_of(over))
        opened = np.flatnonzero(starts_of(told))
        for row in begins:
            if told[row]:
                lead.append(row - opened[opened <= row][-1])
            else:
                missed += 1
        for row in opened:
            closed = row + int(np.argmin(np.append(told[row:], False)))
            false += not over[row : closed + reach].any()
    return Outcome(len(lead), missed, false, np.array(lead, np.float64))


def close_gaps(flags: Bool, rows: int) -> Bool:
    """Flags (t, g) with breaks of at most ``rows`` filled: one episode is not counted as three.

    >>> close_gaps(np.array([[True], [False], [True], [False], [False]]), 1)[:, 0].tolist()
    [True, True, True, False, False]
    """
    number = np.arange(len(flags))[:, None]
    before = np.maximum.accumulate(np.where(flags, number, -len(flags)), axis=0)
    later = np.where(flags, number, 2 * len(flags))[::-1]
    after = np.minimum.accumulate(later, axis=0)[::-1]
    return flags | (after - before - 1 <= rows)


def starts_of(flags: Bool) -> Bool:
    """Rows (t,) at which a flag becomes true."""
    return flags & ~np.concatenate([[False], flags[:-1]])


def measure_auc(chance: Float, came: Bool) -> float:
    """Area under the ROC curve of chances (n,): how often one that came had the higher chance.

    By ranks, ties by their mean (Mann and Whitney 1947); NaN when all or none came.

    >>> measure_auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True]))
    0.75
    """
    _, place, number = np.unique(chance, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(number) - (number - 1) / 2)[place]
    yes = int(came.sum())
    no = len(came) - yes
    if not yes or not no:
        return float("nan")
    return float((ranks[came].sum() - yes * (yes + 1) / 2) / (yes * no))
