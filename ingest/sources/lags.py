"""Is the clock of a file right? Its hours beside those of a station, shifted by up to two hours.

A file in local summer time, told to be UTC, follows a reference best an hour late: a particle
sensor in London went from R2 0.54 to 0.59 when it was shifted by one.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lokaalmeten.observations import MISSING, Observations
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY

HOUR_S = 3600
LAGS = (-2, -1, 0, 1, 2)  # hours
LEAST = 72  # hours that both have; fewer say nothing
CLEARLY = 0.02  # of correlation: the London file gains 0.035, chance less than 0.01 in a month

Int64 = NDArray[np.int64]
Numbers = NDArray[np.float64]


COMPARED = ("pm25", "pm10", "no2", "temperature")  # what stations have, the best known first


class ReferenceStore(Protocol):
    """What a comparison needs of the storage."""

    def read_station_hours(
        self, station: str, quantity: str, start: int, stop: int
    ) -> tuple[Int64, Numbers]:
        """Starts (Unix seconds) and values of the hours of a station between two moments."""
        ...


@dataclass(frozen=True)
class Lag:
    """How well each lag fits."""

    correlations: dict[int, float]  # by lag in hours, NaN where too few hours are in both
    best: int  # lag with the highest; 0 when none is clearly better than 0

    def __str__(self) -> str:
        """One sentence, empty when the clock seems right."""
        if not self.best:
            return ""
        late = "late" if self.best > 0 else "early"
        gain = self.correlations[self.best], self.correlations[0]
        return (
            f"the times seem {abs(self.best)} h too {late}: shifted by {-self.best:+d} h the hours"
            f" follow the reference with r = {gain[0]:.3f}, as they are with {gain[1]:.3f};"
            " look at the zone of the file"
        )


def find_lag(time: Int64, value: Numbers, reference_time: Int64, reference: Numbers) -> Lag:
    """Correlate hours (n,) with those of a reference (m,), at each lag of LAGS.

    Times are starts of hours in Unix seconds, each once; NaN is missing. Lag +1 compares the hour
    of the file with the hour before it of the reference: the file is an hour late.
    """
    correlations = {
        lag: correlate(time - lag * HOUR_S, value, reference_time, reference) for lag in LAGS
    }
    known = {lag: found for lag, found in correlations.items() if not np.isnan(found)}
    best = max(known, key=lambda lag: known[lag], default=0)
    clear = 0 in known and known[best] >= known[0] + CLEARLY
    return Lag(correlations, best if clear else 0)


def correlate(time: Int64, value: Numbers, other_time: Int64, other: Numbers) -> float:
    """Pearson's r of two series over the times that both have; NaN with fewer than LEAST."""
    _, left, right = np.intersect1d(time, other_time, assume_unique=True, return_indices=True)
    x, y = value[left], other[right]
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < LEAST or x[both].std() == 0 or y[both].std() == 0:
        return float("nan")
    return float(np.corrcoef(x[both], y[both])[0, 1])


class HourBook:
    """Collects hourly means of one quantity while a file is read."""

    def __init__(self, key: str) -> None:
        """Know no hour yet; ``key`` is the quantity."""
        self.key = key
        self._parts: list[NDArray[np.float64]] = []  # (3, hours): start, sum, count

    def note(self, rows: Observations) -> None:
        """Add the values of a part that are not known to be bad."""
        if self.key not in rows.keys:
            return
        place = rows.keys.index(self.key)
        count = rows.counts[place]
        good = (count != MISSING) & (rows.flags[place] != Flag.FAIL)
        hour = rows.time[good] // HOUR_S * HOUR_S
        value = count[good] / BY_KEY[self.key].per
        self._parts.append(add_up(hour, value, np.ones(len(hour))))

    def to_means(self) -> tuple[Int64, Numbers]:
        """Starts of the hours in Unix seconds, and the mean of each."""
        if not self._parts:
            return np.zeros(0, np.int64), np.zeros(0)
        hour, total, count = np.concatenate(self._parts, axis=1)
        hour, total, count = add_up(hour, total, count)
        return hour.astype(np.int64), total / count


def add_up(hour: NDArray[Any], total: Numbers, count: Numbers) -> NDArray[np.float64]:
    """Rows (n,) of the same hour together: (3, hours) of starts, sums and counts."""
    found, place = np.unique(hour, return_inverse=True)
    sums = [np.bincount(place, weights, len(found)) for weights in (total, count)]
    return np.asarray(np.stack([found.astype(np.float64), *sums]), np.float64)


class LagBook:
    """Collects the hours of a file, to compare them with those of a station."""

    def __init__(self) -> None:
        """Know no hour yet."""
        self._books = [HourBook(key) for key in COMPARED]

    def note(self, rows: Observations) -> None:
        """Add the values of a part."""
        for book in self._books:
            book.note(rows)

    def compare(self, store: ReferenceStore, station: str) -> tuple[str, Lag] | None:
        """The lag by the first quantity of which both have enough hours, None when none has."""
        for book in self._books:
            time, value = book.to_means()
            if len(time) < LEAST:
                continue
            edge = max(LAGS) * HOUR_S
            span = (int(time[0]) - edge, int(time[-1]) + edge + HOUR_S)
            lag = find_lag(time, value, *store.read_station_hours(station, book.key, *span))
            if not np.isnan(lag.correlations[0]):
                return book.key, lag
        return None
