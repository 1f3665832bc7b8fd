"""Randomness that is a function of place in time: ask for any moment, in any order, twice.

A stream of random numbers would make a sample depend on where a window starts. Here each
number is a hash of a key (what) and a counter (when).
"""

from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float = NDArray[np.float64]


def to_key(*parts: object) -> int:
    """Key of 64 bits for what the parts name.

    >>> to_key(1, "box-001", "pm") != to_key(1, "box-001", "climate")
    True
    """
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=8).digest(), "little")


def hash64(key: int, counter: ArrayLike) -> NDArray[np.uint64]:
    """64 well-mixed bits per counter (any shape of whole numbers).

    The finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom
    number generators").
    """
    steps: Any = np.asarray(counter, np.int64).astype(np.uint64)
    with np.errstate(over="ignore"):
        x = np.uint64(key) + steps * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(x ^ (x >> np.uint64(31)))


def uniform(key: int, counter: ArrayLike) -> Float:
    """Uniform numbers in [0, 1), one per counter."""
    return (hash64(key, counter) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def normal(key: int, counter: ArrayLike) -> Float:
    """Numbers of mean 0 and standard deviation 1, at most 3.5 away from 0.

    The sum of four uniform numbers of 16 bits (Irwin-Hall): one hash each, no tail to break
    a map.
    """
    bits = hash64(key, counter)
    parts = [(bits >> np.uint64(shift)) & np.uint64(0xFFFF) for shift in (0, 16, 32, 48)]
    total = sum(part.astype(np.float64) for part in parts)
    return (np.asarray(total) / 65536 - 2) * np.sqrt(3)


def wave(key: int, time: ArrayLike, period_s: float) -> Float:
    """Smooth noise of standard deviation near 1 that forgets itself after about ``period_s``.

    Normal numbers at knots ``period_s`` apart, joined by a smooth step (value noise).
    """
    position = np.asarray(time, np.float64) / period_s
    knot = np.floor(position).astype(np.int64)
    share = position - knot
    share = share * share * (3 - 2 * share)
    return normal(key, knot) * (1 - share) + normal(key, knot + 1) * share
