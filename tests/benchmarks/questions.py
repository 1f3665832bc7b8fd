"""Asking a city: the questions of a map and of a page, each as the reader answers it.

What is asked differs from time to time (another node, another hour), as visitors do; the data are
warm, for all of it was asked before.
"""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np
import pandas as pd

from storage import reader
from storage.failures import Connection
from tests.benchmarks.bench_write import START
from tests.benchmarks.city import RIDES_EVERY, ZONE
from tests.benchmarks.history import YEAR_DAYS
from tests.benchmarks.timing import no_collector, time_s

ASKS, WARM = 200, 10
PATIENCE_S, FEWEST = 10.0, 20  # a question is asked less often when that would take longer
RESOLUTION = 10  # at which a ride shows all its cells

Question = Callable[[], pd.DataFrame | reader.Count]


def list_questions(connection: Connection, names: Sequence[str], hours: int) -> dict[str, Question]:
    """Questions by name, asked when so many hours of a city are written."""
    start = datetime.fromtimestamp(START, UTC)
    now = start + timedelta(hours=hours)
    node, busy = draw(names), draw(list_busy_hours(hours))
    month = (["pm25"], now - timedelta(days=30), now, 3600)
    year = (start - timedelta(days=YEAR_DAYS), start)
    day = (["pm25", "temperature"], now - timedelta(days=1), now, 300)

    def ask_hexagons() -> pd.DataFrame:
        hour = start + timedelta(hours=next(busy))
        return reader.hexagons(connection, "pm25", hour, hour + reader.HOUR, RESOLUTION)

    return {
        "latest": partial(reader.latest, connection),
        "node_day": lambda: reader.series(connection, next(node), *day),
        "node_month": lambda: reader.series(connection, next(node), *month),
        "hexagons": ask_hexagons,
        "area_year": partial(reader.zone_days, connection, ZONE, "pm25", *year),
        "count": partial(reader.count, connection),
    }


def draw(things: Sequence) -> Iterator:
    """Things for ever, in an order that has nothing to do with where they lie."""
    order = np.random.default_rng(4).permutation(len(things))
    return itertools.cycle([things[index] for index in order])


def list_busy_hours(hours: int) -> Sequence[int]:
    """Hours of the last day in which bikes rode, counted from START."""
    return [hour for hour in range(max(hours - 24, 0), hours) if (hour + 1) % RIDES_EVERY == 0]


def ask_all(
    questions: dict[str, Question], told: Callable[[str], None] = lambda _: None
) -> dict[str, float]:
    """95th percentile of each question, milliseconds."""
    found = {}
    with no_collector():
        for name, ask in questions.items():
            told(name)
            found[name] = 1000 * float(np.quantile(time_asks(ask), 0.95))
    return found


def time_asks(ask: Question) -> list[float]:
    """Seconds of each answer, after some to warm up."""
    until = time.monotonic() + PATIENCE_S
    seconds = []
    while len(seconds) < WARM + ASKS:
        seconds.append(time_s(ask))
        if len(seconds) >= WARM + FEWEST and time.monotonic() > until:
            break
    return seconds[WARM:]
