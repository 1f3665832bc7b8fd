"""Rounds of forecasts in a database: what a round and its scores take, and how many bytes they are.

NODES nodes (2,000) have hours of a quantity for DAYS days (400); then one round learns, and of the
next ones each comes an hour later. ``python tests/benchmarks/bench_rounds.py [NODES [DAYS]]``.
Hours are written into the rollups as they are there after an ingest, without their samples.
"""

import json
import resource
import time
from datetime import UTC, datetime, timedelta

import numpy as np
from psycopg import sql

from lokaalmeten.cli.rounds import Desk
from lokaalmeten.quantities import QUANTITIES, SLOT
from predict.job import run
from predict.rounds.hours import Memory
from storage.copy import Column
from storage.pool import connect
from storage.sending import copy_rows
from storage.store import Store

HOUR = timedelta(hours=1)
START = datetime(2026, 3, 1, tzinfo=UTC)
PLACE = SLOT["pm25"]
HOURLY = sql.Identifier("private", "rollup_hour")


def add_nodes(connection, nodes):
    connection.execute(
        "INSERT INTO private.node (name, kind, cell) SELECT 'box-' || n, 'box', 0"
        " FROM generate_series(1, %s) AS n",
        [nodes],
    )


def make_hours(nodes, first, hours, seed=1):
    """Steps (hours, nodes) of a town: a day, a week, a slow wander that all share, and noise."""
    random = np.random.default_rng([seed, first + 100_000])
    at = first + np.arange(hours)[:, None]
    shared = 4 * np.sin(at / 24 * 2 * np.pi) + 5 * np.sin(at / 391.0) + 3 * np.sin(at / 67.0)
    level = 8 + np.random.default_rng(seed).gamma(3, 2, nodes)
    values = level * np.exp(0.06 * shared) + random.normal(0, 1, (hours, nodes))
    return np.round(100 * np.maximum(values, 0)).astype(np.int64)


def write_hours(connection, nodes, start, steps):
    """Rows of rollups for hours (h, nodes) from ``start`` on, 60 good samples each."""
    hours = len(steps)
    moments = int(start.timestamp()) + 3600 * np.arange(hours, dtype=np.int64)
    rows = hours * nodes
    arrays = {name: np.zeros((rows, len(QUANTITIES)), np.int64) for name in ("n", "total", "low")}
    arrays["n"][:, PLACE] = 60
    arrays["total"][:, PLACE] = 60 * steps.ravel()
    arrays["low"][:, PLACE] = steps.ravel()
    columns = {
        "hour": Column("timestamptz", np.repeat(moments, nodes)),
        "node_id": Column("integer", np.tile(np.arange(1, nodes + 1, dtype=np.int32), hours)),
        "there": Column("bigint", np.full(rows, 1 << PLACE)),
        "cell": Column("bigint", np.zeros(rows, np.int64)),
        "ride": Column("bigint", np.zeros(rows, np.int64)),
        "samples": Column("integer[]", arrays["n"]),
        "good": Column("integer[]", arrays["n"]),
        "total": Column("bigint[]", arrays["total"]),
        "low": Column("integer[]", arrays["low"]),
        "high": Column("integer[]", arrays["low"]),
    }
    copy_rows(connection, columns, HOURLY)


class Timed:
    """A desk that notes how long each question takes."""

    def __init__(self, desk):
        self._desk, self.seconds = desk, {}

    def __getattr__(self, name):
        question = getattr(self._desk, name)

        def ask(*facts):
            began = time.perf_counter()
            answer = question(*facts)
            self.seconds[name] = self.seconds.get(name, 0) + time.perf_counter() - began
            return answer

        return ask


def measure_size(connection):
    """Bytes a row of each table, indexes and what is beside included."""
    found = {}
    for name in ("forecast", "forecast_score", "forecast_day"):
        table = f"private.{name}"
        question = (
            f"SELECT pg_total_relation_size('private.{table}'), count(*) FROM private.{table}"
        )
        size, rows = connection.execute(question.encode()).fetchone()
        found[f"{name}_rows"], found[f"{name}_bytes"] = rows, round(size / max(rows, 1))
    return found


def bench(dsn, nodes=2000, days=400, rounds=4):
    """What it took, in seconds, and sizes."""
    told = {"nodes": nodes, "days": days}
    with connect(dsn) as connection:
        add_nodes(connection, nodes)
        for day in range(0, days, 10):
            at = START + timedelta(days=day - days)
            write_hours(connection, nodes, at, make_hours(nodes, 24 * (day - days), 240))
        connection.execute("ANALYZE")
        memory = Memory()
        with Store(dsn) as store:
            for number in range(rounds):
                now = START + number * HOUR + timedelta(minutes=5)
                if number:
                    write_hours(
                        connection,
                        nodes,
                        now - timedelta(minutes=65),
                        make_hours(nodes, number - 1, 1),
                    )
                desk, began = Timed(Desk(store)), time.perf_counter()
                done = run(desk, now, "pm25", memory=memory)
                told[f"round{number}_s"] = round(time.perf_counter() - began, 1)
                told[f"round{number}_parts"] = {k: round(v, 2) for k, v in desk.seconds.items()}
                told[f"round{number}_scored"] = done.scored
                print(json.dumps(told, indent=1), flush=True)
        told |= measure_size(connection)
        told["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(told, indent=1), flush=True)
    return told
