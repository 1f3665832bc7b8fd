"""A large answer is written with the memory of a small one."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from storage.pool import connect
from storage.registry import add_node
from storage.writer import write
from tests.services.samples import START, make_samples

PEAK = """
import re, sys
from datetime import datetime
from pathlib import Path
from storage.downloads.answer import prepare, write_download
from storage.downloads.selection import Selection
from storage.pool import connect
form, start, stop = sys.argv[1:]
selection = Selection(*map(datetime.fromisoformat, (start, stop)))
with connect(sys.stdin.read()) as connection, open("/dev/null", "wb") as file:
    rows = write_download(connection, prepare(connection, selection, form), file)
print(rows, re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""
ROWS, STEP_S = 400_000, 10


@pytest.fixture(scope="module")
def busy(timescale_databases):
    """DSN of a database in which a box measured every ten seconds for 46 days."""
    from storage.migrate import migrate

    with timescale_databases.migrated(migrate) as dsn:
        with connect(dsn) as connection:
            node = add_node(connection, "box-1", "box", lat=52.09, lon=5.12)
            for first in range(0, ROWS, 50_000):
                begin = START + STEP_S * first
                write(connection, [make_samples(node.id, 50_000, start=begin, step=STEP_S)])
        yield dsn


def measure(dsn, form, rows):
    start = datetime.fromtimestamp(START, UTC)
    period = [start.isoformat(), (start + timedelta(seconds=STEP_S * rows)).isoformat()]
    command = [sys.executable, "-c", PEAK, form, *period]
    done = subprocess.run(command, input=dsn, capture_output=True, text=True, check=True)
    written, peak_kb = map(int, done.stdout.split())
    return written, peak_kb / 1000


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_twice_the_rows_take_no_more_memory(busy, form):
    written, small = measure(
        busy, form, ROWS // 2
    )  # several row groups: all buffers have been used
    assert written == ROWS // 2
    written, large = measure(busy, form, ROWS)
    assert written == ROWS
    assert large < 300
    # half of the rows as columns would be 50 MB, as lines of CSV 30
    assert large - small < 15
