"""Downloads: what was selected, from a hypertable to the bytes of a file.

200 boxes with 13 quantities and a sample a minute for eight days, some 2.3 million rows; SCALE
makes it fewer days. Each file is written by a process of its own to a temporary file, the server
beside it on the same machine; the better of two.

``csv_rows_per_s``          PM2.5 as CSV: 8 columns, time to file and library included
``parquet_rows_per_s``      the same as Parquet, and ``geojson_``, ``netcdf_``
``wide_csv_rows_per_s``     all 13 quantities: 32 columns, and ``wide_parquet_``
``csv_cpu_rows_per_s``      rows by the processor time of the process that writes; ``parquet_cpu_``
``server_cpu_rows_per_s``   rows of PM2.5 by the processor time of the server: with two free
                            processors the smaller of the two is the speed
``read_rows_per_s``         the arrays of PM2.5 alone, without a file
``export_rss_mb``           most memory of such a process, all libraries included; of any of these
``export_growth_mb``        of that, what the wide CSV takes more for all days than for the first
``rows``                    of the observations
"""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import NamedTuple

import numpy as np

from storage.pool import connect
from tests.benchmarks.bench_write import SETTINGS, START, database
from tests.benchmarks.city import City
from tests.benchmarks.filling import DAY_H, EARLY, Filling

BOXES, DAYS = 200, 8
ROUNDS = 2
WRITE = """
import os, re, sys, tempfile, time
from datetime import datetime
from pathlib import Path
from storage.downloads.answer import prepare, write_download
from storage.downloads.reading import read_blocks
from storage.downloads.selection import Selection
from storage.pool import connect
form, keys, start, stop = sys.argv[1:]
selection = Selection(*map(datetime.fromisoformat, (start, stop)), tuple(keys.split()))
with connect(sys.stdin.read()) as connection, tempfile.TemporaryFile() as file:
    asked = prepare(connection, selection, "csv" if form == "read" else form)
    stat = Path(f"/proc/{connection.info.backend_pid}/stat")
    ticks = lambda: sum(map(int, stat.read_text().rpartition(")")[2].split()[11:13]))
    begun, used, served = time.perf_counter(), time.process_time(), ticks()
    if form == "read":
        rows = sum(map(len, read_blocks(connection, asked.selection, asked.pieces)))
    else:
        rows = write_download(connection, asked, file)
    taken, used = time.perf_counter() - begun, time.process_time() - used
    served = (ticks() - served) / os.sysconf("SC_CLK_TCK")
status = Path("/proc/self/status").read_text()
print(rows, taken, used, served, re.search(r"VmHWM:\\s+(\\d+) kB", status)[1])
"""
FILES = {  # key: format, quantities
    "read": ("read", "pm25"),
    "csv": ("csv", "pm25"),
    "parquet": ("parquet", "pm25"),
    "geojson": ("geojson", "pm25"),
    "netcdf": ("netcdf", "pm25"),
    "wide_csv": ("csv", ""),
    "wide_parquet": ("parquet", ""),
}
IN_CPU = ("csv", "parquet")


def measure(scale: float) -> dict[str, float]:
    """All numbers; ``scale`` times eight days, at least one."""
    days = max(ceil(DAYS * scale), 1)
    city = City.make(BOXES, 1)
    with database(SETTINGS) as dsn, connect(dsn) as connection:
        city.register(connection)
        filling = Filling(connection, city)
        for hour in range(days * DAY_H):
            filling.write(filling.make_batch(np.arange(1, BOXES + 1), hour, EARLY))
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
        return measure_files(dsn, days) | {"rows": float(filling.rows)}


def measure_files(dsn: str, days: int) -> dict[str, float]:
    """Every file in turn, the best of some rounds."""
    found = {key: [write(dsn, days, *asked) for _ in range(ROUNDS)] for key, asked in FILES.items()}
    numbers = {
        f"{key}_rows_per_s": max(run.rows / run.taken_s for run in runs)
        for key, runs in found.items()
    }
    for key in IN_CPU:
        numbers[f"{key}_cpu_rows_per_s"] = max(run.rows / run.used_s for run in found[key])
    numbers["server_cpu_rows_per_s"] = max(run.rows / run.served_s for run in found["read"])
    wide = max(run.peak_mb for run in found["wide_csv"])
    return numbers | {
        "export_rss_mb": max(run.peak_mb for runs in found.values() for run in runs),
        "export_growth_mb": wide - write(dsn, 1, *FILES["wide_csv"]).peak_mb,
    }


class Run(NamedTuple):
    """One file: seconds, and seconds of a processor for who writes it and for the server."""

    rows: float
    taken_s: float
    used_s: float
    served_s: float
    peak_mb: float


def write(dsn: str, days: int, form: str, keys: str) -> Run:
    """Write one file in a process of its own."""
    start = datetime.fromtimestamp(START, UTC)
    period = [moment.isoformat() for moment in (start, start + timedelta(days=days))]
    done = subprocess.run(
        [sys.executable, "-c", WRITE, form, keys, *period],
        input=dsn,  # with its password, so not as an argument
        capture_output=True,
        text=True,
        check=True,
    )
    rows, taken, used, served, peak_kb = map(float, done.stdout.split())
    return Run(rows, taken, used, served, peak_kb / 1000)
