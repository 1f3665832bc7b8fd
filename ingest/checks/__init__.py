"""Checks: columns in, flags of the same shape out. Nothing is deleted, nothing is changed.

Of every batch, and of files alike, `check` asks

    is it a value at all, and a usual one           values.py
    does the device itself doubt it                 device.py
    does it follow from the samples before it       series.py
    is the place where it was measured sure         places.py

and keeps the worst answer of each value. What takes days and neighbours is asked later, of hours
(`review.py`, `hours.py`). All numbers are in one table, `thresholds.py`.
"""

from dataclasses import replace

from lokaalmeten.observations import MISSING, Observations
from lokaalmeten.quality import worst

from .device import NATIVE, DeviceBits, check_bits, check_clock, check_warm_up
from .places import drop_false_places
from .series import check_series, to_series
from .thresholds import CLIMATE, PM
from .values import check_humidity, check_order, check_range

__all__ = ["CLIMATE", "NATIVE", "PM", "DeviceBits", "check"]


def check(rows: Observations, now: int, device: DeviceBits = NATIVE) -> Observations:
    """Give every value its flag and take the place from rows that have none.

    ``now`` is the Unix time at which the rows arrived; ``device`` explains their bits.
    """
    series = to_series(rows.node, rows.time)
    found = [
        check_range(rows.keys, rows.counts, rows.lat != MISSING),
        check_order(rows.keys, rows.counts),
        check_humidity(rows.keys, rows.counts),
        check_bits(rows.keys, rows.bits, device),
        check_clock(rows.time, len(rows.keys), now),
        check_series(rows.keys, rows.counts, series),
    ]
    if device.warms_up:
        found.append(check_warm_up(rows.keys, series))
    return replace(drop_false_places(rows, device), flags=worst(*found))
