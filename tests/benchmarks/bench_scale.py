"""Long work on threads and on two worker processes, and reads beside an ingest.

Three months of 20 boxes with 13 quantities, a sample every five minutes, in a hypertable on disk;
for forecasts half a year of 128 series. Each piece of work is done on threads of one process (as
many as processors), on a Dask cluster of two workers of one thread, and on such a cluster of which
a worker is killed as soon as a block is done. They take turns; medians. All share the machine.

``apply_threads_rows_per_s``, ``apply_cluster_rows_per_s``    stored rows corrected anew
``export_threads_rows_per_s``, ``export_cluster_rows_per_s``  public rows to Parquet
``fit_threads_hours_per_s``, ``fit_cluster_hours_per_s``      hours of series to a forecast's model
``.._ratio``     the second of these as a multiple of the first
``.._killed``    seconds on the cluster with a killed worker as a multiple of those without
``reads_primary_per_s``, ``reads_replica_per_s``  questions of two readers: to the server, which
                 stores 30,000 rows a second, and to a replica that follows it on the same machine
``reads_ratio``  the second as a multiple of the first
``writes_primary_per_s``, ``writes_replica_per_s``  rows a second stored meanwhile
``replica_lag_ms``  how far the replica was behind at most, asked five times a second

``connection_bytes``, ``connects_per_s``  what a node that is connected costs Mosquitto

What several ingests of one broker bring is ``shared_gain`` of bench_ingest.
"""

import multiprocessing
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
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
from storage.migrate import migrate
from storage.pool import connect
from storage.registry import add_node
from storage.server import LocalServer
from storage.writer import Writer
from tests.benchmarks.bench_write import (
    BOXES,
    HOUR_S,
    KEYS,
    SETTINGS,
    START,
    hypertable,
    make_batch,
)
from tests.benchmarks.connecting import measure_connections
from tests.benchmarks.timing import time_s
from tests.services.cluster import Workers, killing, working
from tests.services.copies import copy_running, open_folder
from tests.services.debian import programs

NODES, STEP_S, DAYS, DAY_S = 20, 300, 90, 86_400
SERIES, WIDTH, LEARNED_H = 128, 32, 180 * 24
ROUNDS = 3
READERS, READ_S = 2, 10
PAGES, PACE_S = 100, 0.2  # a batch of 6,000 rows, five a second
QUIET = Console(quiet=True)
FIRST = datetime.fromtimestamp(START, UTC)
LAG = """
SELECT coalesce(extract(epoch FROM max(replay_lag)) * 1000, 0)::float8 FROM pg_stat_replication
"""

Work = Callable[[str | None], object]  # on the cluster at an address; on threads without


def measure(scale: float) -> dict[str, float]:
    """``scale`` times 90 days, at least 45, half a year of series, and 10 seconds of reading."""
    days, hours = max(round(DAYS * scale), 45), max(round(LEARNED_H * scale), 60 * 24)
    found = {}
    with tempfile.TemporaryDirectory(prefix="lokaalmeten-") as name, hypertable() as dsn:
        rows, gains, lakes = fill(dsn, days), count(2), map(str, count())
        history = np.random.default_rng(1).gamma(4, 3, (hours, SERIES))
        work: dict[str, tuple[str, int, Work]] = {
            "apply": ("rows", rows, lambda where: apply(dsn, days, next(gains), where)),
            "export": (
                "rows",
                rows,
                lambda where: export(dsn, Path(name, next(lakes)), where),
            ),
            "fit": (
                "hours",
                history.size,
                lambda where: Apart(where, WIDTH).fit(history, START, horizon=24),
            ),
        }
        with working(Path(name), dsn=dsn) as workers:
            for key, (unit, size, run) in work.items():
                found |= compare(key, unit, size, run, workers)
    return found | measure_connections(5000) | measure_reads(max(READ_S * scale, 5))


def fill(dsn: str, days: int) -> int:
    """Write so many days of the boxes; the number of rows."""
    steps = days * DAY_S // STEP_S
    random = np.random.default_rng(1)
    time_ = START + STEP_S * np.arange(steps, dtype=np.int64)
    with connect(dsn) as connection:
        writer = Writer(connection)
        for node in range(1, NODES + 1):
            counts = random.integers(100, 9000, (len(KEYS), steps)).astype(np.int32)
            made = to_observations(np.full(steps, node, np.int32), time_, KEYS, counts)
            writer.write([replace(made, flags=np.full(counts.shape, Flag.GOOD, np.uint8))])
        connection.execute("VACUUM ANALYZE private.observation")
    return NODES * steps


def apply(dsn: str, days: int, gain: int, cluster: str | None) -> None:
    """Correct all rows by a new calibration, and clear away what was before them."""
    with connect(dsn) as connection:
        line = {"line": {"gain": 1 + gain / 100}}
        add_calibration(connection, "pm25", "line", line, FIRST, applied=True)
    run_apply(dsn, FIRST, FIRST + timedelta(days=days), [], QUIET, cluster)


