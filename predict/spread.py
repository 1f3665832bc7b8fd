"""How large errors of a nowcast are: of a series, now, and how they are spread.

Errors are larger where it is unruly. An evening on which people pour in is foreseen worse than the
two quiet days before it that all was learned from; that it has begun is seen in the last hour.
"""

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

SIZE_DAYS, SHAPE_DAYS = 0.5, 1.0  # half-lives of errors, for the size of a series and for the shape
BELIEF = 8.0  # rows of errors after which the size of a series' own counts for half
LEAST = 0.03  # standard deviations; smaller errors are not believed
SHARED = 0.3  # of the usual unrest of all series, that is added to that of each
STILL = 0.02  # standard deviations of unrest that say nothing
# Power of unrest that errors grow with: before anything is learned, what is known after as many
# rows counts for half, and its bounds. Chosen on SAIL 2025 and on made-up evenings.
GROWTH, GROWTH_BELIEF, GROWTH_RANGE = 0.8, 100.0, (0.0, 1.0)


def compare_unrest(unrest: Float, age_days: Float) -> Float:
    """Unrest (n + 1, s) over what is usual of the series, by the rows but the last (n,).

    Unknown unrest, NaN, is taken to be the usual.

    >>> compare_unrest(np.array([[1.0], [1.0], [4.0]]), np.zeros(2))[:, 0].round(2).tolist()
    [1.0, 1.0, 3.27]
    """
    known = np.isfinite(unrest)
    weight = (0.5 ** (age_days / SHAPE_DAYS))[:, None] * known[:-1]
    held = np.where(known, unrest, 0)
    usual = (weight * held[:-1]).sum(axis=0) / np.maximum(weight.sum(axis=0), 1e-9)
    least = SHARED * usual.mean() + STILL
    return np.where(known, (held + least) / (usual + least), 1.0)


def find_growth(errors: Float, unrest: Float, age_days: Float) -> float:
    """Power of unrest (n, s) that the size of errors (n, s), NaN where unknown, grows with."""
    known = np.isfinite(errors)
    weight = np.broadcast_to((0.5 ** (age_days / SHAPE_DAYS))[:, None], errors.shape)[known]
    if not weight.sum():
        return GROWTH
    size, more = np.log(np.abs(errors[known]) + STILL), np.log(unrest[known])
    apart = more - np.average(more, weights=weight)
    learned = weight @ (apart * size) + GROWTH_BELIEF * GROWTH
    return float(np.clip(learned / (weight @ apart**2 + GROWTH_BELIEF), *GROWTH_RANGE))


def size_errors(errors: Float, age_days: Float) -> Float:
    """Usual distance (s,) of errors (n, s), NaN where unknown: of a series, and of all."""
    known = (0.5 ** (age_days / SIZE_DAYS))[:, None] * np.isfinite(errors)
    far, number = (known * np.abs(np.nan_to_num(errors))).sum(axis=0), known.sum(axis=0)
    shared = far.sum() / number.sum()
    return np.maximum((far + BELIEF * shared) / (number + BELIEF), LEAST)


def find_shape(errors: Float, age_days: Float) -> tuple[Float, Float]:
    """Errors (n, s) sorted (e,), and the weighted share of all at or below each (e,)."""
    known = np.isfinite(errors)
    share = np.broadcast_to((0.5 ** (age_days / SHAPE_DAYS))[:, None], errors.shape)[known]
    values = errors[known]
    order = np.argsort(values)
    rising = np.cumsum(share[order]) - share[order] / 2
    return values[order], rising / share.sum()
