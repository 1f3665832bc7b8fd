"""Rounds of forecasts in a city of 2,000 nodes: seconds and bytes of a round and of its scores.

``round_first_s``     the first round, which learns from 24 days of hours
``round_s``           the next one: reads those days again, scores an hour, forecasts 72
``read_s``            of that, reading hours
``write_round_s``     of that, writing the round: 72 hours x 7 levels a node
``score_s``           scoring one hour of all nodes, each of which 72 rounds forecast: reading what
                      was said, counting, writing, adding up the day
``scored_per_s``      forecasts of an hour scored a second
``page_s``            how good all nodes were over four weeks, as the page asks it
``retain_s``          deleting the forecasts and scores of one day
``forecast_bytes``    a node in a round: indexes and all else included
``score_bytes``       an hour of a node, likewise
``day_bytes``         a day of a node, likewise, which is kept for good
``day_mb``            forecasts of a day of 24 rounds: 24 x nodes x ``forecast_bytes``
``rss_mb``            the most memory
"""

import resource
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from dashboard.scores import read_recent
from lokaalmeten.cli.rounds import Desk
from lokaalmeten.forecasts import HORIZON_H, LEVELS, Series
from lokaalmeten.quantities import QUANTITIES, SLOT
from predict.job import run
from predict.rounds.hours import Hours, Memory
from predict.rounds.scoring import score_all
from storage.copy import Column
from storage.failures import Connection
from storage.forecasts import number_series, write_round
from storage.pool import connect
from storage.retention import retain
from storage.sending import copy_rows
from storage.store import Store
from tests.benchmarks.bench_write import SETTINGS, database
from tests.services.issued import make_round

NODES = 2000
DAYS = 24  # what an hourly round reads: settled hours come from memory
NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACE = SLOT["pm25"]
HOURLY = sql.Identifier("private", "rollup_hour")
WEEKS = """
INSERT INTO private.forecast_day
SELECT day::date, s.id, 24, 384, c, c, c, c, c, c, c, c
FROM private.forecast_series s
    CROSS JOIN generate_series(%s::date - 28, %s::date - 2, '1 day') AS day
    CROSS JOIN (SELECT array_fill(144::bigint, ARRAY[12]) AS c) AS each
"""


def measure(scale: float) -> dict[str, float]:
    """``scale`` times NODES nodes, at least 20."""
    nodes = max(round(NODES * scale), 20)
    with database(SETTINGS) as dsn, connect(dsn) as connection, Store(dsn) as store:
        add_nodes(connection, nodes)
        for day in range(DAYS):
            begin = NOW - timedelta(days=DAYS - day)
            write_hours(connection, begin, make_hours(nodes, day, 24))
        connection.execute("VACUUM ANALYZE private.rollup_hour")
        found = measure_scoring(connection, store, nodes)
        return found | measure_rounds(connection, store, nodes)


def measure_scoring(connection: Connection, store: Store, nodes: int) -> dict[str, float]:
    """72 rounds that all speak of the hour before NOW, and that hour scored."""
    names = [Series("node", f"box-{number}", "pm25") for number in range(1, nodes + 1)]
    numbers = number_series(connection, names)
    random, wrote = np.random.default_rng(1), []
    for back in range(HORIZON_H, 0, -1):
        table = np.sort(random.gamma(4, 3, (HORIZON_H, nodes, len(LEVELS))), axis=-1)
        issued = make_round(numbers, NOW - back * HOUR, table, naive=12.0)
        wrote.append(time_s(lambda issued=issued: write_round(connection, issued)))
    connection.execute("VACUUM ANALYZE private.forecast")
    hour = np.full((24, nodes), np.nan)
    hour[-1] = random.gamma(4, 3, nodes)
    start = int((NOW - timedelta(days=1)).timestamp())
    hours = Hours("node", start, tuple(names), numbers, hour)
    seconds = time_s(lambda: score_all(Desk(store), "pm25", hours, NOW))
    connection.execute(WEEKS.encode(), [NOW.date(), NOW.date()])
    found = {
        f"{name}_bytes": weigh(connection, f"forecast{table}") for name, table in SIZES.items()
    }
    return {
        "write_round_s": float(np.median(wrote)),
        "score_s": seconds,
        "scored_per_s": nodes * HORIZON_H / seconds,
        "page_s": time_s(lambda: read_recent(connection, "pm25")),
        **found,
        "day_mb": 24 * nodes * found["forecast_bytes"] / 1e6,
    }


