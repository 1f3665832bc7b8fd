"""What a review writes: flags raised and lowered again, and rollups that know of it."""

import numpy as np
import pytest

from lokaalmeten.findings import Findings
from lokaalmeten.quality import BITS, Flag, pack_flags
from lokaalmeten.quantities import BY_KEY, SLOT
from storage.registry import add_node
from storage.review import Review, Stretch, to_stretches
from storage.rollups import roll_up, waiting
from storage.writer import write
from tests.services.samples import START, make_samples

WEEK = (START - 3 * 86_400, START + 4 * 86_400)
HOUR = 3600
KEYS = list(BY_KEY)


@pytest.fixture
def town(connection):
    """Three boxes with ten hours of samples, added up."""
    for name in ("box-1", "box-2", "box-3"):
        node = add_node(connection, name, "box", lat=52.09, lon=5.12)
        write(connection, [make_samples(node.id, 600)])
    roll(connection)
    return connection


def roll(connection):
    while roll_up(connection):
        pass


def find(node, hours, flag=Flag.SUSPECT, checks=16, quantity="pm25"):
    return Findings(
        quantity,
        np.full(len(hours), node, np.int32),
        START + HOUR * np.array(hours, np.int64),
        np.full(len(hours), flag, np.uint8),
        np.full(len(hours), checks, np.int32),
    )


def read_samples(connection):
    """(node, time): flags as packed, and each value."""
    rows = connection.execute(
        "SELECT node_id, extract(epoch FROM time)::bigint, flags, flags_given,"
        f" {', '.join(KEYS)} FROM private.observation"
    ).fetchall()
    return {(node, time): rest for node, time, *rest in rows}


def flag_in(flags, key):
    return Flag.GOOD if flags is None else flags >> BITS * SLOT[key] & 7


def test_only_flags_of_the_found_hours_are_raised_and_never_lowered(town):
    before = read_samples(town)
    found = [find(1, [2, 3]), find(2, [3], Flag.FAIL, 2, "temperature")]
    changed = Review(town).write_findings(found, *WEEK, None)
    after = read_samples(town)
    differ = 0
    for (node, time), (flags, _, *values) in before.items():
        new, given, *same = after[node, time]
        assert same == values
        hour = (time - START) // HOUR
        for key in KEYS:
            old = flag_in(flags, key)
            asked = {("pm25", 1, 2): 3, ("pm25", 1, 3): 3, ("temperature", 2, 3): 4}
            least = asked.get((key, node, hour), 0)
            missing = values[KEYS.index(key)] is None
            assert missing or flag_in(new, key) == max(old, least)
        differ += new != flags
        assert (given is None) == (new == flags)
    assert changed == differ > 60


def test_written_twice_it_changes_nothing(town, checksum):
    review, found = Review(town), [find(1, [2, 3, 4])]
    assert review.write_findings(found, *WEEK, None) > 0
    roll(town)
    before = checksum()
    assert review.write_findings(found, *WEEK, None) == 0
    assert checksum() == before
    assert waiting(town).notes == 0


def test_what_is_not_found_any_more_is_as_it_came_in(town, checksum):
    review, before = Review(town), checksum()
    review.write_findings([find(1, [2, 3]), find(1, [3], Flag.FAIL, 1, "pm10")], *WEEK, None)
    review.write_findings([find(1, [3, 4], Flag.FAIL, 32)], *WEEK, None)
    assert checksum() != before
    review.write_findings([], *WEEK, None)
    assert checksum() == before
    assert town.execute("SELECT count(*) FROM private.finding").fetchone() == (0,)


