"""What the rollups must hold, found by a slow look at every row, and what they do hold."""

from datetime import datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import h3.api.basic_int as h3

from lokaalmeten.quantities import BY_KEY, CORRECTED, SLOT
from storage import rollups
from storage.parts import NO_HIGH, NO_LOW
from storage.rollups import roll_up, waiting

HOUR = 3600
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
KEYS = list(BY_KEY)
SLOTS = [*SLOT.values(), *(SLOT[key] for key in CORRECTED)]  # of all that is added up
COLUMNS = [*KEYS, *(f"{key}_corrected" for key in CORRECTED)]
ROWS = f"""
SELECT node_id, extract(epoch FROM time)::bigint AS time, cell, flags, {", ".join(COLUMNS)}
FROM private.observation
"""
RIDES = """
SELECT node_id, id, extract(epoch FROM hour)::bigint, extract(epoch FROM public_start)::bigint,
    extract(epoch FROM public_stop)::bigint
FROM private.ride WHERE hour IS NOT NULL
"""
HOURS = """
SELECT node_id, extract(epoch FROM hour)::bigint, ride, cell, there, samples, good, total, low, high
FROM private.rollup_hour
"""
DAYS = """
SELECT node_id, day, there, samples, good, total, low, high, expected, hours FROM private.rollup_day
"""
PLACES = """
SELECT place, day, moving, there, sources, complete, good, total, low, high, median
FROM private.rollup_place
"""


def roll_all(connection, limit=rollups.LIMIT):
    while roll_up(connection, limit):
        pass


def add_up(samples):
    """Five lists over the quantities of rows (flags, counts...), of corrected ones last."""
    columns: tuple[list[int], ...] = ([], [], [], [], [])
    for place, slot in enumerate(SLOTS):
        there = [
            (1 if flags is None else flags >> 3 * slot & 7, row[place]) for flags, row in samples
        ]
        values = [value for _, value in there if value is not None]
        good = [value for flag, value in there if value is not None and flag == 1]
        ends = (min(good), max(good)) if good else (NO_LOW, NO_HIGH)
        for column, fact in zip(columns, (len(values), len(good), sum(good), *ends), strict=True):
            column.append(fact)
    there = sum(1 << place for place, count in enumerate(columns[0]) if count)
    return there, *columns


def shorten(expected):
    """The same rows, without the places of corrected values where nothing is corrected."""
    return {
        key: (there, *(column if there >> len(KEYS) else column[: len(KEYS)] for column in columns))
        for key, (there, *columns) in expected.items()
    }


def expect_hours(connection):
    """What private.rollup_hour must hold, row by row."""
    moving = dict(connection.execute("SELECT id, moving FROM private.node").fetchall())
    rides = connection.execute(RIDES).fetchall()
    buckets: dict[tuple[int, int, int, int], list[Any]] = {}
    for node, time, cell, flags, *counts in connection.execute(ROWS.encode()).fetchall():
        if not moving[node]:
            buckets.setdefault((node, time // HOUR * HOUR, 0, 0), []).append((flags, counts))
        for rider, ride, hour, first, last in rides:
            if rider == node and first <= time <= last:
                parent = h3.cell_to_parent(cell, 10) if cell else 0
                buckets.setdefault((node, hour, ride, parent), []).append((flags, counts))
    return {key: add_up(samples) for key, samples in buckets.items()}


def expect_days(connection):
    """What private.rollup_day must hold."""
    fixed = {node for (node,) in connection.execute("SELECT id FROM private.node WHERE NOT moving")}
    days: dict[Any, dict[int, list[Any]]] = {}
    for node, time, _, flags, *counts in connection.execute(ROWS.encode()).fetchall():
        if node in fixed:
            day = datetime.fromtimestamp(time, AMSTERDAM).date()
            hours = days.setdefault((node, day), {})
            hours.setdefault(time // HOUR, []).append((flags, counts))
    found = {}
    for key, hours in days.items():
        whole = add_up([sample for samples in hours.values() for sample in samples])
        each = [add_up(samples) for samples in hours.values()]
        expected, full = [], []
        for slot in range(len(SLOTS)):
            most = max(hour[1][slot] for hour in each)
            enough = [hour for hour in each if hour[2][slot] >= 0.75 * most]
            expected.append(most)
            full.append(len(enough) if most else 0)
        found[key] = (*whole, expected, full)
    return found


def expect_places(connection):
    """What private.rollup_place must hold, from what its days and rides must hold."""
    stood = connection.execute(
        "SELECT node_id, extract(epoch FROM since), extract(epoch FROM until), places"
        " FROM private.placement"
    ).fetchall()
    sources: dict[Any, list[Any]] = {}
    for (node, day), sums in expect_days(connection).items():
        begin = datetime(day.year, day.month, day.day, tzinfo=AMSTERDAM).timestamp()
        for other, since, until, places in stood:
            if other == node and since <= begin < until:
                for place in places:
                    sources.setdefault((place, day, False), []).append(sums)
    rides: dict[Any, list[Any]] = {}
    for (_, hour, ride, cell), sums in expect_hours(connection).items():
        if ride and cell:
            day = datetime.fromtimestamp(hour, AMSTERDAM).date()
            for resolution in (7, 8, 9, 10):
                key = (h3.cell_to_parent(cell, resolution), day, ride)
                rides.setdefault(key, []).append(sums)
    for (place, day, _), parts in rides.items():
        sources.setdefault((place, day, True), []).append(add_together(parts))
    return {key: add_sources(key[2], parts) for key, parts in sources.items()}


def add_together(parts):
    """The sums of several rows of rollup_hour."""
    _, *columns = zip(*parts, strict=True)
    joined = [
        [join(row[place] for row in column) for place in range(len(SLOTS))]
        for join, column in zip((sum, sum, sum, min, max), columns, strict=True)
    ]
    return 0, *joined


def add_sources(moving, parts):
    """Arrays over the quantities: sources, complete, good, total, low, high, median."""
    columns: tuple[list[Any], ...] = ([], [], [], [], [], [], [])
    for place in range(len(SLOTS)):
        seen = [part for part in parts if part[2][place]]
        means = [part[3][place] / part[2][place] for part in seen]
        facts = (
            len(seen),
            0 if moving else sum(part[7][place] >= 18 for part in parts),
            sum(part[2][place] for part in seen),
            sum(part[3][place] for part in seen),
            min((part[4][place] for part in seen), default=NO_LOW),
            max((part[5][place] for part in seen), default=NO_HIGH),
            round(median(means), 6) if means else None,
        )
        for column, fact in zip(columns, facts, strict=True):
            column.append(fact)
    there = sum(1 << place for place, count in enumerate(columns[0]) if count)
    return there, *columns


def read_places(connection):
    rows = connection.execute(PLACES).fetchall()
    found = {tuple(row[:3]): tuple(row[3:]) for row in rows}
    return {
        key: (*sums[:-1], [None if mean is None else round(mean, 6) for mean in sums[-1]])
        for key, sums in found.items()
    }


def check(connection):
    """Nothing waits, and hours, days and places are what all rows say."""
    assert waiting(connection).notes == 0
    check_hours(connection)
    days = connection.execute(DAYS).fetchall()
    assert {tuple(row[:2]): tuple(row[2:]) for row in days} == shorten(expect_days(connection))
    assert read_places(connection) == shorten(expect_places(connection))


def check_hours(connection):
    """Hours are what all rows say, whatever waits."""
    hours = connection.execute(HOURS).fetchall()
    assert {tuple(row[:4]): tuple(row[4:]) for row in hours} == shorten(expect_hours(connection))
