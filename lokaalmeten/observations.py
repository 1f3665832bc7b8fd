"""Observations: columns of equal length, what the parts hand each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.quality import Flag

MISSING = np.int32(-(2**31))  # of every count and place; never 0

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]


@dataclass(frozen=True)
class Observations:
    """n samples of any nodes as columns; one row is one sample of one node.

    Whatever a column lacks is MISSING. ``counts`` and ``flags`` have one row per quantity of
    ``keys``, in the steps of ``lokaalmeten.quantities``. Corrected values stand beside the raw
    ones, in the same steps; None when nothing was corrected.
    """

    node: Int32  # (n,) node id of the registry
    time: Int64  # (n,) Unix seconds
    lat: Int32  # (n,) 1e-7 degree, WGS84
    lon: Int32  # (n,) 1e-7 degree, WGS84
    horizontal: Int32  # (n,) accuracy of the position, mm
    vertical: Int32  # (n,) accuracy of the height, mm
    bits: Int32  # (n,) the device's own error bits, kept as sent
    cell: Int64  # (n,) H3 index at geo.RESOLUTION, 0 = no place
    period: Int32  # (n,) seconds from ``time`` on that the values are of, 0 = a moment
    keys: tuple[str, ...]  # (q,)
    counts: Int32  # (q, n) whole steps
    flags: NDArray[np.uint8]  # (q, n) QARTOD
    corrected_keys: tuple[str, ...] = ()  # (c,) of ``keys``; those that calibration corrected
    corrected: Int32 | None = None  # (c, n) whole steps of the same quantity
    correction: Int32 | None = None  # (n,) number of the set of calibrations that was used

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.time)

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Self:
        """Rows by index or mask, as new Observations."""
        columns = ("node", "time", "lat", "lon", "horizontal", "vertical", "bits", "cell", "period")
        picked = {name: getattr(self, name)[rows] for name in columns}
        if self.corrected is not None and self.correction is not None:
            picked["corrected"] = self.corrected[:, rows]
            picked["correction"] = self.correction[rows]
        return replace(self, **picked, counts=self.counts[:, rows], flags=self.flags[:, rows])


def to_observations(
    node: Int32,
    time: Int64,
    keys: Sequence[str],
    counts: Int32,
    *,
    lat: Int32 | None = None,
    lon: Int32 | None = None,
    horizontal: Int32 | None = None,
    vertical: Int32 | None = None,
    bits: Int32 | None = None,
    cell: Int64 | None = None,
    period: Int32 | None = None,
) -> Observations:
    """Columns that were read, the rest MISSING, every present value not yet evaluated."""
    absent = np.full(len(time), MISSING, np.int32)
    flags = np.full(counts.shape, Flag.NOT_EVALUATED, np.uint8)
    flags[counts == MISSING] = Flag.MISSING
    return Observations(
        node=node,
        time=time,
        lat=absent if lat is None else lat,
        lon=absent if lon is None else lon,
        horizontal=absent if horizontal is None else horizontal,
        vertical=absent if vertical is None else vertical,
        bits=np.zeros(len(time), np.int32) if bits is None else bits,
        cell=np.zeros(len(time), np.int64) if cell is None else cell,
        period=np.zeros(len(time), np.int32) if period is None else period,
        keys=tuple(keys),
        counts=counts,
        flags=flags,
    )
