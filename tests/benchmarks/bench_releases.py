"""Releases: a month from a hypertable to a folder, and again after a little of it changed.

200 boxes with 13 quantities and a sample a minute for eight days, some 2.3 million rows; SCALE
makes it fewer days. Each release is made by a process of its own, the server beside it.

``first_rows_per_s``     rows by the time of the first release: written, described, sent, read back
``second_rows_per_s``    the same when samples came late at one node: written, compared row by row
``unchanged_rows_per_s`` the same when nothing changed: written and compared by its bytes
``release_rss_mb``       most memory of such a process, all libraries included
``bytes_per_row``        of the release
``rows``                 of the observations
"""

import subprocess
import sys
import tempfile
from math import ceil
from typing import NamedTuple

import numpy as np

from storage.pool import connect
from storage.writer import write
from tests.benchmarks.bench_write import SETTINGS, START, database
from tests.benchmarks.city import City
from tests.benchmarks.filling import DAY_H, EARLY, Filling
from tests.services.samples import make_samples

BOXES, DAYS = 200, 8
RELEASE = """
import re, sys, time
from datetime import UTC, datetime
from pathlib import Path
from storage.pool import connect
from storage.releases.publishing import Publisher, publish
from storage.releases.target import Target
folder, month = sys.argv[1:]
with connect(sys.stdin.read()) as connection:
    begun = time.perf_counter()
    now = datetime.now(UTC)
    made = publish(connection, Target(folder), month, Publisher("City"), now)
    taken = time.perf_counter() - begun
status = Path("/proc/self/status").read_text()
peak = re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]
print(taken, peak, made.rows if made else 0, made.bytes if made else 0)
"""


class Run(NamedTuple):
    """One release: seconds, most memory, rows and bytes; none of these when nothing changed."""

    taken_s: float
    peak_kb: float
    rows: float
    bytes: float


def measure(scale: float) -> dict[str, float]:
    """All numbers; ``scale`` times eight days, at least one."""
    days = max(ceil(DAYS * scale), 1)
    city = City.make(BOXES, 1)
    with (
        database(SETTINGS) as dsn,
        connect(dsn) as connection,
        tempfile.TemporaryDirectory() as folder,
    ):
        city.register(connection)
        filling = Filling(connection, city)
        for hour in range(days * DAY_H):
            filling.write(filling.make_batch(np.arange(1, BOXES + 1), hour, EARLY))
        connection.execute("VACUUM ANALYZE")
        first = release(dsn, folder)
        unchanged = release(dsn, folder)
        write(connection, [make_samples(1, 60, start=START + days * DAY_H * 3600)])
        second = release(dsn, folder)
    return {
        "first_rows_per_s": first.rows / first.taken_s,
        "second_rows_per_s": second.rows / second.taken_s,
        "unchanged_rows_per_s": first.rows / unchanged.taken_s,
        "release_rss_mb": max(run.peak_kb for run in (first, unchanged, second)) / 1000,
        "bytes_per_row": first.bytes / first.rows,
        "rows": first.rows,
    }


def release(dsn: str, folder: str) -> Run:
    """Make one release, of the month in which the boxes begin."""
    month = str(np.datetime64(START, "s").astype("datetime64[M]"))
    done = subprocess.run(
        [sys.executable, "-c", RELEASE, folder, month],
        input=dsn,  # with its password, so not as an argument
        capture_output=True,
        text=True,
        check=True,
    )
    return Run(*map(float, done.stdout.split()))
