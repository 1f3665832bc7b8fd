"""Checks: columns in, flags of the same shape out. Nothing is deleted, nothing is changed.

Each check returns QARTOD flags (quantities x rows) and knows one thing; ``check`` runs them
all and keeps the worst answer of each value.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lokaalmeten import wire
from lokaalmeten.observations import MISSING, Int32, Observations
from lokaalmeten.quality import Flag, FlagArray, worst
from lokaalmeten.quantities import BY_KEY

PM = ("pm1", "pm25", "pm4", "pm10")
CLIMATE = ("temperature", "humidity", "pressure")
FUTURE_S = 60  # clocks of real bikes run up to 24 s ahead: 7 % of rows in a Utrecht sample


@dataclass(frozen=True)
class DeviceBits:
    """What the error bits of one make of device mean."""

    verdicts: tuple[tuple[int, Sequence[str], Flag], ...]  # mask, quantities it spoils, flag
    no_fix: int  # mask: the position must not be used


NATIVE = DeviceBits(
    (
        (wire.BIT_WARM_UP, PM, Flag.SUSPECT),
        (wire.BIT_PM_ERROR, PM, Flag.FAIL),
        (wire.BIT_CLIMATE_ERROR, CLIMATE, Flag.FAIL),
    ),
    wire.BIT_NO_FIX,
)


def check(rows: Observations, now: int, device: DeviceBits = NATIVE) -> Observations:
    """Give every value its flag and take the place from rows that have none.

    ``now`` is the Unix time at which the rows arrived; ``device`` explains their bits.
    """
    flags = worst(
        check_span(rows.keys, rows.counts),
        check_order(rows.keys, rows.counts),
        check_bits(rows.keys, rows.bits, device),
        check_clock(rows.time, len(rows.keys), now),
    )
    return replace(drop_false_places(rows, device), flags=flags)


def check_span(keys: Sequence[str], counts: Int32) -> FlagArray:
    """Fail what the sensor cannot report (spans of ``quantities.py``, saturated counts too)."""
    spans = [BY_KEY[key] for key in keys]
    low = np.array([q.low * q.per for q in spans], np.int32)[:, None]
    high = np.array([q.high * q.per for q in spans], np.int32)[:, None]
    inside = (counts >= low) & (counts <= high)
    flags = np.full(counts.shape, Flag.FAIL, np.uint8)
    flags[inside] = Flag.GOOD
    flags[counts == MISSING] = Flag.MISSING
    return flags


def check_order(keys: Sequence[str], counts: Int32) -> FlagArray:
    """Suspect both of two neighbours where PM1 <= PM2.5 <= PM4 <= PM10 does not hold.

    Particulate mass is cumulative in size: a real file of 5,704 rows breaks it nowhere.
    """
    flags = np.full(counts.shape, Flag.NOT_EVALUATED, np.uint8)
    present = [list(keys).index(key) for key in PM if key in keys]
    for small, large in pairwise(present):
        known = (counts[small] != MISSING) & (counts[large] != MISSING)
        wrong = known & (counts[small] > counts[large])
        flags[small, wrong] = flags[large, wrong] = Flag.SUSPECT
    return flags


def check_bits(keys: Sequence[str], bits: Int32, device: DeviceBits) -> FlagArray:
    """Flag what the device itself says it could not measure; a code may hold several bits."""
    flags = np.full((len(keys), len(bits)), Flag.NOT_EVALUATED, np.uint8)
    for mask, spoiled, flag in device.verdicts:
        rows = (bits & mask) != 0
        for index in (list(keys).index(key) for key in spoiled if key in keys):
            flags[index, rows] = np.maximum(flags[index, rows], flag)
    return flags


def check_clock(time: NDArray[np.int64], quantities: int, now: int) -> FlagArray:
    """Suspect every value of a sample from more than FUTURE_S seconds ahead of ``now``."""
    flags = np.where(time > now + FUTURE_S, Flag.SUSPECT, Flag.NOT_EVALUATED).astype(np.uint8)
    return np.broadcast_to(flags, (quantities, len(time)))


def drop_false_places(rows: Observations, device: DeviceBits) -> Observations:
    """Set cell 0 where the position is 0,0 or the device had no fix; the raw position stays.

    A receiver without a fix sends 0,0 or its last position: of 512 rows marked "no fix" in a
    real file 294 still carry one.
    """
    origin = (rows.lat == 0) & (rows.lon == 0)
    no_fix = (rows.bits & device.no_fix) != 0
    moving = rows.lat != MISSING
    return replace(rows, cell=np.where(moving & (origin | no_fix), 0, rows.cell))
