import urllib.error
import urllib.request

import numpy as np
import pytest

from ingest.metrics import QUIET_S, Metrics, serve_metrics
from lokaalmeten.errors import ServiceError
from lokaalmeten.observations import to_observations
from lokaalmeten.processes import free_port
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


def value(metrics, name, **labels):
    return metrics.registry.get_sample_value(name, labels)


def test_every_message_row_and_reason_is_counted(metrics):
    metrics.taken(3)
    assert value(metrics, "lokaalmeten_waiting") == 3
    refused = Rejected("box-1", "t", "crc", b"", NOW)
    metrics.kept([rows_at(NOW - 40, NOW - 20, NOW)], [refused, refused], (2, 1), 0.02)
    assert value(metrics, "lokaalmeten_messages_total") == 3
    assert value(metrics, "lokaalmeten_rows_total") == 2
    assert value(metrics, "lokaalmeten_duplicates_total") == 1
    assert value(metrics, "lokaalmeten_rejected_total", reason="crc") == 2
    assert value(metrics, "lokaalmeten_waiting") == 0
    assert value(metrics, "lokaalmeten_lag_seconds_sum") == 20
    assert value(metrics, "lokaalmeten_commit_seconds_sum") == pytest.approx(0.02)


def test_held_pages_that_are_stored_count_as_rows_and_not_as_messages(metrics):
    metrics.moved(2, (60, 3))
    assert value(metrics, "lokaalmeten_pages_moved_total") == 2
    assert value(metrics, "lokaalmeten_rows_total") == 60
    assert value(metrics, "lokaalmeten_duplicates_total") == 3
    assert value(metrics, "lokaalmeten_messages_total") == 0


def test_trouble_lasts_until_the_next_commit(metrics):
    metrics.trouble("the disk is full")
    assert metrics.read_health() == (False, "the disk is full")
    metrics.kept([], [], (0, 0), 0.0)
    assert metrics.read_health()[0]


def test_a_loop_that_does_not_turn_is_not_well(metrics, clock):
    clock.now += QUIET_S + 1
    well, sentence = metrics.read_health()
    assert not well
    assert "31 s" in sentence
    metrics.turn()
    assert metrics.read_health()[0]


def read(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_health_and_metrics_are_served(metrics):
    port = free_port()
    server = serve_metrics(metrics, "127.0.0.1", port)
    try:
        assert read(f"http://127.0.0.1:{port}/healthz") == (200, "the ingest is well\n")
        metrics.trouble("no database")
        assert read(f"http://127.0.0.1:{port}/healthz") == (503, "no database\n")
        status, text = read(f"http://127.0.0.1:{port}/metrics")
        assert status == 200
        assert "lokaalmeten_messages_total 0.0" in text
        assert read(f"http://127.0.0.1:{port}/other")[0] == 404
        with pytest.raises(ServiceError, match=f"port {port}"):
            serve_metrics(metrics, "127.0.0.1", port)
    finally:
        server.shutdown()
        server.server_close()
