"""How good earlier forecasts were: read once, added up by hours ahead or by week."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lokaalmeten.forecasts import INTERVALS
from storage.chance_scores import read_day_scores
from storage.forecasts import read_rounds
from storage.scores import read_scores

Mask = NDArray[np.bool_]

WEEKS = 4  # of which the pages tell
SPANS = ((1, 6), (7, 12), (13, 18), (19, 24), (25, 48), (49, 72))  # hours ahead
DAY_AHEAD = (19, 24)  # hours
SUMS = ("forecasts", "size", "loss", "missed", "naive", *(f"inside{level}" for level in INTERVALS))


@dataclass(frozen=True)
class Score:
    """How good some forecasts were, in the unit of the quantity; shares from 0 to 1."""

    forecasts: int
    missed: float  # mean error of the median
    naive: float  # mean error of the last known value of the same hour
    loss: float | None  # weighted quantile loss; None when nothing but 0 was measured
    naive_loss: float | None  # the same of that single value
    inside: dict[int, float]  # by percent of the interval

    @property
    def better(self) -> float:
        """Part of the naive error that the forecast takes away; below 0 when it is worse."""
        return 1 - self.missed / self.naive if self.naive else 0.0


@dataclass(frozen=True)
class Scores:
    """Scores of one quantity over some weeks."""

    first: date
    last: date
    table: pd.DataFrame  # as storage.scores.read_scores has it
    days: pd.DataFrame  # of chances, as storage.chance_scores.read_day_scores has it

    def ahead(self, first: int, last: int) -> Score | None:
        """Of so many hours ahead; None when there are none."""
        low, high = (self.table[name].to_numpy(int) for name in ("ahead_from", "ahead_to"))
        return add_up(self.table, (low >= first) & (high <= last))

    def all(self) -> Score | None:
        """Of all hours ahead."""
        return self.ahead(1, SPANS[-1][1])

    def weeks(self) -> list[tuple[date, Score]]:
        """Of each week, by its Monday."""
        week = self.table["week"].to_numpy(str)
        found = [(name, add_up(self.table, week == name)) for name in np.unique(week).tolist()]
        return [(date.fromisoformat(name), score) for name, score in found if score is not None]


def add_up(table: pd.DataFrame, rows: Mask) -> Score | None:
    """Score of some rows of a table together; None when nothing was scored in them."""
    sums = {name: float(table[name].to_numpy(float)[rows].sum()) for name in SUMS}
    count = sums["forecasts"]
    if not count:
        return None
    return Score(
        forecasts=round(count),
        missed=sums["missed"] / count,
        naive=sums["naive"] / count,
        loss=sums["loss"] / sums["size"] if sums["size"] > 0 else None,
        naive_loss=sums["naive"] / sums["size"] if sums["size"] > 0 else None,
        inside={level: sums[f"inside{level}"] / count for level in INTERVALS},
    )


def read_recent(
    connection: Any,
    quantity: str,
    *,
    kind: str = "node",
    place: str | None = None,
    weeks: int = WEEKS,
) -> Scores | None:
    """Scores of the weeks up to the latest round of a quantity; None when there is no round."""
    rounds = read_rounds(connection)
    latest = dict(zip(rounds["quantity"], rounds["cutoff"], strict=True))
    if quantity not in latest:
        return None
    last = latest[quantity].date()
    first = last - timedelta(days=last.weekday(), weeks=weeks - 1)
    after = last + timedelta(days=1)
    table = read_scores(connection, quantity, first, after, kind=kind, place=place)
    days = read_day_scores(connection, quantity, first, after, kind=kind, place=place)
    return Scores(first, last, table, days)
