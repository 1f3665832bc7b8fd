"""One round of forecasts: read hours, put them on a grid, fit, predict, write.

Reading, writing and the time of day come in as arguments; this part knows no database and no
clock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from lokaalmeten.quantities import BY_KEY

from .models import Float, Forecaster, SeasonalNaive
from .series import Grid, drop_thin, to_grid

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)  # the median, and intervals of 50, 80 and 95 %
HORIZON_H = 48
HISTORY_DAYS = 28
THIN = 0.5  # share of the usual number of measurements below which an hour counts as unknown
STALE_H = 72  # a node that has been silent for so long has no forecast

# Hours of all series: columns node, time (start of the hour, UTC), mean, count.
Read = Callable[[str, datetime, datetime], pd.DataFrame]
# write(node, quantity, issue_time, cutoff, model, times, levels, quantiles (times x levels))
Write = Callable[
    [str, str, datetime, datetime, str, Sequence[datetime], Sequence[float], Float], object
]


@dataclass(frozen=True)
class Issued:
    """What one round did."""

    quantity: str
    cutoff: datetime  # nothing measured from here on was used
    model: str
    nodes: tuple[str, ...]  # have a forecast
    silent: tuple[str, ...]  # have none: nothing measured for STALE_H hours


def run(
    read: Read,
    write: Write,
    now: datetime,
    *,
    quantity: str = "pm25",
    horizon: int = HORIZON_H,
    levels: Sequence[float] = LEVELS,
    model: Forecaster | None = None,
) -> Issued:
    """Forecast a quantity of every node that measured it, ``horizon`` hours from this hour on.

    The hour that is under way at ``now`` (aware) is forecast, not used. Raises SeriesError when
    the rows that ``read`` gives contradict each other, and what read and write raise.
    """
    chosen = model or plain_model(quantity)
    cutoff = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    start = cutoff - timedelta(days=HISTORY_DAYS)
    grid = read_grid(read(quantity, start, cutoff), start, cutoff)
    heard = np.isfinite(grid.table[-STALE_H:]).any(axis=0)
    chosen.fit(grid.table)
    quantiles = chosen.predict(horizon, levels)
    times = [cutoff + timedelta(hours=ahead) for ahead in range(horizon)]
    names = np.array(grid.names, object)
    for node, table in zip(names[heard], np.moveaxis(quantiles, 1, 0)[heard], strict=True):
        write(node, quantity, now, cutoff, chosen.name, times, levels, table)
    issued, silent = tuple(names[heard].tolist()), tuple(names[~heard].tolist())
    return Issued(quantity, cutoff, chosen.name, issued, silent)


def plain_model(quantity: str) -> Forecaster:
    """Seasonal naive of a day; knows of the quantity only within what its sensor can report."""
    span = BY_KEY[quantity]
    return SeasonalNaive(24, floor=span.low, least=(span.high - span.low) / 100)


def read_grid(hours: pd.DataFrame, start: datetime, stop: datetime) -> Grid:
    """Hourly means on a grid, hours with few measurements left open."""
    names = hours["node"].to_numpy(object)
    seconds = hours["time"].to_numpy("datetime64[s]").astype(np.int64)
    means = drop_thin(names, hours["mean"], hours["count"], THIN)
    return to_grid(names, seconds, means, int(start.timestamp()), int(stop.timestamp()))
