"""The write path: pages of 60 samples as columns, to committed rows of a hypertable.

Batches of 10,000 rows (``_10k``) and 60,000 (``_60k``) of as many boxes as pages, 13 quantities,
every commit on disk. The bare COPY sends the bytes that the writer would send, made beforehand, and
nothing else; the writer sorts, packs flags, looks for duplicates and encodes. They take turns with
fresh rows in one table.

``rows_per_s``             observations to committed rows
``vs_bare_copy``           the same as a share of what the bare COPY reaches
``vs_bare_copy_acked``     the same when every page is also noted for its acknowledgement
``duplicates_rows_per_s``  every row and page is there already
``encode_rows_per_s``      observations to the bytes of the COPY, without a database
"""

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

from lokaalmeten import wire
from lokaalmeten.memory import keep_freed_memory
from lokaalmeten.observations import Observations, to_observations
from lokaalmeten.quality import Flag
from storage.copy import encode, to_copy
from storage.failures import Connection
from storage.migrate import migrate
from storage.pool import connect
from storage.registry import add_node
from storage.rows import to_rows
from storage.server import LocalServer
from storage.server_folder import remove
from storage.writer import Writer
from tests.benchmarks.timing import no_collector, time_s
from tests.services.debian import programs

KEYS = wire.SCHEMAS[1][2]
# of a week, and of a chunk of the hypertable; so long ago that weeks of samples are not of tomorrow
START = (1_795_392_000 // 604_800 - 20) * 604_800
HOUR_S = 3600
BOXES = [f"box-{number:03}" for number in range(1000)]
SIZES = {"10k": 10_000, "60k": 60_000}
ROUNDS = 20
SETTINGS = {
    "shared_preload_libraries": "timescaledb",
    "timescaledb.telemetry_level": "off",
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",  # no checkpoint in the middle of a round
    "jit": "off",
}


def measure(scale: float) -> dict[str, float]:
    """Medians over rounds; ``scale`` times 20 rounds, at least 3."""
    keep_freed_memory()  # as the ingest does
    rounds = max(round(ROUNDS * scale), 3)
    numbers = {}
    with hypertable() as dsn:
        hours = iter(range(10**6))
        for name, size in SIZES.items():
            found = measure_size(dsn, size // wire.SAMPLES, rounds, hours)
            numbers |= {f"{key}_{name}": value for key, value in found.items()}
    return numbers


def measure_size(dsn: str, pages: int, rounds: int, hours: Iterator[int]) -> dict[str, float]:
    """Numbers of one size of batch; every batch is an hour later than the one before it."""
    seconds: dict[str, list[float]] = defaultdict(list)
    with connect(dsn) as connection, no_collector():
        writer = Writer(connection)
        for turn in range(rounds + 1):
            batches = [make_batch(pages, START + next(hours) * HOUR_S) for _ in range(3)]
            arrivals = {(node, pages): [turn] for node in range(1, pages + 1)}
            work = {
                "bare": make_copy(connection, batches[0]),
                "write": partial(writer.write, [batches[1]]),
                "acked": partial(writer.write, [batches[2]], arrivals=arrivals),
                "again": partial(writer.write, [batches[2]], arrivals=arrivals),
                "encode": partial(encode_all, batches[0]),
            }
            if turn % 2:  # none always follows on what the same one leaves behind
                work = {name: work[name] for name in ("write", "acked", "bare", "encode", "again")}
            for name, run in work.items():
                taken = time_s(run)
                if turn:  # the first one warms up
                    seconds[name].append(taken)
    found = {name: median(values) for name, values in seconds.items()}
    rows = pages * wire.SAMPLES
    return {
        "rows_per_s": rows / found["write"],
        "vs_bare_copy": found["bare"] / found["write"],
        "vs_bare_copy_acked": found["bare"] / found["acked"],
        "duplicates_rows_per_s": rows / found["again"],
        "encode_rows_per_s": rows / found["encode"],
    }


def make_copy(connection: Connection, batch: Observations) -> Callable[[], None]:
    """A bare COPY of the bytes that the writer would send."""
    columns = to_rows([batch])
    message = to_copy(list(columns.values()))
    statement = f"COPY private.observation ({', '.join(columns)}) FROM STDIN (FORMAT binary)"

    def run() -> None:
        with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            copy.write(message)

    return run


def encode_all(batch: Observations) -> None:
    """Make the bytes of a batch and throw them away."""
    for _ in encode(list(to_rows([batch]).values())):
        pass


def make_batch(pages: int, start: int) -> Observations:
    """One page of every node, in the order in which they happen to arrive."""
    random = np.random.default_rng(start)
    node = np.repeat(random.permutation(pages).astype(np.int32) + 1, wire.SAMPLES)
    time_ = start + np.tile(np.arange(wire.SAMPLES, dtype=np.int64) * 60, pages)
    counts = random.integers(0, 9_000, (len(KEYS), len(node))).astype(np.int32)
    cell = np.zeros(len(node), np.int64)
    made = to_observations(node, time_, KEYS, counts, cell=cell)
    return replace(made, flags=np.full(counts.shape, Flag.GOOD, np.uint8))


@contextmanager
def hypertable(settings: Mapping[str, str] = SETTINGS) -> Iterator[str]:
    """DSN of a database with 1,000 nodes, on a server of its own that writes to disk."""
    with database(settings) as dsn:
        with connect(dsn) as connection, connection.transaction():
            for name in BOXES:
                add_node(connection, name, "box")
        yield dsn


@contextmanager
def database(settings: Mapping[str, str]) -> Iterator[str]:
    """DSN of a migrated database, on a server of its own that writes to disk."""
    folder = Path(tempfile.mkdtemp(prefix="lokaalmeten-"))
    folder.chmod(0o711)
    home = folder / "postgresql"
    try:
        with LocalServer(home, programs().postgres_bin, settings=settings) as server:
            migrate(server.dsn)
            yield server.dsn
    finally:
        remove(home)
        shutil.rmtree(folder)
