"""Long work on threads and on two worker processes, reads beside an ingest, two brokers.

Four months of 40 boxes with 13 quantities, a sample every five minutes, in a hypertable on disk.
Each piece of work is done on threads of one process (two, on a machine with two processors), on a
Dask cluster of two workers of one thread, and on such a cluster of which a worker is killed as soon
as a block is done and another one is started. They take turns; medians. All share the machine.

``apply_threads_rows_per_s``, ``apply_cluster_rows_per_s``  stored rows corrected anew
``export_threads_rows_per_s``, ``export_cluster_rows_per_s``  public rows to Parquet
``fit_threads_hours_per_s``, ``fit_cluster_hours_per_s``  hours of series that a forecast learns from
``.._ratio``           the second of these as a multiple of the first
``.._killed``          seconds with a killed worker as a multiple of those without
``reads_primary_per_s``, ``reads_replica_per_s``  questions of four readers, from the server that
                       ingests as fast as it can, and from a replica that follows it
``reads_ratio``        the second as a multiple of the first
``writes_primary_per_s``, ``writes_replica_per_s``  rows a second stored meanwhile
``writes_ratio``       the second as a multiple of the first
``replica_lag_ms``     how far the replica is behind at most, asked ten times a second

What several ingests of one broker bring is ``shared_gain`` of bench_ingest.
"""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

import numpy as np
from rich.console import Console

from lokaalmeten.cli.correcting import run_apply
from lokaalmeten.cli.exports import run_export
from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from predict.graph import Apart
from storage import reader
from storage.calibrations import add_calibration
from storage.pool import connect
from storage.server import LocalServer
from storage.writer import Writer
from tests.benchmarks.bench_write import BOXES, HOUR_S, KEYS, SETTINGS, START, database, make_batch
from tests.benchmarks.timing import time_s
from tests.services.cluster import Workers, killing, working
from tests.services.copies import copy_running, open_folder
from tests.services.debian import programs

NODES = 40
STEP_S = 300
DAY_S = 86_400
DAYS = 120
ROUNDS = 3
READERS = 4
READ_S = 20
SILENT = Console(quiet=True)
FIRST = datetime.fromtimestamp(START, UTC)
LAG = """
SELECT coalesce(extract(epoch FROM max(replay_lag)), 0) * 1000 FROM pg_stat_replication
"""

Work = Callable[[str | None], None]  # on the cluster at an address, or on threads


def measure(scale: float) -> dict[str, float]:
    """``scale`` times 120 days, at least 60, and 20 seconds of reading, at least 5."""
    days = max(round(DAYS * scale), 60)
    found = {}
    with tempfile.TemporaryDirectory(prefix="lokaalmeten-") as name, database(SETTINGS) as dsn:
        rows, gains = fill(dsn, days), count(2)
        with working(Path(name), dsn=dsn) as workers:
            lakes = (Path(name, f"lake-{number}") for number in count())
            work: dict[str, tuple[str, float, Work]] = {
                "apply": ("rows", rows, lambda where: apply(dsn, days, next(gains), where)),
                "export": ("rows", rows, lambda where: export(dsn, next(lakes), where)),
                "fit": ("hours", *make_fit(days)),
            }
            for key, (unit, size, run) in work.items():
                found |= compare(key, unit, size, run, workers)
    return found | measure_reads(max(READ_S * scale, 5))


def fill(dsn: str, days: int) -> int:
    """Write so many days of all boxes, with a calibration; the number of rows."""
    steps = days * DAY_S // STEP_S
    random = np.random.default_rng(1)
    with connect(dsn) as connection:
        writer = Writer(connection)
        for node in range(1, NODES + 1):
            name = BOXES[node - 1]
            reg = connection.execute(
                "INSERT INTO private.node (name, kind) VALUES (%s, 'box') RETURNING id", [name]
            )
            (number,) = reg.fetchone() or (0,)
            counts = random.integers(100, 9000, (len(KEYS), steps)).astype(np.int32)
            time_ = START + STEP_S * np.arange(steps, dtype=np.int64)
            made = to_observations(np.full(steps, number, np.int32), time_, KEYS, counts)
            writer.write([replace(made, flags=np.full(counts.shape, Flag.GOOD, np.uint8))])
        connection.execute("VACUUM ANALYZE private.observation")
    return NODES * steps