SIZES = {"forecast": "", "score": "_score", "day": "_day"}


def measure_rounds(connection: Connection, store: Store, nodes: int) -> dict[str, float]:
    """Two whole rounds, an hour after the other, and what is old deleted."""
    connection.execute("DELETE FROM private.forecast_round")
    connection.execute("DELETE FROM private.forecast_score")
    desk: Any = Timed(Desk(store))
    memory = Memory()
    first = time_s(lambda: run(desk, NOW, "pm25", memory=memory))
    write_hours(connection, NOW, make_hours(nodes, DAYS, 1))
    desk.seconds.clear()
    second = time_s(lambda: run(desk, NOW + HOUR, "pm25", memory=memory))
    read = desk.seconds["read_hours"]
    connection.execute(
        "UPDATE private.forecast_round SET issue_time = issue_time - INTERVAL '1 year'"
    )
    return {
        "round_first_s": first,
        "round_s": second,
        "read_s": read,
        "retain_s": time_s(lambda: retain(connection, NOW)),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


class Timed:
    """A desk that adds up how long each question takes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.seconds: dict[str, float] = {}

    def __getattr__(self, name: str) -> Any:
        def ask(*facts: Any) -> Any:
            began = time.perf_counter()
            answer = getattr(self._desk, name)(*facts)
            self.seconds[name] = self.seconds.get(name, 0) + time.perf_counter() - began
            return answer

        return ask


def add_nodes(connection: Connection, nodes: int) -> None:
    """Boxes without a place."""
    connection.execute(
        "INSERT INTO private.node (name, kind, cell) SELECT 'box-' || n, 'box', 0"
        " FROM generate_series(1, %s) AS n",
        [nodes],
    )


def make_hours(nodes: int, day: int, hours: int) -> NDArray[np.int64]:
    """Steps (hours, nodes): a day, a slow wander that all share, and noise."""
    random = np.random.default_rng([1, day])
    at = 24 * day + np.arange(hours)[:, None]
    shared = 4 * np.sin(at / 24 * 2 * np.pi) + 5 * np.sin(at / 391.0) + 3 * np.sin(at / 67.0)
    level = 8 + np.random.default_rng(1).gamma(3, 2, nodes)
    values = level * np.exp(0.06 * shared) + random.normal(0, 1, (hours, nodes))
    return np.round(100 * np.maximum(values, 0)).astype(np.int64)


def write_hours(connection: Connection, start: datetime, steps: NDArray[np.int64]) -> None:
    """Rows of rollups for hours (h, nodes) from ``start`` on, of 60 good samples each."""
    hours, nodes = steps.shape
    moments = int(start.timestamp()) + 3600 * np.arange(hours, dtype=np.int64)
    rows, keys = hours * nodes, len(QUANTITIES)
    count, total, low = (np.zeros((rows, keys), np.int64) for _ in range(3))
    count[:, PLACE], total[:, PLACE], low[:, PLACE] = 60, 60 * steps.ravel(), steps.ravel()
    columns = {
        "hour": Column("timestamptz", np.repeat(moments, nodes)),
        "node_id": Column("integer", np.tile(np.arange(1, nodes + 1, dtype=np.int32), hours)),
        "there": Column("bigint", np.full(rows, 1 << PLACE)),
        "cell": Column("bigint", np.zeros(rows, np.int64)),
        "ride": Column("bigint", np.zeros(rows, np.int64)),
        "samples": Column("integer[]", count),
        "good": Column("integer[]", count),
        "total": Column("bigint[]", total),
        "low": Column("integer[]", low),
        "high": Column("integer[]", low),
    }
    copy_rows(connection, columns, HOURLY)


def weigh(connection: Connection, table: str) -> float:
    """Bytes a row of a table, its indexes and what is beside it included."""
    question = sql.SQL("SELECT pg_total_relation_size({}), count(*) FROM {}")
    name = sql.Identifier("private", table)
    size, rows = connection.execute(
        question.format(sql.Literal(f"private.{table}"), name)
    ).fetchone() or (0, 1)
    return size / rows


def time_s(work: Any) -> float:
    """Seconds that it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
