"""Checks of single samples: what no sensor reports, what none should, what does not go together."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from lokaalmeten.observations import MISSING, Int32
from lokaalmeten.quality import Flag, FlagArray
from lokaalmeten.quantities import BY_KEY

from .marks import Mask, leave, mark, start
from .thresholds import PM, RANGE, find, number


def check_range(keys: Sequence[str], counts: Int32, moving: Mask) -> FlagArray:
    """Fail what a sensor cannot report and sentinels; suspect what is beyond the usual range.

    ``counts`` (q, n) in steps, flags of the same shape. ``moving`` (n,) marks samples of moving
    nodes: PM2.5 that is high is suspect there, and of a fixed node once its neighbours are asked.
    """
    flags = np.empty(counts.shape, np.uint8)
    for key, values, row in zip(keys, counts, flags, strict=True):
        low, high = to_screen(key)
        outside = (values < low) | (values > high)
        row[:] = Flag.GOOD
        if outside.any():
            rows = np.flatnonzero(outside)
            row[rows] = judge_range(key, values[rows], moving[rows])
    return flags


@lru_cache
def to_screen(key: str) -> tuple[np.int32, np.int32]:
    """Span in steps within which a value is good without looking further."""
    span, per = BY_KEY[key], BY_KEY[key].per
    low, high = (round(bound * per) for bound in RANGE.get(key, (span.low, span.high)))
    high = min([high, *(step - 1 for step in list_sentinels(key) if step > low)])
    return np.int32(low), np.int32(high)


@lru_cache
def list_sentinels(key: str) -> list[int]:
    """Sentinels of a quantity that lie within its span, in steps."""
    span, given = BY_KEY[key], find("sentinel")
    values = given.value if key in given.quantities and isinstance(given.value, tuple) else ()
    return [round(v * span.per) for v in values if span.low <= v <= span.high]


def judge_range(key: str, counts: Int32, moving: Mask) -> FlagArray:
    """Flags (n,) of values outside the screen."""
    span = BY_KEY[key]
    low, high = (bound * span.per for bound in RANGE.get(key, (span.low, span.high)))
    flags = np.where((counts < round(low)) | (counts > round(high)), Flag.SUSPECT, Flag.GOOD)
    if key in PM:
        flags[~moving] = Flag.GOOD
    flags[(counts < span.low * span.per) | (counts > span.high * span.per)] = Flag.FAIL
    for step in list_sentinels(key):
        flags[counts == step] = Flag.FAIL
    flags[counts == MISSING] = Flag.MISSING
    return flags.astype(np.uint8)


def check_order(keys: Sequence[str], counts: Int32) -> FlagArray:
    """Suspect both of two neighbours where PM1 <= PM2.5 <= PM4 <= PM10 does not hold.

    Particulate mass is cumulative in size: a real file of 5,704 rows breaks it nowhere.
    """
    flags = leave(*counts.shape)
    present = [list(keys).index(key) for key in PM if key in keys]
    for small, large in pairwise(present):
        wrong = counts[small] > counts[large]
        if wrong.any():
            wrong &= counts[large] != MISSING  # MISSING is less than any count
            flags = flags if flags.flags.writeable else start(*counts.shape)
            for index in (small, large):
                mark(flags[index], wrong)
    return flags


def check_humidity(keys: Sequence[str], counts: Int32) -> FlagArray:
    """Suspect particulate matter in fog, by a humidity of the same sample that can be trusted.

    Optical sensors count drops as particles. Humidity beyond its usual range says nothing: a
    sensor that is stuck at its end would make all of its node suspect.
    """
    if "humidity" not in keys:
        return leave(*counts.shape)
    humidity = counts[list(keys).index("humidity")]
    fog = humidity >= round(number("humid") * BY_KEY["humidity"].per)
    if not fog.any():
        return leave(*counts.shape)
    fog &= humidity <= to_screen("humidity")[1]
    flags = start(*counts.shape)
    for key in PM:
        if key in keys:
            mark(flags[list(keys).index(key)], fog)
    return flags
