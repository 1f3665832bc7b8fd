"""Correcting: beside each raw value of a batch the corrected one, for the periods that hold.

    look up the period of each row by node and time -> for each quantity take its line
    -> corrected steps, MISSING where nothing holds -> with the number of the calibrations used

The table of periods is small and is read again now and then; a calibration that comes later is
applied to stored rows by `meten calibrate apply`, with the same function.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.errors import FormatError, StorageError
from lokaalmeten.observations import MISSING, Int32, Observations
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY, CORRECTED
from lokaalmeten.wire import SPAN

from .periods import NONE, Applied, Member, Periods, to_periods

LOG = logging.getLogger("lokaalmeten.ingest")
EVERY_S = 60.0  # a new calibration counts for what is measured from then on

Floats = NDArray[np.float64]
Correct = Callable[[Observations], Observations]


def leave_raw(rows: Observations) -> Observations:
    """Correct nothing."""
    return rows


def correct(rows: Observations, periods: Periods) -> Observations:
    """Add corrected values to rows that are checked; raw values and flags stay as they are."""
    if not len(periods) or not len(rows):
        return rows
    place = find_periods(rows, periods)
    held = place >= 0
    if not held.any():
        return rows
    there = [key for key, line in zip(CORRECTED, periods.lines, strict=True) if has_any(line)]
    keys = [key for key in there if key in rows.keys]
    climate = {name: to_values(rows, name) for name in ("humidity", "temperature")}
    corrected = [correct_quantity(rows, key, periods, place, climate) for key in keys]
    if not corrected:
        return rows
    counts = np.stack(corrected)
    number = np.where((counts != MISSING).any(axis=0), periods.number[place], MISSING)
    number = number.astype(np.int32)
    return replace(rows, corrected_keys=tuple(keys), corrected=counts, correction=number)


def has_any(lines: Floats) -> bool:
    """Tell whether any period (c, p) has a line of a quantity."""
    return bool(np.isfinite(lines[0]).any())


def find_periods(rows: Observations, periods: Periods) -> NDArray[np.intp]:
    """Index (n,) of the period that holds for each row, -1 for none."""
    key = (rows.node.astype(np.int64) << 32) | rows.time
    place = np.searchsorted(periods.key, key, "right") - 1
    held = (periods.key[place] >> 32 == rows.node) & (rows.time < periods.until[place])
    return np.where(held & (place >= 0), place, -1)


def to_values(rows: Observations, key: str) -> Floats:
    """Raw values (n,) in the unit of the quantity; NaN where missing or failed by its check."""
    if key not in rows.keys:
        return np.full(len(rows), np.nan)
    index = rows.keys.index(key)
    counts = rows.counts[index]
    absent = (counts == MISSING) | (rows.flags[index] == Flag.FAIL)
    return np.where(absent, np.nan, counts / BY_KEY[key].per)


def correct_quantity(
    rows: Observations,
    key: str,
    periods: Periods,
    place: NDArray[np.intp],
    climate: Mapping[str, Floats],
) -> Int32:
    """Corrected steps (n,) of one quantity, as ``Line`` does, each row by its own period."""
    table = periods.lines[CORRECTED.index(key)]
    counts, quantity = rows.counts[rows.keys.index(key)], BY_KEY[key]
    raw = counts * (1 / quantity.per)
    found = table[1].take(place)
    found *= raw
    found += table[0].take(place)
    if has_term(table[2]):
        found += table[2].take(place) * np.sqrt(np.maximum(raw, 0, out=raw), out=raw)
    for first, values in zip((3, 6), climate.values(), strict=True):
        if has_term(table[first]):
            slope, low, high = (column.take(place) for column in table[first : first + 3])
            term = np.minimum(np.maximum(values, low, out=low), high, out=low)
            term *= slope
            term[slope == 0] = 0  # also where the value is not known
            found += term
    found *= quantity.per
    low, high = SPAN[quantity.code]
    absent = np.isnan(found) | (counts == MISSING) | (place < 0)
    found[absent] = 0
    steps = np.clip(np.rint(found, out=found), max(low, 1 - 2**31), high, out=found)
    steps = steps.astype(np.int32)
    steps[absent] = MISSING
    return steps


def has_term(slopes: Floats) -> bool:
    """Tell whether any period (p,) has a slope."""
    return bool(np.nan_to_num(slopes).any())


class Store(Protocol):
    """Where calibrations are kept; every method may raise StorageError."""

    def read_applied(self) -> Sequence[Applied]: ...  # noqa: D102
    def read_members(self, nodes: Sequence[int] | None = None) -> Sequence[Member]: ...  # noqa: D102
    def number_sets(self, sets: Sequence[tuple[int, ...]]) -> Sequence[int]:
        """Numbers of sets of calibrations, the same for the same set ever after."""
        ...


class Corrections:
    """The periods that hold now, read again now and then; all methods belong to one thread."""

    def __init__(self, store: Store, clock: Callable[[], float], every_s: float = EVERY_S) -> None:
        self._store = store
        self._clock = clock
        self._every_s = every_s
        self._read_at = -np.inf
        self._periods = NONE
        self._known: tuple[Sequence[Applied], Sequence[Member]] = ((), ())

    def apply(self, rows: Observations) -> Observations:
        """Add corrected values to rows that are checked."""
        if self._clock() - self._read_at >= self._every_s:
            self._read_at = self._clock()
            self._read()
        return correct(rows, self._periods)

    def _read(self) -> None:
        """Read the calibrations; with a database that is away those from before hold on."""
        try:
            applied = self._store.read_applied()
            members = self._store.read_members() if applied else ()
            if (applied, members) != self._known:
                self._periods = to_periods(applied, members, self._store.number_sets, ratios=False)
                self._known = applied, members
        except (StorageError, FormatError) as error:
            LOG.warning("calibrations not read: %s", error)
