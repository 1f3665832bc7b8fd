"""Reading: quick answers, streams and files, and the room that a sample takes.

A minute of 1,000 boxes with 13 quantities is 1,000 rows; 5 million of them lie in a hypertable on
disk, written as the ingest would, in batches of an hour. The server has looked at its tables
(autovacuum would), and every answer was given before it is timed.

``latest_p95_ms``      the latest sample of all nodes, of 200 times; with its frame
``node_day_p95_ms``    24 hours of one node, PM2.5 and temperature in steps of 5 minutes
``count_p95_ms``       how many samples there are
``decode_rows_per_s``  messages of a binary COPY to columns, without a database
``export_rows_per_s``  rows of the hypertable to CSV files, in a process of its own
``export_rss_mb``      the most memory of that process, Python and libraries included
``bytes_per_row``      table, key and BRIN index
``narrow_ratio``       the same values as (time, series, value) with its key, divided by that
"""

import itertools
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np

from lokaalmeten import wire
from storage import reader
from storage.failures import Connection
from storage.fields import decode
from storage.pool import connect
from storage.stream import gather, read_kinds, read_rows
from storage.writer import Writer
from tests.benchmarks.bench_write import (
    BOXES,
    HOUR_S,
    KEYS,
    START,
    hypertable,
    make_batch,
    no_collector,
    time_s,
)

ROWS = 5_000_000
ROUNDS = 200
ROWS_A_BATCH = len(BOXES) * wire.SAMPLES
EXPORT = """
import re, sys
from pathlib import Path
from storage.export import export
from storage.pool import connect
with connect(sys.stdin.read()) as connection:
    files = export(connection, Path(sys.argv[1]))
status = Path("/proc/self/status").read_text()
print(sum(file.rows for file in files), re.search(r"VmHWM:\\s+(\\d+) kB", status)[1])
"""


def measure(scale: float) -> dict[str, float]:
    """``scale`` times 5 million rows and 200 rounds, at least two batches and 20."""
    batches = max(round(ROWS * scale / ROWS_A_BATCH), 2)
    rounds = max(round(ROUNDS * scale), 20)
    with hypertable() as dsn, connect(dsn) as connection:
        fill(connection, batches)
        return {
            **measure_answers(connection, batches, rounds),
            "decode_rows_per_s": measure_decode(connection),
            **measure_export(dsn),
            **measure_room(connection),
        }


def fill(connection: Connection, batches: int) -> None:
    """Write so many hours of all nodes, and have the server look at them."""
    writer = Writer(connection)
    for hour in range(batches):
        writer.write([make_batch(len(BOXES), START + hour * HOUR_S)])
    connection.execute("VACUUM ANALYZE private.observation")


def measure_answers(connection: Connection, batches: int, rounds: int) -> dict[str, float]:
    """95th percentile of the quick answers, in milliseconds."""
    stop = datetime.fromtimestamp(START, UTC) + timedelta(hours=batches)
    day = (["pm25", "temperature"], stop - timedelta(hours=24), stop, 300)
    names = itertools.cycle(BOXES)
    questions: dict[str, Callable[[], object]] = {
        "latest": partial(reader.latest, connection),
        "node_day": lambda: reader.series(connection, next(names), *day),
        "count": partial(reader.count, connection),
    }
    found = {}
    with no_collector():
        for name, ask in questions.items():
            seconds = [time_s(ask) for _ in range(2 * rounds)][rounds:]  # the first half warms up
            found[f"{name}_p95_ms"] = 1000 * float(np.quantile(seconds, 0.95))
    return found


def measure_decode(connection: Connection) -> float:
    """Rows a second of what the server sends of an export, received beforehand."""
    keys = ", ".join(reader.KEYS)
    query = f"SELECT time, cell, flags, {keys} FROM public.observation LIMIT 200000"
    kinds = list(read_kinds(connection, query).values())
    with connection.cursor() as cursor, cursor.copy(to_copy(query)) as copy:
        blocks = list(gather(read_rows(iter([bytes(message) for message in copy]))))
    rows = sum(map(len, blocks))
    with no_collector():
        return rows / min(time_s(partial(decode_all, kinds, blocks)) for _ in range(5))


def to_copy(query: str) -> bytes:
    """Statement that sends the answer of a query in binary."""
    return f"COPY ({query}) TO STDOUT (FORMAT binary)".encode()


def decode_all(kinds: list[str], blocks: list) -> None:
    """Decode blocks and throw the columns away."""
    for block in blocks:
        decode(kinds, block)


def measure_export(dsn: str) -> dict[str, float]:
    """Rows a second, start of the process included, and its most memory."""
    with tempfile.TemporaryDirectory(prefix="lokaalmeten-") as folder:
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", EXPORT, folder],
            input=dsn,  # with its password, so not as an argument
            capture_output=True,
            text=True,
            check=True,
        )
        seconds = time.perf_counter() - begun
    rows, peak_kb = map(int, done.stdout.split())
    return {"export_rows_per_s": rows / seconds, "export_rss_mb": peak_kb / 1000}


def measure_room(connection: Connection) -> dict[str, float]:
    """Bytes of a row, and of the same in a narrow table."""
    row = connection.execute(
        "SELECT sum(pg_total_relation_size(inhrelid)), (SELECT count(*) FROM private.observation)"
        " FROM pg_inherits WHERE inhparent = 'private.observation'::regclass"
    ).fetchone()
    assert row
    wide = float(row[0]) / row[1]
    connection.execute(
        "CREATE UNLOGGED TABLE narrow (time timestamptz NOT NULL, series integer NOT NULL,"
        " value double precision NOT NULL, PRIMARY KEY (series, time))"
    )
    batches = min(row[1] // ROWS_A_BATCH, 8)
    fill_narrow(connection, batches)
    narrow = connection.execute("SELECT pg_total_relation_size('narrow')").fetchone()
    assert narrow
    narrow_row = float(narrow[0]) / (batches * ROWS_A_BATCH)
    return {"bytes_per_row": wide, "narrow_ratio": narrow_row / wide}


def fill_narrow(connection: Connection, batches: int) -> None:
    """Write the first batches as they came, each in the order of the key of the narrow table."""
    values = ", ".join(f"({slot}, {key}::double precision)" for slot, key in enumerate(KEYS))
    statement = (
        "INSERT INTO narrow SELECT time, node_id * 32 + slot, value FROM private.observation"
        f" CROSS JOIN LATERAL (VALUES {values}) AS v (slot, value)"
        " WHERE time >= to_timestamp(%s) AND time < to_timestamp(%s) AND value IS NOT NULL"
        " ORDER BY 2, 1"
    )
    for hour in range(batches):
        start = START + hour * HOUR_S
        connection.execute(statement.encode(), [start, start + HOUR_S])
