"""Marks: from which samples a check found to their flags."""

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.quality import Flag, FlagArray

Mask = NDArray[np.bool_]

_SUSPECT, _NOT_EVALUATED = np.uint8(Flag.SUSPECT), np.uint8(Flag.NOT_EVALUATED)


def mark(flags: FlagArray, found: Mask) -> None:
    """Make flags (n,) at least suspect where a check found something; all bytes at once."""
    np.maximum(flags, found.view(np.uint8) * _SUSPECT, out=flags)


def leave(quantities: int, rows: int) -> FlagArray:
    """Flags (q, n) of a check that found nothing; they take no room, and cannot be written."""
    return np.broadcast_to(_NOT_EVALUATED, (quantities, rows))


def start(quantities: int, rows: int) -> FlagArray:
    """Flags (q, n) of a check that is about to mark some."""
    return np.full((quantities, rows), _NOT_EVALUATED)
