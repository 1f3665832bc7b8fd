"""Filling a database with a city, hour by hour, as an ingest does that cannot be outrun.

1. write the pages of one hour, those of a thousand boxes in a batch
2. add up the hours that they touched, until none waits
3. every third hour the rides of the bikes
4. once a day, as an ingest in a flood comes to it, the days of all nodes and then of all places
5. in turn the batches of an hour are plain, without notes, or with one row in a hundred late;
   a late row takes the place of another, so that all batches have as many
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median

import numpy as np

from lokaalmeten import wire
from lokaalmeten.observations import Observations
from storage import writer
from storage.failures import Connection
from storage.rollups import LIMIT, at_one_moment, roll_hours, roll_places, roll_up
from storage.writer import Writer
from tests.benchmarks.city import (
    RIDE_SAMPLES,
    RIDE_STEP_S,
    RIDES_EVERY,
    STEP_M,
    City,
    Int64,
)
from tests.benchmarks.timing import time_s

KINDS = ("bare", "plain", "pages", "samples")  # the last two are late
EARLY = "early"  # in the first days nobody comes back
LOT = 100  # one box in so many is away each day
TOGETHER = 1000  # boxes in a batch
DAY_H = 24
HIDDEN = 3  # samples at either end of a ride that nobody sees


class Filling:
    """Writes a city into an empty database; ``away_h`` is for how long a box is away."""

    def __init__(self, connection: Connection, city: City, away_h: int = 24) -> None:
        self.rows = 0
        self.hours = 0  # that are written
        self.writes: dict[str, list[float]] = defaultdict(list)  # seconds of a batch by kind
        self.roll_ups: dict[str, list[float]] = defaultdict(list)  # the same
        self.days: list[float] = []  # seconds of the days and places of a day of the city
        self._connection = connection
        self._city = city
        self._away_h = away_h
        self._writer = Writer(connection)
        self._batch_rows = 0  # of any batch of boxes

    def write_hours(self, hours: int, told: Callable[[int], None] = lambda _: None) -> None:
        """Write until so many hours are there; tells how many are."""
        while self.hours < hours:
            self.write_boxes(self.hours, self.choose_kind(self.hours))
            if self.hours % RIDES_EVERY == RIDES_EVERY - 1:
                self.write_rides(self.hours)
            self.hours += 1
            if self.hours % DAY_H == 0:
                taken = time_s(partial(roll_all, self._connection))
                if self.hours <= 2 * self._away_h:  # later ones are also of what comes late
                    self.days.append(taken)
            told(self.hours)
        roll_all(self._connection)

    def choose_kind(self, hour: int) -> str:
        """In turn, and another one the next day: adding up costs more in the evening."""
        timed = hour >= 2 * self._away_h
        return KINDS[(hour + hour // DAY_H) % len(KINDS)] if timed else EARLY

    def write_boxes(self, hour: int, kind: str) -> None:
        """Write the batches of an hour and add them up."""
        for first in range(1, self._city.boxes + 1, TOGETHER):
            node = np.arange(first, min(first + TOGETHER, self._city.boxes + 1))
            batch = self.make_batch(node, hour, kind)
            self._batch_rows = sum(map(len, batch))
            if kind == "bare":
                with without_notes():
                    self.writes[kind].append(time_s(partial(self.write, batch)))
                touch(self._connection, batch)
            else:
                self.writes[kind].append(time_s(partial(self.write, batch)))
            self.roll_ups[kind].append(time_s(partial(roll_all_hours, self._connection)))

    def make_batch(self, node: Int64, hour: int, kind: str) -> list[Observations]:
        """Pages of the boxes that are there, in any order, and what comes late."""
        random = np.random.default_rng([hour, int(node[0])])
        day = hour // self._away_h
        lot = (node - day) % LOT  # 0 is away today, the last was yesterday
        present = random.permutation(node[lot != 0])
        if kind not in {"pages", "samples"}:
            return [self._city.make_pages(present, hour)]
        instead = (present - day) % LOT == LOT // 2
        timely = self._city.make_pages(present[~instead], hour)
        if kind == "pages":
            return [timely, self._city.make_pages(node[lot == LOT - 1], hour - self._away_h)]
        count = int(instead.sum()) * wire.SAMPLES
        whose = random.permutation(node)[:count]
        when = random.integers(0, hour - self._away_h, len(whose))
        return [timely, self._city.make_samples(whose, when, random)]

    def write(self, batch: list[Observations]) -> None:
        """Write a batch in one transaction."""
        self.rows += self._writer.write(batch).inserted

    def write_rides(self, hour: int) -> None:
        """Write one ride of every bike, and add it up; not timed."""
        observations = self._city.make_rides(hour)
        self.write([observations])
        starts = observations.time.reshape(-1, RIDE_SAMPLES)[:, 0].tolist()
        shown = RIDE_SAMPLES - 2 * HIDDEN
        self._connection.execute(
            "INSERT INTO private.ride (node_id, start, stop, public_start, public_stop, samples,"
            " distance_m) SELECT node_id, to_timestamp(start), to_timestamp(start + %(length)s),"
            " to_timestamp(start + %(hidden)s), to_timestamp(start + %(length)s - %(hidden)s),"
            " %(samples)s, %(way)s FROM unnest(%(node)s::integer[], %(start)s::bigint[])"
            " AS ride (node_id, start)",
            {
                "node": observations.node.reshape(-1, RIDE_SAMPLES)[:, 0].tolist(),
                "start": starts,
                "length": (RIDE_SAMPLES - 1) * RIDE_STEP_S,
                "hidden": HIDDEN * RIDE_STEP_S,
                "samples": shown,
                "way": shown * STEP_M,
            },
        )
        roll_all_hours(self._connection)
        with at_one_moment(self._connection):
            roll_places(self._connection, LIMIT)  # of rides: days of boxes are not added up yet

    def numbers(self) -> dict[str, float]:
        """What writing and adding up cost, from the medians of a batch."""
        write = {kind: median(found) for kind, found in self.writes.items()}
        batches = DAY_H * -(-self._city.boxes // TOGETHER)  # of a day
        days = median(self.days) / batches if self.days else 0.0
        both = {kind: write[kind] + median(self.roll_ups[kind]) + days for kind in write}
        rows = self._batch_rows
        return {
            "rows_per_s": rows / write["plain"],
            "roll_up_rows_per_s": rows / (both["plain"] - write["plain"]),
            "days_share": days / both["plain"],
            "touched_share": 1 - write["bare"] / write["plain"],
            "rollup_share": 1 - write["bare"] / both["plain"],
            "late_share": 1 - both["plain"] / both["pages"],
            "late_samples_share": 1 - both["plain"] / both["samples"],
        }


@contextmanager
def without_notes() -> Iterator[None]:
    """Write as if there were no rollups."""
    noted: Callable[..., None] = writer.write_touched
    writer.write_touched = lambda *_, **__: None
    try:
        yield
    finally:
        writer.write_touched = noted


def touch(connection: Connection, batch: list[Observations]) -> None:
    """Note which hours a batch touched, one stretch of each node."""
    node = np.concatenate([part.node for part in batch])
    time = np.concatenate([part.time for part in batch])
    order = np.lexsort((time, node))
    first = np.flatnonzero(np.diff(node[order], prepend=-1))
    last = np.append(first[1:], len(order)) - 1
    connection.execute(
        "SELECT private.touch(node_id, to_timestamp(first), to_timestamp(last))"
        " FROM unnest(%s::integer[], %s::bigint[], %s::bigint[]) AS note (node_id, first, last)",
        [node[order[first]].tolist(), time[order[first]].tolist(), time[order[last]].tolist()],
    )


def roll_all(connection: Connection) -> None:
    """Add up whatever waits."""
    while roll_up(connection):
        pass


def roll_all_hours(connection: Connection) -> None:
    """Add up the hours that wait, and leave the days."""
    count = 1
    while count:
        with at_one_moment(connection):
            count = roll_hours(connection, LIMIT)
