"""Weather that is known ahead: learned from, and used as far as it reaches.

Files follow one another: what was known later takes the place of what was known before, hour by
hour. What is known at the moment of a round is all that it may use.
"""

import io
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.forecasts import HORIZON_H, NO_WEATHER, OLD, PART, SHORT, USED, Kept, Weathered

from .. import core
from ..air.forecast import fit_informed, foresee
from ..air.weather import COLUMNS, Weather, find_known, find_useful
from ..calendar import HOUR
from ..core import Core, Quantiles
from ..store import load, save
from .hours import Hours
from .learning import MODEL, ZONE, cut_unknown, find_holidays

Float = NDArray[np.float64]

WITH = "with weather"  # the share of what was learned is called so beside the plain one


def join_weather(files: Sequence[Weather], start: datetime, stop: datetime) -> Weather | None:
    """All that is known of the hours between two moments, the latest knowledge of each.

    >>> from collections import namedtuple
    >>> File = namedtuple("File", "start names table")
    >>> old = File(0, ("rain",), np.array([[1.0], [2.0]]))
    >>> new = File(3600, ("rain",), np.array([[5.0], [np.nan]]))
    >>> span = datetime.fromtimestamp(0), datetime.fromtimestamp(3 * 3600)
    >>> join_weather([old, new], *span).table[:, 0].tolist()
    [1.0, 5.0, nan]
    """
    first, after = (int(moment.timestamp()) for moment in (start, stop))
    names = tuple(name for name in COLUMNS if any(name in each.names for each in files))
    table = np.full(((after - first) // HOUR, len(names)), np.nan)
    for each in files:
        ahead = (each.start - first) // HOUR
        low, high = max(ahead, 0), min(ahead + len(each.table), len(table))
        for column, name in enumerate(each.names):
            if name in names and low < high:
                told = each.table[low - ahead : high - ahead, column]
                place = table[low:high, names.index(name)]
                np.copyto(place, told, where=np.isfinite(told))
    return Weather(first, names, table) if np.isfinite(table).any() else None


def find_columns(hours: Hours, weather: Weather) -> tuple[str, ...]:
    """Columns of the weather that the hours can be learned from; none when too little is known."""
    table, start = cut_unknown(hours)
    return find_useful(weather.at(start, len(table)))


def is_due(kept: Kept | None, plain: Kept, hours: Hours, columns: Sequence[str]) -> bool:
    """Whether what the weather does must be learned: with the plain fit, or for other columns."""
    return (
        kept is None
        or kept.model != name_model(columns)
        or kept.fitted_at < plain.fitted_at
        or not np.array_equal(kept.series, hours.numbers)
    )


def name_model(columns: Sequence[str]) -> str:
    """Name of a fit that knows the weather."""
    return f"{MODEL} with {', '.join(columns)}"


def learn_weather(hours: Hours, weather: Weather, columns: Sequence[str], by: Core = core) -> bytes:
    """What hours and weather together teach, as a file of predict/store.py."""
    table, start = cut_unknown(hours)
    known = weather.at(start, len(table))
    file = io.BytesIO()
    save(fit_informed(table, start, known, columns, ZONE, find_holidays(hours), by=by), file)
    return file.getvalue()


def find_reach(hours: Hours, weather: Weather, columns: Sequence[str]) -> Weathered:
    """How far the weather that was learned from is known ahead."""
    count = int(find_known(weather.at(hours.stop, HORIZON_H), columns).sum())
    return Weathered(USED if count == HORIZON_H else PART if count else OLD, count)


def use_weather(
    state: bytes,
    hours: Hours,
    weather: Weather,
    columns: Sequence[str],
    plain: Quantiles,
    by: Core = core,
) -> Float:
    """Quantiles (HORIZON_H, s, l) with the weather as far as it is known, else as without."""
    table, start = cut_unknown(hours)
    told = weather.at(start, len(table) + HORIZON_H)
    return foresee(load(io.BytesIO(state)), columns, table, start, plain, told, by)


def weaken(parts: Sequence[Weathered]) -> Weathered:
    """What holds for all shares of a round: the least of what each made of the weather."""
    order = ("", SHORT, OLD, PART, USED)
    return min(parts, key=lambda part: (order.index(part.how), part.hours), default=NO_WEATHER)
