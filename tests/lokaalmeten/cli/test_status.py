"""How the ingest does, told by the ingest and by `meten ingest --status`."""

import json
import math
import re
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import urlsplit

import numpy as np
import pytest
from paho.mqtt.publish import multiple

from ingest.decode import Decoded
from ingest.metrics import Metrics
from ingest.web import to_application
from lokaalmeten.cli.status import read_quantile, to_spread
from lokaalmeten.observations import to_observations
from lokaalmeten.processes import free_port
from lokaalmeten.rejected import Rejected
from lokaalmeten.web import Web
from tests.services.meten import meten, running, wait_until


class Broker:
    connections, trouble, waiting = 3, "", 12


class Written:
    inserted, duplicate = 4000, 20


def busy_metrics():
    """Metrics of an ingest that has run for ten thousand seconds."""
    now = time.time()
    clock = iter([now - 10_000] * 2)  # until it has started
    metrics = Metrics(lambda: next(clock, time.time()))
    metrics.turn()
    metrics.watch(Broker())
    metrics.taken(200)
    lags = np.repeat([1, 20, 3600], [100, 98, 2])
    times = (now - lags).astype(np.int64)
    ones = np.ones(len(times), np.int32)
    rows = to_observations(ones, times, ("pm25",), ones[None])
    reasons = ["crc"] * 2 + ["unknown node"] * 5
    refused = [Rejected("box-1", "t", reason, b"", 0) for reason in reasons]
    metrics.kept(Decoded([rows], refused, {(1, 7): [0, 1, 2]}), Written(), 0.02)
    return metrics


def status(port, **environment):
    """A finished `meten ingest --status`, and what it said by label."""
    done = meten("ingest", "--status", ingest_port=str(port), **environment)
    lines = [re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in done.stdout.splitlines()]
    return done, dict(lines)


def test_all_that_one_wants_to_know_is_one_table():
    metrics = busy_metrics()
    with Web(to_application(metrics), "127.0.0.1", 0) as web:
        done, told = status(web.port)
    assert done.returncode == 0, done.stderr
    last_commit = told.pop("last commit")
    assert told == {
        "health": "the ingest is well",
        "running for": "2.8 h",
        "broker": "connected, 3 connections since the start",
        "not yet kept": "12 messages",
        "rollups": "up to date",
        "messages": "200, or 1.2 a minute",
        "pages": "3, or 1.1 an hour",
        "samples stored": "4,000, or 24 a minute",
        "samples known already": "20, or 7.2 an hour",
        "kept aside": "7, or 2.5 an hour (unknown node: 5, crc: 2)",
        "from sample to commit": "half up to 2 s, 99 % up to 30 s",
        "a commit takes": "half up to 20 ms, 99 % up to 30 ms",
        "messages in a batch": "half up to 200, 99 % up to 298",
    }
    assert re.fullmatch(r"[\d.]+ m?s ago", last_commit)


def test_what_is_wrong_is_told_and_is_the_exit_code():
    metrics = busy_metrics()
    with Web(to_application(metrics), "127.0.0.1", 0) as web:
        metrics.trouble("the disk is full [really]")
        done, told = status(web.port)
    assert done.returncode == 1
    assert told["health"] == "the disk is full [really]"


def test_an_ingest_that_has_seen_nothing_yet_says_so():
    with Web(to_application(Metrics()), "127.0.0.1", 0) as web:
        done, told = status(web.port, ingest_host="0.0.0.0")
    assert done.returncode == 0, done.stderr
    assert told["last commit"] == told["from sample to commit"] == "none yet"
    assert told["messages"] == told["kept aside"] == "none"


class Other(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"# TYPE x\nnot { metrics")

    def log_message(self, format, *args): ...  # noqa: A002


@contextmanager
def other_server():
    with HTTPServer(("127.0.0.1", 0), Other) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_without_an_answer_the_exit_code_is_two():
    with other_server() as other:
        for done, sentence in (
            (meten("ingest", "--status"), "LOKAALMETEN_INGEST_PORT is set"),
            (status(free_port())[0], "no ingest answers"),
            (status(other)[0], "is no ingest"),
        ):
            assert done.returncode == 2
            assert sentence in done.stderr
            assert "Traceback" not in done.stderr
            assert len(done.stderr.splitlines()) == 1


BUCKETS = [(1.0, 0.0), (10.0, 50.0), (100.0, 98.0), (math.inf, 100.0)]


@pytest.mark.parametrize(
    ("share", "value"), [(0.25, 5.5), (0.5, 10), (0.74, 55), (0.98, 100), (0.99, math.inf)]
)
def test_a_quantile_is_read_from_buckets(share, value):
    assert read_quantile(BUCKETS, share) == pytest.approx(value)


def test_what_lies_beyond_the_last_bound_is_said_so():
    assert to_spread(BUCKETS, lambda seconds: f"{seconds:g} s") == (
        "half up to 10 s, 99 % more than 100 s"
    )


def test_the_log_of_an_ingest_is_json_with_nodes_and_without_secrets(
    postgres_database, mosquitto, tmp_path
):
    assert meten("node", "add", "box-1", dsn=postgres_database).returncode == 0
    log, port = tmp_path / "ingest.log", free_port()
    settings = {
        "dsn": postgres_database,
        "broker": f"mqtt://ingest:topsecret@{mosquitto.host}:{mosquitto.port}",
        "ingest_port": str(port),
        "log_level": "debug",
    }
    good = [("lm/1/box-1/json", b'{"t": %d, "pm25": 8}' % (1_760_000_000 + n)) for n in range(5)]
    bad = [("lm/1/box-1/json", b"{%d" % number) for number in range(300)]
    ghost = [("lm/1/ghost/json", b"{}")]
    with running("ingest", log=log, **settings):
        wait_until(lambda: "ready" in log.read_text())
        multiple(
            [(topic, payload, 1, False) for topic, payload in [*good, *bad, *ghost]],
            hostname=mosquitto.host,
            port=mosquitto.port,
        )
        wait_until(lambda: status(port)[1].get("samples stored", "").startswith("5, "))
        wait_until(lambda: "301" in status(port)[1]["kept aside"])
        assert status(port)[0].returncode == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert all({"time", "level", "event", "node"} <= set(line) for line in lines)
    batches = [line for line in lines if "rows" in line]
    assert sum(line["rows"] for line in batches) == 5
    assert sum(line["refused"] for line in batches) == 301
    assert all(line["nodes"] <= 1 and line["seconds"] > 0 for line in batches)
    refused = [line for line in lines if "reason" in line]
    assert {(line["node"], line["reason"]) for line in refused} == {
        ("box-1", "not JSON"),
        ("ghost", "unknown node"),
    }
    assert sum(line["times"] for line in refused) == 301
    assert len(refused) <= 4  # two at once, the rest of the flood when it ends
    for secret in ("topsecret", urlsplit(postgres_database).password):
        assert secret not in log.read_text()
