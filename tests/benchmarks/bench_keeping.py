"""Moving data: public data to Parquet, a whole database to files, and these into another server.

A minute of 1,000 boxes with 13 quantities is 1,000 rows; 5 million of them lie in a hypertable on
disk. What is saved is loaded into plain PostgreSQL, on disk as well. Each is a
process of its own, Python and libraries included.

``parquet_rows_per_s``  public rows to Parquet
``save_rows_per_s``     rows of all tables to a folder; ``load_rows_per_s`` from there to a server
``.._rss_mb``           the most memory of that process
``parquet_row_bytes``   of a sample in the files of an export
``save_row_bytes``      of a sample in a saved database
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lokaalmeten import wire
from storage.failures import Connection
from storage.migrate import migrate
from storage.pool import connect
from storage.server import LocalServer, embedded_binaries
from storage.server_folder import remove
from storage.writer import Writer
from tests.benchmarks.bench_write import BOXES, HOUR_S, SETTINGS, START, hypertable, make_batch

ROWS = 5_000_000
ROWS_A_BATCH = len(BOXES) * wire.SAMPLES

COMMON = """
import re, sys
from pathlib import Path
from storage.pool import connect
with connect(sys.stdin.read()) as connection:
    rows = move(connection, Path(sys.argv[1]))
status = Path("/proc/self/status").read_text()
print(rows, re.search(r"VmHWM:\\s+(\\d+) kB", status)[1])
"""
PARQUET = """
from storage.export import export
from storage.parquet import PARQUET
def move(connection, folder):
    return sum(file.rows for file in export(connection, folder, form=PARQUET))
"""
SAVE = "from storage.save import save\ndef move(*words): return save(*words).rows\n"
LOAD = "from storage.load import load\ndef move(*words): return load(*words).rows\n"


def measure(scale: float) -> dict[str, float]:
    """``scale`` times 5 million rows, at least two batches."""
    batches = max(round(ROWS * scale / ROWS_A_BATCH), 2)
    rows = batches * ROWS_A_BATCH
    with tempfile.TemporaryDirectory(prefix="lokaalmeten-") as name, plain() as other:
        lake, saved = Path(name, "lake"), Path(name, "saved")
        with hypertable() as dsn:
            with connect(dsn) as connection:
                fill(connection, batches)
            found = run("parquet", PARQUET, dsn, lake) | run("save", SAVE, dsn, saved)
        return {
            **found,
            **run("load", LOAD, other, saved),
            "parquet_row_bytes": weigh(lake / "observations") / rows,
            "save_row_bytes": weigh(saved / "observation") / rows,
        }


def fill(connection: Connection, batches: int) -> None:
    """Write so many hours of all nodes."""
    writer = Writer(connection)
    for hour in range(batches):
        writer.write([make_batch(len(BOXES), START + hour * HOUR_S)])
    connection.execute("VACUUM ANALYZE private.observation")


@contextmanager
def plain() -> Iterator[str]:
    """DSN of an empty migrated database on PostgreSQL, on disk."""
    settings = {name: value for name, value in SETTINGS.items() if "timescale" not in value + name}
    with tempfile.TemporaryDirectory(prefix="lokaalmeten-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        try:
            with LocalServer(folder / "pg", embedded_binaries(), settings=settings) as server:
                migrate(server.dsn)
                yield server.dsn
        finally:
            remove(folder / "pg")


def run(name: str, program: str, dsn: str, folder: Path) -> dict[str, float]:
    """Rows a second of a program, and its most memory."""
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program + COMMON, folder],
        input=dsn,  # with its password, so not as an argument
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - begun
    rows, peak_kb = map(int, done.stdout.split())
    return {f"{name}_rows_per_s": rows / seconds, f"{name}_rss_mb": peak_kb / 1000}


def weigh(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*.parquet"))
