"""Rollups: what they cost a writer, and how fast whole hours are read, on a hypertable on disk.

For now a few million rows: SCALE=1 is 100 boxes for 30 days, a sample a minute (4.3 million rows);
years of a city come with the other capabilities of the storage.

``hour_month_ms``      30 days of one node by the hour
``hour_month_raw_ms``  the same from the observations
``hexagons_hour_ms``   one hour of all boxes as hexagons
``hexagons_raw_ms``    the same from the observations
``rows_per_s``         observations to committed rows with their notes, batches of an hour of all
``roll_up_rows_per_s`` rows of which a roll-up adds up the hours again in a second
``touched_share``      share of the time of a write that its notes take
``rollup_share``       share of throughput that notes and roll-up cost together, one after the other
``late_share``         the same share, when each batch is ten samples of all boxes for a past hour
``current_ms``         adding up again the current hour of all boxes
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

import numpy as np

from lokaalmeten.geo import to_cells
from lokaalmeten.memory import keep_freed_memory
from lokaalmeten.observations import Observations, to_observations
from lokaalmeten.quality import Flag
from storage import periods, reader, writer
from storage.failures import Connection
from storage.pool import connect
from storage.rollups import roll_up
from storage.writer import Writer
from tests.benchmarks.bench_write import KEYS, START, hypertable, no_collector, time_s
from tests.benchmarks.timing import measure_s

BOXES, HOURS, HOUR_S = 100, 720, 3600
SAMPLES = 60
TOGETHER = 10  # hours in a batch: 60,000 rows
LATE = 10  # samples of a node in a late batch


@dataclass
class Seconds:
    """How long the parts of a batch took, one entry per batch."""

    write: list[float]
    bare: list[float]
    roll_up: list[float]

    def share(self) -> float:
        """Share of the throughput that notes and roll-up cost."""
        return 1 - median(self.bare) / (median(self.write) + median(self.roll_up))


def measure(scale: float) -> dict[str, float]:
    """Medians; ``scale`` times 30 days, at least 2."""
    keep_freed_memory()
    hours = max(round(HOURS * scale), 48) // TOGETHER * TOGETHER
    with hypertable() as dsn, connect(dsn) as connection, no_collector():
        new = write_history(connection, hours)
        late = write_late(connection, hours)
        current = [time_current(connection, START + hours * HOUR_S, turn) for turn in range(9)]
        connection.execute("VACUUM ANALYZE")
        reading = measure_reading(connection, hours)
    rows = BOXES * SAMPLES * TOGETHER
    return {
        **reading,
        "rows_per_s": rows / median(new.write),
        "roll_up_rows_per_s": rows / median(new.roll_up),
        "touched_share": 1 - median(new.bare) / median(new.write),
        "rollup_share": new.share(),
        "late_share": late.share(),
        "current_ms": 1000 * median(current),
    }


def write_history(connection: Connection, hours: int) -> Seconds:
    """Write hours one after the other, in turn with notes and without; all are added up."""
    keeper = Writer(connection)
    return measure_writes(
        connection, keeper, [make_batch(hour, TOGETHER) for hour in range(0, hours, TOGETHER)]
    )


def write_late(connection: Connection, hours: int) -> Seconds:
    """Write samples between those of hours that were added up long ago."""
    keeper = Writer(connection)
    past = range(0, hours - 1, max(hours // 24, 1))
    return measure_writes(connection, keeper, [make_batch(hour, 1, LATE, shift=7) for hour in past])


def measure_writes(connection: Connection, keeper: Writer, batches: list[Observations]) -> Seconds:
    """Every second batch is written without a note, and touched afterwards."""
    seconds = Seconds([], [], [])
    for turn, batch in enumerate(batches):
        if turn % 2:
            seconds.bare.append(time_s(partial(write_bare, keeper, batch)))
            connection.execute(
                "SELECT private.touch(id, to_timestamp(%s), to_timestamp(%s))"
                " FROM unnest(%s::integer[]) AS id",
                [int(batch.time.min()), int(batch.time.max()), list(range(1, BOXES + 1))],
            )
        else:
            seconds.write.append(time_s(partial(keeper.write, [batch])))
        seconds.roll_up.append(time_s(partial(roll_all, connection)))
    return seconds


def write_bare(keeper: Writer, batch: Observations) -> None:
    """Write as if there were no rollups."""
    noted: Callable[..., None] = writer.write_touched
    writer.write_touched = lambda *_: None
    try:
        keeper.write([batch])
    finally:
        writer.write_touched = noted


def time_current(connection: Connection, start: int, turn: int) -> float:
    """Seconds to add up the newest hour again after one more sample of all boxes."""
    Writer(connection).write([make_batch((start - START) // HOUR_S, 1, 1, shift=60 * turn)])
    return time_s(partial(roll_all, connection))


def roll_all(connection: Connection) -> None:
    """Add up whatever waits."""
    while roll_up(connection):
        pass


def measure_reading(connection: Connection, hours: int) -> dict[str, float]:
    """Milliseconds of the questions, all added up; each from rollups and from observations."""
    first = datetime.fromtimestamp(START, UTC)
    last = first + timedelta(hours=hours)
    month = partial(reader.series, connection, "box-007", ["pm25"], first, last, HOUR_S)
    noon = first + timedelta(hours=hours // 2)
    hour = partial(reader.hexagons, connection, "pm25", noon, noon + reader.HOUR, 9)
    found = measure_s(
        {
            "hour_month_ms": month,
            "hour_month_raw_ms": partial(ask_observations, month),
            "hexagons_hour_ms": hour,
            "hexagons_raw_ms": partial(ask_observations, hour),
        }
    )
    return {name: 1000 * seconds for name, seconds in found.items()}


def ask_observations(question: Callable[[], object]) -> None:
    """Ask as if no period had a whole hour."""
    has_whole_hour = periods.has_whole_hour
    periods.has_whole_hour = lambda *_: False
    try:
        question()
    finally:
        periods.has_whole_hour = has_whole_hour


def make_batch(hour: int, hours: int, samples: int = SAMPLES, shift: int = 0) -> Observations:
    """Samples of every box, a minute apart, of hours from ``hour`` on; ``shift`` is in seconds."""
    random = np.random.default_rng([hour, shift])
    count = samples * hours
    node = np.repeat(np.arange(1, BOXES + 1, dtype=np.int32), count)
    offset = (np.arange(hours)[:, None] * HOUR_S + np.arange(samples) * 60).ravel()
    time = START + hour * HOUR_S + shift + np.tile(offset, BOXES)
    counts = random.integers(0, 9_000, (len(KEYS), len(node))).astype(np.int32)
    lat = np.int32(520_000_000) + node % 10 * np.int32(40_000)
    lon = np.int32(51_000_000) + node // 10 * np.int32(60_000)
    made = to_observations(node, time, KEYS, counts, cell=to_cells(lat, lon))
    return replace(made, flags=np.full(counts.shape, Flag.GOOD, np.uint8))
