"""What a round says of days: the chance that each limit is passed, and draws for the index.

Draws of all quantities rest on the same stretches of the past (air/draws.py), so that the index of
an hour can be read in each of them once all quantities are there (rounds/index.py).
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.forecasts import HORIZON_H, Chances, Series
from lokaalmeten.lki import EDGES, to_index

from ..air.days import Day, find_daily, find_days
from ..air.draws import SAMPLES, draw_parts
from ..air.forecast import DENSE
from ..core import Quantiles
from .hours import Hours
from .learning import SLIGHT, ZONE

Float = NDArray[np.float64]
Numbers = NDArray[np.uint8]


@dataclass(frozen=True)
class Drawn:
    """The index of one substance at s places, in each draw."""

    cutoff: datetime
    series: tuple[Series, ...]  # (s,)
    numbers: Numbers  # (SAMPLES, HORIZON_H, s) 1 to 11


@dataclass(frozen=True)
class Outlook:
    """Days and draws of s places of one share, of which some may have no forecast."""

    chances: Chances | None
    numbers: Numbers | None  # (SAMPLES, HORIZON_H, p) of the p places that have one


def look_at_days(quantity: str, hours: Hours, table: Float) -> Outlook:
    """Outlook from quantiles (HORIZON_H, s, DENSE), NaN of places without a forecast."""
    there = find_there(table)
    if not there.any() or not (find_daily(quantity) or quantity in EDGES):
        return Outlook(None, None)
    history = to_history(hours.table[:, there])
    numbers = np.zeros((SAMPLES, HORIZON_H, int(there.sum())), np.uint8)
    found: list[tuple[Day, ...]] = []
    for part, samples in draw_parts(Quantiles(DENSE, table[:, there]), history):
        if find_daily(quantity):
            found.append(find_days(quantity, history[:, part], hours.start, samples, ZONE))
        if quantity in EDGES:
            numbers[..., part] = to_index(quantity, samples)
    chances = to_chances(found, there) if found else None
    return Outlook(chances, numbers if quantity in EDGES else None)


def find_there(table: Float) -> NDArray[np.bool_]:
    """True (s,) of places of which quantiles (h, s, l) are known: of all hours, or of none."""
    return np.isfinite(table[0, :, 0])


def to_history(table: Float) -> Float:
    """Hours (t, s) to draw from: what is slightly less than nothing is 0, as the core has it."""
    slight = (table < 0) & (table >= SLIGHT)
    known = np.where(slight, 0.0, table)
    return np.where(known < 0, np.nan, known)


def to_chances(parts: list[tuple[Day, ...]], there: NDArray[np.bool_]) -> Chances:
    """Chances of all places (s,) from those of some places at a time."""
    days = parts[0]
    table = np.full((len(days), len(days[0].limits), len(there)), np.nan, np.float32)
    for at in range(len(days)):
        table[at][:, there] = np.concatenate([part[at].chance for part in parts], axis=1)
    return Chances(tuple(day.date for day in days), days[0].limits, table)


def join_chances(parts: list[Chances | None], places: list[int]) -> Chances | None:
    """Chances of all shares, of so many places each; None when no share has any."""
    first = next((part for part in parts if part is not None), None)
    if first is None:
        return None
    shape = first.table.shape[:2]
    tables = [
        np.full((*shape, count), np.nan, np.float32) if part is None else part.table
        for part, count in zip(parts, places, strict=True)
    ]
    return Chances(first.days, first.limits, np.concatenate(tables, axis=2))


def join_drawn(
    cutoff: datetime, hours: list[Hours], tables: list[Float], outlooks: list[Outlook]
) -> Drawn | None:
    """Draws of all shares; None when the quantity is not of the index."""
    series: list[Series] = []
    numbers: list[Numbers] = []
    for each, table, outlook in zip(hours, tables, outlooks, strict=True):
        if outlook.numbers is not None:
            series += [each.series[at] for at in np.flatnonzero(find_there(table))]
            numbers.append(outlook.numbers)
    return Drawn(cutoff, tuple(series), np.concatenate(numbers, axis=2)) if numbers else None
