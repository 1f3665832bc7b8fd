"""What a device says of its own samples: error bits, its clock, and when it was switched on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lokaalmeten import wire
from lokaalmeten.observations import Int32, Int64
from lokaalmeten.quality import Flag, FlagArray

from .marks import leave, start
from .series import Series
from .thresholds import CLIMATE, PM, number


@dataclass(frozen=True)
class DeviceBits:
    """What the error bits of one make of device mean."""

    verdicts: tuple[tuple[int, Sequence[str], Flag], ...]  # mask, quantities it spoils, flag
    no_fix: int  # mask: the position must not be used
    warms_up: bool = False  # without a bit that says so


NATIVE = DeviceBits(
    (
        (wire.BIT_WARM_UP, PM, Flag.SUSPECT),
        (wire.BIT_PM_ERROR, PM, Flag.FAIL),
        (wire.BIT_CLIMATE_ERROR, CLIMATE, Flag.FAIL),
    ),
    wire.BIT_NO_FIX,
)


def check_bits(keys: Sequence[str], bits: Int32, device: DeviceBits) -> FlagArray:
    """Flag what the device itself says it could not measure; a code may hold several bits."""
    if not bits.any():
        return leave(len(keys), len(bits))
    flags = start(len(keys), len(bits))
    for mask, spoiled, flag in device.verdicts:
        rows = (bits & mask) != 0
        for index in (list(keys).index(key) for key in spoiled if key in keys):
            flags[index, rows] = np.maximum(flags[index, rows], flag)
    return flags


def check_clock(time: Int64, quantities: int, now: int) -> FlagArray:
    """Suspect every value of a sample from further ahead of ``now`` than clocks are off."""
    ahead = time > now + number("clock")
    if not ahead.any():
        return leave(quantities, len(time))
    flags = start(quantities, len(time))
    flags[:, ahead] = Flag.SUSPECT
    return flags


def check_warm_up(keys: Sequence[str], series: Series) -> FlagArray:
    """Suspect particulate matter of the first seconds after a sleep.

    Only of a sleep between two samples that are here: before the first of them nobody knows.
    """
    cold = find_cold(series)
    if not cold.any():
        return leave(len(keys), len(cold))
    flags = start(len(keys), len(cold))
    for index in (list(keys).index(key) for key in PM if key in keys):
        flags[index, series.order[cold]] = Flag.SUSPECT
    return flags


def find_cold(series: Series) -> NDArray[np.bool_]:
    """Samples (n,), in the order of the series, that follow a sleep within ``warm_up``."""
    place = np.arange(len(series.time))
    woke = np.zeros(len(place), np.bool_)
    woke[1:] = np.diff(series.time) >= number("sleep")
    begins = np.ones(len(place), np.bool_)
    begins[1:] = np.diff(series.node) != 0
    last = np.maximum.accumulate(np.where(begins | woke, place, 0))
    return ~begins[last] & (series.time - series.time[last] < number("warm_up"))