def export(dsn: str, folder: Path, cluster: str | None) -> None:
    """Write all public rows to Parquet."""
    chosen = {"nodes": [], "quantities": [], "kind": "parquet", "zipped": False}
    run_export(dsn, folder, None, None, QUIET, **chosen, cluster=cluster)


def compare(key: str, unit: str, size: int, run: Work, workers: Workers) -> dict[str, float]:
    """Medians of a piece of work on threads, on the cluster, and with a worker killed."""
    seconds: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        workers.wait()
        for how in ("threads", "cluster", "killed"):
            with killing(workers, after=1) if how == "killed" else nullcontext():
                where = None if how == "threads" else workers.address
                seconds[how].append(time_s(partial(run, where)))
    found = {how: median(taken) for how, taken in seconds.items()}
    return {
        f"{key}_threads_{unit}_per_s": size / found["threads"],
        f"{key}_cluster_{unit}_per_s": size / found["cluster"],
        f"{key}_ratio": found["threads"] / found["cluster"],
        f"{key}_killed": found["killed"] / found["cluster"],
    }


def measure_reads(seconds: float) -> dict[str, float]:
    """Questions a second to a primary and to its replica, while the primary stores."""
    counts: dict[str, list[float]] = defaultdict(list)
    hours, lags = count(24, 500), list[float]()  # days that no turn has in common
    with pair() as places, beside() as pool:
        for _ in range(ROUNDS):
            for name, dsn in places.items():
                writing = pool.submit(store, places["primary"], seconds, next(hours))
                with watching(places["primary"], lags):
                    counts[f"reads_{name}_per_s"].append(ask(dsn, seconds) / seconds)
                counts[f"writes_{name}_per_s"].append(writing.result() / seconds)
    found = {name: median(values) for name, values in counts.items()}
    found["reads_ratio"] = found["reads_replica_per_s"] / found["reads_primary_per_s"]
    return found | {"replica_lag_ms": max(lags, default=0.0)}


@contextmanager
def pair() -> Iterator[dict[str, str]]:
    """DSNs of a server with a day of 1,000 boxes, and of the replica that follows it."""
    binaries = programs().postgres_bin
    with (
        open_folder() as folder,
        LocalServer(folder / "primary", binaries, settings=SETTINGS) as primary,
    ):
        migrate(primary.dsn)
        with connect(primary.dsn) as connection:
            for name in BOXES:
                add_node(connection, name, "box", lat=52.09, lon=5.12)
            writer = Writer(connection)
            for hour in range(24):
                writer.write([make_batch(len(BOXES), START + hour * HOUR_S)])
            connection.execute("VACUUM ANALYZE private.observation")
        copy_running(primary, folder / "replica", "--write-recovery-conf")
        with LocalServer(folder / "replica", binaries, settings=SETTINGS) as replica:
            yield {"primary": primary.dsn, "replica": replica.dsn}


@contextmanager
def beside() -> Iterator[ProcessPoolExecutor]:
    """A process that writes, so that readers of this one do not wait for it."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


def store(dsn: str, seconds: float, hour: int) -> int:
    """Write batches of so many pages at the pace; the rows."""
    rows, until = 0, time.monotonic() + seconds
    with connect(dsn) as connection:
        writer = Writer(connection)
        while time.monotonic() < until:
            begun = time.monotonic()
            batch = make_batch(PAGES, START + hour * HOUR_S)
            writer.write([batch])
            rows, hour = rows + len(batch), hour + 1
            time.sleep(max(PACE_S - (time.monotonic() - begun), 0))
    return rows


def ask(dsn: str, seconds: float) -> int:
    """Ask for days of boxes and for the latest of all in turn; how many answers there were."""
    answers, until = count(), time.monotonic() + seconds

    def go_on(number: int) -> None:
        with connect(dsn, reading=True) as connection:
            for turn in count(number):
                if time.monotonic() > until:
                    return
                if turn % 10 == 0:
                    reader.latest(connection)
                else:
                    name = BOXES[turn * 37 % len(BOXES)]
                    day = (FIRST, FIRST + timedelta(days=1))
                    reader.series(connection, name, ["pm25"], *day, 3600)
                next(answers)

    readers = [threading.Thread(target=go_on, args=(number * 5,)) for number in range(READERS)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    return next(answers)


@contextmanager
def watching(dsn: str, lags: list[float]) -> Iterator[None]:
    """Note how far the replica is behind, until the end of the block."""
    stop = threading.Event()

    def look() -> None:
        with connect(dsn) as connection:
            while not stop.wait(0.2):
                (lag,) = connection.execute(LAG).fetchone() or (0.0,)
                lags.append(lag)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
