"""What is said of the places of a share beside its quantiles: how much is known, and why not."""

import hashlib
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.forecasts import (
    SILENT,
    SILENT_H,
    YOUNG,
    YOUNGEST_H,
    Float32,
    Int32,
)

from .hours import Hours

Float = NDArray[np.float64]

YOUNGEST_SHARE_H = (
    48  # of all places of a share together: from less no hour of a day is known twice
)
DAY_H = 24
REMEMBERED_DAYS = 7  # that the last known value of an hour of the day may be old


class Basis(NamedTuple):
    """What a forecast would rest on."""

    known: Float32  # (s,) share of the last SILENT_H hours
    history: Int32  # (s,) known hours
    reasons: tuple[str, ...]  # (s,) why there is none, empty where there is


def find_basis(table: Float) -> Basis:
    """Judge hours (t, s) up to a cutoff.

    Silent is a place of which nothing is known for SILENT_H hours; young one with less than
    YOUNGEST_H known hours, or in a share that knows less than YOUNGEST_SHARE_H.
    """
    there = np.isfinite(table)
    known = there[-SILENT_H:].sum(axis=0) / SILENT_H
    history = there.sum(axis=0)
    all_young = there.any(axis=1).sum() < YOUNGEST_SHARE_H
    young = (history < YOUNGEST_H) | all_young
    reasons = np.where(known == 0, SILENT, np.where(young, YOUNG, ""))
    return Basis(known.astype(np.float32), history.astype(np.int32), tuple(reasons.tolist()))


def find_naive(table: Float) -> Float32:
    """Last known value (24, s) at each of the 24 hours that follow hours (t, s).

    At most REMEMBERED_DAYS old; where none is, the last known value of any hour; NaN where nothing
    is known for SILENT_H hours either.

    >>> find_naive(np.arange(48.0)[:, None])[[0, 23], 0].tolist()
    [24.0, 47.0]
    """
    rows = REMEMBERED_DAYS * DAY_H
    recent = np.full((rows, table.shape[1]), np.nan)
    recent[-len(table) :] = table[-rows:]
    found = last_known(recent.reshape(REMEMBERED_DAYS, DAY_H, -1))
    return np.where(np.isfinite(found), found, last_known(table[-SILENT_H:])).astype(np.float32)


def last_known(values: Float) -> Float:
    """Last known value along the first axis, NaN where there is none."""
    known = np.isfinite(values)
    at = np.where(known, np.arange(len(values)).reshape(-1, *[1] * (values.ndim - 1)), -1).max(
        axis=0
    )
    return np.take_along_axis(values, np.maximum(at, 0)[None], axis=0)[0]


def find_digest(hours: list[Hours]) -> UUID:
    """Digest of all that is known: from the same nothing new can be said."""
    told = hashlib.md5(usedforsecurity=False)
    for each in hours:
        told.update(repr((each.share, each.start, each.series)).encode())
        told.update(np.ascontiguousarray(each.table, np.float32).data)
    return UUID(bytes=told.digest())
