"""The clock on the town hall: hours, weekdays and seasons as people live them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

HOUR, DAY = 3600, 86400
YEAR_DAYS = 365.2425


@dataclass(frozen=True)
class Local:
    """Local time in the Netherlands, every field of the shape of the times asked for."""

    day: NDArray[np.int64]  # days since 1970-01-01
    hour: NDArray[np.float64]  # 0 .. 24
    weekday: NDArray[np.int64]  # 0 = Monday
    season: NDArray[np.float64]  # 1 in the middle of July, -1 in the middle of January


def summer_offset(time: ArrayLike) -> NDArray[np.int64]:
    """Seconds that the Dutch clock is ahead of UTC: 3600, or 7200 in summer time.

    From 01:00 UTC on the last Sunday of March until 01:00 UTC on the last Sunday of October
    (Directive 2000/84/EC).
    """
    moment = np.asarray(time, np.int64).astype("datetime64[s]")
    year = moment.astype("datetime64[Y]").astype("datetime64[M]")
    begin, end = (_last_sunday(year + months) + np.timedelta64(1, "h") for months in (2, 9))
    return np.where((moment >= begin) & (moment < end), 7200, 3600)


def _last_sunday(month: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """Midnight of the last Sunday of each month."""
    last = (month + 1).astype("datetime64[D]") - 1
    since_sunday = (last.astype(np.int64) + 4) % 7  # 1970-01-01 was a Thursday
    return (last - since_sunday).astype("datetime64[s]")


def to_local(time: ArrayLike) -> Local:
    """Local time of Unix seconds (any shape)."""
    seconds = np.asarray(time, np.int64)
    clock = seconds + summer_offset(seconds)
    day = clock // DAY
    season = np.cos(2 * np.pi * (clock / DAY - 195) / YEAR_DAYS)  # 15 July ends day 195
    return Local(day, (clock % DAY) / 3600, (day + 3) % 7, season)


def to_unix(day: int, hour: float) -> int:
    """Unix seconds of an hour of a local day, as the clock stands at noon of that day."""
    noon = day * DAY + DAY // 2 - 3600
    return round(day * DAY + hour * 3600) - int(summer_offset(noon))