def test_rollups_count_what_is_good_now(town):
    Review(town).write_findings([find(1, [2, 3]), find(3, [0], Flag.FAIL, 1)], *WEEK, None)
    roll(town)
    rows = town.execute(
        "SELECT node_id, extract(epoch FROM hour)::bigint, samples[2], good[2], total[2]"
        " FROM private.rollup_hour"
    ).fetchall()
    sums = {(node, hour): [0, 0, 0] for node, hour, *_ in rows}
    for (node, time), (flags, _, *values) in read_samples(town).items():
        value = values[KEYS.index("pm25")]
        if value is not None:
            good = flag_in(flags, "pm25") == Flag.GOOD
            one = sums[node, time // HOUR * HOUR]
            one[:] = one[0] + 1, one[1] + good, one[2] + good * value
    assert {(node, hour): rest for node, hour, *rest in rows} == sums
    assert sums[1, START + 2 * HOUR][1] == 0


def slow_hours(connection, key, failed):
    """Count, sum, lowest and highest of what did not fail when it came in."""
    found = {}
    for (node, time), (*_, flags, values) in failed.items():
        value = values[KEYS.index(key)]
        if value is not None and flag_in(flags, key) != Flag.FAIL:
            found.setdefault((node, time // HOUR * HOUR), []).append(value)
    return {at: (len(v), sum(v), min(v), max(v)) for at, v in found.items()}


@pytest.mark.parametrize("key", ["pm25", "temperature"])
def test_a_review_reads_what_came_in_whatever_was_found_before(town, key):
    samples = {at: (flags, values) for at, (flags, _, *values) in read_samples(town).items()}
    expected = slow_hours(town, key, samples)
    review = Review(town)
    for found in ([], [find(1, [2, 3], Flag.FAIL, 1, key), find(2, [0], Flag.SUSPECT, 8, key)]):
        review.write_findings(found, *WEEK, None)
        roll(town)
        hours = review.read_hours(key, *WEEK)
        rows = zip(*(column.tolist() for column in hours), strict=True)
        assert {(node, hour): tuple(rest) for node, hour, *rest in rows} == expected


def test_other_nodes_and_weeks_are_left_alone(town):
    review = Review(town)
    review.write_findings([find(1, [1]), find(2, [1])], *WEEK, None)
    review.write_findings([], *WEEK, [2])
    review.write_findings([], WEEK[1], WEEK[1] + 7 * 86_400, None)
    assert town.execute("SELECT DISTINCT node_id FROM private.finding").fetchall() == [(1,)]


def test_samples_that_come_later_get_the_flags_of_their_hour(town):
    review, found = Review(town), [find(1, [2])]
    review.write_findings(found, *WEEK, None)
    write(town, [make_samples(1, 5, start=START + 2 * HOUR + 7, seed=5)])
    assert review.write_findings(found, *WEEK, None) > 0


def test_which_checks_made_a_flag_is_told(town):
    Review(town).write_findings([find(1, [2, 3, 5], checks=17)], *WEEK, None)
    rows = town.execute(
        "SELECT extract(epoch FROM after - first)::integer / 3600, checks, version"
        " FROM private.finding ORDER BY first"
    ).fetchall()
    assert rows == [(2, 17, 1), (1, 17, 1)]


def test_a_stretch_ends_where_the_finding_is_another():
    one = find(4, [7, 1, 2, 3])
    one.checks[3] = 48
    assert to_stretches([one]) == [
        Stretch(4, "pm25", START + 1 * HOUR, START + 3 * HOUR, 3, 16, 1),
        Stretch(4, "pm25", START + 3 * HOUR, START + 4 * HOUR, 3, 48, 1),
        Stretch(4, "pm25", START + 7 * HOUR, START + 8 * HOUR, 3, 16, 1),
    ]


def test_flags_are_raised_slot_by_slot(connection):
    random = np.random.default_rng(2)
    codes = random.integers(0, 5, (2, 300, len(KEYS)))
    codes[1][codes[1] < 3] = 0

    def pack(table):
        flags = np.where(table == 0, Flag.MISSING, table).astype(np.uint8).T
        return pack_flags(tuple(KEYS), flags).tolist()

    raised = np.where(codes[0] == 0, 0, np.maximum(codes[0], codes[1]))
    rows = connection.execute(
        "SELECT private.raise_flags(flags, found)"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS given (flags, found)",
        [pack(codes[0]), pack(codes[1])],
    ).fetchall()
    assert [row for (row,) in rows] == pack(raised)
