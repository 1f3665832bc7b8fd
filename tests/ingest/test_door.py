"""The door over real HTTP, with a thread that plays the main loop."""

import http.client
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import psycopg
import pytest

from ingest.checks import check
from ingest.decode import Message
from ingest.door import LARGEST, MOST, RETRY_AFTER_S, Door
from ingest.metrics import Metrics
from ingest.payloads import decode
from ingest.web import THREADS, to_application
from lokaalmeten.web import CUT_OFF, Web
from storage.store import Store
from tests.ingest.payloads.test_airrohr import SENSOR, body
from tests.services.meten import wait_until

NOW = 1_760_000_000
PATH = "/v1/push-sensor-data/"
BODY = body(SDS_P1="6.50", SDS_P2="3.10", BME280_temperature="18.50", signal="-70")


class MainLoop(threading.Thread):
    """Takes what waits whenever it is woken, hands it on, acknowledges what was kept."""

    def __init__(self, keep=lambda messages: messages, **options):
        super().__init__(daemon=True)
        self.woken = threading.Event()
        self.ended = False
        self.taken = []
        self.keep = keep
        self.door = Door(self.woken.set, lambda: NOW, **options)

    def run(self):
        while True:
            self.woken.wait()
            self.woken.clear()
            if self.ended:
                return
            messages = self.door.take()
            self.taken += messages
            self.door.acknowledge(self.keep(messages))

    def end(self):
        self.ended = True
        self.woken.set()
        self.join(10)


@contextmanager
def serving(loop):
    loop.start()
    with Web(to_application(Metrics(), loop.door), "127.0.0.1", 0, threads=THREADS) as web:
        try:
            yield web.port
        finally:
            loop.door.close()
            loop.end()


@pytest.fixture
def port():
    with serving(MainLoop()) as port:
        yield port


