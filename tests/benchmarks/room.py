"""What a sample takes: room on disk, a place in a narrow table, and memory to export."""

import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial

from storage import reader
from storage.failures import Connection
from storage.fields import decode
from storage.stream import gather, read_kinds, read_rows
from tests.benchmarks.bench_write import HOUR_S, KEYS, START
from tests.benchmarks.history import read_rollup_bytes
from tests.benchmarks.timing import no_collector, time_s

NARROW_HOURS = 4  # some six million rows of a narrow table
DECODED = 200_000  # rows
EXPORT = """
import re, sys
from datetime import datetime
from pathlib import Path
from storage.export import export
from storage.pool import connect
with connect(sys.stdin.read()) as connection:
    files = export(connection, Path(sys.argv[1]), *map(datetime.fromisoformat, sys.argv[2:]))
status = Path("/proc/self/status").read_text()
print(sum(file.rows for file in files), re.search(r"VmHWM:\\s+(\\d+) kB", status)[1])
"""


def measure_room(connection: Connection, rows: int, copied: int) -> dict[str, float]:
    """Bytes of a row, and of the same as (time, series, value); ``copied`` of rollups not counted.

    The table of observations has so many rows.
    """
    row = connection.execute(
        "SELECT sum(pg_table_size(inhrelid))::bigint, sum(pg_indexes_size(inhrelid))::bigint"
        " FROM pg_inherits WHERE inhparent = 'private.observation'::regclass"
    ).fetchone()
    assert row
    heap, index = row[0] / rows, row[1] / rows
    return {
        "bytes_per_row": heap + index,
        "heap_bytes": heap,
        "index_bytes": index,
        "rollup_bytes": (read_rollup_bytes(connection) - copied) / rows,
        "narrow_ratio": measure_narrow(connection) / (heap + index),
    }


def measure_narrow(connection: Connection) -> float:
    """Bytes that all values of a sample take in a narrow table, with its key."""
    connection.execute(
        "CREATE UNLOGGED TABLE narrow (time timestamptz NOT NULL, series integer NOT NULL,"
        " value double precision NOT NULL, PRIMARY KEY (series, time))"
    )
    values = ", ".join(f"({slot}, {key}::double precision)" for slot, key in enumerate(KEYS))
    statement = (
        "INSERT INTO narrow SELECT time, node_id * 32 + slot, value FROM private.observation"
        f" CROSS JOIN LATERAL (VALUES {values}) AS v (slot, value)"
        " WHERE time >= to_timestamp(%s) AND time < to_timestamp(%s) AND value IS NOT NULL"
        " ORDER BY 2, 1"  # each hour as it came, in the order of the key
    )
    for hour in range(NARROW_HOURS):
        start = START + hour * HOUR_S
        connection.execute(statement.encode(), [start, start + HOUR_S])
    row = connection.execute(
        "SELECT pg_total_relation_size('narrow'), (SELECT count(*) FROM private.observation"
        " WHERE time >= to_timestamp(%s) AND time < to_timestamp(%s))",
        [START, START + NARROW_HOURS * HOUR_S],
    ).fetchone()
    connection.execute("DROP TABLE narrow")
    assert row
    return row[0] / row[1]


def measure_decode(connection: Connection) -> float:
    """Rows a second of what the server sends of an export, received beforehand."""
    keys = ", ".join(reader.KEYS)
    query = f"SELECT time, cell, flags, {keys} FROM public.observation LIMIT {DECODED}"
    kinds = list(read_kinds(connection, query).values())
    statement = f"COPY ({query}) TO STDOUT (FORMAT binary)".encode()
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        blocks = list(gather(read_rows(iter([bytes(message) for message in copy]))))
    rows = sum(map(len, blocks))
    with no_collector():
        return rows / min(time_s(partial(decode_all, kinds, blocks)) for _ in range(5))


def decode_all(kinds: list[str], blocks: list) -> None:
    """Decode blocks and throw the columns away."""
    for block in blocks:
        decode(kinds, block)


def measure_export(dsn: str, hours: int) -> dict[str, float]:
    """Rows a second of the first hours to CSV, by a process of its own, and its most memory."""
    period = [datetime.fromtimestamp(START + hour * HOUR_S, UTC).isoformat() for hour in (0, hours)]
    with tempfile.TemporaryDirectory(prefix="lokaalmeten-") as folder:
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", EXPORT, folder, *period],
            input=dsn,  # with its password, so not as an argument
            capture_output=True,
            text=True,
            check=True,
        )
        seconds = time.perf_counter() - begun
    rows, peak_kb = map(int, done.stdout.split())
    return {"export_rows_per_s": rows / seconds, "export_rss_mb": peak_kb / 1000}
