import socket
import threading
import urllib.error
import urllib.request

import pytest

from ingest.metrics import Metrics
from ingest.web import to_application
from lokaalmeten.errors import ServiceError
from lokaalmeten.web import Web


def read(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_health_and_metrics_are_served():
    metrics = Metrics()
    with Web(to_application(metrics), "127.0.0.1", 0) as web:
        address = f"http://127.0.0.1:{web.port}"
        assert read(f"{address}/healthz") == (200, "the ingest is well\n")
        metrics.trouble("no database")
        assert read(f"{address}/healthz") == (503, "no database\n")
        status, text = read(f"{address}/metrics")
        assert status == 200
        assert "lokaalmeten_messages_total 0.0" in text
        assert read(f"{address}/other") == (404, "there is /metrics, /healthz\n")


def test_a_port_in_use_or_none_at_all_is_named():
    application = to_application(Metrics())
    with Web(application, "127.0.0.1", 0) as web:
        port = web.port
        with pytest.raises(ServiceError, match=f"port {port} of 127.0.0.1"):
            Web(application, "127.0.0.1", port)
    with pytest.raises(ServiceError, match="up to 65535"):
        Web(application, "127.0.0.1", 65_536)
    with pytest.raises(ServiceError, match=r"of nowhere\.invalid"):
        Web(application, "nowhere.invalid", 0)


def test_closing_finishes_an_answer_and_leaves_no_thread_and_no_port():
    before = set(threading.enumerate())
    asked, go = threading.Event(), threading.Event()

    def slow(_environ, start):
        asked.set()
        go.wait(10)
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]

    web = Web(slow, "127.0.0.1", 0)
    with socket.create_connection(("127.0.0.1", web.port), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        assert asked.wait(5)
        closing = threading.Thread(target=web.close)
        closing.start()
        go.set()
        closing.join(10)
        assert connection.recv(4096).endswith(b"done")
    assert set(threading.enumerate()) == before
    with socket.create_server(("127.0.0.1", web.port)):
        pass
