"""Rows of files that know more of a moment than the row that is there."""

from dataclasses import replace

import numpy as np
import pytest

from lokaalmeten.account import Mark
from lokaalmeten.observations import MISSING, to_observations
from lokaalmeten.quality import Flag
from lokaalmeten.quantities import BY_KEY
from storage.rollups import roll_up
from storage.writer import Writer
from tests.services.samples import START

KEYS = ("pm25", "no2", "humidity")


def samples(rows, node=7):
    """One sample an hour: ``rows`` has a dictionary of (count, flag) by quantity for each."""
    counts = np.array([[row.get(key, (MISSING, 9))[0] for row in rows] for key in KEYS], np.int32)
    flags = np.array([[row.get(key, (MISSING, 9))[1] for row in rows] for key in KEYS], np.uint8)
    time = START + 3600 * np.arange(len(rows), dtype=np.int64)
    made = to_observations(np.full(len(rows), node, np.int32), time, KEYS, counts)
    return replace(made, flags=flags)


def mark(name):
    return Mark(name * 64, name, "test", 1)


def read(connection):
    """Each row as (count, flag) by quantity, in the order of time."""
    rows = connection.execute(
        "SELECT pm25, no2, humidity, coalesce(flags, 1317624576693539401) FROM private.observation"
        " ORDER BY time"
    ).fetchall()
    found = []
    for *counts, flags in rows:
        row = {}
        for key, count in zip(KEYS, counts, strict=True):
            if count is not None:
                row[key] = (count, flags >> 3 * list(BY_KEY).index(key) & 7)
        found.append(row)
    return found


def merge(first, second):
    """What must be there: all of the first, and of the second what the first lacks."""
    return [{**new, **old} for old, new in zip(first, second, strict=True)]


FIRST = [
    {"pm25": (100, Flag.GOOD)},
    {"pm25": (200, Flag.FAIL)},
    {"pm25": (300, Flag.GOOD), "no2": (5, Flag.SUSPECT)},
    {"no2": (6, Flag.GOOD)},
    {},
]
SECOND = [
    {"no2": (10, Flag.GOOD)},
    {"no2": (20, Flag.SUSPECT), "humidity": (4000, Flag.GOOD)},
    {"pm25": (999, Flag.FAIL), "no2": (30, Flag.GOOD)},
    {"humidity": (5000, Flag.FAIL)},
    {"pm25": (1, Flag.FAIL)},
]


@pytest.mark.parametrize("straight", [True, False])
def test_a_later_file_brings_what_is_missing_and_changes_nothing_else(connection, straight):
    writer = Writer(connection, straight=straight)
    writer.write([samples(FIRST)], mark=mark("a"), fill=True)
    written = writer.write([samples(SECOND)], mark=mark("b"), fill=True)
    assert read(connection) == merge(FIRST, SECOND)
    assert (written.inserted, written.duplicate) == (4, 1)
    assert written.account is not None
    assert (written.account.stored, written.account.duplicate) == (4, 1)


def test_the_same_file_again_completes_nothing(connection, checksum):
    writer = Writer(connection)
    for rows in (FIRST, SECOND):
        writer.write([samples(rows)], mark=mark("a"), fill=True)
    before = checksum()
    written = writer.write([samples(SECOND)], mark=mark("c"), fill=True)
    assert (written.inserted, written.duplicate) == (0, 5)
    assert checksum() == before


def test_pages_of_nodes_complete_nothing(connection, checksum):
    writer = Writer(connection)
    writer.write([samples(FIRST)])
    before = checksum()
    assert writer.write([samples(SECOND)]).inserted == 0
    assert checksum() == before


def test_new_and_completed_rows_come_in_one_batch(connection):
    writer = Writer(connection)
    writer.write([samples(FIRST[:3])], mark=mark("a"), fill=True)
    written = writer.write([samples(SECOND)], mark=mark("b"), fill=True)
    assert read(connection) == [*merge(FIRST[:3], SECOND[:3]), *SECOND[3:]]
    assert (written.inserted, written.duplicate) == (4, 1)


def test_hours_are_added_up_again_with_what_came_later(connection):
    connection.execute(
        "INSERT INTO private.node (id, name, kind) OVERRIDING SYSTEM VALUE VALUES (7, 'n', 'box')"
    )
    writer = Writer(connection)
    writer.write([samples(FIRST)], mark=mark("a"), fill=True)
    while roll_up(connection, 100):
        pass
    writer.write([samples(SECOND)], mark=mark("b"), fill=True)
    while roll_up(connection, 100):
        pass
    rows = connection.execute(
        "SELECT quantity, sum(good)::int FROM public.rollup_source GROUP BY quantity"
    ).fetchall()
    expected = {}
    for row in merge(FIRST, SECOND):
        for key, (_, flag) in row.items():
            expected[key] = expected.get(key, 0) + (flag == Flag.GOOD)
    assert dict(rows) == {key: count for key, count in expected.items() if count}
