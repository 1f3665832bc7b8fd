"""A desk that keeps everything in memory, for rounds without a database."""

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from lokaalmeten.forecasts import Last, ToldDay


def to_rows(place, values, last, count=60):
    """Hours of a place that end with the one that begins at ``last``."""
    times = [last - pd.Timedelta(hours=back) for back in range(len(values))][::-1]
    frame = pd.DataFrame({"place": place, "time": times, "mean": values, "count": count})
    return frame.astype({"time": "datetime64[us, UTC]", "mean": float})


NOTHING = pd.DataFrame(
    {"place": [], "time": pd.to_datetime([], utc=True), "mean": [], "count": []}
).astype({"place": object})


class Desk:
    """Rows by (kind, quantity); remembers rounds, fits and which numbers places have."""

    def __init__(self, rows=None, members=()):
        self.rows = defaultdict(lambda: NOTHING, rows or {})
        self.members = pd.DataFrame(list(members), columns=["kind", "place", "node"])
        self.numbers, self.gone = {}, set()
        self.rounds, self.fits, self.indices = [], {}, []
        self.weather, self.told, self.scores = [], {}, []
        self.spots, self.maps = [], []

    def read_hours(self, kind, quantity, start, stop) -> Any:
        rows = self.rows[kind, quantity]
        return rows[(rows["time"] >= start) & (rows["time"] < stop)]

    def read_members(self, at):
        return self.members

    def number_series(self, series):
        found = [
            0 if each.place in self.gone else self.numbers.setdefault(each, len(self.numbers) + 1)
            for each in series
        ]
        return np.array(found, np.int32)

    def read_spots(self):
        return self.spots

    def write_map(self, drawn):
        self.maps.append(drawn)

    def read_last(self, quantity):
        mine = [each for each in self.rounds if each.quantity == quantity]
        latest = max(mine, key=lambda each: each.cutoff, default=None)
        return latest and Last(latest.cutoff, latest.newest, latest.seen)

    def write_round(self, issued):
        key = (issued.quantity, issued.cutoff)
        self.rounds = [each for each in self.rounds if (each.quantity, each.cutoff) != key]
        self.rounds.append(issued)

    def read_weather(self, known_at, start):
        return [weather for at, weather in self.weather if at <= known_at]

    def write_index(self, issued):
        self.indices.append(issued)

    def read_told_days(self, quantity, first):
        return sorted(day for day in self.told if day >= first)

    def read_told(self, quantity, day, limits, series):
        told = self.told[day]
        asked = np.isin(told.series, series)
        return ToldDay(*(column[asked] for column in told))

    def read_day_values(self, series, first):
        found = {}
        for day, scores, replaced in self.scores:
            for number in replaced.tolist():
                found.pop((day, number), None)
            for number, value in zip(scores[0].series.tolist(), scores[0].value, strict=True):
                found[day, number] = value
        rows = [(day.isoformat(), number, value) for (day, number), value in found.items()]
        return pd.DataFrame(rows, columns=["day", "series_id", "value"])

    def write_day_scores(self, day, scores, series):
        self.scores.append((day, scores, series))

    def read_fit(self, quantity, share):
        return self.fits.get((quantity, share))

    def write_fit(self, quantity, share, learned, why):
        self.fits[quantity, share] = learned

    def note_drift(self, quantity, share, at, inside, low, high) -> Any:
        raise AssertionError("nothing was scored")

    def read_first(self, quantity):
        return None

    def read_scored(self, series, start) -> Any:
        raise AssertionError("nothing was issued")

    def read_issued(self, quantity, hour, series) -> Any:
        raise AssertionError("nothing was issued")

    def write_scores(self, day, scores, gone) -> object:
        raise AssertionError("nothing was issued")

    def read_inside(self, series, first, part):
        return pd.DataFrame({"day": [], "hours": [], "forecasts": [], "inside": []})