def ask(port, method, path, content=None, **headers):
    """Status, headers and body of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, content, named)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def post(port, content=BODY, path=PATH, x_sensor=SENSOR):
    headers = {"Content_Type": "application/json", "X_MAC_ID": "esp8266-a0b1c2d3e4f5", "X_PIN": "1"}
    if x_sensor:
        headers["X_Sensor"] = x_sensor
    return ask(port, "POST", path, content, **headers)


@pytest.mark.parametrize("path", [PATH, PATH.rstrip("/")])
def test_a_committed_message_is_answered_as_sensor_community_does(path):
    loop = MainLoop()
    with serving(loop) as port:
        status, headers, content = post(port, path=path)
    assert status == 201
    assert headers["Content-Type"] == "application/json"
    assert json.loads(content) == {"sensor": SENSOR, "timestamp": "2025-10-09T08:53:20Z"}
    (message,) = loop.taken
    assert (message.topic, message.payload) == (f"lm/1/{SENSOR}/airrohr", BODY)
    assert message.received == NOW


def test_nothing_is_answered_before_the_commit():
    committed, asked = threading.Event(), threading.Event()

    def keep(messages):
        asked.set()
        committed.wait(10)
        return messages

    with serving(MainLoop(keep)) as port, ThreadPoolExecutor() as pool:
        answer = pool.submit(post, port)
        assert asked.wait(5)
        time.sleep(0.1)
        assert not answer.done()
        committed.set()
        assert answer.result(5)[0] == 201


def test_a_commit_that_takes_too_long_is_answered_with_a_wait():
    with serving(MainLoop(lambda _: [], patience_s=0.1)) as port:
        status, headers, content = post(port)
    assert status == 503
    assert headers["Retry-After"] == str(RETRY_AFTER_S)
    assert "in time" in json.loads(content)["detail"]


def test_a_message_that_nobody_took_is_not_kept_after_its_answer():
    door = Door(lambda: None, patience_s=0.05)
    with Web(to_application(Metrics(), door), "127.0.0.1", 0) as web:
        assert post(web.port)[0] == 503
    assert door.take() == []


def test_a_full_door_turns_away_at_once_and_leaves_health_and_metrics_alone():
    loop = MainLoop(lambda _: [], patience_s=30)
    with serving(loop) as port, ThreadPoolExecutor(MOST) as pool:
        waiting = [pool.submit(post, port) for _ in range(MOST)]
        wait_until(lambda: len(loop.taken) == MOST)
        began = time.monotonic()
        status, headers, _ = post(port)
        assert (status, headers["Retry-After"]) == (503, str(RETRY_AFTER_S))
        assert ask(port, "GET", "/healthz")[0] == 200
        assert time.monotonic() - began < 5
        loop.door.acknowledge(loop.taken)
        assert {answer.result(5)[0] for answer in waiting} == {201}
        loop.keep = lambda messages: messages
        assert post(port)[0] == 201


def test_a_door_that_closes_turns_away_who_waits_and_who_comes():
    loop = MainLoop(lambda _: [], patience_s=30)
    with serving(loop) as port, ThreadPoolExecutor() as pool:
        waiting = [pool.submit(post, port) for _ in range(3)]
        wait_until(lambda: len(loop.taken) == 3)
        loop.door.close()
        assert [answer.result(5)[0] for answer in waiting] == [503] * 3
        assert post(port)[0] == 503
    assert loop.door.take() == []


def test_many_at_once_get_each_their_own_answer():
    devices = [f"esp8266-{number}" for number in range(300)]
    loop = MainLoop()
    with serving(loop) as port, ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda name: post(port, x_sensor=name), devices))
    assert [status for status, _, _ in answers] == [201] * 300
    assert [json.loads(content)["sensor"] for _, _, content in answers] == devices
    assert sorted(m.topic for m in loop.taken) == sorted(f"lm/1/{d}/airrohr" for d in devices)


def test_only_its_own_messages_are_acknowledged():
    loop = MainLoop(lambda _: [], patience_s=0.3)
    with serving(loop) as port, ThreadPoolExecutor() as pool:
        answer = pool.submit(post, port)
        wait_until(lambda: loop.taken)
        other = Door(lambda: None)
        other.acknowledge(loop.taken)
        loop.door.acknowledge([Message("lm/1/box-1/json", b"{}", NOW, (1, 7, 2))])
        assert answer.result(5)[0] == 503


@pytest.mark.parametrize(
    ("content", "x_sensor", "missing"),
    [
        (b"", SENSOR, "the body is empty"),
        (b"{}", "", "X-Sensor"),
        (b'{"esp8266id": ""}', "", "X-Sensor"),
        (b'{"esp8266id": null}', " ", "X-Sensor"),
        (b"{", "", "X-Sensor"),
        (b"[7]", "", "X-Sensor"),
        (b"\xff\x00", "", "X-Sensor"),
    ],
)
def test_a_request_that_names_nobody_or_holds_nothing_is_told_what_is_missing(
    port, content, x_sensor, missing
):
    status, _, said = post(port, content, x_sensor=x_sensor)
    assert status == 400
    assert missing in json.loads(said)["detail"]


def test_the_number_in_the_body_names_the_device_too(port):
    assert json.loads(post(port, x_sensor="")[2])["sensor"] == SENSOR


def test_a_body_may_have_64_kb_and_no_more():
    loop = MainLoop()
    with serving(loop) as port:
        assert post(port, b" " * LARGEST)[0] == 201
        status, _, content = post(port, b" " * (LARGEST + 1))
        assert (status, json.loads(content)) == (413, {"detail": "the body has more than 64 kB"})
        # chunked, so that no header tells its size
        chunks = iter([b" " * 4096] * 17)
        assert ask(port, "POST", PATH, chunks, X_Sensor=SENSOR)[0] == 413
    assert [len(message.payload) for message in loop.taken] == [LARGEST]


def test_what_is_far_too_large_is_cut_off_before_it_has_arrived(port):
    head = f"POST {PATH} HTTP/1.1\r\nX-Sensor: {SENSOR}\r\nContent-Length: {CUT_OFF}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", PATH, 405),
        ("PUT", PATH, 405),
        ("DELETE", PATH, 405),
        ("POST", "/metrics", 405),
        ("POST", "/healthz", 405),
        ("GET", "/", 404),
        ("POST", "/v1/push-sensor-data/1", 404),
        ("GET", "/%2e%2e/etc/passwd", 404),
    ],
)
def test_other_ways_and_places_are_named(port, method, path, status):
    found, headers, _ = ask(port, method, path)
    assert found == status
    if status == 405:
        assert headers["Allow"] == ("POST" if path == PATH else "GET")


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  # TLS knocks
        b"POST " + PATH.encode() + b" HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST " + PATH.encode() + b" HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        b"POST " + PATH.encode() + b" HTTP/1.1\r\nX-Sensor: " + b"x" * 70_000 + b"\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused_and_the_next_one_served(port, request_bytes):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        answer = b""
        with suppress(ConnectionResetError):
            connection.sendall(request_bytes)
            answer = connection.recv(4096)
    assert answer[:10] in (b"", b"HTTP/1.0 4", b"HTTP/1.1 4")
    assert post(port)[0] == 201


def test_a_device_that_hangs_up_while_it_waits_harms_nobody():
    loop = MainLoop(lambda _: [], patience_s=30)
    with serving(loop) as port:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            head = (
                f"POST {PATH} HTTP/1.1\r\nX-Sensor: {SENSOR}\r\nContent-Length: {len(BODY)}\r\n\r\n"
            )
            connection.sendall(head.encode() + BODY)
            wait_until(lambda: loop.taken)
        loop.keep = lambda messages: messages
        loop.door.acknowledge(loop.taken)
        assert post(port)[0] == 201


def test_a_post_is_a_row_and_a_stranger_is_kept_aside(timescale_database):
    with Store(timescale_database) as store:
        store.add_node(SENSOR, "box", lat=52.0907, lon=5.1214)

        def keep(messages):
            decoded = decode(messages, store.read_nodes())
            batch = [check(rows, NOW) for rows in decoded.batch]
            store.write(batch, decoded.rejected, decoded.arrivals)
            return messages

        with serving(MainLoop(keep)) as port:
            assert [post(port)[0] for _ in range(2)] == [201, 201]
            assert post(port, x_sensor="esp8266-9")[0] == 201
            assert post(port, b"{", x_sensor=SENSOR)[0] == 201
    with psycopg.connect(timescale_database) as connection:
        rows = connection.execute(
            "SELECT extract(epoch FROM time)::bigint FROM private.observation"
        ).fetchall()
        refused = connection.execute(
            "SELECT node, reason FROM private.rejected ORDER BY reason"
        ).fetchall()
    assert rows == [(NOW,)]  # twice in one second is once
    assert refused == [(SENSOR, "not JSON"), ("esp8266-9", "unknown node")]
