"""A city in the storage: 50 million rows of 2,000 boxes, what they cost, how fast they are read.

2,000 boxes with 13 quantities and a sample a minute for 17 days and 9 hours, in a hypertable on
disk, and 200 bikes that ride a quarter of an hour every third hour; before that a year of which
only the rollups are full (history.py). SCALE makes it fewer hours, never fewer boxes. Every
question is asked 200 times, with its frame, when all it needs was asked before (a slow one as often
as goes in 10 s, at least 20 times). The server has looked at its tables, as autovacuum would.

1. write a tenth, and add up all that was written       filling.py
2. lay a year before it                                 history.py
3. ask all questions                                    questions.py
4. write the rest, and ask them again
5. measure what a row takes                             room.py
6. write a tenth into plain PostgreSQL, and ask it there: ``partitions_`` before the first six keys

``latest_p95_ms``      the latest sample of all boxes
``node_day_p95_ms``    24 hours of one box, PM2.5 and temperature in steps of 5 minutes
``node_month_p95_ms``  30 days of one box by the hour
``hexagons_p95_ms``    one hour of the whole city, some 5,000 cells (``cells``)
``area_year_p95_ms``   a year of days of a municipality in which all boxes stand
``count_p95_ms``       how many samples there are
``growth_5_to_50``     the largest of ``growth_latest`` and the others: what a question takes at the
                       end as a multiple of what it took at a tenth
``rows_per_s``         observations to committed rows with their notes, pages of 990 boxes a batch
``roll_up_rows_per_s`` rows of which a roll-up adds up the hours again in a second
``touched_share``      share of the time of a write that its notes take
``rollup_share``       share of throughput that notes and roll-up cost, one after the other: hours
                       after each batch, days and places (``days_share``) once a day of the city
``late_share``         share of throughput, roll-up included, that is lost when one row in a hundred
                       belongs to a page of the day before
``late_samples_share`` the same when they are single samples of any earlier hours
``bytes_per_row``      table and indexes of a row: ``heap_bytes`` and ``index_bytes``
``rollup_bytes``       rollups with their indexes, a row of the observations
``narrow_ratio``       the same values as (time, series, value) with its key, by ``bytes_per_row``
``export_rows_per_s``  10 million rows to CSV files, in a process of its own
``export_rss_mb``      the most memory of that process, Python and libraries included
``decode_rows_per_s``  messages of a binary COPY to columns, without a database
``rows``               of the observations
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from lokaalmeten.memory import keep_freed_memory
from storage.failures import Connection
from storage.pool import connect
from tests.benchmarks.bench_write import SETTINGS, database
from tests.benchmarks.city import City
from tests.benchmarks.filling import DAY_H, Filling
from tests.benchmarks.history import copy_first_day, write_year
from tests.benchmarks.questions import ask_all, list_questions
from tests.benchmarks.room import measure_decode, measure_export, measure_room

BOXES, BIKES = 2000, 200
HOURS, FEWEST_HOURS = 417, 12
EXPORT_HOURS = 82  # 10 million rows
PLAIN = {name: value for name, value in SETTINGS.items() if "timescaledb" not in name + value}


@dataclass
class Run:
    """One database that is filled and asked."""

    dsn: str
    connection: Connection
    city: City
    told: Callable[..., None]  # description or completed hours, by keyword
    filling: Filling
    older: int = 0  # rows of the year before
    copied: int = 0  # bytes of rollups that were copied

    def begin(self, hours: int) -> None:
        """Write the year before, so many hours, and copy the first of their rollups."""
        self.city.register(self.connection)
        self.told(description="a year before")
        self.older = write_year(self.connection, self.city)
        self.write(hours)
        self.told(description="its rollups")
        self.copied = copy_first_day(self.connection)

    def write(self, hours: int) -> None:
        """Write until so many hours are there."""
        self.told(description="filling")
        self.filling.write_hours(hours, lambda done: self.told(completed=done))

    def ask(self) -> dict[str, float]:
        """Milliseconds of every question, by name."""
        self.told(description="looking at the tables")
        self.connection.execute("VACUUM ANALYZE")
        self.connection.execute("CHECKPOINT")  # or it would be written out while it is asked
        questions = list_questions(self.connection, self.city.names, self.filling.hours)
        return ask_all(questions, lambda name: self.told(description=f"asking {name}"))

    @property
    def rows(self) -> int:
        """Observations that were written."""
        return self.filling.rows + self.older


def measure(scale: float) -> dict[str, float]:
    """All numbers; ``scale`` times 417 hours, at least 12."""
    keep_freed_memory()  # as the ingest does
    hours = max(ceil(HOURS * scale), FEWEST_HOURS)
    early = min(max(hours // 10, DAY_H), hours)  # a tenth, and a day to ask for
    with started(SETTINGS, hours) as run:
        run.begin(early)
        first = run.ask()
        run.write(hours)
        last = run.ask()
        found = {f"{name}_p95_ms": value for name, value in last.items()}
        found |= compare(first, last)
        found |= run.filling.numbers()
        found |= measure_rest(run)
    with started(PLAIN, early) as run:
        run.begin(early)
        plain = run.ask()
    return found | {f"partitions_{name}_p95_ms": value for name, value in plain.items()}


@contextmanager
def started(settings: dict[str, str], hours: int) -> Iterator[Run]:
    """An empty database to be filled with so many hours; a terminal shows how far it is."""
    city = City.make(BOXES, BIKES)
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with (
        Progress(*columns, console=console, disable=not console.is_terminal) as progress,
        database(settings) as dsn,
        connect(dsn) as connection,
    ):
        task = progress.add_task("registering", total=hours + 1)  # one for all that is asked
        away_h = max(min(DAY_H, hours // 4), 1)
        filling = Filling(connection, city, away_h)
        yield Run(dsn, connection, city, lambda **how: progress.update(task, **how), filling)


def compare(first: dict[str, float], last: dict[str, float]) -> dict[str, float]:
    """How many times longer each question takes at the end, and the worst of them."""
    growth = {f"growth_{name}": last[name] / first[name] for name in last}
    return {"growth_5_to_50": max(growth.values()), **growth}


def measure_rest(run: Run) -> dict[str, float]:
    """What a row takes on disk and on its way out."""
    run.told(description="measuring room")
    room = measure_room(run.connection, run.rows, run.copied)
    run.told(description="exporting")
    return {
        **room,
        **measure_export(run.dsn, min(run.filling.hours, EXPORT_HOURS)),
        "decode_rows_per_s": measure_decode(run.connection),
        "cells": float(count_cells(run)),
        "rows": float(run.rows),
    }


def count_cells(run: Run) -> int:
    """Cells in the answer to one hour of the city."""
    questions = list_questions(run.connection, run.city.names, run.filling.hours)
    return len(questions["hexagons"]())
