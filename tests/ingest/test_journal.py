import logging

import numpy as np
import pytest

from ingest.decode import Decoded
from ingest.journal import EVERY_S, MOST, TOGETHER_S, Journal
from lokaalmeten.observations import to_observations
from lokaalmeten.rejected import Rejected


class Written:
    inserted, duplicate = 5, 1


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def journal(clock, caplog):
    caplog.set_level(logging.INFO, "lokaalmeten")
    return Journal(clock)


def refused(node, reason="crc", times=1):
    return [Rejected(node, f"lm/1/{node}/page", reason, b"", 0)] * times


def lines(caplog):
    """What was logged since the last look: node, reason, times."""
    said = [(r.node, r.reason, r.times) for r in caplog.records if hasattr(r, "reason")]
    caplog.clear()
    return said


def test_a_batch_is_one_line_with_its_numbers(journal, caplog):
    nodes = np.array([4, 4, 4, 9, 9, 4], np.int32)
    rows = to_observations(nodes, np.arange(6), ("pm25",), np.ones((1, 6), np.int32))
    journal.kept(Decoded([rows, rows], []), Written, 0.01234)
    (record,) = caplog.records
    assert record.getMessage() == "kept 5 new rows, 1 known"
    assert (record.nodes, record.rows, record.duplicates, record.refused) == (2, 5, 1, 0)
    assert record.seconds == 0.0123


def test_batches_of_a_second_share_a_line(journal, clock, caplog):
    for node in range(1, 11):
        rows = to_observations(
            np.array([node], np.int32), np.arange(1), ("pm25",), np.ones((1, 1), np.int32)
        )
        journal.kept(Decoded([rows], []), Written, 0.01)
        clock.now += 0.05
    assert len(caplog.records) == 1
    clock.now += TOGETHER_S
    journal.tell()
    journal.tell()
    _, record = caplog.records
    assert (record.batches, record.nodes, record.rows, record.duplicates) == (9, 9, 45, 9)


def test_what_is_refused_is_told_at_once_with_node_and_reason(journal, caplog):
    journal.kept(Decoded([], refused("box-1") + refused("box-2", "short", 3)), Written, 0)
    assert lines(caplog) == [("box-1", "crc", 1), ("box-2", "short", 3)]


def test_a_flood_is_one_line_in_ten_seconds_with_its_count(journal, clock, caplog):
    for _ in range(500):
        clock.now += 0.05
        journal.kept(Decoded([], refused("box-1", times=10)), Written, 0)
    told = lines(caplog)
    assert len(told) == 3
    journal.tell(at_once=True)
    assert sum(times for _, _, times in told + lines(caplog)) == 5000


def test_the_end_of_a_flood_is_told_without_another_message(journal, clock, caplog):
    for _ in range(4):
        journal.note(refused("box-1"))
        journal.tell()
    assert lines(caplog) == [("box-1", "crc", 1)]
    clock.now += EVERY_S
    journal.tell()
    journal.tell()
    assert lines(caplog) == [("box-1", "crc", 3)]


def test_another_reason_of_the_same_node_is_another_line(journal, caplog):
    journal.note(refused("box-1"))
    journal.tell()
    journal.note(refused("box-1", "short") + refused("box-1"))
    journal.tell()
    assert lines(caplog) == [("box-1", "crc", 1), ("box-1", "short", 1)]


def test_invented_names_share_a_line(journal, clock, caplog):
    for number in range(1000):
        journal.note(refused(f"ghost-{number}", "unknown node"))
        journal.tell()
    assert len(caplog.records) == MOST + 1
    clock.now += EVERY_S
    journal.tell()
    assert len(caplog.records) == 2 * (MOST + 1)
    assert sum(record.times for record in caplog.records) == 1000
    assert "meten rejected list" in caplog.records[-1].getMessage()


def test_a_message_of_nobody_has_no_node(journal, caplog):
    journal.note(refused("", "unknown topic"))
    journal.tell()
    assert lines(caplog) == [(None, "unknown topic", 1)]
