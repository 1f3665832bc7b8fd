"""Checks of positions: a place that is not sure puts no value on a map; the raw position stays."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.geo import EARTH_M, PER_DEGREE, distance_m
from lokaalmeten.observations import MISSING, Int32, Int64, Observations
from lokaalmeten.quality import Flag, FlagArray

from .device import DeviceBits
from .marks import Mask
from .series import to_series
from .thresholds import number, numbers

STEP_M = np.radians(EARTH_M / PER_DEGREE)  # of a meridian
GOOD, SUSPECT = np.uint8(Flag.GOOD), np.uint8(Flag.SUSPECT)


def drop_false_places(rows: Observations, device: DeviceBits) -> Observations:
    """Set cell 0 where the position is not good; nothing of a fixed node."""
    if (rows.lat == MISSING).all():
        return rows
    wrong = check_places(rows, device) >= SUSPECT
    wrong &= rows.lat != MISSING
    return replace(rows, cell=np.where(wrong, 0, rows.cell))


def check_places(rows: Observations, device: DeviceBits) -> FlagArray:
    """Flags (n,) of positions: fail 0,0 and no fix, suspect what is inaccurate or too fast.

    A receiver without a fix sends 0,0 or its last position: of 512 rows marked "no fix" in a real
    file 294 still carry one. Speed is measured between positions that are sound so far, so that
    one at 0,0 spoils no other.
    """
    flags = np.full(len(rows), Flag.GOOD, np.uint8)
    # NULL accuracy is MISSING, which is less than any
    flags[rows.horizontal > number("accuracy")] = Flag.SUSPECT
    origin = (rows.lat == 0) & (rows.lon == 0)
    flags[origin | ((rows.bits & device.no_fix) != 0)] = Flag.FAIL
    flags[(rows.lat == MISSING) | (rows.lon == MISSING)] = Flag.MISSING
    sound = np.flatnonzero(flags == GOOD)
    lat, lon = rows.lat[sound], rows.lon[sound]
    flags[sound[find_jumps(rows.node[sound], rows.time[sound], lat, lon)]] = Flag.SUSPECT
    return flags


def find_jumps(node: Int32, time: Int64, lat: Int32, lon: Int32) -> NDArray[np.intp]:
    """Samples that all steps lead to or from too fast, or that a jump starts or ends at.

    Places (n,) in 1e-7 degree. Alone out of line, a sample has a fast step on both sides; the
    first of a track has one. Where a track goes on elsewhere after a jump, nobody knows which side
    is true: both ends are marked.
    """
    if len(node) < 2:
        return np.array([], np.intp)
    series = to_series(node, time)
    north, east = (column[series.order].astype(np.int64) for column in (lat, lon))
    seconds = np.maximum(np.diff(series.time), 1)
    linked = ~series.fresh[1:]
    # no way is longer than first north and then east along the equator: mostly that says enough
    most = STEP_M * (np.abs(np.diff(north)) + np.abs(np.diff(east)))
    steps = np.flatnonzero(linked & (most > number("speed") * seconds))
    if not len(steps):
        return steps
    y, x = north / PER_DEGREE, east / PER_DEGREE
    metres = distance_m(y[steps], x[steps], y[steps + 1], x[steps + 1])
    seconds, fast, jump = seconds[steps], np.zeros_like(linked), np.zeros_like(linked)
    far, within = numbers("jump")
    fast[steps] = metres > number("speed") * seconds
    jump[steps] = (metres > far) & (metres > far / within * seconds)
    return series.order[(_either(fast) & ~_either(linked & ~fast)) | _either(jump)]


def _either(steps: Mask) -> Mask:
    """Samples (n,) with a step (n - 1,) before or after them."""
    return np.append(steps, False) | np.append(False, steps)
