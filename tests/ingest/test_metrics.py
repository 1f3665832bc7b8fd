import re
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from ingest.decode import Decoded
from ingest.metrics import LATE_S, QUIET_S, Metrics
from lokaalmeten.observations import to_observations
from lokaalmeten.rejected import Rejected

NOW = 1_760_000_000


class Clock:
    now = float(NOW)

    def __call__(self):
        return self.now


def rows_at(*times):
    time = np.array(times, np.int64)
    counts = np.ones((1, len(time)), np.int32)
    return to_observations(np.ones(len(time), np.int32), time, ("pm25",), counts)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def metrics(clock):
    return Metrics(clock)


class Written:
    def __init__(self, inserted=0, duplicate=0):
        self.inserted, self.duplicate = inserted, duplicate


class Broker:
    connections, trouble, waiting = 1, "", 0


def value(metrics, name, **labels):
    return metrics.registry.get_sample_value(name, labels)


def test_every_message_page_row_and_reason_is_counted(metrics):
    metrics.taken(3)
    refused = Rejected("box-1", "t", "crc", b"", NOW)
    batch = [rows_at(NOW - 40, NOW - 20, NOW)]
    decoded = Decoded(batch, [refused, refused], {(1, 7): [4, 5], (2, 7): [0]})
    metrics.kept(decoded, Written(2, 1), 0.02)
    assert value(metrics, "lokaalmeten_messages_total") == 3
    assert value(metrics, "lokaalmeten_pages_total") == 3
    assert value(metrics, "lokaalmeten_rows_total") == 2
    assert value(metrics, "lokaalmeten_duplicates_total") == 1
    assert value(metrics, "lokaalmeten_rejected_total", reason="crc") == 2
    assert value(metrics, "lokaalmeten_batch_messages_sum") == 3
    assert value(metrics, "lokaalmeten_commit_seconds_sum") == pytest.approx(0.02)
    assert value(metrics, "lokaalmeten_last_commit_timestamp_seconds") == NOW


def test_the_lag_of_every_row_is_counted(metrics):
    ahead = NOW + 30  # a clock that runs ahead has no lag
    batch = [rows_at(NOW - 40, NOW - 20, NOW), rows_at(ahead, NOW - 40)]
    metrics.kept(Decoded(batch, []), Written(), 0.02)
    assert value(metrics, "lokaalmeten_lag_seconds_count") == 5
    assert value(metrics, "lokaalmeten_lag_seconds_sum") == 100
    assert value(metrics, "lokaalmeten_lag_seconds_bucket", le="0.5") == 2
    assert value(metrics, "lokaalmeten_lag_seconds_bucket", le="20.0") == 3
    assert value(metrics, "lokaalmeten_lag_seconds_bucket", le="45.0") == 5


def test_the_broker_is_asked_when_somebody_wants_to_know(metrics):
    broker = Broker()
    metrics.watch(broker)
    assert value(metrics, "lokaalmeten_broker_connected") == 1
    broker.connections, broker.waiting, broker.trouble = 4, 12, "the broker is lost"
    assert value(metrics, "lokaalmeten_broker_connected") == 0
    assert value(metrics, "lokaalmeten_broker_connections_total") == 4
    assert value(metrics, "lokaalmeten_waiting_messages") == 12


def test_a_broker_that_is_away_is_not_well_and_the_database_comes_first(metrics):
    broker = Broker()
    metrics.watch(broker)
    assert metrics.read_health() == (True, "the ingest is well")
    broker.trouble = "the broker is lost"
    assert metrics.read_health() == (False, "the broker is lost")
    metrics.trouble("the disk is full")
    assert metrics.read_health() == (False, "the disk is full")


def test_held_pages_that_are_stored_count_as_rows_and_not_as_messages(metrics):
    metrics.moved(2, (60, 3))
    assert value(metrics, "lokaalmeten_pages_moved_total") == 2
    assert value(metrics, "lokaalmeten_rows_total") == 60
    assert value(metrics, "lokaalmeten_duplicates_total") == 3
    assert value(metrics, "lokaalmeten_messages_total") == 0


def test_trouble_lasts_until_the_next_commit(metrics):
    metrics.trouble("the disk is full")
    assert metrics.read_health() == (False, "the disk is full")
    metrics.kept(Decoded([], []), Written(), 0.0)
    assert metrics.read_health()[0]


def test_a_loop_that_does_not_turn_is_not_well(metrics, clock):
    clock.now += QUIET_S + 1
    well, sentence = metrics.read_health()
    assert not well
    assert "31 s" in sentence
    metrics.turn()
    assert metrics.read_health()[0]


def test_a_database_that_neither_keeps_nor_refuses_is_not_well(metrics, clock):
    broker = Broker()
    metrics.watch(broker)
    clock.now += 10 * QUIET_S  # a quiet night
    metrics.turn()
    broker.waiting = 3
    metrics.taken(3)
    assert metrics.read_health()[0]
    clock.now += QUIET_S + 1
    metrics.turn()
    broker.waiting = 5
    metrics.taken(2)  # that others come is no progress
    well, sentence = metrics.read_health()
    assert not well
    assert "kept nothing for 31 s" in sentence
    metrics.kept(Decoded([], []), Written(), 31.0)
    assert metrics.read_health()[0]


def test_rollups_that_are_behind_are_counted_and_told_and_are_no_illness(metrics, clock):
    assert value(metrics, "lokaalmeten_rollup_waiting_seconds") == 0
    metrics.waits(7, datetime.fromtimestamp(NOW - 20, UTC))
    assert value(metrics, "lokaalmeten_rollup_waiting_hours") == 7
    assert value(metrics, "lokaalmeten_rollup_waiting_seconds") == 20
    assert metrics.read_health() == (True, "the ingest is well")
    clock.now += LATE_S
    metrics.turn()
    assert value(metrics, "lokaalmeten_rollup_waiting_seconds") == 80
    well, sentence = metrics.read_health()
    assert well
    assert "the rollups are 80 s behind" in sentence
    metrics.waits(0, None)
    assert value(metrics, "lokaalmeten_rollup_waiting_hours") == 0
    assert value(metrics, "lokaalmeten_rollup_waiting_seconds") == 0
    assert metrics.read_health() == (True, "the ingest is well")


def test_a_database_whose_clock_runs_ahead_has_no_negative_wait(metrics):
    metrics.waits(1, datetime.fromtimestamp(NOW + 5, UTC))
    assert value(metrics, "lokaalmeten_rollup_waiting_seconds") == 0


def test_the_document_names_every_metric_and_no_other(metrics):
    metrics.watch(Broker())
    names = set()
    for family in metrics.registry.collect():
        names.add(f"{family.name}_total" if family.type == "counter" else family.name)
    document = (Path(__file__).parents[2] / "docs/watching.md").read_text()
    assert set(re.findall(r"^\| `(lokaalmeten_\w+)`", document, re.MULTILINE)) == names
