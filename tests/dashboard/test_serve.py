import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from dashboard.serve import check_port
from lokaalmeten.errors import ServiceError

NOWHERE = "postgresql://reader@127.0.0.1:1/none"
SCRIPT = "import sys; from dashboard.serve import serve; serve(sys.argv[1], port=int(sys.argv[2]))"


def test_a_port_in_use_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServiceError, match=f"cannot listen on 127.0.0.1 port {port}") as caught:
            check_port("127.0.0.1", port)
    assert "choose another port" in str(caught.value)
    check_port("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "port"), [("no.such.host.invalid", 8050), ("192.0.2.1", 8050), ("127.0.0.1", 99999)]
)
def test_a_host_or_port_that_cannot_be_is_one_sentence(host, port):
    with pytest.raises(ServiceError, match="cannot listen on"):
        check_port(host, port)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_and_stops_without_a_traceback(sign):
    port = free_port()
    command = [sys.executable, "-c", SCRIPT, NOWHERE, str(port)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1") as answer:
                    assert answer.status == 200
                    assert "uvicorn" not in str(answer.headers)
                break
            except OSError:
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.1)
        process.send_signal(sign)
        assert process.wait(10) in (0, -sign)
        assert "Traceback" not in process.stderr.read()
    finally:
        process.kill()
        process.stderr.close()
        process.wait()
