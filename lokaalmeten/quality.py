"""Quality flags: one per value, the numbers of QARTOD (IOOS), and how they are packed.

1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing. Nothing is deleted for its flag.
"""

from enum import IntEnum
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.quantities import SLOT


class Flag(IntEnum):
    """QARTOD flag of one value."""

    GOOD = 1
    NOT_EVALUATED = 2
    SUSPECT = 3
    FAIL = 4
    MISSING = 9


# Three bits a quantity, 21 quantities in one 64-bit column; a missing value is 0, so a row
# packs to the same number whether or not its schema knows the quantity.
BITS = 3
_TO_CODE = np.zeros(10, np.int64)
_TO_CODE[[1, 2, 3, 4]] = [1, 2, 3, 4]
_TO_FLAG = np.array([9, 1, 2, 3, 4, 9, 9, 9], np.uint8)

FlagArray = NDArray[np.uint8]

# beside a Flag, which numpy takes for 64 bits, every byte would become eight
_GOOD, _NOT_EVALUATED = np.uint8(Flag.GOOD), np.uint8(Flag.NOT_EVALUATED)


def worst(*flags: FlagArray) -> FlagArray:
    """Combine flags of equal shape: missing wins, then fail, suspect, good, not evaluated.

    >>> worst(np.array([1, 1, 9], np.uint8), np.array([3, 2, 4], np.uint8)).tolist()
    [3, 1, 9]
    """
    highest = reduce(np.maximum, flags)
    # the numbers rise with the rank but for the lowest two: there one that is good decides
    lowest = reduce(np.minimum, flags)
    undecided = (highest == _NOT_EVALUATED) & (lowest == _GOOD)
    return highest - undecided.view(np.uint8)


def pack_flags(keys: tuple[str, ...], flags: FlagArray) -> NDArray[np.int64]:
    """Pack flags (quantities x rows) into one number a row.

    >>> pack_flags(("pm1", "pm25"), np.array([[1], [4]], np.uint8)).tolist()
    [33]
    """
    packed = np.zeros(flags.shape[1], np.int64)
    for key, row in zip(keys, flags, strict=True):
        packed |= _TO_CODE[row] << (BITS * SLOT[key])
    return packed


def unpack_flags(key: str, packed: NDArray[Any]) -> FlagArray:
    """Flags of one quantity from packed numbers, same length.

    >>> unpack_flags("pm25", np.array([33, 0])).tolist()
    [4, 9]
    """
    return _TO_FLAG[(np.asarray(packed, np.int64) >> (BITS * SLOT[key])) & 7]


def to_flags(key: str, packed: NDArray[Any], missing: NDArray[np.bool_]) -> FlagArray:
    """Flags (n,) of stored values of one quantity; those ``missing`` are so whatever is packed."""
    return np.where(missing, Flag.MISSING, unpack_flags(key, packed)).astype(np.uint8)
