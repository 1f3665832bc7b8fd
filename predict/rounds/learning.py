"""Learning a share of the places, when that is due, and what it then says."""

import io
from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lokaalmeten.forecasts import HORIZON_H, LEVELS, SILENT_H, YOUNGEST_H, Kept

from .. import core
from ..calendar import DAY_H
from ..core import VERSION, Core, Quantiles
from ..holidays import dutch_holidays
from ..store import load, save
from .hours import Hours

Float = NDArray[np.float64]
Better = Callable[[Quantiles], Float]

MODEL = f"core {VERSION}"
ZONE = "Europe/Amsterdam"  # by whose clock people live here
OLD = timedelta(days=7)
SLIGHT = -10.0  # ug/m3; less is no measurement, and unknown to the core
GAPS_H = (1, 2, 3, 6, 12, 24, 48, SILENT_H)  # between which a gap is rounded up


def find_due(kept: Kept | None, hours: Hours, now: datetime) -> str:
    """Why the share must be learned now: first, version, others, drift or old; empty when not."""
    if kept is None:
        return "first"
    if kept.model != MODEL:
        return "version"
    if not np.array_equal(kept.series, hours.numbers):
        return "others"
    if kept.drifted_at is not None:
        return "drift"
    return "old" if now - kept.fitted_at >= OLD else ""


def learn(hours: Hours, by: Core = core) -> bytes:
    """What the hours teach, as a file of predict/store.py."""
    table, start = cut_unknown(hours)
    learned = by.fit(table, start, zone=ZONE, holidays=find_holidays(hours), horizon=HORIZON_H)
    file = io.BytesIO()
    save(learned, file)
    return file.getvalue()


def forecast(
    state: bytes,
    hours: Hours,
    levels: ArrayLike = LEVELS,
    better: Better | None = None,
    by: Core = core,
) -> Float:
    """Quantiles (HORIZON_H, s, levels) of what follows; ForecastError for other places.

    ``better`` makes of quantiles those that know more, of the weather. Levels are odd in number
    and lie evenly around 0.5.

    A place that was last known some hours ago has a band at least as wide as was told of it then:
    the core takes what it does not know to be usual, and would be surer than it may be.
    """
    fitted, (table, start) = load(io.BytesIO(state)), cut_unknown(hours)
    said = by.predict(fitted, table, start, levels)
    found = said.table if better is None else better(said)
    for gap, places in find_gaps(table):
        then = by.predict(fitted, table[:-gap], start, levels).table
        found[:, places] = widen(found[:, places], then[:, places], gap)
    return found


def find_gaps(table: Float) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Places (p,) by how many hours before the end of hours (t, s) they were last known.

    Rounded up to GAPS_H, and no longer than leaves YOUNGEST_H hours; who is known to the end, or
    not at all, has no gap.
    """
    known = np.isfinite(table)
    age = np.where(known.any(axis=0), known[::-1].argmax(axis=0), 0)
    most = len(table) - YOUNGEST_H
    for shorter, gap in pairwise((0, *GAPS_H)):
        places = np.flatnonzero((age > shorter) & (age <= gap))
        if len(places) and min(gap, most) > 0:
            yield min(gap, most), places


def widen(now: Float, then: Float, gap: int) -> Float:
    """Quantiles (h, p, l) of now, as far from their median as those of ``gap`` hours ago at least.

    What was not told then, the last ``gap`` hours, is as wide as the same hour a day before.

    >>> now, then = np.array([[[4.0, 5, 6]]]), np.array([[[2.0, 5, 7]]])
    >>> widen(np.repeat(now, 48, axis=0), np.repeat(then, 48, axis=0), 3)[47, 0].tolist()
    [2.0, 5.0, 7.0]
    """
    rows, middle = len(now), now.shape[-1] // 2
    row = np.arange(rows) + gap
    row = np.where(row < rows, row, rows - DAY_H + (row - rows) % DAY_H)
    off = then[row] - then[row][..., middle, None]
    median = now[..., middle, None]
    wide = np.where(off < 0, np.minimum(now, median + off), np.maximum(now, median + off))
    return np.maximum(wide, 0.0)


def cut_unknown(hours: Hours) -> tuple[Float, int]:
    """Hours from the first of which anything is known, and when that begins (Unix seconds).

    What is slightly less than nothing is 0: an analyser in clean air says so, and to leave these
    hours out would make the air look dirtier than it is.
    """
    first = int(np.isfinite(hours.table).any(axis=1).argmax())
    table = hours.table[first:]
    slight = (table < 0) & (table >= SLIGHT)
    return np.where(slight, 0.0, table), hours.start + 3600 * first


def find_holidays(hours: Hours) -> Collection[date]:
    """Dutch holidays of the years that the hours and what follows touch."""
    first, last = (date.fromtimestamp(at).year for at in (hours.start, hours.stop))
    return dutch_holidays(range(first, last + 2))
