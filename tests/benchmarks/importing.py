"""The import of a sensor.community archive: file to committed rows of a hypertable."""

import time
import zipfile
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from ingest.importing import find_source, import_file
from lokaalmeten.memory import keep_freed_memory
from storage.store import Store
from tests.benchmarks.bench_write import hypertable
from tests.benchmarks.timing import no_collector, time_s

ROWS = 580  # of one sensor and day: one in two and a half minutes
DAYS = 600
ROUNDS = 3
HEADER = "sensor_id;sensor_type;location;lat;lon;timestamp;P1;durP1;ratioP1;P2;durP2;ratioP2"
DAY_S = 86_400
START = 1_546_300_800  # 2019-01-01


def measure_import(scale: float) -> dict[str, float]:
    """Median over zips of the days of one sensor; ``scale`` times 600 days, at least 20."""
    keep_freed_memory()  # as the ingest does
    days = max(round(DAYS * scale), 20)
    source, now = find_source("sensor.community"), int(time.time())
    seconds = []
    with hypertable() as dsn, TemporaryDirectory() as folder, Store(dsn) as store, no_collector():
        for turn in range(ROUNDS + 1):
            path = write_zip(Path(folder) / f"{turn}.zip", turn, days)
            taken = time_s(partial(import_file, source, path, store, now))
            if turn:  # the first one warms up
                seconds.append(taken)
    return {"import_rows_per_s": days * ROWS / median(seconds)}


def write_zip(path: Path, sensor: int, days: int) -> Path:
    """Files of one day each, as the archive has them."""
    random = np.random.default_rng(sensor)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for day in range(days):
            begin = np.datetime64(START + day * DAY_S, "s")
            times = begin + np.arange(ROWS) * (DAY_S // ROWS)
            values = random.gamma(2, 5, (ROWS, 2))
            rows = [
                f"{sensor};SDS011;{sensor};52.090;5.120;{time_};{high:.2f};;;{low:.2f};;"
                for time_, (low, high) in zip(times, np.sort(values).tolist(), strict=True)
            ]
            text = "\n".join([HEADER, *rows]) + "\n"
            packed.writestr(f"{begin}_sds011_sensor_{sensor}.csv"[:10] + ".csv", text)
    return path
