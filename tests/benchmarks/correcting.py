"""The correction of a batch as the ingest does it: rows a second on one core."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from ingest.calibration.correcting import correct
from ingest.calibration.periods import to_periods
from lokaalmeten.observations import to_observations
from lokaalmeten.quality import Flag
from tests.benchmarks.timing import measure_s

ROWS = 60_000  # a batch of 1,000 pages
NODES = 1000
VERSIONS = 4  # of each node and quantity, one after the other
START = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = ("pm1", "pm25", "pm4", "pm10", "temperature", "humidity", "pressure", "no2")
QUANTITIES = ("pm25", "pm10", "no2")


@dataclass(frozen=True)
class One:
    """A calibration of one node."""

    id: int
    node_id: int
    quantity: str
    since: datetime
    parameters: dict[str, Any]
    until: datetime | None = None
    project_id: int | None = None
    version: int = 1
    method: str = "line"


@dataclass(frozen=True)
class Member:
    """A node."""

    id: int
    project_id: int | None = None
    lat: float | None = None
    lon: float | None = None


def measure_correcting(scale: float) -> dict[str, float]:
    """Rows a second, each with three quantities corrected by gain, offset, root and humidity."""
    rows = make_rows(max(int(ROWS * scale), 1000))
    periods = to_periods(
        make_calibrations(), [Member(node) for node in range(NODES)], lambda sets: range(len(sets))
    )
    seconds = measure_s({"correct": lambda: correct(rows, periods)})
    return {"correct_rows_per_s": len(rows) / seconds["correct"]}


def make_rows(count: int) -> Any:
    """Rows of pages of 60 samples, of nodes in turn, every value different."""
    rng = np.random.default_rng(1)
    page = np.arange(count) // 60
    time = int(START.timestamp()) + 86_400 + 3600 * (page // NODES) + 60 * (np.arange(count) % 60)
    counts = rng.integers(0, 10_000, (len(KEYS), count)).astype(np.int32)
    rows = to_observations((page % NODES).astype(np.int32), time, KEYS, counts)
    rows.flags[:] = Flag.GOOD
    return rows


def make_calibrations() -> list[One]:
    """Several versions for each node and quantity."""
    humidity = {"slope": -0.02, "low": 40.0, "high": 95.0}
    line = {"offset": 1.0, "gain": 0.8, "root": 0.3, "humidity": humidity}
    each = [(node, key, v) for node in range(NODES) for key in QUANTITIES for v in range(VERSIONS)]
    return [
        One(number, node, key, START + timedelta(hours=9 * v), {"line": line}, version=v + 1)
        for number, (node, key, v) in enumerate(each)
    ]
