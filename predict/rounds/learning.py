"""Learning a share of the places, when that is due, and what it then says."""

import io
from collections.abc import Collection
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.forecasts import HORIZON_H, LEVELS, Kept

from ..air.forecast import to_known
from ..core import VERSION, fit, predict
from ..holidays import dutch_holidays
from ..store import load, save
from .hours import Hours

Float = NDArray[np.float64]

MODEL = f"core {VERSION}"
ZONE = "Europe/Amsterdam"  # by whose clock people live here
OLD = timedelta(days=7)


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


def learn(hours: Hours) -> bytes:
    """What the hours teach, as a file of predict/store.py."""
    table, start = cut_unknown(hours)
    learned = fit(table, start, zone=ZONE, holidays=find_holidays(hours), horizon=HORIZON_H)
    file = io.BytesIO()
    save(learned, file)
    return file.getvalue()


def forecast(state: bytes, hours: Hours) -> Float:
    """Quantiles (HORIZON_H, s, LEVELS) of what follows; ForecastError for other places."""
    return predict(load(io.BytesIO(state)), *cut_unknown(hours), LEVELS).table


def cut_unknown(hours: Hours) -> tuple[Float, int]:
    """Hours from the first of which anything is known, and when that begins (Unix seconds).

    What is slightly less than nothing is 0, as predict/air has it.
    """
    first = int(np.isfinite(hours.table).any(axis=1).argmax())
    return to_known(hours.table[first:]), hours.start + 3600 * first


def find_holidays(hours: Hours) -> Collection[date]:
    """Dutch holidays of the years that the hours and what follows touch."""
    first, last = (date.fromtimestamp(at).year for at in (hours.start, hours.stop))
    return dutch_holidays(range(first, last + 2))
